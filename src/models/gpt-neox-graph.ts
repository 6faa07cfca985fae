/**
 * GPT-NeoX as a graph: the parameters by their names in Hugging Face files, and the forward pass.
 *
 * Rows stand flat, [batch · length, hidden], except inside attention. Queries, keys and values are
 * one projection whose rows are ordered by head: [head 0's q, k, v, head 1's q, k, v, …].
 *
 * Architecture: https://github.com/huggingface/transformers/blob/v4.46.0/src/transformers/models/gpt_neox/modeling_gpt_neox.py
 */
import type { GraphBuilder, Value } from "../graph/builder.ts";
import { add, gelu } from "../graph/operations/elementwise.ts";
import { gather } from "../graph/operations/indexing.ts";
import { linear } from "../graph/operations/linear.ts";
import { layerNormalization } from "../graph/operations/normalize.ts";
import { reshape, split, transpose } from "../graph/operations/shape.ts";
import { attention, causalMask, rotaryEmbedding } from "../graph/operations/transformer.ts";
import { float32, multiplyDimensions, type Tensor } from "../graph/tensor.ts";
import { type GptNeoxConfig, rotarySize } from "./gpt-neox-config.ts";
import type { ExpectedTensor } from "./weights.ts";

/** How a parameter starts before training. */
export type Initialization = "normal" | "normal-output" | "ones" | "zeros";

export interface Parameter extends ExpectedTensor {
  readonly initialization: Initialization;
}

/** Parameters of a graph, by name. */
export type ParameterValues = (name: string) => Value;

/** Every parameter, in the order of the forward pass. */
export function gptNeoxParameters(config: GptNeoxConfig): readonly Parameter[] {
  const { vocabularySize, hiddenSize, tiedEmbeddings } = config;
  const table = [vocabularySize, hiddenSize];
  const layers = Array.from({ length: config.layers }, (_, i) => layerParameters(config, i));
  return [
    { name: "gpt_neox.embed_in.weight", shape: table, initialization: "normal" },
    ...layers.flat(),
    ...normParameters("gpt_neox.final_layer_norm", hiddenSize),
    ...(tiedEmbeddings
      ? []
      : [{ name: "embed_out.weight", shape: table, initialization: "normal" } as const]),
  ];
}

function layerParameters(config: GptNeoxConfig, layer: number): Parameter[] {
  const { hiddenSize: hidden, intermediateSize: inner, attentionBias } = config;
  const at = `gpt_neox.layers.${layer}`;
  const biased = { bias: attentionBias };
  return [
    ...normParameters(`${at}.input_layernorm`, hidden),
    ...normParameters(`${at}.post_attention_layernorm`, hidden),
    ...denseParameters(`${at}.attention.query_key_value`, [3 * hidden, hidden], "normal", biased),
    ...denseParameters(`${at}.attention.dense`, [hidden, hidden], "normal-output", biased),
    ...denseParameters(`${at}.mlp.dense_h_to_4h`, [inner, hidden], "normal"),
    ...denseParameters(`${at}.mlp.dense_4h_to_h`, [hidden, inner], "normal-output"),
  ];
}

function normParameters(name: string, size: number): Parameter[] {
  return [
    { name: `${name}.weight`, shape: [size], initialization: "ones" },
    { name: `${name}.bias`, shape: [size], initialization: "zeros" },
  ];
}

function denseParameters(
  name: string,
  shape: readonly [number, number],
  initialization: Initialization,
  { bias = true }: { readonly bias?: boolean } = {},
): Parameter[] {
  const weight = { name: `${name}.weight`, shape, initialization };
  if (!bias) return [weight];
  return [weight, { name: `${name}.bias`, shape: [shape[0]], initialization: "zeros" }];
}

/** The name of the output layer's weight. */
export function outputWeightName({ tiedEmbeddings }: GptNeoxConfig): string {
  return tiedEmbeddings ? "gpt_neox.embed_in.weight" : "embed_out.weight";
}

/**
 * Hidden states after the last normalization, [batch · length, hidden], of token ids
 * [batch, length]. Every position sees itself and what stands before it.
 */
