/**
 * GPT-J: attention and feed-forward network in parallel behind one layer normalization, neighbouring
 * numbers of a head rotated, a bias on the logits. Wang and Komatsuzaki 2021,
 * https://github.com/kingoflolz/mesh-transformer-jax
 */
import type { ConfigEntries } from "./config-entries.ts";
import type { Layer } from "./decoder.ts";
import type { Family } from "./family.ts";
import type { Dense } from "./parts/dense.ts";
import type { Norm } from "./parts/norm.ts";
import { rotaryFrequencies } from "./rotary-config.ts";
import { activationOf, headSizeOf, repeatLayer } from "./shared.ts";

export const gptj: Family = {
  modelType: "gptj",
  tensorName: (stored) => (/\.attn\.(bias|masked_bias)$/.test(stored) ? undefined : stored),
  decoder(config) {
    const hiddenSize = config.size("n_embd", 4096);
    const epsilon = config.positive("layer_norm_epsilon", 1e-5);
    const norm = (name: string): Norm => ({ kind: "layer", name, size: hiddenSize, epsilon });
    const embedding = { name: "transformer.wte.weight" };
    const isTied = config.flag("tie_word_embeddings", false);
    return {
      family: "gptj",
      vocabularySize: config.size("vocab_size", 50400),
      hiddenSize,
      maximumLength: config.size("n_positions", 2048),
      embedding,
      layers: repeatLayer(config, "n_layer", layerOf(config, hiddenSize, norm)),
      finalNorm: norm("transformer.ln_f"),
      output: { name: isTied ? embedding.name : "lm_head.weight", bias: "lm_head.bias" },
    };
  },
};

function layerOf(
  config: ConfigEntries,
  hiddenSize: number,
  norm: (name: string) => Norm,
): (index: number) => Layer {
  const heads = config.size("n_head", 16);
  const headSize = headSizeOf(config, hiddenSize, heads);
  const inner = config.size("n_inner", 4 * hiddenSize);
  const rotated = config.size("rotary_dim", 64);
  if (rotated % 2 !== 0 || rotated > headSize)
    config.fail(`rotary_dim must be even and at most a head's ${headSize}, found ${rotated}`);
  const rotary = { frequencies: rotaryFrequencies(10000, rotated), interleaved: true };
  const activation = activationOf(config, "activation_function", "gelu_new");
  return (index) => {
    const at = `transformer.h.${index}`;
    const dense = (name: string, inputs: number, outputs: number, bias = true): Dense => ({
      name: `${at}.${name}`,
      inputs,
      outputs,
      bias,
    });
    const square = (name: string): Dense => dense(`attn.${name}`, hiddenSize, hiddenSize, false);
    return {
      beforeAttention: norm(`${at}.ln_1`),
      beforeMlp: norm(`${at}.ln_1`),
      parallel: true,
      attention: {
        heads,
        keyValueHeads: heads,
        headSize,
        projection: {
          kind: "apart",
          query: square("q_proj"),
          key: square("k_proj"),
          value: square("v_proj"),
        },
        rotary,
        scale: 1 / Math.sqrt(headSize),
        output: { ...square("out_proj"), writesResidual: true },
      },
      mlp: {
        up: dense("mlp.fc_in", hiddenSize, inner),
        activation,
        down: { ...dense("mlp.fc_out", inner, hiddenSize), writesResidual: true },
      },
    };
  };
}
