import type { Value } from "../builder.ts";
import { multiply, subtract } from "../operations/elementwise.ts";
import { reduceMean, reduceSum } from "../operations/reduce.ts";
import { assert } from "../../base/errors.ts";
import type { GradientRules } from "./rule.ts";

export const rmsNormalizationRules: GradientRules = {
  // With s = 1 / rms, n = x s and g = dy · weight: dx = s (g − n mean(g n)).
  SimplifiedLayerNormalization: (graph, { inputs: [x, weight], outputs }, [dy, dInverse]) => {
    assert(dInverse === undefined, "rmsNormalization has no second derivative");
    const inverse = outputs[1]!;
    const axes = [...x!.shape.keys()];
    const normalized: Value = multiply(graph, x!, inverse);
    const g = multiply(graph, dy!, weight!);
    const slope = reduceMean(graph, multiply(graph, g, normalized), axes.slice(-1), {
      keepAxes: true,
    });
    const inner = subtract(graph, g, multiply(graph, normalized, slope));
    return [
      multiply(graph, inner, inverse),
      reduceSum(graph, multiply(graph, dy!, normalized), axes.slice(0, -1)),
    ];
  },
};
