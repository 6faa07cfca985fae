/**
 * Weights as byte ranges of files, whatever the format: a reader lists the tensors, and what needs
 * them takes the bytes where they lie. open-weights.ts finds the files of a model folder.
 */
import type { FileHandle } from "node:fs/promises";
import { openFile, readRange } from "../base/byte-ranges.ts";
import { RoteError } from "../base/errors.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "./half-float.ts";

/** Where one tensor lies: its numbers row by row, little-endian, in bytes [startByte, endByte). */
export interface StoredTensor {
  readonly name: string;
  /** As safetensors files call it: "F32", "F16", "BF16", or another type, which can be listed but not read. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly file: string;
  readonly startByte: number;
  readonly endByte: number;
}

/** The tensors of a model folder, by name. Several may share bytes. */
export interface Weights {
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** A tensor's name and the shape a model needs it in. */
export interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

const widths: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2 };

/** Bytes of one number; undefined for a type that cannot be read. */
export function bytesPerElement(dtype: string): number | undefined {
  return Object.hasOwn(widths, dtype) ? widths[dtype] : undefined;
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

/** Where a tensor lies; one that is missing, or has another shape, is an error. */
export function findTensor(
  { tensors, files }: Weights,
  { name, shape }: ExpectedTensor,
): StoredTensor {
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
  const { file, dtype, startByte, endByte } = tensor;
  const bytes = await readRange(handle, file, { start: startByte, length: endByte - startByte });
  if (dtype === "F32") return new Float32Array(bytes.buffer);
  if (dtype === "F16") return float16ToFloat32(new Uint16Array(bytes.buffer));
  if (dtype === "BF16") return bfloat16ToFloat32(new Uint16Array(bytes.buffer));
  throw unreadable(tensor);
}

/** A tensor of a type that is listed but not read. */
export function unreadable({ name, file, dtype }: StoredTensor): RoteError {
  return new RoteError(
    "model/unsupported",
    `${file}: tensor ${name} has type ${dtype}; F32, F16 and BF16 can be read`,
    { path: file, name, dtype },
  );
}
