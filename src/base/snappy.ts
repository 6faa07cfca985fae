/**
 * Snappy compression of a block of bytes, for Parquet's pages: on lists of phrases at 140 MB/s, where the
 * port that hyparquet-writer brings makes 50, and as small.
 *
 *   varint length of the input, then elements:
 *     literal   (n - 1) << 2, or 60 << 2 … 63 << 2 and n - 1 in 1 to 4 bytes; then n bytes
 *     copy      1 | (n - 4) << 2 | distance >> 8 << 5, distance & 255      4 to 11 bytes, below 2,048 back
 *               2 | (n - 1) << 2, distance in 2 bytes                     1 to 64 bytes, below 65,536 back
 *
 * Format: https://github.com/google/snappy/blob/1.2.1/format_description.txt
 */

const HASH_BITS = 14;
const MAX_DISTANCE = 0xffff;
/** Matches are not looked for this close to the end, so that four bytes can be read anywhere. */
const MARGIN = 8;

export function compressSnappy(input: Uint8Array): Uint8Array {
  const out = new Output(input);
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  // Where four bytes with this hash began last, plus 1.
  const places = new Int32Array(1 << HASH_BITS);
  const limit = input.length - MARGIN;
  let literalStart = 0;
  // After many steps without a match the steps get longer: what does not compress passes quickly.
  for (let at = 0, misses = 0; at < limit;) {
    const word = view.getInt32(at, true);
    const hash = Math.imul(word, 0x1e35a7bd) >>> (32 - HASH_BITS);
    const candidate = places[hash]! - 1;
    places[hash] = at + 1;
    if (candidate < 0 || at - candidate > MAX_DISTANCE || view.getInt32(candidate, true) !== word) {
      at += 1 + (misses++ >>> 5);
      continue;
    }
    misses = 0;
    const start = at;
    for (at += 4; at < input.length && input[at] === input[candidate + at - start];) at += 1;
    out.literal(literalStart, start);
    out.copy(start - candidate, at - start);
    literalStart = at;
  }
  out.literal(literalStart, input.length);
  return out.bytes();
}

class Output {
  readonly #input: Uint8Array;
  readonly #bytes: Uint8Array;
  #end = 0;

  constructor(input: Uint8Array) {
    this.#input = input;
    // Literals cost at most a byte for every 60, copies never more than what they stand for.
    this.#bytes = new Uint8Array(32 + input.length + Math.ceil(input.length / 6));
    let length = input.length;
    for (; length > 0x7f; length = Math.floor(length / 128)) this.#put((length & 0x7f) | 0x80);
    this.#put(length);
  }

  /** Bytes [start, end) of the input as they stand. */
  literal(start: number, end: number): void {
    if (start === end) return;
    const last = end - start - 1;
    if (last < 60) this.#put(last << 2);
    else {
      const extra = last < 0x100 ? 1 : last < 0x10000 ? 2 : last < 0x1000000 ? 3 : 4;
      this.#put((59 + extra) << 2);
      for (let i = 0; i < extra; i++) this.#put((last >>> (8 * i)) & 0xff);
    }
    const [input, bytes] = [this.#input, this.#bytes];
    let at = this.#end;
    if (last < 32) for (let i = start; i < end; i++) bytes[at++] = input[i]!;
    else bytes.set(input.subarray(start, end), at);
    this.#end += end - start;
  }

  /** The `length` bytes that begin `distance` bytes back. */
  copy(distance: number, length: number): void {
    let left = length;
    // What remains after copies of 64 bytes is at least 4, so that it may be a short one.
    for (; left >= 68; left -= 64) this.#copyLong(distance, 64);
    if (left > 64) {
      this.#copyLong(distance, 60);
      left -= 60;
    }
    if (left >= 12 || distance >= 2048) this.#copyLong(distance, left);
    else {
      this.#put(1 | ((left - 4) << 2) | ((distance >>> 8) << 5));
      this.#put(distance & 0xff);
    }
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#end);
  }

  #copyLong(distance: number, length: number): void {
    this.#put(2 | ((length - 1) << 2));
    this.#put(distance & 0xff);
    this.#put(distance >>> 8);
  }

  #put(byte: number): void {
    this.#bytes[this.#end++] = byte;
  }
}
