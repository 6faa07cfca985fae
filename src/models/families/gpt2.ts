/**
 * GPT-2: learned positions, weights stored [in, out], queries, keys and values in one layer, the
 * output layer tied to the embedding. Radford et al. 2019. The published files leave out the
 * "transformer." that `save_pretrained` writes before every name.
 */
import type { ConfigEntries } from "./config-entries.ts";
import type { Layer } from "./decoder.ts";
import type { Family } from "./family.ts";
import type { Dense } from "./parts/dense.ts";
import type { Norm } from "./parts/norm.ts";
import { activationOf, headSizeOf, repeatLayer } from "./shared.ts";

export const gpt2: Family = {
  modelType: "gpt2",
  tensorName(stored) {
    if (/\.attn\.(bias|masked_bias)$/.test(stored)) return undefined;
    return /^(transformer|lm_head)\./.test(stored) ? stored : `transformer.${stored}`;
  },
  decoder(config) {
    const hiddenSize = config.size("n_embd", 768);
    const embedding = { name: "transformer.wte.weight", positions: "transformer.wpe.weight" };
    const epsilon = config.positive("layer_norm_epsilon", 1e-5);
    const norm = (name: string): Norm => ({ kind: "layer", name, size: hiddenSize, epsilon });
    const isTied = config.flag("tie_word_embeddings", true);
    return {
      family: "gpt2",
      vocabularySize: config.size("vocab_size", 50257),
      hiddenSize,
      maximumLength: config.size(["n_positions", "n_ctx"], 1024),
      embedding,
      layers: repeatLayer(config, "n_layer", layerOf(config, hiddenSize, norm)),
      finalNorm: norm("transformer.ln_f"),
      output: { name: isTied ? embedding.name : "lm_head.weight" },
    };
  },
};

function layerOf(
  config: ConfigEntries,
  hiddenSize: number,
  norm: (name: string) => Norm,
): (index: number) => Layer {
  const heads = config.size("n_head", 12);
  const headSize = headSizeOf(config, hiddenSize, heads);
  const inner = config.size("n_inner", 4 * hiddenSize);
  const activation = activationOf(config, "activation_function", "gelu_new");
  const base = config.flag("scale_attn_weights", true) ? 1 / Math.sqrt(headSize) : 1;
  const byDepth = config.flag("scale_attn_by_inverse_layer_idx", false);
  return (index) => {
    const at = `transformer.h.${index}`;
    const dense = (name: string, inputs: number, outputs: number): Dense => ({
      name: `${at}.${name}`,
      inputs,
      outputs,
      bias: true,
      firstAxis: "inputs",
    });
    return {
      beforeAttention: norm(`${at}.ln_1`),
      beforeMlp: norm(`${at}.ln_2`),
      parallel: false,
      attention: {
        heads,
        keyValueHeads: heads,
        headSize,
        projection: { kind: "stacked", all: dense("attn.c_attn", hiddenSize, 3 * hiddenSize) },
        scale: byDepth ? base / (index + 1) : base,
        output: { ...dense("attn.c_proj", hiddenSize, hiddenSize), writesResidual: true },
      },
      mlp: {
        up: dense("mlp.c_fc", hiddenSize, inner),
        activation,
        down: { ...dense("mlp.c_proj", inner, hiddenSize), writesResidual: true },
      },
    };
  };
}
