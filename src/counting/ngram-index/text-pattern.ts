/**
 * A text as an automaton over bytes: it accepts the UTF-8 of every text that folds as this one does.
 *
 * Folding changes code points one by one, so the automaton is a chain: for each code point a little
 * trie of the ways to write it, whose leaves are the root of the next one. No way to write a code
 * point begins with another one, forwards or backwards, so there is one path for each text.
 */
import { foldVariants } from "../../text/unicode.ts";

/** Which texts are taken for the same. */
export interface PatternOptions {
  /** Take letters that differ in case only for the same, by simple case folding. */
  readonly ignoreCase: boolean;
  /** Read bytes from the last to the first, as indexes of reversed documents hold their tokens. */
  readonly reversed?: boolean;
}

/** No text that begins so is accepted. */
export const DEAD = -1;

const encoder = new TextEncoder();

export class TextPattern {
  /** The state that accepts; the first one is 0. */
  readonly accepted: number;
  /** Bytes that lead on from each state, and where to. */
  readonly #bytes: number[][] = [[]];
  readonly #targets: number[][] = [[]];

  constructor(text: string, { ignoreCase, reversed = false }: PatternOptions) {
    const characters = Array.from(text);
    let root = 0;
    for (const character of reversed ? characters.reverse() : characters) {
      const codePoint = character.codePointAt(0)!;
      const spellings = (ignoreCase ? foldVariants(codePoint) : [codePoint]).map((variant) =>
        encoder.encode(String.fromCodePoint(variant)),
      );
      root = this.#append(root, reversed ? spellings.map((bytes) => bytes.reverse()) : spellings);
    }
    this.accepted = root;
  }

  /** The state behind a byte. */
  step(state: number, byte: number): number {
    const place = this.#bytes[state]!.indexOf(byte);
    return place === -1 ? DEAD : this.#targets[state]![place]!;
  }

  /** The bytes that lead on. */
  bytesFrom(state: number): readonly number[] {
    return this.#bytes[state]!;
  }

  /** Where an accepted text ends that begins at `start`; -1 where none does. */
  endOf(bytes: Uint8Array, start: number): number {
    let state = 0;
    for (let i = start; i < bytes.length; i++) {
      state = this.step(state, bytes[i]!);
      if (state === this.accepted) return i + 1;
      if (state === DEAD) return -1;
    }
    return -1;
  }

  /** Put the spellings of a code point behind a state; the state behind all of them. */
  #append(root: number, spellings: readonly Uint8Array[]): number {
    const inner = new Map<string, number>();
    const lasts: (readonly [state: number, byte: number])[] = [];
    for (const spelling of spellings) {
      let state = root;
      let path = "";
      for (const byte of spelling.subarray(0, -1)) {
        path += `${byte} `;
        let next = inner.get(path);
        if (next === undefined) {
          next = this.#add();
          inner.set(path, next);
          this.#connect(state, byte, next);
        }
        state = next;
      }
      lasts.push([state, spelling.at(-1)!]);
    }
    const end = this.#add();
    for (const [state, byte] of lasts) this.#connect(state, byte, end);
    return end;
  }

  #add(): number {
    this.#targets.push([]);
    return this.#bytes.push([]) - 1;
  }

  #connect(from: number, byte: number, to: number): void {
    this.#bytes[from]!.push(byte);
    this.#targets[from]!.push(to);
  }
}
