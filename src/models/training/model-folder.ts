/** Trained models as Hugging Face folders, which our own code and `transformers` open alike. */
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exists, readText, withAtomicPath, writeAtomically } from "../../base/files.ts";
import { type Decoder, decoderParameters } from "../families/decoder.ts";
import { type StoredType, writeSafetensors } from "../write-safetensors.ts";
import { layOut, tensorsOf } from "./parameter-layout.ts";

/** What a model folder holds besides weights. */
export interface ModelFiles {
  readonly decoder: Decoder;
  readonly configText: string;
  readonly dtype: StoredType;
  /** Folder whose tokenizer files belong to the model. */
  readonly tokenizerFolder: string;
}

/** Write config.json and model.safetensors into a folder, the weights last. */
export async function writeModel(
  folder: string,
  { decoder, configText, dtype }: ModelFiles,
  parameters: Float32Array,
): Promise<void> {
  await writeAtomically(join(folder, "config.json"), configText);
  const tensors = tensorsOf(layOut(decoderParameters(decoder)), parameters);
  await writeSafetensors(join(folder, "model.safetensors"), tensors, { dtype });
}

/**
 * Write a whole model folder at once, tokenizer included, and what `writeBeside` puts into it; an
 * older one of the name is replaced.
 */
export async function writeModelFolder(
  folder: string,
  files: ModelFiles,
  parameters: Float32Array,
  writeBeside?: (folder: string) => Promise<void>,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await withAtomicPath(folder, async (temporary) => {
    await copyTokenizer(files.tokenizerFolder, temporary);
    await writeBeside?.(temporary);
    await writeModel(temporary, files, parameters);
  });
}

/** Copy a tokenizer.json, given itself or by its folder, and what stands beside it. */
export async function copyTokenizer(path: string, to: string): Promise<void> {
  const file = path.endsWith(".json") ? path : join(path, "tokenizer.json");
  await writeAtomically(join(to, "tokenizer.json"), await readText(file));
  for (const name of ["tokenizer_config.json", "special_tokens_map.json"]) {
    const beside = join(dirname(file), name);
    if (await exists(beside)) await writeAtomically(join(to, name), await readText(beside));
  }
}
