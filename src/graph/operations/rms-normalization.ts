/** Root mean square normalization, Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467. */
import type { GraphBuilder, Value } from "../builder.ts";

/** x / √(mean(x²) + epsilon) · weight over the last axis; float32 only. */
export function rmsNormalization(
  graph: GraphBuilder,
  value: Value,
  { weight, epsilon }: { readonly weight: Value; readonly epsilon: number },
): Value {
  const attributes = { axis: -1, epsilon: { float: epsilon }, stash_type: 1 };
  return graph.emitOne("SimplifiedLayerNormalization", [value, weight], value, attributes);
}
