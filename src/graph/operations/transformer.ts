/**
 * The composite steps of a transformer. Each is one entry on the tape, because the gradient of the
 * whole needs fewer passes over the large intermediate values than that of its parts.
 */
import { RoteError } from "../../base/errors.ts";
import type { GraphBuilder, Value } from "../builder.ts";
import { add, multiply, subtract } from "./elementwise.ts";
import { gather } from "./indexing.ts";
import { linear, matMul } from "./linear.ts";
import { softmax } from "./normalize.ts";
import { logSumExpWithSoftmax, reduceSum } from "./reduce.ts";
import { strictUpperTriangle } from "./shape.ts";

/** What is added to an attention score that must not count: far below any score, finite in float32. */
export const FORBIDDEN = -1e30;

/** A mask of shape [length, length]: 0 where a position may look (itself and before), else a very negative number. */
export function causalMask(graph: GraphBuilder, length: number | string): Value {
  const filled = graph.emitOne(
    "Expand",
    [graph.scalar(FORBIDDEN), graph.shapeValue([length, length])],
    { dtype: "float32", shape: [length, length] },
  );
  return strictUpperTriangle(graph, filled);
}

/**
 * Attention: softmax(q kᵀ · scale + mask) v over [batch, heads, length, headSize]. The second result on the
 * tape, the probabilities, serves the gradient. The mask is a constant: no gradient reaches it.
 */
export function attention(
  graph: GraphBuilder,
  { query, key, value, mask }: Readonly<Record<"query" | "key" | "value" | "mask", Value>>,
  { scale }: { readonly scale: number },
): Value {
  const [mixed] = graph.composite(
    "Attention",
    [query, key, value, mask],
    () => {
      const scores = matMul(graph, query, key, { transposeB: true, scale });
      const probabilities = softmax(graph, add(graph, scores, mask));
      return [matMul(graph, probabilities, value), probabilities];
    },
    { scale: { float: scale } },
  );
  return mixed!;
}

/** What to rotate by. */
export interface RotaryOptions {
  readonly cos: Value;
  readonly sin: Value;
  readonly interleaved?: boolean;
  /** int64 [batch, length]; 0, 1, 2, … unless given. */
  readonly positions?: Value;
}

/**
 * Rotary position embedding of [batch, heads, length, headSize]: the first 2r of a head's numbers
 * are rotated by position, pairs being (i, i + r) or, interleaved, (2i, 2i + 1); the rest stays. cos
 * and sin: [positions, r], constants that no gradient reaches.
 */
export function rotaryEmbedding(
  graph: GraphBuilder,
  value: Value,
  { cos, sin, interleaved = false, positions }: RotaryOptions,
): Value {
  const [, heads] = value.shape;
  const half = cos.shape[1];
  if (typeof heads !== "number" || typeof half !== "number")
    throw new RoteError(
      "graph/invalid",
      "heads and rotary size must be known when a graph is built",
    );
  // One position id means: the first position is 0 and the others follow.
  const start = graph.constant({ dtype: "int64", shape: [1], data: BigInt64Array.of(0n) });
  return graph.emitOne(
    "RotaryEmbedding",
    [value, positions ?? start, cos, sin],
    value,
    { interleaved: Number(interleaved), num_heads: heads, rotary_embedding_dim: 2 * half },
    { domain: "com.microsoft" },
  );
}

/** What a model says at a row of hidden states. */
export interface LabelScores {
  /** [rows, 1]: ln of the softmax probability of the label. */
  readonly logProbs: Value;
  /** [rows, vocabulary]. */
  readonly logits: Value;
}

/**
 * Log-probability of each row's label, ln softmax(hidden · weightᵀ)[label], without a gradient of the size of the logits:
 * with p the probabilities, d hidden = dy (weight[label] − p · weight), and likewise for the weight,
 * so the factor dy is applied where rows are `hidden` wide, not `vocabulary` wide.
 *
 * hidden [n, h], weight [vocabulary, h], labels [n].
 */
export function labelLogProbs(
  graph: GraphBuilder,
  hidden: Value,
  weight: Value,
  labels: Value,
): LabelScores {
  const inputs = [hidden, weight, labels];
  const [logProbs, , logits] = graph.composite("LabelLogProbs", inputs, () => {
    const logits = linear(graph, hidden, weight);
    const [sum, probabilities] = logSumExpWithSoftmax(graph, logits);
    const labelRows = gather(graph, weight, labels);
    const label = reduceSum(graph, multiply(graph, hidden, labelRows), [1], { keepAxes: true });
    return [subtract(graph, label, sum), probabilities, logits];
  });
  return { logProbs: logProbs!, logits: logits! };
}
