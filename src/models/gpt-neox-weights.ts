import { RoteError } from "../base/errors.ts";
import type { GptNeoxConfig } from "./gpt-neox-config.ts";
import { gptNeoxParameters } from "./gpt-neox-graph.ts";
import { readTensors, type StoredTensor, type Weights } from "./weights.ts";

/** The output layer as transformers 5 calls it in memory and some programs save it. */
const OUTPUT_ALIAS = "lm_head.weight";
const OUTPUT = "embed_out.weight";

/** Buffers that older versions of transformers stored beside the weights; all can be computed. */
const legacyBuffer = /(\.attention\.(bias|masked_bias)|\.rotary_emb\.inv_freq)$/;

/** The weights of a model by their names in `gptNeoxParameters`, as float32. */
export async function readGptNeoxParameters(
  { files, tensors }: Weights,
  config: GptNeoxConfig,
): Promise<ReadonlyMap<string, Float32Array>> {
  const alias = tensors.get(OUTPUT_ALIAS);
  const known =
    alias === undefined || tensors.has(OUTPUT) ? tensors : new Map([...tensors, [OUTPUT, alias]]);
  const parameters = gptNeoxParameters(config);
  const expected = new Set([...parameters.map(({ name }) => name), OUTPUT, OUTPUT_ALIAS]);
  for (const stored of tensors.values())
    if (!expected.has(stored.name) && !legacyBuffer.test(stored.name)) refuse(stored, config);
  return readTensors({ files, tensors: known }, parameters);
}

/** A tensor nobody asks for means that the folder is not what its config.json says. */
function refuse({ name, file, shape }: StoredTensor, { layers }: GptNeoxConfig): never {
  throw new RoteError(
    "model/malformed",
    `${file}: tensor ${name} of shape [${shape.join(", ")}] has no place in a GPT-NeoX model of ${layers} layers as config.json describes it`,
    { name, path: file, shape },
  );
}
