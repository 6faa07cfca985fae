/**
 * Zstandard by zstddec: the reference decoder compiled to WebAssembly, three times as fast as decoders in
 * JavaScript. The only file that touches it.
 *
 * node:zlib has Zstandard from 22.15 on. Measured on 22.23 and 24.21, its stream ends without an error
 * after the first frame of a file, or at a leading skippable one, and 22.23 does not notice a file cut
 * short; pzstd and concatenation write several frames. zstddec reads them all, notices the cut, and
 * verifies checksums where a frame has one.
 */
import { ZSTDDecoder } from "zstddec/stream";

let decoder: Promise<ZSTDDecoder> | undefined;

async function loadDecoder(): Promise<ZSTDDecoder> {
  const loaded = new ZSTDDecoder();
  await loaded.init();
  return loaded;
}

/** A function that decompresses what is in memory whole, of which the length is known. */
export async function loadZstd(): Promise<(bytes: Uint8Array, length: number) => Uint8Array> {
  const loaded = await (decoder ??= loadDecoder());
  return (bytes, length) => loaded.decode(bytes, length);
}

/** Decompress a stream of frames. Holds a chunk and the decoder's window in memory. */
export async function* decodeZstd(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const loaded = await (decoder ??= loadDecoder());
  const input = new ZstdInput();
  const output = loaded.decodeStreaming(input);
  try {
    for await (const chunk of stored) {
      if (chunk.length === 0) continue;
      input.waiting.push(chunk);
      // One call takes at most one chunk more, so that it never asks for one that has not come yet.
      while (input.waiting.length > 0) yield* input.checked(output.next());
    }
    yield* rest(output, input);
  } finally {
    release(output, input);
  }
}

function* rest(output: Iterator<Uint8Array, unknown>, input: ZstdInput): Generator<Uint8Array> {
  for (let next = output.next(); next.done !== true; next = output.next())
    yield* input.checked(next);
}

/** The decoder gives its memory back at the end of its input only: whoever stops before makes it end. */
function release(output: Iterator<Uint8Array, unknown>, input: ZstdInput): void {
  input.waiting.length = 0;
  try {
    for (const _ of rest(output, input)) continue;
  } catch {
    // That the input is not complete is known.
  }
}

/** What is still to be decompressed, and whether that goes on. */
class ZstdInput implements Iterable<Uint8Array> {
  readonly waiting: Uint8Array[] = [];
  /** Calls that may give nothing for the chunk at hand. */
  #patience = 0;

  *[Symbol.iterator](): Generator<Uint8Array> {
    for (let chunk = this.waiting.shift(); chunk !== undefined; chunk = this.waiting.shift()) {
      // The end of a frame gives nothing, and no frame is shorter than eight bytes.
      this.#patience = chunk.length / 8 + 8;
      yield chunk;
    }
  }

  /** At damaged data the decoder does not move on, and does not say so. */
  *checked({ value, done }: IteratorResult<Uint8Array, unknown>): Generator<Uint8Array> {
    if (done === true) return;
    if (value.length > 0) yield value;
    else if (this.#patience-- < 0) throw new Error("the data are damaged");
  }
}
