/**
 * Files of phrases and pairs to count.
 *
 *   JSON lines   {"phrase": "…"} or {"a": "…", "b": "…"}; other keys are left alone
 *   TSV          one column with a phrase, or two columns with a pair; no header, no quoting
 *
 * Which of the two it is, the first line says: JSON lines begin with {. A line ends at LF, a CR
 * before it is dropped. A blank line means nothing among JSON lines; among TSV it is an empty phrase,
 * which is an error.
 */
import { stat } from "node:fs/promises";
import { fileError } from "../base/files.ts";
import type { LongWork } from "../base/progress.ts";
import { decompress } from "../corpus/compression.ts";
import { readStoredBytes } from "../corpus/file-lines.ts";
import { fileCompression } from "../corpus/files.ts";
import { readLineBlocks } from "../corpus/lines.ts";
import type { TextPolicy } from "../text/policy.ts";
import type { PhraseTable } from "./phrase-table.ts";
import { QueryReader } from "./query-reader.ts";

/** A file of phrases or pairs, plain or compressed as its name says. */
export interface QueryFile {
  readonly path: string;
  /** What stands in it, where that is not on disk: standard input, which is not compressed. */
  readonly bytes?: AsyncIterable<Uint8Array>;
}

/** What the lines of a file ask for. */
export type QueryKind = keyof typeof fieldsOf;

const fieldsOf = { phrases: ["phrase"], pairs: ["a", "b"] } as const;

/**
 * Read a file of queries into a table of phrases; returns the table's number of each phrase asked
 * for, two for each pair. Holds a chunk of the file in memory.
 */
export async function readQueries(
  file: QueryFile,
  kind: QueryKind,
  {
    phrases,
    policy,
    signal,
    onProgress,
  }: LongWork & { readonly phrases: PhraseTable; readonly policy: TextPolicy },
): Promise<Uint32Array> {
  const { path, bytes } = file;
  const reader = new QueryReader(path, fieldsOf[kind], { phrases, policy });
  const progress = { stage: `read ${kind}`, unit: "bytes", ...(await sizeOf(file)) };
  const stored = watched(bytes ?? readStoredBytes(path), (done) => {
    signal?.throwIfAborted();
    onProgress?.({ ...progress, done });
  });
  const text = bytes === undefined ? decompress(path, stored, fileCompression(path)) : stored;
  for await (const lines of readLineBlocks(path, text, reader)) reader.read(lines);
  return reader.finish();
}

async function sizeOf({ path, bytes }: QueryFile): Promise<{ readonly total?: number }> {
  if (bytes !== undefined) return {};
  const status = await stat(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  return status.isFile() ? { total: status.size } : {};
}

/** Pass chunks on and say, before each and at the end, how many bytes went by. */
async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (done: number) => void,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of chunks) {
    onBytes(done);
    yield chunk;
    done += chunk.byteLength;
  }
  onBytes(done);
}
