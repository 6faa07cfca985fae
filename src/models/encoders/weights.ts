/** The weights of an encoder, left in their files. */
import { RoteError } from "../../base/errors.ts";
import type { FileTensor } from "../../graph/tensor.ts";
import { locateTensors } from "../families/weights.ts";
import type { StoredTensor, Weights } from "../weights.ts";
import { encoderTensorName } from "./architectures.ts";
import { type Encoder, encoderParameters } from "./encoder.ts";

/** Where the weights of an encoder lie, by their names there; each is checked, none is read. */
export async function locateEncoderWeights(
  weights: Weights,
  encoder: Encoder,
): Promise<ReadonlyMap<string, FileTensor>> {
  const expected = encoderParameters(encoder);
  const names = new Set(expected.map(({ name }) => name));
  const renamed = new Map<string, StoredTensor>();
  for (const stored of weights.tensors.values()) {
    const name = encoderTensorName(stored.name);
    // A pooler that is not asked for is no part of the computation.
    if (name === undefined || (!names.has(name) && name.startsWith("pooler."))) continue;
    if (!names.has(name)) throw noPlace(stored, encoder);
    renamed.set(name, stored);
  }
  return locateTensors({ files: weights.files, tensors: renamed }, expected);
}

function noPlace({ name, file, shape }: StoredTensor, { family, layers }: Encoder): RoteError {
  return new RoteError(
    "model/malformed",
    `${file}: tensor ${name} of shape [${shape.join(", ")}] has no place in an encoder of the family ${family} with ${layers.length} layers as config.json describes it`,
    { name, path: file, shape },
  );
}
