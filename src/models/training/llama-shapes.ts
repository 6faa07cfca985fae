/** New models of the families that are built like Llama, and their config.json. */
import { type BaseShape, commonEntries, type ConfigOptions, type Entries } from "./base-shape.ts";

/** The shape of a model built like Llama. */
export interface LlamaShape extends BaseShape {
  /** Heads of keys and values; query heads share them in equal groups. */
  readonly keyValueHeads: number;
  readonly rotaryBase: number;
}

/** The class in `transformers`, and what a config.json of the family says besides. */
export interface LlamaLikeFamily {
  readonly architecture: string;
  readonly entries?: Entries;
  /** Whether config.json may give the size of a head, as it must where another is the default. */
  readonly saysHeadSize?: boolean;
}

/** By `model_type`. */
export type LlamaLikeName = "llama" | "mistral" | "qwen2" | "qwen3" | "olmo2";

export const llamaLikeFamilies: Readonly<Record<LlamaLikeName, LlamaLikeFamily>> = {
  llama: {
    architecture: "LlamaForCausalLM",
    entries: { attention_bias: false, mlp_bias: false },
    saysHeadSize: true,
  },
  mistral: {
    architecture: "MistralForCausalLM",
    entries: { sliding_window: null },
    saysHeadSize: true,
  },
  qwen2: { architecture: "Qwen2ForCausalLM", entries: { use_sliding_window: false } },
  qwen3: {
    architecture: "Qwen3ForCausalLM",
    entries: { attention_bias: false, use_sliding_window: false },
    saysHeadSize: true,
  },
  olmo2: { architecture: "Olmo2ForCausalLM", entries: { attention_bias: false } },
};

/** config.json of a model built like Llama, in the spelling that every version of transformers reads. */
export function writeLlamaConfig(
  family: LlamaLikeName,
  shape: LlamaShape,
  options: ConfigOptions,
): Entries {
  const { architecture, entries, saysHeadSize = false } = llamaLikeFamilies[family];
  const headSize = shape.hiddenSize / shape.heads;
  return {
    architectures: [architecture],
    model_type: family,
    hidden_size: shape.hiddenSize,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.keyValueHeads,
    ...(saysHeadSize && Number.isInteger(headSize) ? { head_dim: headSize } : {}),
    intermediate_size: shape.intermediateSize,
    hidden_act: "silu",
    rms_norm_eps: shape.epsilon,
    max_position_embeddings: shape.maximumLength,
    rope_theta: shape.rotaryBase,
    rope_parameters: { rope_theta: shape.rotaryBase, rope_type: "default" },
    ...entries,
    ...commonEntries(shape, options),
  };
}
