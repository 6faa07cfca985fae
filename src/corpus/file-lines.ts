/** Lines of one file that is no corpus: tasks, requests, phrases. */
import { createReadStream } from "node:fs";
import { fileError } from "../base/files.ts";
import { decompress } from "./compression.ts";
import { fileCompression } from "./files.ts";
import { type LineBatch, readLines } from "./lines.ts";

const CHUNK_BYTES = 256 * 1024;

/** A file's bytes as stored. */
export async function* readStoredBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    const stream = createReadStream(path, { highWaterMark: CHUNK_BYTES });
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
