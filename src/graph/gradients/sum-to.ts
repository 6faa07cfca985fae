import type { GraphBuilder, Value } from "../builder.ts";
import { reduceSum } from "../operations/reduce.ts";
import { reshape } from "../operations/shape.ts";
import type { Dimension } from "../tensor.ts";

/** Sum a gradient over the axes along which its value was broadcast. */
export function sumTo(graph: GraphBuilder, gradient: Value, shape: readonly Dimension[]): Value {
  const extra = gradient.shape.length - shape.length;
  const axes = [...gradient.shape.keys()].filter(
    (axis) => axis < extra || shape[axis - extra] !== gradient.shape[axis],
  );
  if (axes.length === 0) return gradient;
  const sum = reduceSum(graph, gradient, axes, { keepAxes: true });
  return extra === 0 ? sum : reshape(graph, sum, shape);
}
