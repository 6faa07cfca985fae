/** Qwen 3: Llama whose queries and keys are normalized head by head. Yang et al. 2025, https://arxiv.org/abs/2505.09388 */
import type { Family } from "./family.ts";
import { qwenWindow } from "./layer-types.ts";
import { rotaryOf } from "./rotary-config.ts";
import {
  activationOf,
  llamaAttention,
  llamaLikeDecoder,
  llamaMlp,
  rmsNorms,
  sizesOf,
} from "./shared.ts";

export const qwen3: Family = {
  modelType: "qwen3",
  decoder(config) {
    const sizes = sizesOf(config);
    const norm = rmsNorms(config);
    const rotary = rotaryOf(config, sizes);
    const activation = activationOf(config, "hidden_act", "silu");
    const window = qwenWindow(config);
    const bias = config.flag("attention_bias", false);
    return llamaLikeDecoder(config, {
      family: "qwen3",
      finalNorm: norm("model.norm"),
      layer: (at, index) => ({
        beforeAttention: norm(`${at}.input_layernorm`),
        beforeMlp: norm(`${at}.post_attention_layernorm`),
        parallel: false,
        attention: {
          ...llamaAttention(sizes, at, { bias, outputBias: bias }),
          queryKeyNorm: {
            over: "head",
            query: norm(`${at}.self_attn.q_norm`, sizes.headSize),
            key: norm(`${at}.self_attn.k_norm`, sizes.headSize),
          },
          rotary,
          ...window(index),
        },
        mlp: llamaMlp(sizes, at, activation),
      }),
    });
  },
};
