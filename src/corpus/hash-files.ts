import { BlockHash } from "../base/block-hash.ts";
import type { LongWork } from "../base/progress.ts";
import { readStoredBytes } from "./file-lines.ts";
import type { CorpusFile } from "./files.ts";

const CHUNK_BYTES = 2 ** 20;

/** The content hash of a corpus's files, as a pass over its documents reports it; nothing is decoded. */
export async function hashCorpusFiles(
  files: readonly CorpusFile[],
  { signal, onProgress }: LongWork = {},
): Promise<string> {
  const hash = new BlockHash();
  const total = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  let done = 0;
  for (const { path } of files) {
    for await (const bytes of readStoredBytes(path, { chunkBytes: CHUNK_BYTES })) {
      onProgress?.({ stage: "hash", done, total, unit: "bytes" });
      signal?.throwIfAborted();
      hash.update(bytes);
      done += bytes.byteLength;
    }
    hash.endFile();
  }
  return hash.digest();
}
