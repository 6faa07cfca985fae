import type { GraphBuilder, Value } from "../builder.ts";
import type { Dimension } from "../tensor.ts";

/** Cut a value in two along its last axis; the first part has the given size. No gradient. */
export function cutLastAxis(
  graph: GraphBuilder,
  value: Value,
  [size, rest]: readonly [Dimension, Dimension],
): readonly [Value, Value] {
  const axis = value.shape.length - 1;
  const at = graph.shapeValue([size]);
  const part = (start: Value, end: Value, length: Dimension): Value =>
    graph.emitOne("Slice", [value, start, end, graph.integers([axis])], {
      dtype: value.dtype,
      shape: [...value.shape.slice(0, -1), length],
    });
  const end = graph.integers([Number.MAX_SAFE_INTEGER]);
  return [part(graph.integers([0]), at, size), part(at, end, rest)];
}
