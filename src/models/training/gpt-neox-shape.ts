/** New GPT-NeoX models, and their config.json. */
import { ConfigEntries } from "../families/config-entries.ts";
import type { Decoder } from "../families/decoder.ts";
import { gptNeox } from "../families/gpt-neox.ts";
import { type BaseShape, commonEntries, type ConfigOptions, type Entries } from "./base-shape.ts";

/** The shape of a GPT-NeoX model. */
export interface GptNeoxConfig extends BaseShape {
  /** Share of each head's numbers that is rotated by position. */
  readonly rotaryFraction: number;
  readonly rotaryBase: number;
  /** Attention and feed-forward read the same hidden state (Pythia) rather than one after the other. */
  readonly parallelResidual: boolean;
  readonly attentionBias: boolean;
}

/** config.json for a model of ours, in the spelling that every version of transformers reads. */
export function writeGptNeoxConfig(config: GptNeoxConfig, options: ConfigOptions): Entries {
  const rope = { rope_theta: config.rotaryBase, partial_rotary_factor: config.rotaryFraction };
  return {
    architectures: ["GPTNeoXForCausalLM"],
    model_type: "gpt_neox",
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    intermediate_size: config.intermediateSize,
    hidden_act: "gelu",
    layer_norm_eps: config.epsilon,
    max_position_embeddings: config.maximumLength,
    rotary_pct: config.rotaryFraction,
    rotary_emb_base: config.rotaryBase,
    rope_parameters: { ...rope, rope_type: "default" },
    use_parallel_residual: config.parallelResidual,
    attention_bias: config.attentionBias,
    ...commonEntries(config, options),
  };
}

/** The decoder of a shape. */
export function gptNeoxDecoder(config: GptNeoxConfig): Decoder {
  const entries = writeGptNeoxConfig(config, { dtype: "float32" });
  return gptNeox.decoder(new ConfigEntries(entries, "the model's shape"));
}
