/** The shapes in which `rote train` starts a model from nothing, by family. */
import { RoteError } from "../../base/errors.ts";
import { ConfigEntries } from "../families/config-entries.ts";
import type { Decoder } from "../families/decoder.ts";
import { familyOf } from "../families/registry.ts";
import type { BaseShape, ConfigOptions, Entries } from "./base-shape.ts";
import { writeGpt2Config } from "./gpt2-shape.ts";
import { type GptNeoxConfig, writeGptNeoxConfig } from "./gpt-neox-shape.ts";
import {
  llamaLikeFamilies,
  type LlamaLikeName,
  type LlamaShape,
  writeLlamaConfig,
} from "./llama-shapes.ts";

/** The shape of a new model; `family` is the `model_type` of its config.json. */
export type ModelShape =
  | ({ readonly family: "gpt_neox" } & GptNeoxConfig)
  | ({ readonly family: "gpt2" } & BaseShape)
  | ({ readonly family: LlamaLikeName } & LlamaShape);

/** The families in which a model can be started. */
export const newFamilies: readonly ModelShape["family"][] = [
  "gpt_neox",
  "gpt2",
  ...(Object.keys(llamaLikeFamilies) as LlamaLikeName[]),
];

/** config.json of a new model. */
export function writeConfig(shape: ModelShape, options: ConfigOptions): Entries {
  if (shape.family === "gpt_neox") return writeGptNeoxConfig(shape, options);
  if (shape.family === "gpt2") return writeGpt2Config(shape, options);
  return writeLlamaConfig(shape.family, shape, options);
}

/** The decoder of a shape. */
export function shapeDecoder(shape: ModelShape): Decoder {
  const name = "the model's shape";
  const entries = writeConfig(shape, { dtype: "float32" });
  return familyOf(entries, name).decoder(new ConfigEntries(entries, name));
}

/** Refuse shapes no graph can be built for. `fail` names the place and does not return. */
export function checkShape(shape: ModelShape, fail: (reason: string) => never): void {
  try {
    shapeDecoder(shape);
  } catch (error) {
    if (!(error instanceof RoteError)) throw error;
    fail(error.message.replace("the model's shape: ", ""));
  }
}
