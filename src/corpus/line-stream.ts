/** The lines of a compressed file, of a range of its frames, or of standard input, from beginning to end. */
import { BlockHash } from "../base/block-hash.ts";
import { decompress, sniffCompression } from "./compression.ts";
import type { CorpusFile } from "./files.ts";
import { checkNextFrame, findFrame, readFrames } from "./frames.ts";
import { countLines, type LineChunk, lineChunks, type Stretches } from "./line-chunks.ts";
import { withoutByteOrderMark } from "./lines.ts";
import { PartHash } from "./part-hash.ts";
import { peek } from "./pass.ts";
import { rangeLines } from "./range-lines.ts";
import { checkedPrefix, type StoredPrefix } from "./stored-prefix.ts";

/** A chunk and where it stands. */
export interface StreamChunk extends LineChunk {
  /** The number of its first line in the file or range, from 1. */
  readonly firstLine: number;
  /** The stored bytes from which it and all before it came; absent in a range. */
  readonly prefix?: StoredPrefix;
}

/** What is known at the end of a stream. */
export interface StreamEnd {
  /** The hashes of the blocks that begin in it, in hex. */
  readonly blocks: readonly string[];
}

/** What comes next of a stream: a chunk, or after the last one the end. */
export type StreamStep = {
  /** Stored bytes read since the step before. */
  readonly stored: number;
} & ({ readonly chunk: StreamChunk } | { readonly end: StreamEnd });

export interface StreamOptions {
  readonly counted?: Stretches;
  /** What the file must begin with, for `counted` to be what it holds. */
  readonly prefix?: StoredPrefix | undefined;
  readonly chunkBytes?: number;
}

type StreamFile = Pick<CorpusFile, "path" | "compression">;

/** A text that is read, and what is known of what it was read from. */
interface StreamText {
  readonly text: AsyncIterable<Uint8Array>;
  /** Stored bytes read so far. */
  stored(): number;
  prefix?(): StoredPrefix;
  end(): Promise<StreamEnd>;
}

/** Read a file of lines, passing over what is counted already. */
export function readLineStream(
  file: StreamFile,
  storedBytes: AsyncIterable<Uint8Array>,
  options: StreamOptions = {},
): AsyncGenerator<StreamStep, undefined> {
  return steps(wholeText(file, storedBytes, options.prefix), options);
}

/** Read the lines that belong to the frames beginning in [start, end) of a file. */
export function readFrameLines(
  file: StreamFile,
  range: { readonly start: number; readonly end: number },
  options: StreamOptions = {},
): AsyncGenerator<StreamStep, undefined> {
  return steps(frameText(file, range), options);
}

async function* steps(
  source: StreamText,
  { counted = [], chunkBytes }: StreamOptions,
): AsyncGenerator<StreamStep, undefined> {
  let [line, before] = [1, 0];
  const take = (): number => {
    const taken = source.stored() - before;
    before += taken;
    return taken;
  };
  const options = chunkBytes === undefined ? { counted } : { counted, chunkBytes };
  for await (const chunk of lineChunks(source.text, options)) {
    const firstLine = line + chunk.passed;
    line = firstLine + countLines(chunk.bytes);
    const prefix = source.prefix?.();
    yield { stored: take(), chunk: { ...chunk, firstLine, ...(prefix && { prefix }) } };
  }
  const end = await source.end();
  yield { stored: take(), end };
}

function wholeText(
  { path, compression }: StreamFile,
  storedBytes: AsyncIterable<Uint8Array>,
  prefix: StoredPrefix | undefined,
): StreamText {
  const hash = new BlockHash();
  let stored = 0;
  async function* noted(): AsyncGenerator<Uint8Array> {
    for await (const bytes of checkedPrefix(path, storedBytes, prefix)) {
      hash.update(bytes);
      stored += bytes.length;
      yield bytes;
    }
  }
  const text = path === "-" ? decompressed(noted()) : decompress(path, noted(), compression);
  return {
    text: withoutByteOrderMark(text),
    stored: () => stored,
    prefix: () => hash.prefix(),
    end: () => {
      hash.endFile();
      return Promise.resolve({ blocks: hash.blocks });
    },
  };
}

async function* decompressed(stored: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { start, bytes } = await peek(stored);
  yield* decompress("standard input", bytes, sniffCompression(start));
}

function frameText(
  file: StreamFile,
  { start, end }: { readonly start: number; readonly end: number },
): StreamText {
  const { path, compression } = file;
  const hash = new PartHash(path, start, end);
  let stored = 0;
  async function* text(): AsyncGenerator<Uint8Array> {
    const first = await findFrame(file, start, end);
    if (first === undefined) return;
    const slices = readFrames(file, first);
    let held: Uint8Array | undefined;
    async function* inside(): AsyncGenerator<Uint8Array> {
      let next = await slices.next();
      for (; next.done !== true; next = await slices.next()) {
        const { frame = 0, bytes } = next.value;
        if (frame >= end) {
          held = bytes;
          break;
        }
        stored += bytes.length;
        yield bytes;
      }
      await checkNextFrame(file, end, next.done === true ? undefined : next.value.frame);
    }
    async function* beyond(first: Uint8Array): AsyncGenerator<Uint8Array> {
      yield first;
      for await (const { bytes } of slices) yield bytes;
    }
    const isFirst = start === 0;
    const own = decompress(path, inside(), compression);
    async function* more(): AsyncGenerator<Uint8Array> {
      if (held !== undefined) yield* decompress(path, beyond(held), compression);
    }
    yield* rangeLines(isFirst ? withoutByteOrderMark(own) : own, more, { isFirst });
    await slices.return(undefined);
  }
  return {
    text: text(),
    stored: () => stored,
    // Frames end where they end: blocks are read once more, from the file cache.
    end: async () => ({ blocks: await hash.finish() }),
  };
}
