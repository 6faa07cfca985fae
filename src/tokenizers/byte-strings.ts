/**
 * A set of byte strings that gives each a number, in order of arrival: open addressing with linear
 * probing over one arena of bytes, so that looking up a slice allocates nothing.
 */
export class ByteStrings {
  #slots = new Int32Array(1 << 12).fill(-1);
  #hashes = new Int32Array(1 << 11);
  /** String i is bytes starts[i] to starts[i + 1] of the arena. */
  #starts = new Int32Array((1 << 11) + 1);
  #arena = new Uint8Array(1 << 14);
  #count = 0;

  /** How many strings there are; the number the next new one gets. */
  get count(): number {
    return this.#count;
  }

  /** The number of bytes[start..end), which is the count before the call where it is new. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(bytes, start, end);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = this.#slots[slot]!;
      if (index === -1) return this.#add(slot, hash, bytes, start, end);
      if (this.#hashes[index] === hash && this.#equals(index, bytes, start, end)) return index;
    }
  }

  /** The bytes of one string, as a view of the arena that the next new string may move. */
  get(index: number): Uint8Array {
    return this.#arena.subarray(this.#starts[index], this.#starts[index + 1]);
  }

  #equals(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#starts[index]!;
    if (this.#starts[index + 1]! - from !== end - start) return false;
    const arena = this.#arena;
    for (let i = start, j = from; i < end; i++, j++) if (bytes[i] !== arena[j]) return false;
    return true;
  }

  #add(slot: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const index = this.#count++;
    const from = this.#starts[index]!;
    const to = from + (end - start);
    if (to > this.#arena.length) this.#arena = grown(this.#arena, to);
    for (let i = start, j = from; i < end; i++, j++) this.#arena[j] = bytes[i]!;
    this.#slots[slot] = index;
    this.#hashes[index] = hash;
    this.#starts[index + 1] = to;
    if (this.#count === this.#hashes.length) this.#widen();
    return index;
  }

  /** Room for twice as many strings; the table stays at most half full. */
  #widen(): void {
    const capacity = this.#hashes.length * 2;
    this.#hashes = grown(this.#hashes, capacity);
    this.#starts = grown(this.#starts, capacity + 1);
    const slots = new Int32Array(capacity * 2).fill(-1);
    const mask = slots.length - 1;
    for (let index = 0; index < this.#count; index++) {
      let slot = this.#hashes[index]! & mask;
      while (slots[slot] !== -1) slot = (slot + 1) & mask;
      slots[slot] = index;
    }
    this.#slots = slots;
  }
}

/** FNV-1a over bytes[start..end), its high bits folded into the low ones that tables use. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

/** A copy of an array with room for at least `length` entries, and at least twice as many as before. */
export function grown<T extends Uint8Array | Int32Array | Float64Array>(
  array: T,
  length: number,
): T {
  const Type = array.constructor as new (length: number) => T;
  const copy = new Type(Math.max(length, array.length * 2));
  copy.set(array);
  return copy;
}
