/**
 * Compressed files as streams of bytes: gzip (all members) and Zstandard (all frames).
 *
 * node:zlib has Zstandard from 22.15 on; before, fzstd decodes it in JavaScript. fzstd does not
 * check the frames' checksums, so on Node 20 a flipped bit that leaves the structure whole goes
 * unnoticed; a file cut short is noticed by both.
 */
import { pipeline, Readable, type Transform } from "node:stream";
import * as zlib from "node:zlib"; // not named imports: Zstandard is missing on Node 20
import { Decompress } from "fzstd";
import { messageOf, RoteError } from "../base/errors.ts";

export type Compression = "none" | "gzip" | "zstd";

type Bytes = AsyncIterable<Uint8Array>;

const createZstdDecompress = (zlib as { createZstdDecompress?: () => Transform })
  .createZstdDecompress;

/** True where this Node decodes Zstandard itself. */
export const hasNativeZstd: boolean = createZstdDecompress !== undefined;

export interface DecompressOptions {
  /** Decode Zstandard in JavaScript even where Node could; for tests. */
  readonly portable?: boolean;
}

/**
 * Decompress a stream. Holds a chunk and the decoder's window in memory. A stream that ends early
 * or is damaged is an error that names `path` and how far the bytes were good.
 */
export async function* decompress(
  path: string,
  stored: Bytes,
  compression: Compression,
  { portable = false }: DecompressOptions = {},
): AsyncGenerator<Uint8Array> {
  if (compression === "none") {
    yield* stored;
    return;
  }
  const source = watched(stored);
  let text = 0;
  try {
    for await (const chunk of decoder(source.bytes, compression, portable)) {
      text += chunk.byteLength;
      yield chunk;
    }
  } catch (error) {
    throw source.failed() ? error : damaged(path, compression, source.read(), text, error);
  }
}

/** What the first bytes of a stream say of its compression. */
export function sniffCompression(bytes: Uint8Array): Compression {
  const begins = (...magic: number[]): boolean => magic.every((byte, i) => bytes[i] === byte);
  if (begins(0x1f, 0x8b)) return "gzip";
  return begins(0x28, 0xb5, 0x2f, 0xfd) ? "zstd" : "none";
}

function decoder(stored: Bytes, compression: "gzip" | "zstd", portable: boolean): Bytes {
  if (compression === "gzip") return through(stored, zlib.createGunzip());
  if (createZstdDecompress !== undefined && !portable)
    return through(stored, createZstdDecompress());
  return decodeZstd(stored);
}

/** A stream that knows how many bytes were read, and whether the source itself failed. */
function watched(stored: Bytes): { bytes: Bytes; read: () => number; failed: () => boolean } {
  let [read, failed] = [0, false];
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of stored) {
        read += chunk.byteLength;
        yield chunk;
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  }
  return { bytes: bytes(), read: () => read, failed: () => failed };
}

// `pipeline` carries a failure of the source to whoever reads the transform, and closes the source
// when reading stops early.
function through(stored: Bytes, transform: Transform): Bytes {
  pipeline(Readable.from(stored), transform, () => undefined);
  return transform;
}

async function* decodeZstd(stored: Bytes): AsyncGenerator<Uint8Array> {
  let decoded: Uint8Array[] = [];
  const stream = new Decompress((chunk) => {
    if (chunk.byteLength > 0) decoded.push(chunk);
  });
  for await (const chunk of stored) {
    stream.push(chunk);
    yield* decoded;
    decoded = [];
  }
  stream.push(new Uint8Array(0), true);
  yield* decoded;
}

function damaged(
  path: string,
  compression: "gzip" | "zstd",
  stored: number,
  text: number,
  error: unknown,
): RoteError {
  const cut = /unexpected (end of file|EOF)/i.test(messageOf(error));
  const what = cut ? `ends in the middle of its ${compression} data` : `is no sound ${compression}`;
  return new RoteError(
    cut ? "file/truncated" : "file/malformed",
    `${path} ${what} (${messageOf(error)}): ${text} bytes of text came out of ${stored} stored bytes; copy it again`,
    { path, stored, text },
    error,
  );
}
