import { type BaseShape, commonEntries, type ConfigOptions, type Entries } from "./base-shape.ts";

/** config.json of a GPT-2. Its dropout is for who trains it elsewhere: here there is none. */
export function writeGpt2Config(shape: BaseShape, options: ConfigOptions): Entries {
  return {
    architectures: ["GPT2LMHeadModel"],
    model_type: "gpt2",
    n_embd: shape.hiddenSize,
    n_layer: shape.layers,
    n_head: shape.heads,
    n_inner: shape.intermediateSize,
    n_positions: shape.maximumLength,
    activation_function: "gelu_new",
    layer_norm_epsilon: shape.epsilon,
    resid_pdrop: 0,
    embd_pdrop: 0,
    attn_pdrop: 0,
    ...commonEntries(shape, options),
  };
}
