import type { GraphBuilder, Value } from "../builder.ts";
import { multiply, subtract } from "../operations/elementwise.ts";
import { reduceMean, reduceSum } from "../operations/reduce.ts";
import type { GradientRules } from "./rule.ts";

export const normalizeRules: GradientRules = {
  Softmax: (graph, { outputs: [y] }, [dy]) => [softmaxGradient(graph, y!, dy!)],
  // With n the normalized rows and g = dy · weight: dx = (g − mean(g) − n mean(g n)) / deviation.
  LayerNormalization: (graph, { inputs, outputs }, [dy]) => {
    const [x, weight] = inputs;
    const [, mean, inverseDeviation] = outputs;
    const normalized = multiply(graph, subtract(graph, x!, mean!), inverseDeviation!);
    const g = multiply(graph, dy!, weight!);
    const last = [x!.shape.length - 1];
    const meanOfG = reduceMean(graph, g, last, { keepAxes: true });
    const slope = reduceMean(graph, multiply(graph, g, normalized), last, { keepAxes: true });
    const inner = subtract(graph, subtract(graph, g, meanOfG), multiply(graph, normalized, slope));
    const rows = [...x!.shape.keys()].slice(0, -1);
    return [
      multiply(graph, inner, inverseDeviation!),
      reduceSum(graph, multiply(graph, dy!, normalized), rows),
      reduceSum(graph, dy!, rows),
    ];
  },
};

/** Gradient of the input of a softmax over the last axis, given its result p: p (dp − Σ dp p). */
export function softmaxGradient(graph: GraphBuilder, p: Value, dp: Value): Value {
  const weighted = multiply(graph, dp, p);
  const total = reduceSum(graph, weighted, [p.shape.length - 1], { keepAxes: true });
  return subtract(graph, weighted, multiply(graph, p, total));
}
