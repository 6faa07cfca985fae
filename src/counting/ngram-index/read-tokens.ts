/** Files of an index, read from start to end without waiting for anything else. */
import { constants } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { endianness } from "node:os";
import { RoteError } from "../../base/errors.ts";
import { fileError } from "../../base/files.ts";
import type { Tokens, TokenWidth } from "./format.ts";

const CHUNK_BYTES = 1 << 24;

/** Give a file's bytes piece by piece, each of `chunkBytes` but the last; the next one overwrites it. */
export function scanFile(
  path: string,
  onBytes: (bytes: Uint8Array) => void,
  chunkBytes: number = CHUNK_BYTES,
): void {
  const chunk = new Uint8Array(chunkBytes);
  readInto(path, (size, start) => chunk.subarray(0, Math.min(chunkBytes, size - start)), onBytes);
}

/** A file's bytes; `onBytes` is given them in order on the way. */
export function readWhole(
  path: string,
  onBytes?: (bytes: Uint8Array) => void,
): Uint8Array<ArrayBuffer> {
  let whole = new Uint8Array(0);
  const room = (size: number, start: number): Uint8Array => {
    if (start === 0) whole = roomFor(path, size);
    return whole.subarray(start, start + CHUNK_BYTES);
  };
  readInto(path, room, onBytes);
  return whole;
}

function roomFor(path: string, size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (error) {
    throw new RoteError(
      "count/limit",
      `${path} holds ${size} bytes, and ${constants.MAX_LENGTH} at most, or less where memory is short, can be held in one piece; build the index in more --shards`,
      { path, byteLength: size },
      error,
    );
  }
}

/** Read a file of tokens whole; `onBytes` is given its bytes on the way. */
export function readTokens(
  path: string,
  width: TokenWidth,
  onBytes?: (bytes: Uint8Array) => void,
): Tokens {
  const bytes = readWhole(path, onBytes);
  if (bytes.byteLength % width !== 0)
    throw new RoteError(
      "index/truncated",
      `${path} holds ${bytes.byteLength} bytes, which are no whole number of tokens of ${width} bytes`,
      { path, byteLength: bytes.byteLength, width },
    );
  return tokensOf(bytes, width);
}

/** Bytes as tokens. The files are little-endian, and so must this machine be. */
export function tokensOf(bytes: Uint8Array<ArrayBuffer>, width: TokenWidth): Tokens {
  if (endianness() !== "LE")
    throw new RoteError("index/malformed", "an index can be used on little-endian machines only");
  const length = Math.floor(bytes.byteLength / width);
  if (width === 1) return bytes;
  return width === 2
    ? new Uint16Array(bytes.buffer, bytes.byteOffset, length)
    : new Uint32Array(bytes.buffer, bytes.byteOffset, length);
}

/** Read a file to its end into the room that is given for what stands at `start`. */
function readInto(
  path: string,
  roomAt: (size: number, start: number) => Uint8Array,
  onBytes: (bytes: Uint8Array) => void = () => undefined,
): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    const { size } = fstatSync(descriptor);
    for (let start = 0; start < size;) {
      const room = roomAt(size, start);
      const filled = fill(descriptor, room, start);
      if (filled < room.length)
        throw new RoteError("index/truncated", `${path} became shorter while it was read`, {
          path,
        });
      onBytes(room);
      start += filled;
    }
  } catch (error) {
    throw fileError(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function fill(descriptor: number, room: Uint8Array, start: number): number {
  let filled = 0;
  while (filled < room.length) {
    const read = readSync(descriptor, room, filled, room.length - filled, start + filled);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}
