/**
 * Files that begin with a mark of their kind and end with the sha256 of all bytes before it, so that
 * a byte that is missing or changed anywhere is found before anything is believed.
 */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { assert, RoteError } from "./errors.ts";
import { fileError, withAtomicPath } from "./files.ts";

const SEAL_BYTES = 32;
const CHUNK_BYTES = 1 << 20;

/** A kind of sealed file: the bytes it begins with, and what to call it. */
export interface SealedKind {
  readonly mark: string;
  /** With its article: "a partial count". */
  readonly name: string;
}

/** Write a kind's mark, chunks and their seal; the file appears whole or not at all. */
export async function writeSealed(
  path: string,
  { mark }: SealedKind,
  chunks: Iterable<Uint8Array>,
): Promise<void> {
  await withAtomicPath(path, async (temporary) => {
    const hash = createHash("sha256");
    const handle = await open(temporary, "w");
    const write = async (bytes: Uint8Array): Promise<void> => {
      hash.update(bytes);
      await handle.writeFile(bytes);
    };
    try {
      await write(Buffer.from(mark));
      for (const chunk of chunks) await write(chunk);
      await handle.writeFile(hash.digest());
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/** A file whose seal holds, read on from behind its mark. */
export class SealedFile implements AsyncDisposable {
  readonly path: string;
  readonly #handle: FileHandle;
  #position: number;
  /** Where the seal begins. */
  readonly #end: number;

  private constructor(path: string, handle: FileHandle, start: number, end: number) {
    this.path = path;
    this.#handle = handle;
    this.#position = start;
    this.#end = end;
  }

  /** Open a file after reading it once against its seal. Holds a chunk of it in memory. */
  static async open(path: string, { mark, name }: SealedKind): Promise<SealedFile> {
    const handle = await open(path).catch((error: unknown) => {
      throw fileError(path, error);
    });
    try {
      const start = Buffer.alloc(Buffer.byteLength(mark));
      await handle.read(start, 0, start.byteLength, 0);
      if (start.toString() !== mark)
        throw new RoteError("file/malformed", `${path} is not ${name}`, { path });
      const end = (await handle.stat()).size - SEAL_BYTES;
      if (!(await isSealed(handle, end))) throw damaged(path, end);
      return new SealedFile(path, handle, start.byteLength, end);
    } catch (error) {
      await handle.close();
      throw fileError(path, error);
    }
  }

  /** The next bytes. A file that holds fewer was sealed by someone else. */
  async read(byteLength: number): Promise<Buffer> {
    const left = this.#end - this.#position;
    if (!(byteLength <= left))
      throw new RoteError(
        "file/malformed",
        `${this.path}: ${byteLength} bytes are due at ${this.#position}, and ${left} are there; Rote writes no such file`,
        { path: this.path },
      );
    const bytes = Buffer.allocUnsafe(byteLength);
    await fill(this.#handle, bytes, this.#position);
    this.#position += byteLength;
    return bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

async function isSealed(handle: FileHandle, end: number): Promise<boolean> {
  if (end < 0) return false;
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let position = 0; position < end; position += CHUNK_BYTES) {
    const bytes = chunk.subarray(0, Math.min(CHUNK_BYTES, end - position));
    await fill(handle, bytes, position);
    hash.update(bytes);
  }
  const seal = chunk.subarray(0, SEAL_BYTES);
  await fill(handle, seal, end);
  return hash.digest().equals(seal);
}

/** Fill a buffer with the bytes of a file from `position` on, which are there. */
async function fill(handle: FileHandle, buffer: Uint8Array, position: number): Promise<void> {
  for (let filled = 0; filled < buffer.byteLength;) {
    const { bytesRead } = await handle.read(
      buffer,
      filled,
      buffer.byteLength - filled,
      position + filled,
    );
    assert(bytesRead > 0, "a file stays as long as it was while it is read");
    filled += bytesRead;
  }
}

function damaged(path: string, end: number): RoteError {
  return new RoteError(
    "file/malformed",
    `${path} is damaged: it was cut short or changed, for its ${Math.max(0, end)} bytes do not have the sha256 that stands behind them; remove it and make it again`,
    { path },
  );
}
