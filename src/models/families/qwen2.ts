/** Qwen 2 and 2.5: Llama with biases on queries, keys and values. Yang et al. 2024, https://arxiv.org/abs/2407.10671 */
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

export const qwen2: Family = {
  modelType: "qwen2",
  decoder(config) {
    const sizes = sizesOf(config);
    const norm = rmsNorms(config);
    const rotary = rotaryOf(config, sizes);
    const activation = activationOf(config, "hidden_act", "silu");
    const window = qwenWindow(config);
    return llamaLikeDecoder(config, {
      family: "qwen2",
      finalNorm: norm("model.norm"),
      layer: (at, index) => ({
        beforeAttention: norm(`${at}.input_layernorm`),
        beforeMlp: norm(`${at}.post_attention_layernorm`),
        parallel: false,
        attention: { ...llamaAttention(sizes, at, { bias: true }), rotary, ...window(index) },
        mlp: llamaMlp(sizes, at, activation),
      }),
    });
  },
};
