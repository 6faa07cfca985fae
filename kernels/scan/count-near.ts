/** Pairs within a window: a container is the sorted list of all positions of a phrase in the block. */
import { addToPair, lengthOf } from "./containers";
import { blockDocuments } from "./record-hits";
import { cursors, documentEnds, pairEntries, postings, window } from "./state";

/** The pairs of one phrase by positions: entries [place, end). */
export function countNear(phrase: u32, place: u32, end: u32): void {
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
