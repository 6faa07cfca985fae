/**
 * OLMo 1: Llama with layer normalization that learns nothing, and queries, keys and values cut to a
 * range where `clip_qkv` says so. Groeneveld et al. 2024, https://arxiv.org/abs/2402.00838
 */
import type { Family } from "./family.ts";
import type { Norm } from "./parts/norm.ts";
import { rotaryOf } from "./rotary-config.ts";
import {
  activationOf,
  llamaAttention,
  llamaLikeDecoder,
  llamaMlp,
  sizesOf,
  withoutFrequencies,
} from "./shared.ts";

export const olmo: Family = {
  modelType: "olmo",
  tensorName: withoutFrequencies,
  decoder(config) {
    const sizes = sizesOf(config);
    const norm: Norm = { kind: "layer", size: sizes.hiddenSize, epsilon: 1e-5 };
    const rotary = rotaryOf(config, sizes);
    const activation = activationOf(config, "hidden_act", "silu");
    const bias = config.flag("attention_bias", false);
    const clip = config.optionalPositive("clip_qkv");
    return llamaLikeDecoder(config, {
      family: "olmo",
      finalNorm: norm,
      layer: (at) => ({
        beforeAttention: norm,
        beforeMlp: norm,
        parallel: false,
        attention: {
          ...llamaAttention(sizes, at, { bias, outputBias: bias }),
          ...(clip === undefined ? {} : { clip }),
          rotary,
        },
        mlp: llamaMlp(sizes, at, activation),
      }),
    });
  },
};
