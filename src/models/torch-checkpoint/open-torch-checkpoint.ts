/**
 * PyTorch checkpoints (`pytorch_model.bin`, `.pt`): a zip archive of stored entries,
 *
 *   NAME/data.pkl      a pickled state dict: names of tensors, their shapes, places in storages
 *   NAME/byteorder     "little", where the writer says so
 *   NAME/data/KEY      a storage: numbers and nothing else
 *
 * A tensor is a range of the file, so weights are referenced in place. The pickle is read by a
 * machine that runs no code (unpickle.ts). What torch wrote before version 1.6 is no archive and is
 * refused by name.
 *
 * Format: https://github.com/pytorch/pytorch/blob/v2.5.0/torch/serialization.py (_save)
 */
import { openFile, readRange } from "../../base/byte-ranges.ts";
import type { StoredTensor, Weights } from "../weights.ts";
import { malformed, quote, truncated, unsupported } from "./errors.ts";
import { describe, type Fail, type PickleValue, type TensorValue } from "./pickle-values.ts";
import { loadStorage, torchGlobals } from "./torch-globals.ts";
import { unpickle } from "./unpickle.ts";
import { readZipDirectory, type ZipEntry } from "./zip-directory.ts";
import type { ArchiveFile } from "./zip-end.ts";

/** Names and places only: a checkpoint of 100,000 tensors takes some 15 MB. */
const MAXIMUM_PICKLE_BYTES = 2 ** 26;
const TEXT_ENTRY_BYTES = 16;

/** List the tensors of one file. Reads its directory and its pickle, none of its numbers. */
export async function openTorchCheckpoint(path: string): Promise<Weights> {
  const handle = await openFile(path);
  try {
    const { size } = await handle.stat();
    const file: ArchiveFile = { handle, path, size };
    await checkFormat(file);
    const archive = await openArchive(file);
    const state = unpickle(archive.pickle, {
      globals: torchGlobals,
      persistent: loadStorage,
      fail: archive.fail,
      refuse: (name) => foreignGlobal(path, name),
    });
    return { files: [path], tensors: listTensors(archive, state) };
  } finally {
    await handle.close();
  }
}

interface Archive {
  readonly path: string;
  readonly fail: Fail;
  readonly pickle: Uint8Array;
  readonly entry: (name: string) => ZipEntry | undefined;
}

/** Tell what is no archive by its first bytes. */
async function checkFormat({ handle, path, size }: ArchiveFile): Promise<void> {
  const start = await readRange(handle, path, { start: 0, length: Math.min(size, 64) });
  const text = Buffer.from(start).toString("latin1");
  if (text.startsWith("PK\x03\x04")) return;
  if (size === 0) throw truncated(path, "it is empty");
  if (text.startsWith("version https://git-lfs"))
    throw unsupported(path, "it only points to the file; git lfs pull fetches it");
  if (text.startsWith("\x80"))
    throw unsupported(
      path,
      "it has PyTorch's format from before version 1.6, which is not read; convert it in Python: torch.save(torch.load(path, weights_only=True), path)",
    );
  throw malformed(path, "it does not begin as a zip archive does");
}

async function openArchive(file: ArchiveFile): Promise<Archive> {
  const { path } = file;
  const fail: Fail = (reason) => malformed(path, reason);
  const entries = await readZipDirectory(file);
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) throw fail(`it holds ${pickles.length} entries NAME/data.pkl, not one`);
  const folder = pickles[0]!.slice(0, -"data.pkl".length);
  const entry = (name: string): ZipEntry | undefined => entries.get(folder + name);
  const order = entry("byteorder");
  if (order !== undefined) {
    const text = Buffer.from(await readEntry(file, order, TEXT_ENTRY_BYTES)).toString("latin1");
    if (text.trim() !== "little")
      throw unsupported(
        path,
        `its numbers are stored in byte order ${quote(text)}; "little" is read`,
      );
  }
  const pickle = await readEntry(file, entry("data.pkl")!, MAXIMUM_PICKLE_BYTES);
  return { path, fail, pickle, entry };
}

async function readEntry(
  { handle, path }: ArchiveFile,
  { name, startByte, endByte }: ZipEntry,
  maximum: number,
): Promise<Uint8Array> {
  const length = endByte - startByte;
  if (length > maximum)
    throw malformed(path, `entry ${quote(name)} has ${length} bytes; at most ${maximum} are read`);
  return readRange(handle, path, { start: startByte, length });
}

function foreignGlobal(path: string, name: string): Error {
  return unsupported(
    path,
    `it asks for ${quote(name)}, which has no place among weights; nothing of the file was run. If it is to be trusted, save the weights alone: torch.save(model.state_dict(), path)`,
  );
}

function listTensors(archive: Archive, state: PickleValue): ReadonlyMap<string, StoredTensor> {
  const { fail } = archive;
  if (typeof state !== "object" || state?.kind !== "mapping")
    throw fail(`it holds ${describe(state)} in place of names and tensors`);
  const tensors = new Map<string, StoredTensor>();
  for (let i = 0; i < state.pairs.length; i += 2) {
    const [name, value] = [state.pairs[i]!, state.pairs[i + 1]];
    if (typeof name !== "string") throw fail(`the name of a tensor is ${describe(name)}`);
    if (typeof value !== "object" || value?.kind !== "tensor")
      throw fail(`under the name ${quote(name)} it holds ${describe(value)}, not a tensor`);
    if (tensors.has(name)) throw fail(`it holds two tensors ${quote(name)}`);
    tensors.set(name, placeTensor(archive, name, value));
  }
  return tensors;
}

function placeTensor(
  { path, fail, entry }: Archive,
  name: string,
  tensor: TensorValue,
): StoredTensor {
  const { storage, offset, shape } = tensor;
  const { dtype, width } = storage.type;
  const at = entry(`data/${storage.key}`);
  if (at === undefined)
    throw fail(
      `tensor ${quote(name)} lies in entry ${quote(`data/${storage.key}`)}, which is not there`,
    );
  const byteLength = at.endByte - at.startByte;
  if (storage.length * width !== byteLength)
    throw fail(
      `the storage of tensor ${quote(name)} has ${storage.length} numbers of ${width} bytes in ${byteLength} bytes`,
    );
  if (!isContiguous(tensor))
    throw unsupported(
      path,
      `tensor ${quote(name)} is stored transposed or spread (strides [${tensor.strides.join(", ")}] for shape [${shape.join(", ")}]); save it as it is read: tensor.contiguous()`,
    );
  const count = shape.reduce((product, size) => product * size, 1);
  if (!(offset + count <= storage.length))
    throw fail(
      `tensor ${quote(name)} of shape [${shape.join(", ")}] from number ${offset} exceeds its storage of ${storage.length} numbers`,
    );
  const startByte = at.startByte + offset * width;
  return { name, dtype, shape, file: path, startByte, endByte: startByte + count * width };
}

/** Whether the numbers lie row by row without gaps. The stride of a single step is never taken. */
function isContiguous({ shape, strides }: TensorValue): boolean {
  if (strides.length !== shape.length) return false;
  if (shape.includes(0)) return true;
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}
