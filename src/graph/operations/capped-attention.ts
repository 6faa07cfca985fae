import type { GraphBuilder, Value } from "../builder.ts";
import { tanh } from "./activation.ts";
import { add, scale as times } from "./elementwise.ts";
import { matMul } from "./linear.ts";
import { softmax } from "./normalize.ts";

/** `attention` whose scores are drawn towards ±softCap: softmax(c · tanh(q kᵀ · scale / c) + mask) v (Gemma 2). */
export function cappedAttention(
  graph: GraphBuilder,
  { query, key, value, mask }: Readonly<Record<"query" | "key" | "value" | "mask", Value>>,
  { scale, softCap }: { readonly scale: number; readonly softCap: number },
): Value {
  const ratio = matMul(graph, query, key, { transposeB: true, scale: scale / softCap });
  const scores = times(graph, tanh(graph, ratio), softCap);
  return matMul(graph, softmax(graph, add(graph, scores, mask)), value);
}
