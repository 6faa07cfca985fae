/** Normalizations along the last axis. */
import type { GraphBuilder, Value } from "../builder.ts";

/** Softmax over the last axis. */
export function softmax(graph: GraphBuilder, value: Value): Value {
  return graph.emitOne("Softmax", [value], value, { axis: -1 });
}

/** Logarithm of the softmax over the last axis. No gradient. */
export function logSoftmax(graph: GraphBuilder, value: Value): Value {
  return graph.emitOne("LogSoftmax", [value], value, { axis: -1 });
}

/** (x − mean) / √(variance + epsilon) · weight + bias, over the last axis; float32 only. */
export function layerNormalization(
  graph: GraphBuilder,
  value: Value,
  {
    weight,
    bias,
    epsilon,
  }: { readonly weight: Value; readonly bias: Value; readonly epsilon: number },
): Value {
  const perRow = { dtype: value.dtype, shape: [...value.shape.slice(0, -1), 1] };
  // The second and third result, mean and 1 / standard deviation, are there for the gradient.
  const [normalized] = graph.emit(
    "LayerNormalization",
    [value, weight, bias],
    [value, perRow, perRow],
    { axis: -1, epsilon: { float: epsilon } },
  );
  return normalized!;
}
