/**
 * Reading weights from safetensors files: an 8-byte little-endian header length, a JSON header that maps each
 * tensor's name to its type, shape and byte range (counted from the header's end), then the data.
 * Large models lie in several files with an index that maps names to files.
 *
 * Format: https://github.com/huggingface/safetensors/blob/v0.4.5/README.md#format
 */
import { open, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { RoteError } from "../base/errors.ts";
import { exists, fileError, readJsonObject } from "../base/files.ts";
import { isRecord } from "../base/json.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "./half-float.ts";

/** Where one tensor lies. */
export interface StoredTensor {
  readonly name: string;
  /** "F32", "F16", "BF16", or another type, which can be listed but not read. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly file: string;
  readonly startByte: number;
  readonly endByte: number;
}

/** The tensors of a model folder, by name. */
export interface Weights {
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** A tensor's name and the shape a model needs it in. */
export interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

const readable: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2 };
const MAXIMUM_HEADER_BYTES = 100_000_000;
/** One read takes less than 2 GiB; the embedding table of a large model is more. */
const MAXIMUM_READ_BYTES = 2 ** 30;

/** List the tensors of a model folder: `model.safetensors`, or the shards its index names. */
export async function openWeights(folder: string): Promise<Weights> {
  const indexPath = join(folder, "model.safetensors.index.json");
  const single = join(folder, "model.safetensors");
  if (!(await exists(indexPath))) {
    if (!(await exists(single)))
      throw new RoteError(
        "file/missing",
        `${folder} holds no weights: expected model.safetensors or model.safetensors.index.json`,
        { folder },
      );
    return openSafetensors(single);
  }
  const files = shardsOf(indexPath, await readJsonObject(indexPath));
  const shards = await Promise.all(files.map(openSafetensors));
  return { files, tensors: new Map(shards.flatMap(({ tensors }) => [...tensors])) };
}

/** List the tensors of one file, and the texts its writer left in it. */
export async function openSafetensors(
  path: string,
): Promise<Weights & { readonly metadata: Readonly<Record<string, unknown>> }> {
  const header = await readHeader(path);
  const { __metadata__: metadata = {}, ...entries } = header.entries;
  if (!isRecord(metadata)) throw malformed(path, "its __metadata__ is not a mapping");
  const tensors = Object.entries(entries).map(([name, entry]) =>
    parseEntry(path, name, entry, header),
  );
  return {
    files: [path],
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    metadata,
  };
}

/** Read tensors as float32, one after another in the order asked. Each must have its expected shape. */
export async function readTensors(
  weights: Weights,
  expected: readonly ExpectedTensor[],
): Promise<ReadonlyMap<string, Float32Array>> {
  const result = new Map<string, Float32Array>();
  const handles = new Map<string, FileHandle>();
  try {
    for (const { name, shape } of expected) {
      const stored = findTensor(weights, { name, shape });
      const handle = handles.get(stored.file) ?? (await openFile(stored.file));
      handles.set(stored.file, handle);
      result.set(name, await readTensor(handle, stored));
    }
  } finally {
    for (const handle of handles.values()) await handle.close();
  }
  return result;
}

function shardsOf(indexPath: string, index: Record<string, unknown>): string[] {
  const map = index.weight_map;
  if (!isRecord(map) || !Object.values(map).every((file) => typeof file === "string"))
    throw new RoteError("model/malformed", `${indexPath} has no "weight_map" of names to files`, {
      path: indexPath,
    });
  const names = [...new Set(Object.values(map) as string[])].sort();
  const outside = names.find((name) => basename(name) !== name);
  if (outside !== undefined)
    throw new RoteError(
      "model/malformed",
      `${indexPath} names a file outside its folder: ${outside}`,
    );
  return names.map((name) => join(dirname(indexPath), name));
}

interface Header {
  readonly entries: Readonly<Record<string, unknown>>;
  /** Where the header ends and the data begin. */
  readonly dataStart: number;
  /** Bytes of the whole file. */
  readonly size: number;
}

async function readHeader(path: string): Promise<Header> {
  const handle = await openFile(path);
  try {
    const { size } = await handle.stat();
    const prefix = await readFully(handle, path, 0, Math.min(8, size));
    const length = size < 8 ? NaN : Number(Buffer.from(prefix).readBigUInt64LE());
    if (!(length <= Math.min(size - 8, MAXIMUM_HEADER_BYTES)))
      throw malformed(path, `its header of ${length} bytes does not fit in ${size} bytes`);
    const text = await readFully(handle, path, 8, length);
    const entries = parseHeader(path, new TextDecoder().decode(text));
    return { entries, dataStart: 8 + length, size };
  } finally {
    await handle.close();
  }
}

function parseHeader(path: string, text: string): Readonly<Record<string, unknown>> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw malformed(path, "its header is not JSON");
  }
  if (!isRecord(header)) throw malformed(path, "its header is not a JSON object");
  return header;
}

