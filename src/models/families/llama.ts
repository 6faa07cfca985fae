/**
 * Llama 1 to 3 and what is built like them: RMS normalization before each branch, SwiGLU, rotary
 * positions on whole heads, shared key-value heads.
 *
 * Touvron et al. 2023, https://arxiv.org/abs/2307.09288; Grattafiori et al. 2024, https://arxiv.org/abs/2407.21783
 */
import type { Family } from "./family.ts";
import { rotaryOf } from "./rotary-config.ts";
import {
  activationOf,
  llamaAttention,
  llamaLikeDecoder,
  llamaMlp,
  rmsNorms,
  sizesOf,
  withoutFrequencies,
} from "./shared.ts";

export const llama: Family = {
  modelType: "llama",
  tensorName: withoutFrequencies,
  decoder(config) {
    const sizes = sizesOf(config);
    const norm = rmsNorms(config);
    const rotary = rotaryOf(config, sizes);
    const activation = activationOf(config, "hidden_act", "silu");
    const bias = config.flag("attention_bias", false);
    return llamaLikeDecoder(config, {
      family: "llama",
      finalNorm: norm("model.norm"),
      layer: (at) => ({
        beforeAttention: norm(`${at}.input_layernorm`),
        beforeMlp: norm(`${at}.post_attention_layernorm`),
        parallel: false,
        attention: { ...llamaAttention(sizes, at, { bias, outputBias: bias }), rotary },
        mlp: llamaMlp(sizes, at, activation, { bias: config.flag("mlp_bias", false) }),
      }),
    });
  },
};
