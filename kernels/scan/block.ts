/**
 * The end of a block: sums go to the totals, and the pairs of the query are counted from the postings
 * of their phrases, which are made from the log by counting.
 */
import { BITMAP_BYTES, BITMAP_FROM, IS_BITMAP, lengthOf, setBit } from "./containers";
import { countNear } from "./count-near";
import { countTogether } from "./count-together";
import { growPostings } from "./grow";
import { beginBlock, blockDocuments, logLength } from "./record-hits";
import {
  cursors,
  dfTotals,
  documentEnds,
  log,
  pairStarts,
  phraseCount,
  postings,
  postingsCapacity,
  records,
  tfTotals,
  windowed,
} from "./state";

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
