/**
 * Lines of queries as they stand in a file's UTF-8: where the phrases begin and end, found without
 * decoding. A finder is sure or gives up: what it gives is exactly what decoding and parsing the
 * line would give, and a line of any other shape, sound or not, it leaves to them.
 */

const TAB = 0x09;
const LF = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Places of phrases in bytes: phrase i stands in [bounds[2i], bounds[2i + 1]). */
export interface Spans {
  readonly bounds: Uint32Array;
  count: number;
}

/** Where the line that begins at `start` ends: at its LF, or at the end of the bytes. */
export function findLineEnd(bytes: Uint8Array, start: number): number {
  let end = start;
  while (end < bytes.length && bytes[end] !== LF) end += 1;
  return end;
}

/** Add each column of [start, end) to `spans`; false, and nothing added, unless there are `columns`. */
export function findColumns(
  bytes: Uint8Array,
  start: number,
  end: number,
  { columns, spans }: { readonly columns: number; readonly spans: Spans },
): boolean {
  const { bounds } = spans;
  let at = 2 * spans.count;
  const limit = at + 2 * columns;
  bounds[at++] = start;
  for (let i = start; i < end; i++) {
    if (bytes[i] !== TAB) continue;
    if (at + 1 === limit) return false;
    bounds[at++] = i;
    bounds[at++] = i + 1;
  }
  bounds[at++] = end;
  if (at !== limit) return false;
  spans.count += columns;
  return true;
}

/**
 * Add the string under each key to `spans`; false, and nothing added, unless the line is an object
 * of just these keys in this order, its strings without escapes, with spaces at most between the
 * parts. `keys` are given as they stand in the file, in quotes. The bytes must be sound UTF-8.
 */
export function findStrings(
  bytes: Uint8Array,
  start: number,
  end: number,
  { keys, spans }: { readonly keys: readonly Uint8Array[]; readonly spans: Spans },
): boolean {
  const { bounds, count } = spans;
  let at = afterByte(bytes, start, end, OPEN_BRACE);
  for (let k = 0; k < keys.length; k++) {
    if (k > 0) at = afterByte(bytes, at, end, COMMA);
    at = afterKey(bytes, at, end, keys[k]!);
    at = afterByte(bytes, at, end, COLON);
    at = afterByte(bytes, at, end, QUOTE);
    bounds[2 * (count + k)] = at;
    while (at < end && isPlain(bytes[at]!)) at += 1;
    bounds[2 * (count + k) + 1] = at;
    at = afterByte(bytes, at, end, QUOTE);
  }
  at = afterByte(bytes, at, end, CLOSE_BRACE);
  if (skipSpaces(bytes, at, end) !== end) return false;
  spans.count += keys.length;
  return true;
}

/** Whether an ASCII letter or digit stands in [start, end): under every policy that makes a word. */
export function hasAsciiWord(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const letter = bytes[i]! | 0x20;
    if (letter >= 0x61 && letter <= 0x7a) return true;
    if (bytes[i]! >= 0x30 && bytes[i]! <= 0x39) return true;
  }
  return false;
}

// Once something is missing, `at` lies beyond `end`, where nothing is found either.

function afterByte(bytes: Uint8Array, start: number, end: number, byte: number): number {
  const at = skipSpaces(bytes, start, end);
  return at < end && bytes[at] === byte ? at + 1 : end + 1;
}

function afterKey(bytes: Uint8Array, start: number, end: number, key: Uint8Array): number {
  const at = skipSpaces(bytes, start, end);
  if (at + key.length > end) return end + 1;
  for (let i = 0; i < key.length; i++) if (bytes[at + i] !== key[i]) return end + 1;
  return at + key.length;
}

function skipSpaces(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === SPACE) at += 1;
  return at;
}

/** Whether a byte stands for itself in a JSON string: no control character, quote or escape. */
function isPlain(byte: number): boolean {
  return byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH;
}
