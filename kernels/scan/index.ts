/** What the host calls: count documents, end a block, or make the tables of a query. */
import { lastPhrase } from "./build-words";
import { endBlock } from "./block";
import {
  holdsNonAscii,
  parseLine,
  skipSpace,
  textEnd,
  textIsEscaped,
  textStart,
} from "./json-line";
import { readWords } from "./normalize";
import { beginDocument, endDocument } from "./record-hits";
import { codePointAt, isUtf8 } from "./utf8";
import { wordCount } from "./words";

export * from "./state";
export { beginTables, fillFilter } from "./build-words";
export { distinctPhrases, distinctWordBytes, distinctWords, edgeCount } from "./build-words";
export { endBlock } from "./block";
export { lastDocumentHolds, lastDocumentHoldsAny } from "./record-hits";

const LF: u32 = 0x0a;

/** Running sums, as doubles because those are what the host's numbers are. */
export let documents: f64 = 0;
export let words: f64 = 0;
export let lines: f64 = 0;
export let blankLines: f64 = 0;

/**
 * Count the JSON lines of [start, end), each a whole line. Stops before a line that it cannot vouch for,
 * and returns where that begins; returns `end` where all are counted.
 */
export function countJsonLines(start: usize, end: usize): usize {
  let line = start;
  while (line < end) {
    let p = skipSpace(line, end);
    if (p >= end || load<u8>(p) == LF) blankLines += 1;
    else {
      p = parseLine(p, end);
      if (p == 0) return line;
      p = skipSpace(p, end);
      if (p < end && load<u8>(p) != LF) return line;
      if (holdsNonAscii && !isUtf8(line, p)) return line;
      countText(textStart, textEnd, textIsEscaped);
    }
    lines += 1;
    line = p + 1;
  }
  return end;
}

/** The same for lines that are documents themselves. */
export function countTextLines(start: usize, end: usize): usize {
  let line = start;
  while (line < end) {
    const p = skipSpace(line, end);
    const lineEnd = endOfLine(p, end);
    if (p >= lineEnd) blankLines += 1;
    else {
      // Behind other white space the host says whether the line is blank.
      if (!isUtf8(p, lineEnd) || isOddSpace(codePointAt(p))) return line;
      countText(p, lineEnd, false);
    }
    lines += 1;
    line = lineEnd + 1;
  }
  return end;
}

/** Count [start, end) as one document; false, and nothing counted, where it is not UTF-8. */
export function countDocument(start: usize, end: usize): bool {
  if (!isUtf8(start, end)) return false;
  countText(start, end, false);
  return true;
}

/** The same for bytes that the host made from a string. */
export function countTrusted(start: usize, end: usize): void {
  countText(start, end, false);
}

/** Take [start, end) as a phrase of the query; returns its number, 0 where it has no words. */
export function addPhrase(start: usize, end: usize): u32 {
  readWords(start, end, false);
  return lastPhrase;
}

function countText(start: usize, end: usize, escapes: bool): void {
  beginDocument();
  const before = wordCount;
  readWords(start, end, escapes);
  const count = wordCount - before;
  documents += 1;
  words += f64(count);
  if (endDocument(count)) endBlock();
}

/** White space of JavaScript other than space, tab, LF and CR, and control characters. */
function isOddSpace(codePoint: u32): bool {
  return (
    codePoint < 0x20 ||
    codePoint == 0xa0 ||
    codePoint == 0x1680 ||
    (codePoint >= 0x2000 && codePoint <= 0x200a) ||
    codePoint == 0x2028 ||
    codePoint == 0x2029 ||
    codePoint == 0x202f ||
    codePoint == 0x205f ||
    codePoint == 0x3000 ||
    codePoint == 0xfeff
  );
}

function endOfLine(p: usize, end: usize): usize {
  const feed = i8x16.splat(<i8>LF);
  while (p < end) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(p), feed));
    if (found != 0) return min<usize>(p + ctz(found), end);
    p += 16;
  }
  return end;
}
