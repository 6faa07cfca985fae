/**
 * The end of a block: sums go to the totals, and the pairs of the query are counted from the postings
 * of their phrases, which are made from the log by counting.
 *
 * By documents: a phrase's container is a sorted list of 16-bit document numbers, or, from 4,096
 * documents on, where both take the same room, a bitmap (the containers of Chambi et al., "Better bitmap
 * performance with Roaring bitmaps", 2016). The pairs of one phrase are taken together: its list becomes
 * a bitmap once, so a pair costs as many bit tests as its rarer phrase has documents, and two bitmaps
 * cost 8 KiB of ANDs.
 *
 * With a window: a container is the sorted list of all positions of a phrase in the block.
 */
import { growPostings } from "./grow";
import { beginBlock, blockDocuments, logLength } from "./record-hits";
import {
  codfTotals,
  cursors,
  dfTotals,
  documentEnds,
  log,
  pairEntries,
  pairStarts,
  phraseCount,
  postings,
  postingsCapacity,
  records,
  scratchBitmap,
  tfTotals,
  window,
  windowed,
} from "./state";

const BITMAP_FROM: u32 = 4096;
const BITMAP_BYTES: u32 = 8192;
/** Marks the cursor of a bitmap, which does not move. */
const IS_BITMAP: u32 = 0x80000000;
/** A list this many times as long as the other is searched instead of read. */
const MUCH_LONGER: u32 = 16;

/** End the block: everything recorded is added to the totals. */
export function endBlock(): void {
  if (blockDocuments > 0) {
    if (logLength > 0) {
      reservePostings();
      if (windowed != 0) fillPositions();
      else fillDocuments();
      countPairs();
    }
    addTotals();
  }
  beginBlock();
}

function dfOf(phrase: u32): u32 {
  return load<u32>(records + (phrase << 4), 4);
}

/** Entries of a phrase's postings; 0 where it is in no pair. */
function lengthOf(phrase: u32): u32 {
  const record = records + (phrase << 4);
  return load<u32>(record, 12) == 0 ? 0 : load<u32>(record + (windowed != 0 ? 8 : 4));
}

/** Set each cursor to where the phrase's postings begin, in bytes. */
function reservePostings(): void {
  let used: u32 = 0;
  for (let phrase: u32 = 1; phrase <= phraseCount; phrase++) {
    const length = lengthOf(phrase);
    const isBitmap = windowed == 0 && length >= BITMAP_FROM;
    store<u32>(cursors + (phrase << 2), isBitmap ? used | IS_BITMAP : used);
    if (windowed != 0) used += length << 2;
    else used += isBitmap ? BITMAP_BYTES : length << 1;
  }
  if (used > postingsCapacity) growPostings(used);
  if (windowed == 0) memory.fill(postings, 0, used);
}

function fillDocuments(): void {
  let entry: u32 = 0;
  for (let document: u32 = 0; document < blockDocuments; document++) {
    const end = load<u32>(documentEnds + (document << 2));
    for (; entry < end; entry++) {
      const cursor = cursors + (load<u32>(log + (entry << 2)) << 2);
      const place = load<u32>(cursor);
      if ((place & IS_BITMAP) != 0) setBit(postings + (place & ~IS_BITMAP), document);
      else {
        store<u16>(postings + place, document);
        store<u32>(cursor, place + 2);
      }
    }
  }
}

function setBit(bitmap: usize, document: u32): void {
  const byte = bitmap + (document >> 3);
  store<u8>(byte, (<u32>load<u8>(byte)) | (1 << (document & 7)));
}

/** Levels of the matching come one after another, but the occurrences of one phrase are all of one level. */
function fillPositions(): void {
  for (let entry: u32 = 0; entry < logLength; entry++) {
    const cursor = cursors + (load<u32>(log + (entry << 3)) << 2);
    const place = load<u32>(cursor);
    store<u32>(postings + place, load<u32>(log + (entry << 3), 4));
    store<u32>(cursor, place + 4);
  }
}

function countPairs(): void {
  let place = load<u32>(pairStarts + 4);
  for (let phrase: u32 = 1; phrase <= phraseCount; phrase++) {
    const end = load<u32>(pairStarts + (phrase << 2), 4);
    if (place < end && lengthOf(phrase) > 0) {
      if (windowed != 0) countNear(phrase, place, end);
      else countTogether(phrase, place, end);
    }
    place = end;
  }
}

function addToPair(pair: u32, count: u32): void {
  if (count > 0) atomic.add<u64>(codfTotals + (pair << 3), count);
}

/** The pairs of one phrase by documents: entries [place, end). */
function countTogether(phrase: u32, place: u32, end: u32): void {
  const length = dfOf(phrase);
  const isBitmap = length >= BITMAP_FROM;
  const list = containerOf(phrase, length);
  const bitmap = isBitmap ? list : scratchBitmap;
  let isSpread = isBitmap;
  for (; place < end; place++) {
    const entry = pairEntries + (place << 3);
    const partner = load<u32>(entry);
    const partnerLength = dfOf(partner);
    if (partnerLength == 0) continue;
    const other = containerOf(partner, partnerLength);
    let count: u32;
    if (partnerLength >= BITMAP_FROM)
      count = isBitmap ? countBoth(bitmap, other) : countIn(other, list, length);
    else if (!isBitmap && partnerLength > length * MUCH_LONGER)
      count = countFound(list, length, other, partnerLength);
    else {
      if (!isSpread) spread(list, length, true);
      isSpread = true;
      count = countIn(bitmap, other, partnerLength);
    }
    addToPair(load<u32>(entry, 4), count);
  }
  if (isSpread && !isBitmap) spread(list, length, false);
}

