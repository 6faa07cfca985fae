import type { GraphBuilder, Value } from "../builder.ts";
import { add, subtract } from "./elementwise.ts";
import { range } from "./range.ts";
import { cast, reshape } from "./shape.ts";
import { causalMask, FORBIDDEN } from "./transformer.ts";
import { windowMask } from "./window-mask.ts";

/**
 * A mask [batch, 1, length, length] for sequences packed with several documents: a position sees
 * itself and what stands before it, back to where its document begins or to the first of the last
 * `window`. `starts`, int32 [batch, length]: the place in its sequence of each token's document.
 */
export function documentMask(graph: GraphBuilder, starts: Value, window?: number): Value {
  const [batch, length] = [starts.shape[0]!, starts.shape[1]!];
  const places = reshape(graph, cast(graph, range(graph, length), "int32"), [1, 1, 1, length]);
  const begins = reshape(graph, starts, [batch, 1, length, 1]);
  const shape = [batch, 1, length, length];
  const isBefore = graph.emitOne("Less", [places, begins], { dtype: "bool", shape });
  const past = graph.emitOne("Where", [isBefore, graph.scalar(FORBIDDEN), graph.scalar(0)], {
    dtype: "float32",
    shape,
  });
  const within =
    window === undefined ? causalMask(graph, length) : windowMask(graph, length, window);
  return add(graph, past, within);
}

/** The position of every token in its document, int64 [batch, length]; see `documentMask`. */
export function documentPositions(graph: GraphBuilder, starts: Value): Value {
  const length = starts.shape[1]!;
  const places = reshape(graph, range(graph, length), [1, length]);
  return subtract(graph, places, cast(graph, starts, "int64"));
}
