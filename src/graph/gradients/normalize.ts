import type { GraphBuilder, TapeEntry, Value } from "../builder.ts";
import { add, multiply, scale, subtract } from "../operations/elementwise.ts";
import { reduceMean, reduceSum } from "../operations/reduce.ts";
import { expand } from "../operations/shape.ts";
import type { GradientRules } from "./rule.ts";
import { sumRows } from "./sum-rows.ts";

export const normalizeRules: GradientRules = {
  Softmax: (graph, { outputs: [y] }, [dy]) => [softmaxGradient(graph, y!, dy!)],
  LayerNormalization: (graph, entry, [dy, dMean, dInverse]) => {
    const rows = rowsOf(graph, entry);
    const direct = dy === undefined ? [undefined] : parameterGradients(graph, rows, dy);
    const terms = [
      direct[0],
      // Second derivatives alone reach the mean and the inverse deviation themselves.
      dMean && expand(graph, scale(graph, dMean, 1 / rows.width), rows.normalized.shape),
      dInverse && inverseDeviationGradient(graph, rows, dInverse),
    ].filter((term) => term !== undefined);
    return [terms.reduce((a, b) => add(graph, a, b)), ...direct.slice(1)];
  },
};

interface Rows {
  readonly weight: Value;
  /** (x − mean) / deviation. */
  readonly normalized: Value;
  readonly inverseDeviation: Value;
  readonly width: number;
}

function rowsOf(graph: GraphBuilder, { inputs, outputs }: TapeEntry): Rows {
  const [x, weight] = [inputs[0]!, inputs[1]!];
  const [mean, inverseDeviation] = [outputs[1]!, outputs[2]!];
  const normalized = multiply(graph, subtract(graph, x, mean), inverseDeviation);
  return { weight, normalized, inverseDeviation, width: weight.shape[0] as number };
}

/** Gradients of x, weight and bias. With g = dy · weight: dx = (g − mean(g) − n mean(g n)) / deviation. */
function parameterGradients(
  graph: GraphBuilder,
  { weight, normalized, inverseDeviation }: Rows,
  dy: Value,
): readonly Value[] {
  const last = [dy.shape.length - 1];
  const g = multiply(graph, dy, weight);
  const meanOfG = reduceMean(graph, g, last, { keepAxes: true });
  const slope = reduceMean(graph, multiply(graph, g, normalized), last, { keepAxes: true });
  const inner = subtract(graph, subtract(graph, g, meanOfG), multiply(graph, normalized, slope));
  return [
    multiply(graph, inner, inverseDeviation),
    sumRows(graph, multiply(graph, dy, normalized)),
    sumRows(graph, dy),
  ];
}

/** With s = 1 / deviation: ds / dx = −s² n / width. */
function inverseDeviationGradient(
  graph: GraphBuilder,
  { normalized, inverseDeviation, width }: Rows,
  dInverse: Value,
): Value {
  const square = multiply(graph, inverseDeviation, inverseDeviation);
  const perRow = scale(graph, multiply(graph, dInverse, square), -1 / width);
  return multiply(graph, perRow, normalized);
}

/** Gradient of the input of a softmax over the last axis, given its result p: p (dp − Σ dp p). */
export function softmaxGradient(graph: GraphBuilder, p: Value, dp: Value): Value {
  const weighted = multiply(graph, dp, p);
  const total = reduceSum(graph, weighted, [p.shape.length - 1], { keepAxes: true });
  return subtract(graph, weighted, multiply(graph, p, total));
}
