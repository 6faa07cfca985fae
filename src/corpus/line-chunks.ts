/** A text in chunks of whole lines, which anybody can count in any order. */
import { constants } from "node:buffer";

/** Neighboring lines, each ended by LF but perhaps the last. */
export interface LineChunk {
  /** Where the chunk begins in the text it was cut from, in bytes. */
  readonly start: number;
  /** Stands alone in its buffer, so that it can be handed to another thread. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Lines passed over just before it, because they are counted already. */
  readonly passed: number;
  /** Whether the line behind it is longer than a document may be. Nothing comes after it then. */
  readonly isBeforeTooLong: boolean;
}

/** Half-open stretches of a text or of a list of documents, ascending and apart. */
export type Stretches = readonly (readonly [start: number, end: number])[];

/** How lines are gathered. */
export interface LineChunkOptions {
  /** A chunk is handed out when so many bytes are there; default 1 MiB. */
  readonly chunkBytes?: number;
  /** Longest line in bytes; default the length of the longest string of this Node. */
  readonly longestLine?: number;
  /** What to pass over. Begins and ends where lines do. */
  readonly counted?: Stretches;
}

const LF = 0x0a;

/** Cut a text into chunks of lines. Holds a chunk in memory, or a line that is longer. */
export async function* lineChunks(
  text: AsyncIterable<Uint8Array>,
  {
    chunkBytes = 1024 * 1024,
    longestLine = constants.MAX_STRING_LENGTH,
    counted = [],
  }: LineChunkOptions = {},
): AsyncGenerator<LineChunk> {
  const buffer = new LineBuffer();
  let passed = 0;
  function* uncounted(lines: OwnBytes): Generator<LineChunk> {
    const start = buffer.start - lines.length;
    for (const { from, to, isCounted } of segments(start, buffer.start, counted)) {
      const bytes = to - from === lines.length ? lines : lines.slice(from - start, to - start);
      if (isCounted) passed += countLines(bytes);
      else {
        yield { start: from, bytes, passed, isBeforeTooLong: false };
        passed = 0;
      }
    }
  }
  for await (const piece of text) {
    buffer.push(piece);
    if (buffer.byteLength >= chunkBytes && buffer.lineEnd > 0) yield* uncounted(buffer.takeLines());
    if (buffer.byteLength - buffer.lineEnd <= longestLine) continue;
    yield* uncounted(buffer.takeLines());
    yield { start: buffer.start, bytes: new Uint8Array(0), passed, isBeforeTooLong: true };
    return;
  }
  yield* uncounted(buffer.takeAll());
  if (passed > 0)
    yield { start: buffer.start, bytes: new Uint8Array(0), passed, isBeforeTooLong: false };
}

/** Lines of a text: its LFs, and the last line where none ends it. */
export function countLines(text: Uint8Array): number {
  let lines = text.length > 0 && text.at(-1) !== LF ? 1 : 0;
  for (let at = text.indexOf(LF); at !== -1; at = text.indexOf(LF, at + 1)) lines += 1;
  return lines;
}

/** A stretch with another added, neighbors joined. */
export function withStretch(stretches: Stretches, start: number, end: number): Stretches {
  if (start >= end) return stretches;
  const joined: [number, number][] = [];
  for (const [from, to] of [...stretches, [start, end] as const].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** [start, end) as stretches that are counted and stretches that are not. */
export function* segments(
  start: number,
  end: number,
  counted: Stretches,
): Generator<{ readonly from: number; readonly to: number; readonly isCounted: boolean }> {
  let at = start;
  for (const [from, to] of counted) {
    if (to <= at) continue;
    if (from >= end) break;
    if (from > at) yield { from: at, to: from, isCounted: false };
    yield { from: Math.max(at, from), to: Math.min(end, to), isCounted: true };
    at = Math.min(end, to);
  }
  if (at < end) yield { from: at, to: end, isCounted: false };
}

type OwnBytes = Uint8Array<ArrayBuffer>;

/** Bytes gathered until their lines are taken. */
class LineBuffer {
  /** Where what is gathered begins in the text. */
  start = 0;
  byteLength = 0;
  /** Bytes of whole lines among those gathered. */
  lineEnd = 0;
  #pieces: Uint8Array[] = [];

  push(piece: Uint8Array): void {
    const last = piece.lastIndexOf(LF);
    if (last !== -1) this.lineEnd = this.byteLength + last + 1;
    this.#pieces.push(piece);
    this.byteLength += piece.length;
  }

  takeLines(): OwnBytes {
    return this.#take(this.lineEnd);
  }

  takeAll(): OwnBytes {
    return this.#take(this.byteLength);
  }

  #take(length: number): OwnBytes {
    const taken = new Uint8Array(length);
    let filled = 0;
    const rest: Uint8Array[] = [];
    for (const piece of this.#pieces) {
      const part = piece.subarray(0, length - filled);
      taken.set(part, filled);
      filled += part.length;
      if (part.length < piece.length) rest.push(piece.subarray(part.length));
    }
    this.#pieces = rest;
    this.start += length;
    this.byteLength -= length;
    this.lineEnd = 0;
    return taken;
  }
}
