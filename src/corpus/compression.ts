/** Compressed files as streams of bytes: gzip (all members) and Zstandard (all frames). */
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { messageOf, RoteError } from "../base/errors.ts";
import { decodeZstd } from "../base/zstd.ts";

export type Compression = "none" | "gzip" | "zstd";

type Bytes = AsyncIterable<Uint8Array>;

/**
 * Decompress a stream. Holds a chunk and the decoder's window in memory. A stream that ends early
 * or is damaged is an error that names `path` and how far the bytes were good.
 */
export async function* decompress(
  path: string,
  stored: Bytes,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  if (compression === "none") {
    yield* stored;
    return;
  }
  const source = watched(stored);
  const decode = compression === "gzip" ? decodeGzip : decodeZstd;
  let text = 0;
  try {
    for await (const chunk of decode(source.bytes)) {
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
  if (begins(0x28, 0xb5, 0x2f, 0xfd)) return "zstd";
  // Some compressors begin with a skippable frame, which says where the others are.
  const isSkippable = (bytes[0]! & 0xf0) === 0x50 && bytes[1] === 0x2a && bytes[2] === 0x4d;
  return isSkippable && bytes[3] === 0x18 ? "zstd" : "none";
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

// By the 16 KiB of Node's default inflating takes twice as long: each chunk is a turn of the event loop.
const INFLATED_BYTES = 256 * 1024;

// `pipeline` carries a failure of the source to whoever reads the transform, and closes the source
// when reading stops early.
function decodeGzip(stored: Bytes): Bytes {
  const gunzip = createGunzip({ chunkSize: INFLATED_BYTES });
  pipeline(Readable.from(stored), gunzip, () => undefined);
  return gunzip;
}

function damaged(
  path: string,
  compression: "gzip" | "zstd",
  stored: number,
  text: number,
  error: unknown,
): RoteError {
  const cut = /unexpected end of file|incomplete stream/i.test(messageOf(error));
  const what = cut ? `ends in the middle of its ${compression} data` : `is no sound ${compression}`;
  return new RoteError(
    cut ? "file/truncated" : "file/malformed",
    `${path} ${what} (${messageOf(error)}): ${text} bytes of text came out of ${stored} stored bytes; copy it again`,
    { path, stored, text },
    error,
  );
}
