/**
 * Vectors of texts kept in a file, so that a text is embedded once:
 *
 *   0   8   "ROTEVEC1"
 *   8   4   components of a vector, d (little-endian, as all that follows)
 *   12  4   0
 *   16  32  sha256 of the embedder's identity (its own hash and its tokenizer's)
 *   48      rows of 16 + 4d + 4 bytes: the first half of sha256(role, line feed, text), the vector
 *           as float32, the CRC-32 of both
 *
 * Rows are only ever added, a request's together, after it is answered by the embedder. A row that
 * was cut off (the process was killed) is taken away; one whose sum is wrong is an error.
 */
import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { createHash } from "node:crypto";
import { AppendFile } from "../../base/append-file.ts";
import { openFile, readRange } from "../../base/byte-ranges.ts";
import { RoteError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { canonicalJson, sha256 } from "../../base/json.ts";
import { takeLock } from "../../base/lock-file.ts";
import type { EmbeddingModel } from "../embedding-model.ts";

/** How vectors are kept. */
export interface VectorCacheOptions {
  /** Rows that are kept at most; further texts are embedded each time. Default 2²⁰, 100 MB of keys in memory. */
  readonly maximumRows?: number;
}

/** An embedder in front of a file; dispose of it to close the file. */
export interface CachedEmbedder extends EmbeddingModel, AsyncDisposable {
  /** Rows in the file. */
  readonly rows: number;
}

const MAGIC = "ROTEVEC1";
const HEADER_BYTES = 48;
const KEY_BYTES = 16;
/** Rows are checked this many bytes at a time when a file is opened. */
const CHUNK_BYTES = 4 * 2 ** 20;

/** Answer from a file what it holds, and add to it what the embedder says. One process at a time. */
export async function cacheVectors(
  embedder: EmbeddingModel,
  path: string,
  { maximumRows = 2 ** 20 }: VectorCacheOptions = {},
): Promise<CachedEmbedder> {
  const lock = await takeLock(`${path}.lock`, path);
  try {
    const header = headerOf(embedder);
    const rowBytes = KEY_BYTES + 4 * embedder.dimension + 4;
    const found = (await exists(path)) ? await readKeys(path, header, rowBytes) : undefined;
    const file = new AppendFile(path, found?.byteLength ?? 0);
    if (found === undefined) file.append(header);
    file.flush();
    const reader = await openFile(path);
    const keys = found?.keys ?? new Map<string, number>();
    return new FileOfVectors(embedder, { path, file, reader, keys, lock, maximumRows, rowBytes });
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

interface OpenFiles {
  readonly path: string;
  readonly file: AppendFile;
  readonly reader: FileHandle;
  /** Where the row of a key begins. */
  readonly keys: Map<string, number>;
  readonly lock: AsyncDisposable;
  readonly maximumRows: number;
  readonly rowBytes: number;
}

type Role = "query" | "passage" | undefined;

class FileOfVectors implements CachedEmbedder {
  readonly identity: EmbeddingModel["identity"];
  readonly dimension: number;
  readonly #embedder: EmbeddingModel;
  readonly #open: OpenFiles;

  constructor(embedder: EmbeddingModel, open: OpenFiles) {
    this.identity = embedder.identity;
    this.dimension = embedder.dimension;
    this.#embedder = embedder;
    this.#open = open;
  }

  get rows(): number {
    return this.#open.keys.size;
  }

  async embed(texts: readonly string[], role?: Role): Promise<Float32Array> {
    const keys = texts.map((text) => keyOf(text, role));
    const missing = new Map<string, string>();
    for (const [i, key] of keys.entries())
      if (!this.#open.keys.has(key)) missing.set(key, texts[i]!);
    const fresh = await this.#embedMissing(missing, role);
    const result = new Float32Array(texts.length * this.dimension);
    for (const [i, key] of keys.entries())
      result.set(fresh.get(key) ?? (await this.#read(key)), i * this.dimension);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { file, reader, lock } = this.#open;
    await reader.close();
    file[Symbol.dispose]();
    await lock[Symbol.asyncDispose]();
  }

  async #embedMissing(
    missing: ReadonlyMap<string, string>,
    role: Role,
  ): Promise<ReadonlyMap<string, Float32Array>> {
    const fresh = new Map<string, Float32Array>();
    if (missing.size === 0) return fresh;
    const { file, keys, maximumRows } = this.#open;
    const rows = await this.#embedder.embed([...missing.values()], role);
    for (const [i, key] of [...missing.keys()].entries()) {
      const row = rows.subarray(i * this.dimension, (i + 1) * this.dimension);
      fresh.set(key, row);
      if (keys.size >= maximumRows) continue;
      keys.set(key, file.byteLength);
      file.append(rowOf(key, row));
    }
    file.flush();
    return fresh;
  }

  async #read(key: string): Promise<Float32Array> {
    const { reader, path, keys } = this.#open;
    const place = { start: keys.get(key)! + KEY_BYTES, length: 4 * this.dimension };
    return new Float32Array((await readRange(reader, path, place)).buffer);
  }
}

/** 16 bytes as as many characters. */
function keyOf(text: string, role: Role): string {
  const digest = createHash("sha256")
    .update(`${role ?? ""}\n`)
    .update(text, "utf8")
    .digest();
  return digest.toString("latin1", 0, KEY_BYTES);
}

function rowOf(key: string, row: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(KEY_BYTES + row.byteLength + 4);
  bytes.write(key, "latin1");
  bytes.set(new Uint8Array(row.buffer, row.byteOffset, row.byteLength), KEY_BYTES);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

function headerOf({ identity, dimension }: EmbeddingModel): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, "latin1");
  header.writeUInt32LE(dimension, 8);
  const { name, url = null, tokenizer = null } = identity;
  // Of a model behind HTTP nothing is known but where it is and what it is called there.
  const model = identity.sha256 ?? { name, url };
  header.write(sha256(canonicalJson({ model, tokenizer })), 16, "hex");
  return header;
}

interface StoredKeys {
  readonly keys: Map<string, number>;
  /** Of all whole rows; what follows was cut off. */
  readonly byteLength: number;
}

async function readKeys(
  path: string,
  header: Buffer,
  rowBytes: number,
): Promise<StoredKeys | undefined> {
  await using reader = await openFile(path);
  const { size } = await reader.stat();
  const length = Math.min(size, HEADER_BYTES);
  const found = await readRange(reader, path, { start: 0, length });
  if (!header.subarray(0, length).equals(found)) throw otherCache(path, Buffer.from(found));
  if (size < HEADER_BYTES) return undefined;
  const keys = new Map<string, number>();
  const byteLength = size - ((size - HEADER_BYTES) % rowBytes);
  const chunk = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes)) * rowBytes;
  for (let start = HEADER_BYTES; start < byteLength; start += chunk) {
    const length = Math.min(chunk, byteLength - start);
    const rows = Buffer.from((await readRange(reader, path, { start, length })).buffer);
    for (let at = 0; at < length; at += rowBytes) {
      const row = rows.subarray(at, at + rowBytes);
      if (crc32(row.subarray(0, -4)) !== row.readUInt32LE(rowBytes - 4))
        throw damaged(path, start + at);
      keys.set(row.toString("latin1", 0, KEY_BYTES), start + at);
    }
  }
  return { keys, byteLength };
}

function otherCache(path: string, found: Buffer): RoteError {
  const isCache = found.toString("latin1", 0, MAGIC.length) === MAGIC;
  return new RoteError(
    isCache ? "model/cannot" : "file/malformed",
    isCache
      ? `${path} keeps the vectors of another embedder; name another file, or delete this one`
      : `${path} is no file of kept vectors; name another`,
    { path },
  );
}

function damaged(path: string, byte: number): RoteError {
  return new RoteError(
    "file/malformed",
    `${path} is damaged at byte ${byte}; delete it, its vectors can be computed again`,
    { path, byte },
  );
}
