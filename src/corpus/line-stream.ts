/** The lines of a compressed file, or of standard input, from beginning to end. */
import { BlockHash } from "../base/block-hash.ts";
import { decompress, sniffCompression } from "./compression.ts";
import type { CorpusFile } from "./files.ts";
import { type LineChunk, lineChunks, countLines, type Stretches } from "./line-chunks.ts";
import { withoutByteOrderMark } from "./lines.ts";
import { peek } from "./pass.ts";
import { checkedPrefix, type StoredPrefix } from "./stored-prefix.ts";

/** A chunk and where it stands. */
export interface StreamChunk extends LineChunk {
  /** The number of its first line in the file, from 1. */
  readonly firstLine: number;
  /** The stored bytes from which it and all before it came. */
  readonly prefix: StoredPrefix;
}

/** What comes next of a stream: a chunk, or after the last one the hashes of the file's blocks. */
export type StreamStep = {
  /** Stored bytes read since the step before. */
  readonly stored: number;
} & ({ readonly chunk: StreamChunk } | { readonly blocks: readonly string[] });

export interface StreamOptions {
  readonly counted?: Stretches;
  /** What the file must begin with, for `counted` to be what it holds. */
  readonly prefix?: StoredPrefix | undefined;
  readonly chunkBytes?: number;
}

/** Read a file of lines, passing over what is counted already. */
export async function* readLineStream(
  { path, compression }: Pick<CorpusFile, "path" | "compression">,
  storedBytes: AsyncIterable<Uint8Array>,
  { counted = [], prefix, chunkBytes }: StreamOptions = {},
): AsyncGenerator<StreamStep, undefined> {
  const hash = new BlockHash();
  let [stored, line] = [0, 1];
  async function* noted(): AsyncGenerator<Uint8Array> {
    for await (const bytes of checkedPrefix(path, storedBytes, prefix)) {
      hash.update(bytes);
      stored += bytes.length;
      yield bytes;
    }
  }
  const take = (): number => {
    const taken = stored;
    stored = 0;
    return taken;
  };
  const text = path === "-" ? decompressed(noted()) : decompress(path, noted(), compression);
  const options = chunkBytes === undefined ? { counted } : { counted, chunkBytes };
  for await (const chunk of lineChunks(withoutByteOrderMark(text), options)) {
    const firstLine = line + chunk.passed;
    line = firstLine + countLines(chunk.bytes);
    yield { stored: take(), chunk: { ...chunk, firstLine, prefix: hash.prefix() } };
  }
  hash.endFile();
  yield { stored: take(), blocks: hash.blocks };
}

async function* decompressed(stored: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { start, bytes } = await peek(stored);
  yield* decompress("standard input", bytes, sniffCompression(start));
}
