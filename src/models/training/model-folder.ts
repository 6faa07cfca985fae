/** Trained models as Hugging Face folders, which our own code and `transformers` open alike. */
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exists, readText, withAtomicPath, writeAtomically } from "../../base/files.ts";
import { decoderParameters } from "../families/decoder.ts";
import { type StoredType, writeSafetensors } from "../write-safetensors.ts";
import { type GptNeoxConfig, gptNeoxDecoder, writeGptNeoxConfig } from "./gpt-neox-shape.ts";
import { layOut, tensorsOf } from "./parameter-layout.ts";

/** What a model folder holds besides weights. */
export interface ModelFiles {
  readonly model: GptNeoxConfig;
  readonly dtype: StoredType;
  readonly endOfText: number;
  /** Folder whose tokenizer files belong to the model. */
  readonly tokenizerFolder: string;
}

/** Write config.json and model.safetensors into a folder, the weights last. */
export async function writeModel(
  folder: string,
  { model, dtype, endOfText }: ModelFiles,
  parameters: Float32Array,
): Promise<void> {
  const config = writeGptNeoxConfig(model, { dtype, endOfText });
  await writeAtomically(join(folder, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
  const tensors = tensorsOf(layOut(decoderParameters(gptNeoxDecoder(model))), parameters);
  await writeSafetensors(join(folder, "model.safetensors"), tensors, { dtype });
}

/** Write a whole model folder at once, tokenizer included; an older one of the name is replaced. */
export async function writeModelFolder(
  folder: string,
  files: ModelFiles,
  parameters: Float32Array,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await withAtomicPath(folder, async (temporary) => {
    await copyTokenizer(files.tokenizerFolder, temporary);
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
