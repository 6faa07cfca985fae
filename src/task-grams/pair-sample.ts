/**
 * A uniform sample of the pairs of a stream of examples, without listing the pairs.
 *
 * Reservoir sampling by skips (Li 1994, algorithm L): after the reservoir is full, the number of
 * pairs to pass over until the next one enters is drawn at once, so an example of a million pairs
 * costs no more than one of ten.
 */
import type { Rng } from "../base/random.ts";

/** A pair of an input n-gram and an output n-gram of one example. */
export interface SampledPair {
  /** Number of the example in the stream. */
  readonly example: number;
  readonly a: string;
  readonly b: string;
}

export class Reservoir<T> {
  readonly #items: T[] = [];
  readonly #size: number;
  readonly #rng: Rng;
  #seen = 0;
  /** Number of the next item to enter, once the reservoir is full. */
  #next = 0;
  #weight = 1;

  constructor(size: number, rng: Rng) {
    this.#size = size;
    this.#rng = rng;
  }

  /** Items offered so far. */
  get seen(): number {
    return this.#seen;
  }

  get items(): readonly T[] {
    return this.#items;
  }

  /** Offer `count` items, of which only those that enter are made. */
  offer(count: number, item: (index: number) => T): void {
    const end = this.#seen + count;
    for (let i = this.#seen; i < end && this.#items.length < this.#size; i++) {
      this.#items.push(item(i - this.#seen));
      if (this.#items.length === this.#size) this.#skipFrom(i);
    }
    while (this.#items.length === this.#size && this.#next < end) {
      this.#items[this.#rng.int(this.#size)] = item(this.#next - this.#seen);
      this.#skipFrom(this.#next);
    }
    this.#seen = end;
  }

  #skipFrom(last: number): void {
    this.#weight *= Math.exp(Math.log(1 - this.#rng.next()) / this.#size);
    const skip = Math.floor(Math.log(1 - this.#rng.next()) / Math.log1p(-this.#weight));
    this.#next = last + 1 + skip;
  }
}
