/**
 * The words of a task's examples as numbers, one side after another.
 *
 *   words   input of example 0 │ output of example 0 │ input of example 1 │ …
 *
 * Side 2e is the input of example e, side 2e + 1 its output. A *unit* of a side at length n is a place
 * at which something is looked for: each of its n-grams, or, where it has fewer than n words, the whole
 * side at its first place.
 */
import { RoteError } from "../base/errors.ts";
import type { Example } from "../tasks/task.ts";
import type { TextPolicy } from "../text/policy.ts";

/** What the n-grams of one length are, by the place at which they begin. */
export interface Units {
  readonly n: number;
  /** Index into the phrases for each place; -1 where no n-gram begins. */
  readonly phraseAt: Int32Array;
}

/** Memory: 12 bytes a word, each different word once. */
export class TaskWords {
  readonly ids: readonly string[];
  /** Numbers of words, all sides one after another. */
  readonly words: Int32Array;
  /** Where each side begins, and where the last one ends. */
  readonly starts: Int32Array;
  /** The side that each place lies in. */
  readonly sideAt: Int32Array;
  readonly #numberOf: ReadonlyMap<string, number>;
  readonly #spelling: readonly string[];

  constructor(examples: readonly Example[], policy: TextPolicy) {
    const numberOf = new Map<string, number>();
    const sides = examples
      .flatMap(({ input, output }) => [input, output])
      .map((text) => Int32Array.from(policy.words(text), (word) => numberIn(numberOf, word)));
    this.ids = examples.map(({ id }) => id);
    this.starts = new Int32Array(sides.length + 1);
    for (const [side, { length }] of sides.entries())
      this.starts[side + 1] = this.starts[side]! + length;
    this.words = new Int32Array(this.starts[sides.length]!);
    this.sideAt = new Int32Array(this.words.length);
    for (const [side, words] of sides.entries()) {
      this.words.set(words, this.starts[side]);
      this.sideAt.fill(side, this.starts[side], this.starts[side + 1]);
    }
    this.#numberOf = numberOf;
    this.#spelling = [...numberOf.keys()];
  }

  /** Different words. */
  get vocabularySize(): number {
    return this.#spelling.length;
  }

  /** Words of a side. */
  lengthOf(side: number): number {
    return this.starts[side + 1]! - this.starts[side]!;
  }

  /** n-grams of a side. */
  totalOf(side: number, n: number): number {
    return Math.max(0, this.lengthOf(side) - n + 1);
  }

  /** Words of a unit at a place: n, or fewer where its side is shorter. */
  unitLength(place: number, n: number): number {
    return Math.min(n, this.lengthOf(this.sideAt[place]!));
  }

  /** The numbers of a text's words; -1 for words that no example has. */
  numbers(words: readonly string[]): Int32Array {
    return Int32Array.from(words, (word) => this.#numberOf.get(word) ?? -1);
  }

  /** The units of a length; each different phrase is added to `phrases` once. */
  units(n: number, phrases: Map<string, number>): Units {
    const phraseAt = new Int32Array(this.words.length).fill(-1);
    for (let side = 0; side + 1 < this.starts.length; side++) {
      const [start, length] = [this.starts[side]!, this.lengthOf(side)];
      const count = length === 0 ? 0 : Math.max(1, length - n + 1);
      for (let place = start; place < start + count; place++)
        phraseAt[place] = numberIn(phrases, this.#phrase(place, Math.min(n, length)));
    }
    return { n, phraseAt };
  }

  #phrase(place: number, length: number): string {
    return Array.from(
      this.words.subarray(place, place + length),
      (word) => this.#spelling[word]!,
    ).join(" ");
  }
}

/** A Map holds no more. */
const mostKeys = 2 ** 24;

function numberIn(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  if (numbers.size === mostKeys)
    throw new RoteError(
      "usage",
      `the examples hold more than ${mostKeys} different words or n-grams, which are too many to look for at once; take one length, or parts of the task`,
      { limit: mostKeys },
    );
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}
