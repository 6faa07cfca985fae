/**
 * Finds the weights of a model folder: one file, or shards with an index that maps names to files.
 * Where a folder holds them twice, the first of `layouts` is taken, as `transformers` does.
 */
import { basename, dirname, join } from "node:path";
import { RoteError } from "../base/errors.ts";
import { exists, readJsonObject } from "../base/files.ts";
import { isRecord } from "../base/json.ts";
import { openSafetensors } from "./safetensors.ts";
import { openTorchCheckpoint } from "./torch-checkpoint/open-torch-checkpoint.ts";
import type { StoredTensor, Weights } from "./weights.ts";

type OpenFile = (path: string) => Promise<Weights>;

/** Names under which weights lie in a folder. */
const layouts: readonly { readonly name: string; readonly open: OpenFile }[] = [
  { name: "model.safetensors", open: openSafetensors },
  { name: "model.safetensors.index.json", open: (path) => openShards(path, openSafetensors) },
  { name: "pytorch_model.bin", open: openTorchCheckpoint },
  { name: "pytorch_model.bin.index.json", open: (path) => openShards(path, openTorchCheckpoint) },
];

/** List the tensors of a model folder. */
export async function openWeights(folder: string): Promise<Weights> {
  for (const { name, open } of layouts) {
    const path = join(folder, name);
    if (await exists(path)) return open(path);
  }
  throw new RoteError(
    "file/missing",
    `${folder} holds no weights: expected ${layouts.map(({ name }) => name).join(" or ")}`,
    { folder },
  );
}

/** The tensors of all shards that an index names; it must say of each tensor where it truly lies. */
async function openShards(indexPath: string, open: OpenFile): Promise<Weights> {
  const places = parseIndex(indexPath, await readJsonObject(indexPath));
  const files = [...new Set(places.values())].sort();
  const tensors = new Map<string, StoredTensor>();
  for (const file of files)
    for (const [name, tensor] of (await open(file)).tensors) {
      const twin = tensors.get(name);
      if (twin !== undefined)
        throw malformed(indexPath, `tensor ${name} lies in both ${twin.file} and ${file}`);
      tensors.set(name, tensor);
    }
  for (const [name, file] of places)
    if (tensors.get(name)?.file !== file)
      throw malformed(indexPath, `it places tensor ${name} in ${file}, which does not hold it`);
  return { files, tensors };
}

/** The path of the file in which each tensor lies. */
function parseIndex(path: string, index: Record<string, unknown>): ReadonlyMap<string, string> {
  const map = index.weight_map;
  if (!isRecord(map)) throw malformed(path, 'it has no "weight_map" of names to files');
  return new Map(
    Object.entries(map).map(([name, file]) => {
      if (typeof file !== "string") throw malformed(path, `the file of tensor ${name} is no name`);
      if (basename(file) !== file || file === "..")
        throw malformed(path, `it names a file outside its folder: ${JSON.stringify(file)}`);
      return [name, join(dirname(path), file)];
    }),
  );
}

function malformed(path: string, reason: string): RoteError {
  return new RoteError("model/malformed", `${path} is no valid index of shards: ${reason}`, {
    path,
  });
}
