/**
 * What is known of each phrase in the block, and the log of which document holds which phrase.
 *
 *   record, 16 bytes   last document that held it (4) · df (4) · tf (4) · 1 where it is in a pair (4)
 *
 * Documents are stamped with numbers that never come again before all records are cleared, so nothing is
 * cleared between documents. Entries of the log are phrases, or, where the query has a window, the
 * phrase (4) and its position in the block (4) of every occurrence. Positions of different documents lie
 * further apart than the window.
 */
import { growLog } from "./grow";
import {
  documentEnds,
  hitPositions,
  hits,
  log,
  logCapacity,
  logLimit,
  phraseCount,
  records,
  window,
  windowed,
} from "./state";

/** Documents that a block holds at most: their numbers are 16 bits. */
const BLOCK_DOCUMENTS: u32 = 65536;
/** From here on stamps begin again. */
const LAST_STAMP: u32 = 0xffff0000;
/** A position at which a block ends early, far from where they would overflow. */
const LAST_POSITION: u32 = 0x80000000;
/** Occurrences of one phrase in a block stay below 2^32. */
const LAST_WORDS: u64 = 0x80000000;

/** Entries of the log, and documents, in the block so far. */
export let logLength: u32 = 0;
export let blockDocuments: u32 = 0;

let stamp: u32 = 1;
/** Position in the block at which the document begins. */
let blockPosition: u32 = 0;
let blockWords: u64 = 0;

/** Record the first `count` hits of the document. */
export function recordHits(count: u32): void {
  if (count == 0) return;
  if (logLength + count > logCapacity) growLog(logLength, logLength + count, windowed != 0 ? 8 : 4);
  if (windowed != 0) recordOccurrences(count);
  else recordPhrases(count);
}

function recordPhrases(count: u32): void {
  let place = log + (logLength << 2);
  const start = place;
  const now = stamp;
  for (let i: u32 = 0; i < count; i++) {
    const phrase = load<u32>(hits + (i << 2));
    const record = records + (phrase << 4);
    const isNew = u32(load<u32>(record) != now);
    store<u32>(record, now);
    store<u32>(record, load<u32>(record, 4) + isNew, 4);
    store<u32>(record, load<u32>(record, 8) + 1, 8);
    store<u32>(place, phrase);
    place += (isNew & load<u32>(record, 12)) << 2;
  }
  logLength += u32(place - start) >> 2;
}

function recordOccurrences(count: u32): void {
  let place = log + (logLength << 3);
  const start = place;
  const now = stamp;
  for (let i: u32 = 0; i < count; i++) {
    const phrase = load<u32>(hits + (i << 2));
    const record = records + (phrase << 4);
    const isNew = u32(load<u32>(record) != now);
    store<u32>(record, now);
    store<u32>(record, load<u32>(record, 4) + isNew, 4);
    store<u32>(record, load<u32>(record, 8) + 1, 8);
    store<u32>(place, phrase);
    store<u32>(place, blockPosition + load<u32>(hitPositions + (i << 2)), 4);
    place += load<u32>(record, 12) << 3;
  }
  logLength += u32(place - start) >> 3;
}

/** End a document of so many words; true where the block should end with it. */
export function endDocument(words: u64): bool {
  store<u32>(
    documentEnds + (blockDocuments << 2),
    windowed != 0 ? blockPosition + u32(words) : logLength,
  );
  blockDocuments += 1;
  blockWords += words;
  stamp += 1;
  if (windowed != 0) blockPosition += u32(words) + window + 1;
  return (
    blockDocuments == BLOCK_DOCUMENTS ||
    logLength >= logLimit ||
    blockPosition >= LAST_POSITION ||
    blockWords >= LAST_WORDS
  );
}

/** Whether the document counted last holds a phrase. */
export function lastDocumentHolds(phrase: u32): bool {
  return load<u32>(records + (phrase << 4)) == stamp - 1;
}

/** Whether the document counted last holds any phrase. */
export function lastDocumentHoldsAny(): bool {
  for (let phrase: u32 = 1; phrase <= phraseCount; phrase++)
    if (lastDocumentHolds(phrase)) return true;
  return false;
}

/** Begin a document. */
export function beginDocument(): void {
  if (stamp < LAST_STAMP) return;
  for (let phrase: u32 = 1; phrase <= phraseCount; phrase++) store<u32>(records + (phrase << 4), 0);
  stamp = 1;
}

/** Begin a block; the sums of the last one have been taken out of the records. */
export function beginBlock(): void {
  logLength = 0;
  blockDocuments = 0;
  blockPosition = 0;
  blockWords = 0;
}
