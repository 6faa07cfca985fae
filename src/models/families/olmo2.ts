/**
 * OLMo 2 and 3: the normalization stands after each branch, and queries and keys are normalized
 * over their whole width. OLMo 3 adds layers that see a window only (three of four); where its
 * context was extended, the longer waves are those of the full layers alone.
 *
 * OLMo et al. 2024, https://arxiv.org/abs/2501.00656
 */
import type { ConfigEntries } from "./config-entries.ts";
import type { Decoder } from "./decoder.ts";
import type { Family } from "./family.ts";
import { type LayerType, layerTypes } from "./layer-types.ts";
import type { Attention } from "./parts/attention.ts";
import { rotaryOf } from "./rotary-config.ts";
import {
  activationOf,
  llamaAttention,
  llamaLikeDecoder,
  llamaMlp,
  rmsNorms,
  sizesOf,
} from "./shared.ts";

export const olmo2: Family = {
  modelType: "olmo2",
  decoder(config) {
    const rotary = rotaryOf(config, sizesOf(config));
    return postNormDecoder(config, "olmo2", () => ({ rotary }));
  },
};

export const olmo3: Family = {
  modelType: "olmo3",
  decoder(config) {
    const { headSize } = sizesOf(config);
    const window = config.size("sliding_window", 4096);
    const typeOf = layerTypes(config, (index) =>
      (index + 1) % 4 === 0 ? "full_attention" : "sliding_attention",
    );
    const rotary = (layerType: LayerType): Pick<Attention, "rotary"> => ({
      rotary: rotaryOf(config, { headSize, layerType, scaled: layerType === "full_attention" }),
    });
    const kinds = {
      full_attention: rotary("full_attention"),
      sliding_attention: { ...rotary("sliding_attention"), window },
    };
    return postNormDecoder(config, "olmo3", (index) => kinds[typeOf(index)]);
  },
};

function postNormDecoder(
  config: ConfigEntries,
  family: string,
  special: (index: number) => Pick<Attention, "rotary" | "window">,
): Decoder {
  const sizes = sizesOf(config);
  const { heads, keyValueHeads, headSize } = sizes;
  const norm = rmsNorms(config, { epsilon: 1e-5 });
  const activation = activationOf(config, "hidden_act", "silu");
  const bias = config.flag("attention_bias", false);
  return llamaLikeDecoder(config, {
    family,
    finalNorm: norm("model.norm"),
    layer: (at, index) => ({
      afterAttention: norm(`${at}.post_attention_layernorm`),
      afterMlp: norm(`${at}.post_feedforward_layernorm`),
      parallel: false,
      attention: {
        ...llamaAttention(sizes, at, { bias, outputBias: bias }),
        queryKeyNorm: {
          over: "width",
          query: norm(`${at}.self_attn.q_norm`, heads * headSize),
          key: norm(`${at}.self_attn.k_norm`, keyValueHeads * headSize),
        },
        ...special(index),
      },
      mlp: llamaMlp(sizes, at, activation),
    }),
  });
}
