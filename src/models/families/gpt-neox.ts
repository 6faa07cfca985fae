/**
 * GPT-NeoX (Pythia): attention and feed-forward network in parallel as a rule, a quarter of each
 * head rotated, queries, keys and values in one layer ordered by head.
 *
 * Black et al. 2022, https://arxiv.org/abs/2204.06745; names as in
 * https://github.com/huggingface/transformers/blob/v4.46.0/src/transformers/models/gpt_neox/modeling_gpt_neox.py
 */
import type { ConfigEntries } from "./config-entries.ts";
import type { Decoder, Layer } from "./decoder.ts";
import type { Family } from "./family.ts";
import type { Dense } from "./parts/dense.ts";
import type { Norm } from "./parts/norm.ts";
import { rotaryOf } from "./rotary-config.ts";
import { activationOf, headSizeOf, repeatLayer } from "./shared.ts";

/** Buffers that older versions of transformers stored beside the weights; all can be computed. */
const legacyBuffer = /\.attention\.(bias|masked_bias|rotary_emb\.inv_freq)$/;

export const gptNeox: Family = {
  modelType: "gpt_neox",
  decoder: gptNeoxDecoder,
  tensorName(stored) {
    if (legacyBuffer.test(stored)) return undefined;
    // As transformers 5 calls it in memory and some programs save it.
    return stored === "lm_head.weight" ? "embed_out.weight" : stored;
  },
};

function gptNeoxDecoder(config: ConfigEntries): Decoder {
  const hiddenSize = config.size("hidden_size");
  const epsilon = config.positive("layer_norm_eps", 1e-5);
  const embedding = { name: "gpt_neox.embed_in.weight" };
  const norm = (name: string): Norm => ({ kind: "layer", name, size: hiddenSize, epsilon });
  return {
    family: "gpt-neox",
    vocabularySize: config.size("vocab_size"),
    hiddenSize,
    maximumLength: config.size("max_position_embeddings"),
    embedding,
    layers: repeatLayer(config, "num_hidden_layers", layerOf(config, hiddenSize, norm)),
    finalNorm: norm("gpt_neox.final_layer_norm"),
    output: config.flag("tie_word_embeddings", false) ? embedding : { name: "embed_out.weight" },
  };
}

function layerOf(
  config: ConfigEntries,
  hiddenSize: number,
  norm: (name: string) => Norm,
): (index: number) => Layer {
  const heads = config.size("num_attention_heads");
  const headSize = headSizeOf(config, hiddenSize, heads);
  const inner = config.size("intermediate_size", 4 * hiddenSize);
  const bias = config.flag("attention_bias", true);
  const rotary = rotaryOf(config, { headSize, share: 0.25 });
  const activation = activationOf(config, "hidden_act", "gelu");
  const parallel = config.flag("use_parallel_residual", true);
  return (index) => {
    const at = `gpt_neox.layers.${index}`;
    const dense = (name: string, inputs: number, outputs: number): Dense => ({
      name: `${at}.${name}`,
      inputs,
      outputs,
      bias: true,
    });
    const projection = dense("attention.query_key_value", hiddenSize, 3 * hiddenSize);
    const output = dense("attention.dense", hiddenSize, hiddenSize);
    return {
      beforeAttention: norm(`${at}.input_layernorm`),
      beforeMlp: norm(`${at}.post_attention_layernorm`),
      parallel,
      attention: {
        heads,
        keyValueHeads: heads,
        headSize,
        projection: { kind: "by-head", all: { ...projection, bias } },
        rotary,
        scale: 1 / Math.sqrt(headSize),
        output: { ...output, bias, writesResidual: true },
      },
      mlp: {
        up: dense("mlp.dense_h_to_4h", hiddenSize, inner),
        activation,
        down: { ...dense("mlp.dense_4h_to_h", inner, hiddenSize), writesResidual: true },
      },
    };
  };
}
