/**
 * A set of pairs of integers, numbered in the order they come: open addressing with linear probing
 * over typed arrays, at most half full. A Map keyed by number took three times the memory and time,
 * and ends at 2^24 entries.
 */
export class PairIndex {
  #first: Uint32Array = new Uint32Array(1024);
  #second: Uint32Array = new Uint32Array(1024);
  /** Number of the pair in each slot plus one; 0 where the slot is free. */
  #slots: Uint32Array = new Uint32Array(2048);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The number of a pair, or -1. */
  find(first: number, second: number): number {
    return this.#slots[this.#slotOf(first, second)]! - 1;
  }

  /** The number of a pair, which is `size` before the call where it is new. */
  intern(first: number, second: number): number {
    const slot = this.#slotOf(first, second);
    const known = this.#slots[slot]! - 1;
    if (known >= 0) return known;
    if (this.#size === this.#first.length) {
      this.#grow();
      return this.intern(first, second);
    }
    this.#first[this.#size] = first;
    this.#second[this.#size] = second;
    this.#slots[slot] = ++this.#size;
    return this.#size - 1;
  }

  /** The pair of a number below `size`. */
  at(number: number): readonly [number, number] {
    return [this.#first[number]!, this.#second[number]!];
  }

  /** The pair's slot, or the free one where it belongs. */
  #slotOf(first: number, second: number): number {
    const mask = this.#slots.length - 1;
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (let held = this.#slots[slot]!; held > 0; held = this.#slots[slot]!) {
      if (this.#first[held - 1] === first && this.#second[held - 1] === second) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    this.#first = doubled(this.#first);
    this.#second = doubled(this.#second);
    this.#slots = new Uint32Array(2 * this.#slots.length);
    for (let i = 0; i < this.#size; i++)
      this.#slots[this.#slotOf(this.#first[i]!, this.#second[i]!)] = i + 1;
  }
}

/** A copy of twice the length. */
export function doubled(values: Uint32Array): Uint32Array;
export function doubled(values: Float64Array): Float64Array;
export function doubled(values: Uint32Array | Float64Array): Uint32Array | Float64Array {
  const larger =
    values instanceof Uint32Array
      ? new Uint32Array(2 * values.length)
      : new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}