/** Where a phrase's documents lie. The cursor of a list has come to its end. */
function containerOf(phrase: u32, length: u32): usize {
  const cursor = load<u32>(cursors + (phrase << 2));
  return (cursor & IS_BITMAP) != 0
    ? postings + (cursor & ~IS_BITMAP)
    : postings + cursor - (length << 1);
}

/** Set, or clear again, the documents of a list in the scratch bitmap. */
function spread(list: usize, length: u32, isSet: bool): void {
  for (let i: u32 = 0; i < length; i++) {
    const document: u32 = load<u16>(list + (i << 1));
    if (isSet) setBit(scratchBitmap, document);
    else store<u8>(scratchBitmap + (document >> 3), 0);
  }
}

/** Documents of a list that a bitmap holds. */
function countIn(bitmap: usize, list: usize, length: u32): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const document: u32 = load<u16>(list + (i << 1));
    count += (u32(load<u8>(bitmap + (document >> 3))) >> (document & 7)) & 1;
  }
  return count;
}

/** Documents that two bitmaps hold. */
function countBoth(a: usize, b: usize): u32 {
  let sums = i32x4.splat(0);
  for (let i: usize = 0; i < BITMAP_BYTES; i += 16) {
    const bits = i8x16.popcnt(v128.and(v128.load(a + i), v128.load(b + i)));
    sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bits)));
  }
  return u32(
    i32x4.extract_lane(sums, 0) +
      i32x4.extract_lane(sums, 1) +
      i32x4.extract_lane(sums, 2) +
      i32x4.extract_lane(sums, 3),
  );
}

/** Documents of a short list found in a long one by binary search. */
function countFound(list: usize, length: u32, other: usize, otherLength: u32): u32 {
  let count: u32 = 0;
  let low: u32 = 0;
  for (let i: u32 = 0; i < length && low < otherLength; i++) {
    const document: u32 = load<u16>(list + (i << 1));
    let high = otherLength;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (load<u16>(other + (middle << 1)) < document) low = middle + 1;
      else high = middle;
    }
    if (low < otherLength && load<u16>(other + (low << 1)) == document) count += 1;
  }
  return count;
}

/** The pairs of one phrase by positions: entries [place, end). */
function countNear(phrase: u32, place: u32, end: u32): void {
  const length = lengthOf(phrase);
  const list = positionsOf(phrase, length);
  for (; place < end; place++) {
    const entry = pairEntries + (place << 3);
    const partner = load<u32>(entry);
    const partnerLength = lengthOf(partner);
    if (partnerLength == 0) continue;
    const other = positionsOf(partner, partnerLength);
    const count =
      length <= partnerLength
        ? countDocumentsNear(list, length, other, partnerLength)
        : countDocumentsNear(other, partnerLength, list, length);
    addToPair(load<u32>(entry, 4), count);
  }
}

function positionsOf(phrase: u32, length: u32): usize {
  return postings + load<u32>(cursors + (phrase << 2)) - (length << 2);
}

/**
 * Documents in which some position of the short list and some position of the long one lie within the
 * window. The long list is searched by steps that double, from where the last search ended.
 */
function countDocumentsNear(short: usize, length: u32, long: usize, longLength: u32): u32 {
  let count: u32 = 0;
  let document: u32 = 0;
  let at: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const position = load<u32>(short + (i << 2));
    const earliest = position > window ? position - window : 0;
    at = firstFrom(long, longLength, at, earliest);
    if (at == longLength) break;
    if (load<u32>(long + (at << 2)) > position + window) continue;
    count += 1;
    document = documentAt(document, position);
    const end = load<u32>(documentEnds + (document << 2));
    while (i + 1 < length && load<u32>(short + ((i + 1) << 2)) < end) i += 1;
  }
  return count;
}

/** The index of the first of a list's positions from index `at` on that is not before `earliest`. */
function firstFrom(list: usize, length: u32, at: u32, earliest: u32): u32 {
  let step: u32 = 1;
  let low = at;
  while (low + step < length && load<u32>(list + ((low + step) << 2)) < earliest) {
    low += step;
    step <<= 1;
  }
  let high = min<u32>(low + step, length);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(list + (middle << 2)) < earliest) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The document, not before `from`, that holds a position. */
function documentAt(from: u32, position: u32): u32 {
  let low = from;
  let high = blockDocuments - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(documentEnds + (middle << 2)) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Add df and tf to the totals, and clear them for the next block. */
function addTotals(): void {
  for (let phrase: u32 = 1; phrase <= phraseCount; phrase++) {
    const record = records + (phrase << 4);
    const df = load<u32>(record, 4);
    if (df == 0) continue;
    atomic.add<u64>(dfTotals + (phrase << 3), df);
    atomic.add<u64>(tfTotals + (phrase << 3), load<u32>(record, 8));
    store<u64>(record, 0, 4);
  }
}
