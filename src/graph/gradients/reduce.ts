import { assert } from "../../base/errors.ts";
import type { GraphBuilder, TapeEntry, Value } from "../builder.ts";
import { add, multiply, scale } from "../operations/elementwise.ts";
import { expand, reshape } from "../operations/shape.ts";
import { multiplyDimensions } from "../tensor.ts";
import { softmaxGradient } from "./normalize.ts";
import type { GradientRules } from "./rule.ts";

export const reduceRules: GradientRules = {
  ReduceSum: (graph, entry, [dy]) => [spread(graph, entry, dy!)],
  ReduceMean: (graph, entry, [dy]) => {
    const { shape } = entry.inputs[0]!;
    const count = multiplyDimensions(axesOf(entry).map((axis) => shape[axis]!));
    assert(typeof count === "number", "a mean over an axis of unknown size is differentiated");
    return [scale(graph, spread(graph, entry, dy!), 1 / count)];
  },
  LogSumExp: (graph, { outputs: [, softmax] }, [dy, dSoftmax]) => {
    const direct = dy && multiply(graph, softmax!, dy);
    const through = dSoftmax && softmaxGradient(graph, softmax!, dSoftmax);
    return [direct && through ? add(graph, direct, through) : (direct ?? through)];
  },
};

/** A reduced gradient repeated along the axes that were reduced. */
function spread(graph: GraphBuilder, entry: TapeEntry, gradient: Value): Value {
  const axes = axesOf(entry);
  const { shape } = entry.inputs[0]!;
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return expand(graph, reshape(graph, gradient, kept), shape);
}

function axesOf({ attributes }: TapeEntry): readonly number[] {
  return attributes.axes as readonly number[];
}
