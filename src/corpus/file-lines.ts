/** Lines of one file that is no corpus: tasks, requests, phrases. */
import { createReadStream } from "node:fs";
import { fileError } from "../base/files.ts";
import { decompress } from "./compression.ts";
import { fileCompression } from "./files.ts";
import { type LineBatch, readLines } from "./lines.ts";

/** Which bytes of a file are read, and how many at once. */
export interface StoredRange {
  readonly start?: number;
  readonly end?: number;
  /** Default 256 KiB. */
  readonly chunkBytes?: number;
}

/** A file's bytes as stored. While a chunk is worked on, the next one is read. */
export async function* readStoredBytes(
  path: string,
  { start = 0, end = Infinity, chunkBytes = 256 * 1024 }: StoredRange = {},
): AsyncGenerator<Uint8Array> {
  if (start >= end) return;
  const isWhole = start === 0 && end === Infinity;
  // A pipe is read as it comes: it has no places. `end` of a read stream is the last byte.
  const range = isWhole ? {} : { start, end: end - 1 };
  try {
    const stream = createReadStream(path, { ...range, highWaterMark: chunkBytes });
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw fileError(path, error);
  }
}

/**
 * A text file's lines in batches, decompressed where its name ends in .gz or .zst. Invalid UTF-8 is
 * replaced, and counted in `counter`. Holds a chunk and a line in memory.
 */
export async function* readFileLines(
  path: string,
  counter: { replacedCharacters: number } = { replacedCharacters: 0 },
): AsyncGenerator<LineBatch> {
  yield* readLines(path, decompress(path, readStoredBytes(path), fileCompression(path)), counter);
}