function parseEntry(
  file: string,
  name: string,
  entry: unknown,
  { dataStart, size }: Header,
): StoredTensor {
  if (isRecord(entry)) {
    const { dtype, shape, data_offsets: offsets } = entry;
    if (typeof dtype === "string" && isSizes(shape) && isSizes(offsets) && offsets.length === 2) {
      const byteLength = offsets[1]! - offsets[0]!;
      const [startByte, endByte] = [dataStart + offsets[0]!, dataStart + offsets[1]!];
      const width = readable[dtype];
      const expected = width === undefined ? byteLength : shape.reduce((a, b) => a * b, width);
      if (endByte > size) throw truncated(file, name, { endByte, size });
      if (byteLength >= 0 && byteLength === expected)
        return { name, dtype, shape, file, startByte, endByte };
    }
  }
  throw malformed(file, `the entry of tensor ${name} makes no sense: ${JSON.stringify(entry)}`);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function findTensor({ tensors, files }: Weights, { name, shape }: ExpectedTensor): StoredTensor {
  const stored = tensors.get(name);
  const where = files.join(", ");
  if (stored === undefined)
    throw new RoteError(
      "model/missing-tensor",
      `${where} has no tensor ${name} of shape [${shape.join(", ")}]; is the download complete and the config.json its own?`,
      { name, shape, files },
    );
  if (stored.shape.join() !== shape.join())
    throw new RoteError(
      "model/malformed",
      `${stored.file}: tensor ${name} has shape [${stored.shape.join(", ")}], but config.json asks for [${shape.join(", ")}]`,
      { name, found: stored.shape, expected: shape, path: stored.file },
    );
  return stored;
}

async function readTensor(handle: FileHandle, tensor: StoredTensor): Promise<Float32Array> {
  const { name, file, dtype, startByte, endByte } = tensor;
  const bytes = await readFully(handle, file, startByte, endByte - startByte);
  if (dtype === "F32") return new Float32Array(bytes.buffer);
  if (dtype === "F16") return float16ToFloat32(new Uint16Array(bytes.buffer));
  if (dtype === "BF16") return bfloat16ToFloat32(new Uint16Array(bytes.buffer));
  throw new RoteError(
    "model/unsupported",
    `${file}: tensor ${name} has type ${dtype}; F32, F16 and BF16 can be read`,
    { path: file, name, dtype },
  );
}

function openFile(path: string): Promise<FileHandle> {
  return open(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
}

async function readFully(
  handle: FileHandle,
  path: string,
  start: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const wanted = Math.min(length - filled, MAXIMUM_READ_BYTES);
    const { bytesRead } = await handle.read(bytes, filled, wanted, start + filled);
    if (bytesRead === 0) throw malformed(path, "it became shorter while it was read");
    filled += bytesRead;
  }
  return bytes;
}

function truncated(
  path: string,
  name: string,
  { endByte, size }: { readonly endByte: number; readonly size: number },
): RoteError {
  return new RoteError(
    "file/truncated",
    `${path}: tensor ${name} ends at byte ${endByte}, the file at byte ${size}; copy the file again`,
    { path, tensor: name, endByte, size },
  );
}

function malformed(path: string, reason: string): RoteError {
  return new RoteError("model/malformed", `${path} is no valid safetensors file: ${reason}`, {
    path,
  });
}
