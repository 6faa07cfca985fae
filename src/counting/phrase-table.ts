/**
 * Distinct phrases, numbered in the order in which they first come.
 *
 * A phrase read again makes no string and no garbage: phrases are hashed and compared as the UTF-8
 * that stands in a file. A table with open addressing leads from the hash to an entry, and all that
 * is known of a phrase stands there side by side, because what costs is reading memory at random.
 *
 *   slots     hash, entry │ 0, 0 │ hash, entry │ …      words of 32 bits, at most half of them taken
 *   entries   0 │ number, byte length, UTF-8 padded to whole words │ number, …
 *
 * A string with a lone surrogate has no UTF-8; it stands in a Map, and its entry is empty.
 */
import { RoteError } from "../base/errors.ts";
import type { Spans } from "./query-lines.ts";

const MAX_WORDS = 2 ** 30;
/** Up to here an entry is read ahead: two words and 24 bytes of text. */
const LAST_AHEAD = 7;
/** Takes what is read ahead, or that would be optimized away. */
const readAhead = new Uint32Array(1);
const LONE_SURROGATE = /\p{Surrogate}/u;

export class PhraseTable {
  /** The most phrases that `findAll` takes. */
  static readonly batchSize: number = 256;

  #size = 0;
  #slots: Int32Array<ArrayBuffer> = new Int32Array(1 << 14);
  #entries: Uint32Array<ArrayBuffer> = new Uint32Array(1 << 14);
  /** The same memory. */
  #bytes: Buffer = Buffer.from(this.#entries.buffer);
  #entriesEnd = 1;
  readonly #illFormed = new Map<string, number>();
  readonly #hashes = new Int32Array(PhraseTable.batchSize);

  /** How many phrases there are. */
  get size(): number {
    return this.#size;
  }

  /**
   * The number of each phrase that stands as UTF-8 in `spans` of the bytes, or -1.
   *
   * Where the table is larger than the processor's caches, a phrase costs two reads of memory, the
   * second of which waits for the first. So both are read ahead for the whole batch, where those of
   * different phrases overlap: with two million phrases 90 ns each instead of 350.
   */
  findAll(bytes: Buffer, { bounds, count }: Spans, numbers: Int32Array): void {
    const [hashes, slots, entries] = [this.#hashes, this.#slots, this.#entries];
    const mask = slots.length - 1;
    for (let i = 0; i < count; i++) hashes[i] = hashOf(bytes, bounds[2 * i]!, bounds[2 * i + 1]!);
    for (let i = 0; i < count; i++) numbers[i] = slots[((2 * hashes[i]!) & mask) + 1]!;
    let read = 0;
    for (let i = 0; i < count; i++)
      read ^= entries[numbers[i]!]! ^ entries[numbers[i]! + LAST_AHEAD]!;
    readAhead[0] = read;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let i = 0; i < count; i++)
      numbers[i] = this.#find(hashes[i]!, view, bounds[2 * i]!, bounds[2 * i + 1]!);
  }

  /** The number of a phrase that stands as UTF-8 in bytes [start, end), or -1. */
  find(bytes: Buffer, start: number, end: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return this.#find(hashOf(bytes, start, end), view, start, end);
  }

  /** Add a phrase that `find` does not find; returns its number. */
  add(bytes: Buffer, start: number, end: number): number {
    if (4 * (this.#size + 1) > this.#slots.length) this.#slots = rehashed(this.#slots);
    takeSlot(this.#slots, hashOf(bytes, start, end), this.#entriesEnd);
    return this.#append(bytes, start, end);
  }

  /** `find` of a string. */
  findText(text: string): number {
    if (LONE_SURROGATE.test(text)) return this.#illFormed.get(text) ?? -1;
    const bytes = Buffer.from(text);
    return this.find(bytes, 0, bytes.length);
  }

  /** `add` of a string. */
  addText(text: string): number {
    const bytes = Buffer.from(text);
    if (!LONE_SURROGATE.test(text)) return this.add(bytes, 0, bytes.length);
    this.#illFormed.set(text, this.#size);
    return this.#append(bytes, 0, 0);
  }

  /** All phrases by their numbers. */
  texts(): string[] {
    const texts = new Array<string>(this.#size);
    for (let i = 0, entry = 1; i < texts.length; i++) {
      const byteLength = this.#entries[entry + 1]!;
      const start = 4 * (entry + 2);
      texts[i] = this.#bytes.toString("utf8", start, start + byteLength);
      entry += entryWords(byteLength);
    }
    for (const [text, index] of this.#illFormed) texts[index] = text;
    return texts;
  }

  #find(hash: number, view: DataView, start: number, end: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = (2 * hash) & mask; slots[slot + 1] !== 0; slot = (slot + 2) & mask) {
      const entry = slots[slot + 1]!;
      if (slots[slot] === hash && this.#equals(entry, view, start, end))
        return this.#entries[entry]!;
    }
    return -1;
  }

  #equals(entry: number, view: DataView, start: number, end: number): boolean {
    const [entries, bytes] = [this.#entries, this.#bytes];
    if (entries[entry + 1] !== end - start) return false;
    let [word, at] = [entry + 2, start];
    for (; at + 4 <= end; at += 4)
      if (view.getUint32(at, LITTLE_ENDIAN) !== entries[word++]) return false;
    for (let byte = 4 * word; at < end; at++) if (view.getUint8(at) !== bytes[byte++]) return false;
    return true;
  }

  #append(bytes: Buffer, start: number, end: number): number {
    const entry = this.#entriesEnd;
    this.#entriesEnd += entryWords(end - start);
    if (this.#entriesEnd + LAST_AHEAD > this.#entries.length) {
      this.#entries = grown(this.#entries, this.#entriesEnd + LAST_AHEAD);
      this.#bytes = Buffer.from(this.#entries.buffer);
    }
    this.#entries[entry] = this.#size;
    this.#entries[entry + 1] = end - start;
    bytes.copy(this.#bytes, 4 * (entry + 2), start, end);
    return this.#size++;
  }
}

/** Words are compared in the byte order of this machine. */
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** FNV-1a, its bits mixed once more because the low ones choose the slot. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

function entryWords(byteLength: number): number {
  return 2 + Math.ceil(byteLength / 4);
}

/** Write a hash and its entry into the first free slot. */
function takeSlot(slots: Int32Array, hash: number, entry: number): void {
  const mask = slots.length - 1;
  let slot = (2 * hash) & mask;
  while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
  slots[slot] = hash;
  slots[slot + 1] = entry;
}

function rehashed(slots: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * slots.length);
  for (let slot = 0; slot < slots.length; slot += 2)
    if (slots[slot + 1] !== 0) takeSlot(larger, slots[slot]!, slots[slot + 1]!);
  return larger;
}

function grown(entries: Uint32Array, needed: number): Uint32Array<ArrayBuffer> {
  if (needed > MAX_WORDS)
    throw new RoteError(
      "count/limit",
      `the different phrases take more than ${4 * MAX_WORDS} bytes of memory; ask for them in several runs`,
      { limit: 4 * MAX_WORDS },
    );
  const larger = new Uint32Array(Math.min(MAX_WORDS, Math.max(2 * entries.length, needed)));
  larger.set(entries);
  return larger;
}
