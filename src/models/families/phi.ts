/**
 * Phi 1 to 2: attention and feed-forward network in parallel behind one layer normalization, half
 * of each head rotated as a rule, biases everywhere. Gunasekar et al. 2023, https://arxiv.org/abs/2306.11644
 */
import type { Family } from "./family.ts";
import type { Norm } from "./parts/norm.ts";
import { rotaryOf } from "./rotary-config.ts";
import {
  activationOf,
  llamaAttention,
  llamaLikeDecoder,
  sizesOf,
  withoutFrequencies,
} from "./shared.ts";

export const phi: Family = {
  modelType: "phi",
  tensorName: withoutFrequencies,
  decoder(config) {
    if (config.flag("qk_layernorm", false))
      config.fail("qk_layernorm is not supported for phi models");
    const sizes = sizesOf(config);
    const { hiddenSize, innerSize } = sizes;
    const epsilon = config.positive("layer_norm_eps", 1e-5);
    const norm = (name: string): Norm => ({ kind: "layer", name, size: hiddenSize, epsilon });
    const rotary = rotaryOf(config, { ...sizes, share: 0.5 });
    const activation = activationOf(config, "hidden_act", "gelu_new");
    return llamaLikeDecoder(config, {
      family: "phi",
      finalNorm: norm("model.final_layernorm"),
      output: { bias: "lm_head.bias" },
      layer(at) {
        const shared = norm(`${at}.input_layernorm`);
        const dense = { bias: true, outputBias: true, outputName: "dense" };
        return {
          beforeAttention: shared,
          beforeMlp: shared,
          parallel: true,
          attention: { ...llamaAttention(sizes, at, dense), rotary },
          mlp: {
            up: { name: `${at}.mlp.fc1`, inputs: hiddenSize, outputs: innerSize, bias: true },
            activation,
            down: {
              name: `${at}.mlp.fc2`,
              inputs: innerSize,
              outputs: hiddenSize,
              bias: true,
              writesResidual: true,
            },
          },
        };
      },
    });
  },
};
