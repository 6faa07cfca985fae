/**
 * Sets of a shard's documents: those in which the suffixes of a segment begin. A set with few documents
 * lists them, in the order of the ranks. One with many is a bitmap, one number for 32 documents: from
 * there on it is the shorter form, so that the length alone tells which form it is.
 */
import type { NumberList } from "./number-lists.ts";
import type { OccurrenceSets } from "./occurrence-sets.ts";
import type { Segment, Shard } from "./shard.ts";

/** Sets of one shard. Holds two bitmaps of its documents, and two lists. */
export class DocumentSets implements OccurrenceSets {
  readonly #shard: Pick<Shard, "positionAt" | "documentAt">;
  /** All zero between two calls. */
  readonly #seen: Uint32Array;
  #list: Uint32Array;
  /** The documents of the set that is open. */
  readonly #marks: Uint32Array;
  readonly #opened: Uint32Array;
  #openedLength = 0;
  #documentCount = 0;

  constructor(shard: Pick<Shard, "positionAt" | "documentAt" | "documentCount">) {
    const words = Math.ceil(shard.documentCount / 32);
    this.#shard = shard;
    this.#seen = new Uint32Array(words);
    this.#marks = new Uint32Array(words);
    this.#list = new Uint32Array(words);
    this.#opened = new Uint32Array(words);
  }

  get documentCount(): number {
    return this.#documentCount;
  }

  read({ start, end }: Segment): Uint32Array {
    const shard = this.#shard;
    const seen = this.#seen;
    const list = this.#list;
    let size = 0;
    for (let rank = start; rank < end; rank++) {
      const document = shard.documentAt(shard.positionAt(rank));
      const bit = 1 << (document & 31);
      if ((seen[document >>> 5]! & bit) !== 0) continue;
      seen[document >>> 5]! |= bit;
      if (size < list.length) list[size] = document;
      size += 1;
    }
    this.#documentCount = size;
    if (size >= list.length) {
      list.set(seen);
      seen.fill(0);
      return list;
    }
    for (let i = 0; i < size; i++) seen[list[i]! >>> 5] = 0;
    return list.subarray(0, size);
  }

  open(numbers: NumberList): void {
    const marks = this.#marks;
    for (let i = 0; i < this.#openedLength; i++) marks[this.#opened[i]! >>> 5] = 0;
    this.#openedLength = 0;
    if (numbers.length === marks.length) {
      marks.set(numbers);
      for (let word = 0; word < marks.length; word++) this.#opened[word] = 32 * word;
    } else {
      for (const document of numbers) marks[document >>> 5]! |= 1 << (document & 31);
      this.#opened.set(numbers);
    }
    this.#openedLength = numbers.length;
  }

  countShared(numbers: NumberList): number {
    const marks = this.#marks;
    if (numbers.length === marks.length) return countCommonBits(numbers, marks);
    let count = 0;
    for (const document of numbers) {
      count += (marks[document >>> 5]! >>> (document & 31)) & 1;
    }
    return count;
  }
}

function countCommonBits(a: NumberList, b: NumberList): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    let bits = a[i]! & b[i]!;
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
