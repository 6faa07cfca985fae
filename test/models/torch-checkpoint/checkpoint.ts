/** Small PyTorch checkpoints. */
import { type ArchiveEntry, type ArchiveOptions, writeArchive } from "./archive.ts";
import { type PickledTensor, stateDict } from "./pickle.ts";

export interface CheckpointTensor extends Omit<PickledTensor, "key" | "storage"> {
  readonly data: Float32Array;
}

/** Data begin at multiples of 64 bytes, and sizes stand behind them. */
export const asTorch: ArchiveOptions = { descriptors: true, alignment: 64 };

/** Entries of an archive around a pickle. */
export function entriesOf(
  pickle: Uint8Array,
  storages: readonly Uint8Array[],
  folder = "archive",
): ArchiveEntry[] {
  return [
    { name: `${folder}/data.pkl`, data: pickle },
    { name: `${folder}/byteorder`, data: Buffer.from("little") },
    ...storages.map((data, i) => ({ name: `${folder}/data/${i}`, data })),
    { name: `${folder}/version`, data: Buffer.from("3\n") },
  ];
}

/** A checkpoint of float32 tensors, each in a storage of its own. */
export function writeCheckpoint(
  tensors: readonly CheckpointTensor[],
  options: ArchiveOptions = asTorch,
): Buffer {
  const pickled = tensors.map((tensor, i) => ({ ...tensor, key: String(i) }));
  const storages = tensors.map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  return writeArchive(entriesOf(stateDict(pickled), storages), options);
}
