/**
 * Bytes to text and to lines.
 *
 * A line ends at LF; a CR before it is dropped; U+2028, U+2029 and a lone CR end nothing. A byte
 * order mark at the start is dropped; the last line needs no LF. Invalid UTF-8 is replaced by
 * U+FFFD, one for each maximal invalid sequence as the WHATWG Encoding Standard says, and counted.
 */
import { constants } from "node:buffer";
import { RoteError } from "../base/errors.ts";
import type { Tally } from "./tally.ts";

/** Neighboring lines: line `firstLine + i` (counted from 1) is `lines[i]`. */
export interface LineBatch {
  readonly firstLine: number;
  readonly lines: readonly string[];
}

type Counter = Pick<Tally, "replacedCharacters">;

const LF = 0x0a;
const CR = 0x0d;
const REPLACEMENT = "\u{fffd}";
const replacementBytes = Buffer.from(REPLACEMENT);
const byteOrderMark = Buffer.from("\u{feff}");

/**
 * Split bytes into lines. Holds one chunk and one line in memory; a line longer than the longest
 * string of this Node (512 MiB) is an error.
 */
export async function* readLines(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  counter: Counter,
): AsyncGenerator<LineBatch> {
  const next = { line: 1 };
  for await (const block of readLineBlocks(path, chunks, next)) {
    const lines: string[] = [];
    for (let start = 0; start < block.length;) {
      const lf = block.indexOf(LF, start);
      const end = lf === -1 ? block.length : lf;
      lines.push(decodeUtf8(withoutReturn(block.subarray(start, end)), counter));
      start = end + 1;
    }
    yield { firstLine: next.line, lines };
    next.line += lines.length;
  }
}

/**
 * The same lines as bytes: blocks of whole lines, each ended by its LF but perhaps the last of all.
 * Only a line that spans chunks is copied. The caller counts lines in `next`, which the error about
 * a line too long names.
 */
export async function* readLineBlocks(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  next: { readonly line: number },
): AsyncGenerator<Buffer> {
  const open = new ByteParts(path);
  for await (const bytes of withoutByteOrderMark(chunks)) {
    const firstEnd = bytes.indexOf(LF) + 1;
    const lastEnd = bytes.lastIndexOf(LF) + 1;
    const start = open.byteLength > 0 ? firstEnd : 0;
    if (start > 0) yield open.take(bytes.subarray(0, start));
    if (lastEnd > start) yield bytes.subarray(start, lastEnd);
    open.push(bytes.subarray(lastEnd), next.line);
  }
  if (open.byteLength > 0) yield open.take();
}

/** All bytes as one text, without its byte order mark. */
export async function readWhole(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  counter: Counter,
): Promise<string> {
  return decodeUtf8(await readWholeBytes(path, chunks), counter);
}

/** All bytes of one text, without its byte order mark. */
export async function readWholeBytes(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Uint8Array> {
  const parts = new ByteParts(path);
  for await (const bytes of withoutByteOrderMark(chunks)) parts.push(bytes, 1);
  return parts.take();
}

/** Bytes as text; invalid sequences are replaced and counted. */
export function decodeUtf8(bytes: Uint8Array, counter: Counter): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString("utf8");
  if (text.includes(REPLACEMENT))
    counter.replacedCharacters += countText(text) - countGenuine(buffer);
  return text;
}

function countText(text: string): number {
  let count = 0;
  for (let at = text.indexOf(REPLACEMENT); at !== -1; at = text.indexOf(REPLACEMENT, at + 1))
    count += 1;
  return count;
}

// A U+FFFD that stands in the file is no replacement; its first byte can continue no sequence, so
// its three bytes are never part of an invalid one.
function countGenuine(buffer: Buffer): number {
  let count = 0;
  for (let at = buffer.indexOf(replacementBytes); at !== -1; count += 1)
    at = buffer.indexOf(replacementBytes, at + replacementBytes.length);
  return count;
}

/** A line without the CR before its LF. */
export function withoutReturn<Bytes extends Uint8Array>(line: Bytes): Bytes {
  return line.at(-1) === CR ? (line.subarray(0, -1) as Bytes) : line;
}

/** What is said of a line, or of a text that is one document, beyond the longest string of this Node. */
export function tooLong(path: string, line: number): RoteError {
  return new RoteError(
    "corpus/unsupported",
    `${path}:${line} is longer than the ${constants.MAX_STRING_LENGTH} bytes one document may have; split it`,
    { path, line },
  );
}

/** Bytes collected until they are taken: one copy where they came in several chunks. */
class ByteParts {
  byteLength = 0;
  readonly #path: string;
  #parts: Buffer[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  push(bytes: Buffer, line: number): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.byteLength += bytes.length;
    if (this.byteLength > constants.MAX_STRING_LENGTH) throw tooLong(this.#path, line);
  }

  /** All parts and this last one. */
  take(last: Buffer = Buffer.alloc(0)): Buffer {
    const whole = Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    this.byteLength = 0;
    return whole;
  }
}

/** A text's bytes without the byte order mark it may begin with. */
export async function* withoutByteOrderMark(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (start === undefined) {
      yield bytes;
      continue;
    }
    start = Buffer.concat([start, bytes]);
    if (start.length < byteOrderMark.length) continue;
    yield withoutMark(start);
    start = undefined;
  }
  if (start !== undefined) yield withoutMark(start);
}

function withoutMark(bytes: Buffer): Buffer {
  const marked = bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark);
  return marked ? bytes.subarray(byteOrderMark.length) : bytes;
}
