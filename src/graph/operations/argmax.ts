import type { GraphBuilder, Value } from "../builder.ts";
import { add, multiply } from "./elementwise.ts";
import { reduceMax } from "./reduce.ts";
import { cast, reshape } from "./shape.ts";

/** The runtime finds a largest element five times as fast as its place, in blocks of this size or more. */
const SMALLEST_BLOCK = 32;
const FEWEST_BLOCKS = 8;

/**
 * Index of the largest element along the last axis, the first of equal ones, as int32. No gradient.
 *
 * Of a long row only the block that holds its maximum is searched element by element; blocks are of
 * equal size, so a length without a fitting divisor is searched whole.
 */
export function argmax(graph: GraphBuilder, value: Value): Value {
  const length = value.shape.at(-1);
  const block = typeof length === "number" ? blockOf(length) : undefined;
  if (block === undefined || value.shape.length !== 2)
    return cast(graph, lastAxisArgmax(graph, value), "int32");
  const rows = value.shape[0]!;
  const blocks = reshape(graph, value, [rows, (length as number) / block, block]);
  const which = lastAxisArgmax(graph, reduceMax(graph, blocks, [2]));
  const chosen = graph.emitOne(
    "GatherND",
    [blocks, reshape(graph, which, [rows, 1])],
    { dtype: value.dtype, shape: [rows, block] },
    { batch_dims: 1 },
  );
  const size = graph.constant({ dtype: "int64", shape: [], data: BigInt64Array.of(BigInt(block)) });
  const place = add(graph, multiply(graph, which, size), lastAxisArgmax(graph, chosen));
  return cast(graph, place, "int32");
}

function lastAxisArgmax(graph: GraphBuilder, value: Value): Value {
  return graph.emitOne(
    "ArgMax",
    [value],
    { dtype: "int64", shape: value.shape.slice(0, -1) },
    { axis: value.shape.length - 1, keepdims: 0 },
  );
}

/** The smallest divisor that makes blocks long enough to be reduced fast and few enough to gain by it. */
function blockOf(length: number): number | undefined {
  for (let size = SMALLEST_BLOCK; size * FEWEST_BLOCKS <= length; size++)
    if (length % size === 0) return size;
  return undefined;
}
