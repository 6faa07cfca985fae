/**
 * Gemma 2: gains of 1 + weight, a normalization before and after each branch, GeGLU, scaled
 * embeddings, soft caps on scores and logits, and every other layer sees a window only.
 *
 * Gemma Team 2024, https://arxiv.org/abs/2408.00118
 */
import type { Family } from "./family.ts";
import { layerTypes } from "./layer-types.ts";
import { rotaryOf } from "./rotary-config.ts";
import {
  activationOf,
  llamaAttention,
  llamaLikeDecoder,
  llamaMlp,
  rmsNorms,
  sizesOf,
} from "./shared.ts";

export const gemma2: Family = {
  modelType: "gemma2",
  decoder(config) {
    const sizes = { ...sizesOf(config), headSize: config.size("head_dim", 256) };
    const norm = rmsNorms(config, { gainAboveOne: true });
    const rotary = rotaryOf(config, sizes);
    const activation = activationOf(
      config,
      ["hidden_activation", "hidden_act"],
      "gelu_pytorch_tanh",
    );
    const bias = config.flag("attention_bias", false);
    const window = config.size("sliding_window", 4096);
    const typeOf = layerTypes(config, (index) =>
      index % 2 === 0 ? "sliding_attention" : "full_attention",
    );
    const scoreCap = config.optionalPositive("attn_logit_softcapping");
    const logitCap = config.optionalPositive("final_logit_softcapping");
    const scale = 1 / Math.sqrt(config.positive("query_pre_attn_scalar", 256));
    return llamaLikeDecoder(config, {
      family: "gemma2",
      tied: true,
      embeddingScale: Math.sqrt(sizes.hiddenSize),
      finalNorm: norm("model.norm"),
      output: logitCap === undefined ? {} : { softCap: logitCap },
      layer: (at, index) => ({
        beforeAttention: norm(`${at}.input_layernorm`),
        afterAttention: norm(`${at}.post_attention_layernorm`),
        beforeMlp: norm(`${at}.pre_feedforward_layernorm`),
        afterMlp: norm(`${at}.post_feedforward_layernorm`),
        parallel: false,
        attention: {
          ...llamaAttention(sizes, at, { bias, outputBias: bias }),
          rotary,
          scale,
          ...(scoreCap === undefined ? {} : { softCap: scoreCap }),
          ...(typeOf(index) === "sliding_attention" ? { window } : {}),
        },
        mlp: llamaMlp(sizes, at, activation),
      }),
    });
  },
};
