/**
 * The words of the query by their bytes, in one hash table with linear probing.
 *
 *   slot, 16 bytes   the word's first 8 bytes (0 behind its end) · word number · length
 *
 * Word numbers begin at 1; 0 is a free slot, and what a word that is in no query has for a number. The
 * words of up to eight bytes, nine in ten, are decided within the slot; of a longer one the rest is
 * compared with its bytes in `wordBytes`. No byte of a word is 0.
 */
import { dictionary, dictionaryShift, wordBytes, wordStarts } from "./state";

const HASH_FIRST: u64 = 0x9e3779b97f4a7c15;
const HASH_LAST: u64 = 0xc2b2ae3d27d4eb4f;

/** The number of the word at [p, p + length), or 0. Reads up to 8 bytes on either side. */
export function findWord(p: usize, length: u32): u32 {
  return load<u32>(slotOf(p, length), 8);
}

/** The slot that holds the word, or the free one where it would go. */
export function slotOf(p: usize, length: u32): usize {
  const isLong = length > 8;
  const first = load<u64>(p) & (~(<u64>0) >> (isLong ? 0 : u64(64 - (length << 3))));
  const last = isLong ? load<u64>(p + length - 8) : 0;
  const mask = (usize(1) << (64 - dictionaryShift)) - 1;
  let slot = usize(hashWord(first, last, length) >> u64(dictionaryShift));
  while (true) {
    const address = dictionary + (slot << 4);
    const number = load<u32>(address, 8);
    if (number == 0) return address;
    if (load<u64>(address) == first && load<u32>(address, 12) == length)
      if (!isLong || isRest(number, p, length)) return address;
    slot = (slot + 1) & mask;
  }
}

/** The top bits are the best mixed. */
export function hashWord(first: u64, last: u64, length: u32): u64 {
  const mixed = (first ^ ((last + length) * HASH_LAST)) * HASH_FIRST;
  return (mixed ^ (mixed >> 32)) * HASH_LAST;
}

/** Whether a word whose first eight bytes agree agrees altogether. */
function isRest(number: u32, p: usize, length: u32): bool {
  const known = wordBytes + load<u32>(wordStarts + (number << 2));
  let at: u32 = 8;
  for (; at + 8 <= length; at += 8) if (load<u64>(known + at) != load<u64>(p + at)) return false;
  return load<u64>(known + length - 8) == load<u64>(p + length - 8);
}