export function gptNeoxHidden(
  graph: GraphBuilder,
  config: GptNeoxConfig,
  parameters: ParameterValues,
  ids: Value,
): Value {
  const [batch, length] = [ids.shape[0]!, ids.shape[1]!];
  const flatIds = reshape(graph, ids, [multiplyDimensions([batch, length])]);
  const { cos, sin } = rotaryTables(config, typeof length === "number" ? length : undefined);
  const network: Network = {
    graph,
    config,
    parameters,
    batch,
    length,
    mask: causalMask(graph, length),
    cos: graph.initializer("rotary.cos", cos),
    sin: graph.initializer("rotary.sin", sin),
  };
  let hidden = gather(graph, parameters("gpt_neox.embed_in.weight"), flatIds);
  for (let layer = 0; layer < config.layers; layer++)
    hidden = block(network, hidden, `gpt_neox.layers.${layer}`);
  return normalize(network, hidden, "gpt_neox.final_layer_norm");
}

interface Network {
  readonly graph: GraphBuilder;
  readonly config: GptNeoxConfig;
  readonly parameters: ParameterValues;
  readonly batch: number | string;
  readonly length: number | string;
  readonly mask: Value;
  readonly cos: Value;
  readonly sin: Value;
}

function block(network: Network, hidden: Value, at: string): Value {
  const { graph, config } = network;
  const attended = selfAttention(network, normalize(network, hidden, `${at}.input_layernorm`), at);
  const between = config.parallelResidual ? hidden : add(graph, hidden, attended);
  const second = normalize(network, between, `${at}.post_attention_layernorm`);
  const inner = gelu(graph, dense(network, second, `${at}.mlp.dense_h_to_4h`));
  const fed = dense(network, inner, `${at}.mlp.dense_4h_to_h`);
  return config.parallelResidual
    ? add(graph, add(graph, hidden, attended), fed)
    : add(graph, between, fed);
}

function selfAttention(network: Network, hidden: Value, at: string): Value {
  const { graph, config, batch, length, mask, cos, sin } = network;
  const { heads, hiddenSize, attentionBias } = config;
  const size = hiddenSize / heads;
  const bias = { bias: attentionBias };
  const projected = dense(network, hidden, `${at}.attention.query_key_value`, bias);
  const apart = transpose(
    graph,
    reshape(graph, projected, [batch, length, heads, 3 * size]),
    [0, 2, 1, 3],
  );
  const [query, key, value] = split(graph, apart, [size, size, size]);
  const rotate = (part: Value): Value => rotaryEmbedding(graph, part, { cos, sin });
  const mixed = attention(
    graph,
    { query: rotate(query!), key: rotate(key!), value: value!, mask },
    { scale: 1 / Math.sqrt(size) },
  );
  const joined = reshape(graph, transpose(graph, mixed, [0, 2, 1, 3]), hidden.shape);
  return dense(network, joined, `${at}.attention.dense`, bias);
}

function normalize({ graph, config, parameters }: Network, hidden: Value, name: string): Value {
  return layerNormalization(graph, hidden, {
    weight: parameters(`${name}.weight`),
    bias: parameters(`${name}.bias`),
    epsilon: config.epsilon,
  });
}

function dense(
  { graph, parameters }: Network,
  x: Value,
  name: string,
  { bias = true }: { readonly bias?: boolean } = {},
): Value {
  return linear(
    graph,
    x,
    parameters(`${name}.weight`),
    bias ? parameters(`${name}.bias`) : undefined,
  );
}

/** cos and sin of position · base^(−2i / size), computed in float64. */
function rotaryTables(
  config: GptNeoxConfig,
  length = config.maximumLength,
): { readonly cos: Tensor; readonly sin: Tensor } {
  const size = rotarySize(config);
  const angles = Float64Array.from({ length: (length * size) / 2 }, (_, index) => {
    const position = Math.floor(index / (size / 2));
    const i = index % (size / 2);
    return position * config.rotaryBase ** ((-2 * i) / size);
  });
  const shape = [length, size / 2];
  return {
    cos: float32(Float32Array.from(angles, Math.cos), shape),
    sin: float32(Float32Array.from(angles, Math.sin), shape),
  };
}
