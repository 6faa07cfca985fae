import { RoteError } from "../../base/errors.ts";
import { readTensors, type StoredTensor, type Weights } from "../weights.ts";
import { type Decoder, decoderParameters } from "./decoder.ts";
import type { Family } from "./family.ts";

/** The weights of a decoder by their names there, as float32. */
export async function readDecoderWeights(
  weights: Weights,
  family: Family,
  decoder: Decoder,
): Promise<ReadonlyMap<string, Float32Array>> {
  return readTensors(renameTensors(weights, family, decoder), decoderParameters(decoder));
}

/**
 * The tensors of a model's files under the names its decoder has for them. One that no parameter
 * asks for means that the folder is not what its config.json says.
 */
export function renameTensors(
  { files, tensors }: Weights,
  { tensorName = (stored) => stored }: Family,
  decoder: Decoder,
): Weights {
  const expected = new Set(decoderParameters(decoder).map(({ name }) => name));
  const renamed = new Map<string, StoredTensor>();
  for (const stored of tensors.values()) {
    const name = tensorName(stored.name);
    // A tied output layer may be stored a second time.
    if (name === undefined || (!expected.has(name) && isOutput(name))) continue;
    if (!expected.has(name)) throw noPlace(stored, decoder);
    if (renamed.has(name) && name !== stored.name) continue;
    renamed.set(name, stored);
  }
  return { files, tensors: renamed };
}

function isOutput(name: string): boolean {
  return name === "lm_head.weight" || name === "embed_out.weight";
}

function noPlace({ name, file, shape }: StoredTensor, { family, layers }: Decoder): RoteError {
  return new RoteError(
    "model/malformed",
    `${file}: tensor ${name} of shape [${shape.join(", ")}] has no place in a model of the family ${family} with ${layers.length} layers as config.json describes it`,
    { name, path: file, shape },
  );
}
