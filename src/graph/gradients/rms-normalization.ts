import type { GraphBuilder, Value } from "../builder.ts";
import { divide, multiply, shift, sqrt, subtract } from "../operations/elementwise.ts";
import { reduceMean } from "../operations/reduce.ts";
import type { GradientRules } from "./rule.ts";
import { sumRows } from "./sum-rows.ts";

export const rmsNormalizationRules: GradientRules = {
  // With s = 1 / rms, n = x s and g = dy · weight: dx = s (g − n mean(g n)).
  SimplifiedLayerNormalization: (graph, { inputs: [x, weight], attributes }, [dy]) => {
    const { float: epsilon } = attributes.epsilon as { readonly float: number };
    const inverse = inverseOf(graph, x!, epsilon);
    const last = [x!.shape.length - 1];
    const normalized: Value = multiply(graph, x!, inverse);
    const g = multiply(graph, dy!, weight!);
    const slope = reduceMean(graph, multiply(graph, g, normalized), last, {
      keepAxes: true,
    });
    const inner = subtract(graph, g, multiply(graph, normalized, slope));
    return [multiply(graph, inner, inverse), sumRows(graph, multiply(graph, dy!, normalized))];
  },
};

/**
 * 1 / root mean square over the last axis, which is kept. The operator gives it, too, but its kernel
 * for WebGPU writes something else there (onnxruntime 1.30).
 */
function inverseOf(graph: GraphBuilder, x: Value, epsilon: number): Value {
  const axis = x.shape.length - 1;
  const squares = reduceMean(graph, multiply(graph, x, x), [axis], { keepAxes: true });
  return divide(graph, graph.scalar(1), sqrt(graph, shift(graph, squares, epsilon)));
}
