/** Mistral: Llama with a sliding window. Jiang et al. 2023, https://arxiv.org/abs/2310.06825 */
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

export const mistral: Family = {
  modelType: "mistral",
  tensorName: withoutFrequencies,
  decoder(config) {
    const sizes = sizesOf(config);
    const norm = rmsNorms(config);
    const rotary = rotaryOf(config, sizes);
    const activation = activationOf(config, "hidden_act", "silu");
    const window = config.optionalSize("sliding_window");
    return llamaLikeDecoder(config, {
      family: "mistral",
      finalNorm: norm("model.norm"),
      layer: (at) => ({
        beforeAttention: norm(`${at}.input_layernorm`),
        beforeMlp: norm(`${at}.post_attention_layernorm`),
        parallel: false,
        attention: {
          ...llamaAttention(sizes, at),
          rotary,
          ...(window === undefined ? {} : { window }),
        },
        mlp: llamaMlp(sizes, at, activation),
      }),
    });
  },
};
