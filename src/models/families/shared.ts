/**
 * What most families since Llama have in common: the keys of config.json, and the names of layers.
 * A family takes what it shares and says the rest.
 */
import type { ConfigEntries } from "./config-entries.ts";
import type { Decoder, Layer } from "./decoder.ts";
import type { Attention } from "./parts/attention.ts";
import type { Dense } from "./parts/dense.ts";
import type { Activation, Mlp } from "./parts/mlp.ts";
import type { Norm } from "./parts/norm.ts";

/** The sizes of a model whose config.json speaks as Llama's does. */
export interface Sizes {
  readonly hiddenSize: number;
  readonly innerSize: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
}

/** Read the sizes. */
export function sizesOf(config: ConfigEntries): Sizes {
  const hiddenSize = config.size("hidden_size");
  const heads = config.size("num_attention_heads");
  const keyValueHeads = config.size("num_key_value_heads", heads);
  if (heads % keyValueHeads !== 0)
    config.fail(`${heads} query heads cannot be divided among ${keyValueHeads} key-value heads`);
  return {
    hiddenSize,
    innerSize: config.size("intermediate_size"),
    heads,
    keyValueHeads,
    headSize: config.optionalSize("head_dim") ?? headSizeOf(config, hiddenSize, heads),
  };
}

/** The share of each head where config.json does not say it. */
export function headSizeOf(config: ConfigEntries, hiddenSize: number, heads: number): number {
  if (hiddenSize % heads !== 0)
    config.fail(`a hidden size of ${hiddenSize} cannot be divided among ${heads} heads`);
  return hiddenSize / heads;
}

/** As many layers as config.json says under a key. */
export function repeatLayer(
  config: ConfigEntries,
  key: string,
  layer: (index: number) => Layer,
): readonly Layer[] {
  return Array.from({ length: config.size(key) }, (_, index) => layer(index));
}

/** The activation by the names that transformers has for it. */
export function activationOf(
  config: ConfigEntries,
  names: string | readonly string[],
  fallback: string,
): Activation {
  return config.choice(names, activations, fallback);
}

const activations: Readonly<Record<string, Activation>> = {
  gelu: "gelu",
  gelu_new: "gelu-tanh",
  gelu_fast: "gelu-tanh",
  gelu_pytorch_tanh: "gelu-tanh",
  silu: "silu",
  swish: "silu",
};

/** What a family says about its decoder besides what they all have. */
export interface LlamaLike {
  readonly family: string;
  readonly finalNorm: Norm;
  /** A layer and the beginning of its tensors' names, "model.layers.0". */
  readonly layer: (at: string, index: number) => Layer;
  /** Whether the output layer is the embedding table where config.json does not say. */
  readonly tied?: boolean;
  readonly embeddingScale?: number;
  readonly output?: Partial<Decoder["output"]>;
}

/** A decoder whose tensors are called as Llama's. */
export function llamaLikeDecoder(
  config: ConfigEntries,
  { family, finalNorm, layer, tied = false, embeddingScale, output }: LlamaLike,
): Decoder {
  const embedding = "model.embed_tokens.weight";
  const isTied = config.flag("tie_word_embeddings", tied);
  return {
    family,
    vocabularySize: config.size("vocab_size"),
    hiddenSize: config.size("hidden_size"),
    maximumLength: config.size("max_position_embeddings"),
    embedding: {
      name: embedding,
      ...(embeddingScale === undefined ? {} : { scale: embeddingScale }),
    },
    layers: repeatLayer(config, "num_hidden_layers", (index) =>
      layer(`model.layers.${index}`, index),
    ),
    finalNorm,
    output: { ...output, name: isTied ? embedding : "lm_head.weight" },
  };
}

/** A maker of RMS normalizations over the hidden state. */
export function rmsNorms(
  config: ConfigEntries,
  { epsilon = 1e-6, gainAboveOne = false }: { epsilon?: number; gainAboveOne?: boolean } = {},
): (name: string, size?: number) => Norm {
  const hiddenSize = config.size("hidden_size");
  return (name, size = hiddenSize) => ({
    kind: "rms",
    name,
    size,
    epsilon: config.positive("rms_norm_eps", epsilon),
    gainAboveOne,
  });
}

/** Projections q_proj, k_proj, v_proj and o_proj. `bias` is that of the first three. */
export function llamaAttention(
  { hiddenSize, heads, keyValueHeads, headSize }: Sizes,
  at: string,
  {
    bias = false,
    outputBias = false,
    outputName = "o_proj",
  }: { bias?: boolean; outputBias?: boolean; outputName?: string } = {},
): Attention {
  const dense = (name: string, inputs: number, outputs: number): Dense => ({
    name: `${at}.self_attn.${name}`,
    inputs,
    outputs,
    bias,
  });
  const output = dense(outputName, heads * headSize, hiddenSize);
  return {
    heads,
    keyValueHeads,
    headSize,
    projection: {
      kind: "apart",
      query: dense("q_proj", hiddenSize, heads * headSize),
      key: dense("k_proj", hiddenSize, keyValueHeads * headSize),
      value: dense("v_proj", hiddenSize, keyValueHeads * headSize),
    },
    output: { ...output, bias: outputBias, writesResidual: true },
    scale: 1 / Math.sqrt(headSize),
  };
}

/** A gated network of gate_proj, up_proj and down_proj. */
export function llamaMlp(
  { hiddenSize, innerSize }: Sizes,
  at: string,
  activation: Activation,
  { bias = false }: { readonly bias?: boolean } = {},
): Mlp {
  const dense = (name: string, inputs: number, outputs: number): Dense => ({
    name: `${at}.mlp.${name}`,
    inputs,
    outputs,
    bias,
  });
  return {
    gate: dense("gate_proj", hiddenSize, innerSize),
    up: dense("up_proj", hiddenSize, innerSize),
    down: { ...dense("down_proj", innerSize, hiddenSize), writesResidual: true },
    activation,
  };
}

/** Tensor names without the frequencies that old programs stored with each layer. */
export function withoutFrequencies(stored: string): string | undefined {
  return stored.endsWith(".rotary_emb.inv_freq") ? undefined : stored;
}
