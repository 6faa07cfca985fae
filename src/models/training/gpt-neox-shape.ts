/** The shape in which `rote train` starts a model from nothing: GPT-NeoX, and its config.json. */
import { RoteError } from "../../base/errors.ts";
import { ConfigEntries } from "../families/config-entries.ts";
import type { Decoder } from "../families/decoder.ts";
import { gptNeox } from "../families/gpt-neox.ts";
import type { StoredType } from "../write-safetensors.ts";

/** The shape of a GPT-NeoX model. */
export interface GptNeoxConfig {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly maximumLength: number;
  readonly epsilon: number;
  /** Share of each head's numbers that is rotated by position. */
  readonly rotaryFraction: number;
  readonly rotaryBase: number;
  /** Attention and feed-forward read the same hidden state (Pythia) rather than one after the other. */
  readonly parallelResidual: boolean;
  readonly attentionBias: boolean;
  /** The output layer is the embedding table. */
  readonly tiedEmbeddings: boolean;
}

type Entries = Readonly<Record<string, unknown>>;

/** config.json for a model of ours, in the spelling that every version of transformers reads. */
export function writeGptNeoxConfig(
  config: GptNeoxConfig,
  { dtype, endOfText }: { readonly dtype: StoredType; readonly endOfText?: number },
): Entries {
  const rope = { rope_theta: config.rotaryBase, partial_rotary_factor: config.rotaryFraction };
  return {
    architectures: ["GPTNeoXForCausalLM"],
    model_type: "gpt_neox",
    vocab_size: config.vocabularySize,
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
    tie_word_embeddings: config.tiedEmbeddings,
    torch_dtype: dtype,
    ...(endOfText === undefined ? {} : { bos_token_id: endOfText, eos_token_id: endOfText }),
  };
}

/** The decoder of a shape. */
export function gptNeoxDecoder(config: GptNeoxConfig): Decoder {
  const entries = writeGptNeoxConfig(config, { dtype: "float32" });
  return gptNeox.decoder(new ConfigEntries(entries, "the model's shape"));
}

/** Refuse shapes no graph can be built for. `fail` names the place and does not return. */
export function checkShape(config: GptNeoxConfig, fail: (reason: string) => never): void {
  try {
    gptNeoxDecoder(config);
  } catch (error) {
    if (!(error instanceof RoteError)) throw error;
    fail(error.message.replace("the model's shape: ", ""));
  }
}
