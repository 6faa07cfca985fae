import type { GraphBuilder, Value } from "../builder.ts";
import type { Dimension } from "../tensor.ts";
import { add } from "./elementwise.ts";
import { range } from "./range.ts";
import { cast, concat, expand, reshape } from "./shape.ts";
import { causalMask } from "./transformer.ts";
import { windowMask } from "./window-mask.ts";

/** Far below any score, finite in float32. */
const FORBIDDEN = -1e30;

/** New tokens [batch, length] behind `lengths` [batch] tokens in a cache with `capacity` places. */
export interface CachedPlaces {
  readonly lengths: Value;
  readonly batch: Dimension;
  readonly length: Dimension;
  readonly capacity: Dimension;
}

/**
 * A mask [batch, 1, length, capacity + length]: a new token sees the filled places of the cache,
 * itself and the new tokens before it, or of all these the last `window`.
 */
export function cachedMask(
  graph: GraphBuilder,
  { lengths, batch, length, capacity }: CachedPlaces,
  window?: number,
): Value {
  const places = reshape(graph, cast(graph, range(graph, capacity), "int32"), [1, 1, 1, capacity]);
  const filled = reshape(graph, lengths, [batch, 1, 1, 1]);
  const isFilled = compare(graph, "Less", [places, filled], [batch, 1, 1, capacity]);
  const isSeen = window === undefined ? isFilled : both(isFilled, isNear(window));
  const past = graph.emitOne("Where", [isSeen, graph.scalar(0), graph.scalar(FORBIDDEN)], {
    dtype: "float32",
    shape: isSeen.shape,
  });
  const among =
    window === undefined ? causalMask(graph, length) : windowMask(graph, length, window);
  const parts = [
    expand(graph, past, [batch, 1, length, capacity]),
    expand(graph, among, [batch, 1, length, length]),
  ];
  return concat(graph, parts, { axis: 3 });

  function isNear(size: number): Value {
    const steps = reshape(graph, cast(graph, range(graph, length), "int32"), [1, 1, length, 1]);
    const offset = graph.constant({ dtype: "int32", shape: [], data: Int32Array.of(size) });
    const pair = [add(graph, places, offset), add(graph, filled, steps)] as const;
    return compare(graph, "Greater", pair, [batch, 1, length, capacity]);
  }

  function both(a: Value, b: Value): Value {
    return graph.emitOne("And", [a, b], { dtype: "bool", shape: b.shape });
  }
}

function compare(
  graph: GraphBuilder,
  op: string,
  [a, b]: readonly [Value, Value],
  shape: readonly Dimension[],
): Value {
  return graph.emitOne(op, [a, b], { dtype: "bool", shape });
}
