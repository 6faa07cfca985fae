/**
 * Pretokens met before, with their ids. A lookup is two reads from memory as a rule: the slot, and
 * the entry it points to, which holds everything else side by side:
 *
 *   hash · number of bytes × 2¹⁶ + number of ids · ids … · bytes …      (32-bit words)
 *
 * Open addressing with linear probing. The cache is emptied when it is full, which changes the
 * speed and never the ids.
 */
import { grown } from "./byte-strings.ts";

/** About 25 MB. */
const MOST_WORDS = 1 << 19;

/** Longest pretoken worth keeping, in bytes; longer ones hardly come twice. */
export const LONGEST_CACHED_WORD = 64;

export class WordCache {
  #slots = new Int32Array(1 << 12);
  #words = new Int32Array(1 << 16);
  #bytes = new Uint8Array(this.#words.buffer);
  /** First free word of the arena; 0 marks an empty slot, so that entries begin at 1. */
  #end = 1;
  #count = 0;

  /** Entries as 32-bit words, for `find`'s result: ids begin two words after it. */
  get words(): Int32Array {
    return this.#words;
  }

  /** The entry of a pretoken with `hash`, or 0 where it is new. */
  find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot]!;
      if (entry === 0) return 0;
      if (this.#words[entry] === hash && this.#equals(entry, bytes, start, end)) return entry;
    }
  }

  /** Add what `find` did not find: bytes[start..end) stands for the first `count` of `ids`. */
  add(
    hash: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    ids: Int32Array,
    count: number,
  ): void {
    if (this.#count >= MOST_WORDS) this.#clear();
    const entry = this.#end;
    this.#reserve(entry + 2 + count + ((end - start + 3) >> 2));
    this.#words[entry] = hash;
    this.#words[entry + 1] = ((end - start) << 16) | count;
    for (let i = 0; i < count; i++) this.#words[entry + 2 + i] = ids[i]!;
    for (let i = start, to = (entry + 2 + count) * 4; i < end; i++) this.#bytes[to++] = bytes[i]!;
    this.#end = entry + 2 + count + ((end - start + 3) >> 2);
    this.#place(entry);
    if (++this.#count * 2 > this.#slots.length) this.#widen();
  }

  #equals(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    const sizes = this.#words[entry + 1]!;
    if (sizes >>> 16 !== end - start) return false;
    const own = this.#bytes;
    for (let i = start, j = (entry + 2 + (sizes & 0xffff)) * 4; i < end; i++, j++)
      if (bytes[i] !== own[j]) return false;
    return true;
  }

  #place(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#words[entry]! & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }

  /** Twice as many slots; they stay at most half full. */
  #widen(): void {
    const entries = this.#slots.filter((entry) => entry !== 0);
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (const entry of entries) this.#place(entry);
  }

  #reserve(length: number): void {
    if (length <= this.#words.length) return;
    this.#words = grown(this.#words, length);
    this.#bytes = new Uint8Array(this.#words.buffer);
  }

  #clear(): void {
    this.#slots.fill(0);
    this.#end = 1;
    this.#count = 0;
  }
}
