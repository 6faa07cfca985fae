/**
 * A regular expression as an automaton that reads each character once. It finds what a backtracking
 * engine finds: of all matches that begin at one place, the first in the order of preference.
 *
 * A state is the list of places in the program that a backtracking engine would try, the preferred
 * first. Reading a character follows each to what comes next; where the end of the program is met,
 * a match ends *before* that character, and all that is less preferred is dropped. Conditions on the
 * next character need no more than this, since a place is followed only when that character is known.
 *
 * States and their transitions are made when first asked for.
 * Source: Russ Cox, "Regular Expression Matching in the Wild" (2010), leftmost-first automata.
 */
import type { CharacterSet, Pattern } from "./pattern.ts";

type Instruction =
  | { readonly op: "set"; readonly has: CharacterSet; readonly next: number }
  | {
      readonly op: "next";
      readonly has: CharacterSet;
      readonly atEnd: boolean;
      readonly next: number;
    }
  /** Both, the first preferred; filled in later where it is a loop. */
  | { op: "fork"; first: number; second: number }
  | { readonly op: "match" };

/** What reading a character, or the end of the text, leads to. */
export interface Transition {
  /** A match ends before the character read. */
  readonly isMatch: boolean;
  readonly next: number;
}

export class PatternAutomaton {
  /** The state from which nothing more is found. */
  static readonly DEAD = 1;
  static readonly START = 2;

  /** All sets of characters that the automaton tells apart. */
  readonly sets: readonly CharacterSet[];
  readonly #program: readonly Instruction[];
  /** State → places of the program; no state is numbered 0. */
  readonly #states: (readonly number[])[] = [[], []];
  readonly #numbers = new Map<string, number>([["", PatternAutomaton.DEAD]]);

  constructor(pattern: Pattern) {
    const program: Instruction[] = [{ op: "match" }];
    const start = compile(pattern, 0, program);
    this.#program = program;
    this.sets = program.flatMap((place) => ("has" in place ? [place.has] : []));
    this.#number([start]);
  }

  get stateCount(): number {
    return this.#states.length;
  }

  /** From a state by a code point, or by the end of the text where it is undefined. */
  read(state: number, codePoint: number | undefined): Transition {
    const next: number[] = [];
    const seen = new Set<number>();
    const holds = (has: CharacterSet): boolean => codePoint !== undefined && has(codePoint);
    /** True where the end of the program was met: what is less preferred does not count. */
    const follow = (place: number): boolean => {
      if (seen.has(place)) return false;
      seen.add(place);
      const instruction = this.#program[place]!;
      switch (instruction.op) {
        case "match":
          return true;
        case "fork":
          return follow(instruction.first) || follow(instruction.second);
        case "next":
          return (
            (codePoint === undefined ? instruction.atEnd : instruction.has(codePoint)) &&
            follow(instruction.next)
          );
        case "set":
          if (holds(instruction.has) && !next.includes(instruction.next))
            next.push(instruction.next);
          return false;
      }
    };
    const isMatch = this.#states[state]!.some(follow);
    return { isMatch, next: this.#number(next) };
  }

  #number(places: readonly number[]): number {
    const key = places.join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#states.length);
    return this.#states.push(places) - 1;
  }
}

/** Adds the instructions of a pattern that goes on at `next`; returns where it begins. */
function compile(pattern: Pattern, next: number, program: Instruction[]): number {
  switch (pattern.kind) {
    case "set":
      return program.push({ op: "set", has: pattern.has, next }) - 1;
    case "next":
      return program.push({ op: "next", has: pattern.has, atEnd: pattern.atEnd, next }) - 1;
    case "sequence":
      return pattern.parts.reduceRight((at, part) => compile(part, at, program), next);
    case "choice":
      return pattern.options
        .map((option) => compile(option, next, program))
        .reduceRight((second, first) => fork(first, second, false, program));
    case "repeat":
      return compileRepeat(pattern, next, program);
  }
}

function compileRepeat(
  { part, least, most, isLazy }: Pattern & { kind: "repeat" },
  next: number,
  program: Instruction[],
): number {
  let at = next;
  if (most === Infinity) {
    const loop = { op: "fork" as const, first: 0, second: 0 };
    at = program.push(loop) - 1;
    const body = compile(part, at, program);
    [loop.first, loop.second] = isLazy ? [next, body] : [body, next];
  } else {
    for (let i = least; i < most; i++) at = fork(compile(part, at, program), next, isLazy, program);
  }
  for (let i = 0; i < least; i++) at = compile(part, at, program);
  return at;
}

function fork(first: number, second: number, isSwapped: boolean, program: Instruction[]): number {
  const [preferred, other] = isSwapped ? [second, first] : [first, second];
  return program.push({ op: "fork", first: preferred, second: other }) - 1;
}
