/**
 * Synchronous reads at any place of a file of any size. What was read last stays in memory, in blocks
 * and up to a limit; behind that stands the page cache of the operating system. Numbers are doubles, so
 * offsets are exact up to 2^53.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { RoteError } from "../../base/errors.ts";
import { fileError } from "../../base/files.ts";

/** A read of one call is at most this long: Node's limit is 2^31 - 1. */
const MOST_BYTES_A_READ = 2 ** 30;

/** A file that is open for reading. */
export class ByteSource implements Disposable {
  readonly path: string;
  readonly byteLength: number;
  readonly #handle: number;
  #isClosed = false;

  constructor(path: string) {
    this.path = path;
    try {
      this.#handle = openSync(path, "r");
      this.byteLength = fstatSync(this.#handle).size;
    } catch (error) {
      throw fileError(path, error);
    }
  }

  /** Fill `target` with the bytes from `start` on. */
  readInto(target: Uint8Array, start: number): void {
    for (let done = 0; done < target.length;) {
      const length = Math.min(target.length - done, MOST_BYTES_A_READ);
      const read = this.#read(target, done, length, start + done);
      if (read === 0)
        throw new RoteError(
          "index/truncated",
          `${this.path} ends after ${start + done} bytes, ${start + target.length} are needed; copy it again or build the index again`,
          { path: this.path },
        );
      done += read;
    }
  }

  /** A copy of the bytes [start, end). */
  slice(start: number, end: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(end - start);
    this.readInto(bytes, start);
    return bytes;
  }

  [Symbol.dispose](): void {
    if (!this.#isClosed) closeSync(this.#handle);
    this.#isClosed = true;
  }

  #read(target: Uint8Array, at: number, length: number, position: number): number {
    try {
      return readSync(this.#handle, target, at, length, position);
    } catch (error) {
      throw fileError(this.path, error);
    }
  }
}

/**
 * Little-endian numbers of a file, read through a cache of blocks. A block holds whole numbers only.
 * Two generations stand for the order of use: what is found in the older one moves to the younger, and
 * where that is full the older one is dropped.
 */
export class NumberFile implements Disposable {
  readonly length: number;
  readonly #source: ByteSource;
  readonly #width: number;
  readonly #blocks: number;
  #young = new Map<number, Uint8Array>();
  #old = new Map<number, Uint8Array>();

  /** Numbers of `width` bytes, 1 to 8; the cache takes about `cacheBytes`. */
  constructor(source: ByteSource, width: number, cacheBytes: number) {
    this.#source = source;
    this.#width = width;
    this.length = Math.floor(source.byteLength / width);
    this.#blocks = Math.max(1, Math.floor(cacheBytes / (2 * width * NUMBERS_A_BLOCK)));
  }

  at(index: number): number {
    const block = Math.floor(index / NUMBERS_A_BLOCK);
    const bytes = this.#young.get(block) ?? this.#fetch(block);
    return readNumber(bytes, (index - block * NUMBERS_A_BLOCK) * this.#width, this.#width);
  }

  [Symbol.dispose](): void {
    this.#source[Symbol.dispose]();
  }

  #fetch(block: number): Uint8Array {
    const start = block * NUMBERS_A_BLOCK * this.#width;
    const end = Math.min(start + NUMBERS_A_BLOCK * this.#width, this.#source.byteLength);
    const bytes = this.#old.get(block) ?? this.#source.slice(start, end);
    if (this.#young.size >= this.#blocks) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(block, bytes);
    return bytes;
  }
}

// A binary search reads one number of most blocks: small blocks keep its last steps cheap.
const NUMBERS_A_BLOCK = 1024;

/** An unsigned little-endian number of `width` bytes; exact up to 2^53. */
export function readNumber(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = at + width - 1; i >= at; i--) value = value * 256 + bytes[i]!;
  return value;
}
