/**
 * Pairs by documents: a phrase's container is a sorted list of 16-bit document numbers, or a bitmap (the
 * containers of Chambi et al., "Better bitmap performance with Roaring bitmaps", 2016). The pairs of one
 * phrase are taken together: its list becomes a bitmap once, so a pair costs as many bit tests as its
 * rarer phrase has documents, and two bitmaps cost 8 KiB of ANDs.
 */
import { addToPair, BITMAP_BYTES, BITMAP_FROM, dfOf, IS_BITMAP, setBit } from "./containers";
import { cursors, pairEntries, postings, scratchBitmap } from "./state";

/** A list this many times as long as the other is searched instead of read. */
const MUCH_LONGER: u32 = 16;

/** The pairs of one phrase by documents: entries [place, end). */
export function countTogether(phrase: u32, place: u32, end: u32): void {
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
