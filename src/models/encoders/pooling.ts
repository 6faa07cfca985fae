/** From the hidden states of a text's tokens to one vector. */
import type { GraphBuilder, Value } from "../../graph/builder.ts";
import { tanh } from "../../graph/operations/activation.ts";
import { add, divide, multiply, scale, shift, sqrt } from "../../graph/operations/elementwise.ts";
import { gather } from "../../graph/operations/indexing.ts";
import { reduceMax, reduceSum } from "../../graph/operations/reduce.ts";
import { concat, reshape } from "../../graph/operations/shape.ts";
import { int32, type Tensor } from "../../graph/tensor.ts";
import { applyDense } from "../families/parts/dense.ts";
import type { Network } from "../families/parts/parameter.ts";
import type { Encoder } from "./encoder.ts";
import type { EncoderInputs } from "./forward.ts";

/**
 * How tokens become one vector. mean: over all tokens, special ones included. cls: the first token.
 * pooler: tanh(dense(first token)), with the model's own layer. max: the largest of each component.
 * mean-sqrt: the sum over the root of the number of tokens.
 */
export type Pooling = "cls" | "pooler" | "max" | "mean" | "mean-sqrt";

/** Subtracted from padding before the largest component is taken. */
const FAR_BELOW = 1e30;

/** The rows of first tokens, an input of graphs that pool. */
export function poolingFeeds(batch: readonly Int32Array[]): Record<string, Tensor> {
  const length = Math.max(...batch.map((sequence) => sequence.length));
  return {
    first: int32(
      Int32Array.from(batch.keys(), (b) => b * length),
      [batch.length],
    ),
  };
}

/** One row a text [B, hidden · modes], the modes side by side in the order given. */
export function pool(
  network: Network,
  encoder: Encoder,
  inputs: EncoderInputs,
  hidden: Value,
  modes: readonly Pooling[],
): Value {
  const { graph } = network;
  const first = gather(graph, hidden, graph.input("first", "int32", ["B"]));
  const spread = spreadTokens(graph, encoder, inputs, hidden);
  const rows = modes.map((mode) => {
    if (mode === "cls") return first;
    if (mode === "pooler") return tanh(graph, applyDense(network, encoder.pooler!, first));
    return spread(mode);
  });
  return rows.length === 1 ? rows[0]! : concat(graph, rows, { axis: 1 });
}

type OverTokens = "max" | "mean" | "mean-sqrt";

function spreadTokens(
  graph: GraphBuilder,
  { hiddenSize }: Encoder,
  { mask }: EncoderInputs,
  hidden: Value,
): (mode: OverTokens) => Value {
  const [batch, length] = [mask.shape[0]!, mask.shape[1]!];
  return (mode) => {
    const apart = reshape(graph, hidden, [batch, length, hiddenSize]);
    const present = reshape(graph, mask, [batch, length, 1]);
    if (mode === "max") {
      const sunk = scale(graph, shift(graph, present, -1), FAR_BELOW);
      return reduceMax(graph, add(graph, apart, sunk), [1]);
    }
    const sum = reduceSum(graph, multiply(graph, apart, present), [1]);
    const tokens = reduceSum(graph, mask, [1], { keepAxes: true });
    return divide(graph, sum, mode === "mean" ? tokens : sqrt(graph, tokens));
  };
}
