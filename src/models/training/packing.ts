/**
 * How a stream of documents becomes sequences of one length. Each sequence reads a stretch of the
 * stream and predicts the same stretch one token further, so the token before a document, the
 * end-of-text of the one before it, is what the document is read after:
 *
 *   ids       a a a ⏹ b b ⏹ c c c c ⏹         ⏹ ends a document and begins the next
 *   cut       [a a a ⏹][b b ⏹ c]…              stretches of one length, wherever documents end
 *   whole     [a a a][⏹ b b][⏹ c c c c]        as many documents as fit
 */
import { RoteError } from "../../base/errors.ts";
import type { TrainingTokens } from "./token-stream.ts";

/** What documents have to do with the sequences they are packed into. */
export interface Packing {
  /** Whether a token sees documents before its own ("across"), or only its own ("within"). */
  readonly attention: "across" | "within";
  /** Whether documents are cut where a sequence is full, or kept whole if they fit, with padding. */
  readonly documents: "cut" | "whole";
}

/** One document after the other, cut where a sequence is full. */
export const plainPacking: Packing = { attention: "across", documents: "cut" };

/** The stretches that sequences read: starts[i] up to ends[i] of the stream. */
export interface Stretches {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export interface PackingOptions {
  readonly sequenceLength: number;
  readonly documents: Packing["documents"];
  /** Keep what is left at the end and does not fill a sequence; "whole" always does. */
  readonly keepRest?: boolean;
}

/** Cut a stream into stretches. Those in which nothing has a loss are left out. */
export function packSequences(
  { ids, begins, weights }: TrainingTokens,
  { sequenceLength, documents, keepRest = documents === "whole" }: PackingOptions,
): Stretches {
  // A stretch's last token has its label behind it.
  const places = ids.length - 1;
  const borders = documents === "whole" ? [...begins.subarray(1)].map((begin) => begin - 1) : [];
  const cut = stretchesBetween([...borders, places], sequenceLength);
  const kept = cut.filter(
    ({ start, end }) =>
      (keepRest || end - start === sequenceLength) &&
      (weights?.subarray(start + 1, end + 1).includes(1) ?? true),
  );
  if (kept.length === 0) throw noSequence(ids.length, sequenceLength, weights !== undefined);
  return {
    starts: Int32Array.from(kept, ({ start }) => start),
    ends: Int32Array.from(kept, ({ end }) => end),
  };
}

/** Fill stretches up to the borders that fit; what lies between two is cut where it is longer than a sequence. */
function stretchesBetween(
  borders: readonly number[],
  sequenceLength: number,
): { readonly start: number; readonly end: number }[] {
  const found = [];
  let [start, end] = [0, 0];
  for (const border of borders) {
    if (border - start > sequenceLength && end > start) {
      found.push({ start, end });
      start = end;
    }
    for (; border - start > sequenceLength; start += sequenceLength)
      found.push({ start, end: start + sequenceLength });
    end = border;
  }
  if (end > start) found.push({ start, end });
  return found;
}

/** Documents that do not fit into a sequence, even whole. */
export function countLongDocuments(
  { ids, begins }: TrainingTokens,
  sequenceLength: number,
): number {
  // The end-of-text before a document is read with it; its own is only predicted.
  const size = (begin: number, i: number): number =>
    (begins[i + 1] ?? ids.length) - 1 - Math.max(0, begin - 1);
  return begins.filter((begin, i) => size(begin, i) > sequenceLength).length;
}

/** Where the document of each place of a stretch begins, counted from the stretch's start. */
export function documentStarts(begins: Int32Array, start: number, end: number): Int32Array {
  const result = new Int32Array(end - start);
  let next = firstAfter(begins, start + 1);
  let current = 0;
  for (let place = start; place < end; place++) {
    // The end-of-text before a document is the first that it sees.
    for (; next < begins.length && begins[next]! - 1 <= place; next++)
      current = Math.max(0, begins[next]! - 1 - start);
    result[place - start] = current;
  }
  return result;
}

/** The first index whose begin is greater than a place, by bisection. */
function firstAfter(begins: Int32Array, place: number): number {
  let [low, high] = [0, begins.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (begins[middle]! > place) high = middle;
    else low = middle + 1;
  }
  return low;
}

function noSequence(tokens: number, sequenceLength: number, isMasked: boolean): RoteError {
  const masked = isMasked ? " with a token that has a loss" : "";
  return new RoteError(
    "corpus/empty",
    `${tokens} tokens do not fill one sequence of ${sequenceLength}${masked}; give more text or a smaller schedule.sequenceLength`,
    { tokens, sequenceLength },
  );
}
