/**
 * The words of the slab: found sixteen bytes at a time, then looked up one after another, so that the
 * reads of the dictionary overlap. What comes out are word numbers, of which `numbers` holds those of
 * positions that phrases are still to be looked for at.
 */
import { findWord } from "./dictionary";
import { matchPhrases } from "./match";
import { bounds, longestPhrase, longestWord, numbers, slab } from "./state";
import { insertWords, isBuilding } from "./build-words";

/** Words of all documents so far. */
export let wordCount: u64 = 0;

/** Word numbers that wait in `numbers`. */
let pending: u32 = 0;
/** Word positions of the document that come before them. */
let matched: u32 = 0;

/**
 * Take the words of [slab, end); at the end of a document all of them, else the last one only where it
 * is complete. Returns where the text goes on.
 */
export function takeWords(end: usize, isLast: bool): usize {
  // A separator behind the text ends its last word, and clears what was left of an earlier one.
  for (let i: usize = 0; i < 64; i += 16) v128.store(end + i, i8x16.splat(0));
  const carried: usize = isLast ? 0 : openWordLength(end);
  const count = findBounds(end - carried);
  if (isBuilding) insertWords(count);
  else {
    lookUp(count);
    wordCount += count;
    matchPending(isLast);
  }
  if (carried > 0) memory.copy(slab, end - carried, carried);
  // More than the longest word of any phrase need not be kept to know that it is none.
  return slab + (carried > longestWord + 1 && !isBuilding ? usize(longestWord) + 1 : carried);
}

/** Bytes of the word that the text ends in the middle of. */
function openWordLength(end: usize): usize {
  let p = end;
  while (p > slab && load<u8>(p - 1) != 0) p -= 1;
  return end - p;
}

/** Write the starts and ends of the words of [slab, end) to `bounds`; returns the number of words. */
function findBounds(end: usize): u32 {
  const zero = i8x16.splat(0);
  let place = bounds;
  let inside: u64 = 0;
  for (let p = slab; p < end + 1; p += 64) {
    const separators =
      mask(i8x16.eq(v128.load(p), zero)) |
      (mask(i8x16.eq(v128.load(p, 16), zero)) << 16) |
      (mask(i8x16.eq(v128.load(p, 32), zero)) << 32) |
      (mask(i8x16.eq(v128.load(p, 48), zero)) << 48);
    // Bytes behind the text may be words of another time.
    const left = end - p;
    const letters = ~separators & (left < 64 ? ((<u64>1) << left) - 1 : ~(<u64>0));
    let edges = letters ^ ((letters << 1) | inside);
    inside = letters >> 63;
    const base = u32(p - slab);
    while (edges != 0) {
      store<u32>(place, base + u32(ctz(edges)));
      place += 4;
      edges &= edges - 1;
    }
  }
  return u32(place - bounds) >> 3;
}

function mask(lanes: v128): u64 {
  return u64(u32(i8x16.bitmask(lanes)));
}

function lookUp(count: u32): void {
  let place = numbers + (pending << 2);
  let bound = bounds;
  for (let i: u32 = 0; i < count; i++) {
    const start = load<u32>(bound);
    const length = load<u32>(bound, 4) - start;
    store<u32>(place, length > longestWord ? 0 : findWord(slab + start, length));
    place += 4;
    bound += 8;
  }
  pending += count;
  // Phrases end at a word that is in none of them.
  store<u64>(place, 0);
}

/** Match at every position that no word yet to come can matter to. */
function matchPending(isLast: bool): void {
  const waiting = isLast ? 0 : min<u32>(pending, longestPhrase - 1);
  const ready = pending - waiting;
  matchPhrases(ready, matched);
  if (isLast) {
    pending = 0;
    matched = 0;
    return;
  }
  memory.copy(numbers, numbers + (ready << 2), waiting << 2);
  pending = waiting;
  matched += ready;
}
