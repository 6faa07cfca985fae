/**
 * NFKC with a map back to the original text.
 *
 * The text is cut where nothing can reorder or compose across: before every code point whose
 * decomposition begins with a starter that composes with nothing before it. Between two cuts lies a
 * *cluster*, as a rule one base character with its marks; NFKC of the text is the NFKC of its
 * clusters, one after another. A cluster that NFKC leaves alone maps unit by unit; one that it
 * changes maps as a whole, because no part of ﬁ, ½ or ㌀ stands for one of its letters.
 *
 * Reference: UAX #15, "Stable Code Points" and the normalization boundaries of section 9.
 */
import { ATTACHES, properties } from "./unicode.ts";

/** A text under NFKC; `starts[i]` and `ends[i]` bound the original of its UTF-16 unit i. Undefined maps mean identity. */
export interface NormalizedText {
  readonly text: string;
  readonly starts?: Int32Array;
  readonly ends?: Int32Array;
}

/** Normalize with a map. Takes 8 bytes a UTF-16 unit where NFKC changes the text, none where it does not. */
export function normalizeWithMap(original: string): NormalizedText {
  const text = original.normalize("NFKC");
  if (text === original) return { text };
  const starts = new Int32Array(text.length);
  const ends = new Int32Array(text.length).fill(original.length);
  let filled = 0;
  for (let start = 0; start < original.length;) {
    const end = clusterEnd(original, start);
    const cluster = original.slice(start, end);
    const normalized = end - start === 1 && isAscii(original, start) ? cluster : nfkc(cluster);
    const changed = normalized !== cluster;
    for (let i = 0; i < normalized.length; i++, filled++) {
      starts[filled] = changed ? start : start + i;
      ends[filled] = changed ? end : start + i + 1;
    }
    start = end;
  }
  // A platform whose Unicode is newer than the tables may compose characters they do not know: then
  // the whole text is one cluster, which is coarse but still true.
  return filled === text.length ? { text, starts, ends } : oneCluster(original, text);
}

function clusterEnd(text: string, start: number): number {
  let end = start;
  do end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  while (end < text.length && (properties[text.codePointAt(end)!]! & ATTACHES) !== 0);
  return end;
}

function isAscii(text: string, index: number): boolean {
  return text.charCodeAt(index) < 128;
}

function nfkc(text: string): string {
  return text.normalize("NFKC");
}

function oneCluster(original: string, text: string): NormalizedText {
  const starts = new Int32Array(text.length);
  return { text, starts, ends: new Int32Array(text.length).fill(original.length) };
}
