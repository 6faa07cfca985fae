/** The weights of a decoder: read into memory, or left in their files for a graph to take. */
import { realpath } from "node:fs/promises";
import { assert, RoteError } from "../../base/errors.ts";
import type { GraphBuilder, Value } from "../../graph/builder.ts";
import type { FileTensor } from "../../graph/tensor.ts";
import {
  type ExpectedTensor,
  findTensor,
  readTensors,
  type StoredTensor,
  unreadable,
  type Weights,
} from "../weights.ts";
import { type Decoder, decoderParameters } from "./decoder.ts";
import type { Family } from "./family.ts";
import type { ParameterValues } from "./parts/parameter.ts";

/** The weights of a decoder by their names there, as float32. */
export async function readDecoderWeights(
  weights: Weights,
  family: Family,
  decoder: Decoder,
): Promise<ReadonlyMap<string, Float32Array>> {
  return readTensors(renameTensors(weights, family, decoder), decoderParameters(decoder));
}

/** Where the weights of a decoder lie, by their names there; each is checked, none is read. */
export async function locateDecoderWeights(
  weights: Weights,
  family: Family,
  decoder: Decoder,
): Promise<ReadonlyMap<string, FileTensor>> {
  return locateTensors(renameTensors(weights, family, decoder), decoderParameters(decoder));
}

/** Where tensors lie, by the names they are expected under; each is checked, none is read. */
export async function locateTensors(
  weights: Weights,
  expected: readonly ExpectedTensor[],
): Promise<ReadonlyMap<string, FileTensor>> {
  // The Hugging Face cache links to files in another folder.
  const paths = await Promise.all(
    weights.files.map(async (file) => [file, await realpath(file)] as const),
  );
  const real = new Map(paths);
  const located = expected.map((parameter) => {
    const stored = findTensor(weights, parameter);
    const dtype = storedTypes.get(stored.dtype);
    if (dtype === undefined) throw unreadable(stored);
    const { file, shape, startByte, endByte } = stored;
    const tensor = { dtype, shape, file: real.get(file) ?? file, startByte, endByte };
    return [parameter.name, tensor] as const;
  });
  return new Map(located);
}

const storedTypes: ReadonlyMap<string, FileTensor["dtype"]> = new Map([
  ["F32", "float32"],
  ["F16", "float16"],
  ["BF16", "bfloat16"],
]);

/** Parameters of a graph that stay in their files; it computes with them as float32. */
export function parametersFromFiles(
  graph: GraphBuilder,
  tensors: ReadonlyMap<string, FileTensor>,
): ParameterValues {
  const values = new Map<string, Value>();
  return (name) => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const tensor = tensors.get(name);
    assert(tensor !== undefined, `the model has no parameter ${name}`);
    const value = graph.fileInitializer(name, tensor);
    values.set(name, value);
    return value;
  };
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
