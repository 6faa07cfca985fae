/** Reading and writing at positions given by integers. Indexes are int32 or int64. */
import type { GraphBuilder, Value } from "../builder.ts";
import { multiplyDimensions } from "../tensor.ts";
import { cast, reshape } from "./shape.ts";

/** Rows of a table: result[i…] = table[indexes[i…]]. */
export function gather(graph: GraphBuilder, table: Value, indexes: Value): Value {
  const shape = [...indexes.shape, ...table.shape.slice(1)];
  return graph.emitOne("Gather", [table, indexes], { dtype: table.dtype, shape }, { axis: 0 });
}

/** One element of each row along the last axis: result[i, j] = value[i, indexes[i, j]]. */
export function gatherElements(graph: GraphBuilder, value: Value, indexes: Value): Value {
  const axis = value.shape.length - 1;
  const result = { dtype: value.dtype, shape: indexes.shape };
  return graph.emitOne("GatherElements", [value, indexes], result, { axis });
}

/** Add rows into a table; several may go to the same row: result[indexes[i]] += rows[i]. */
export function scatterAddRows(
  graph: GraphBuilder,
  table: Value,
  indexes: Value,
  rows: Value,
): Value {
  const build = (): Value[] => {
    const count = multiplyDimensions(indexes.shape);
    const places = cast(graph, reshape(graph, indexes, [count, 1]), "int64");
    const flatRows = reshape(graph, rows, [count, ...table.shape.slice(1)]);
    return graph.emit("ScatterND", [table, places, flatRows], [table], { reduction: "add" });
  };
  return graph.composite("ScatterAddRows", [table, indexes, rows], build)[0]!;
}

/** Add one element to each place along the last axis: result[i, indexes[i, j]] += updates[i, j]. */
export function scatterAddElements(
  graph: GraphBuilder,
  value: Value,
  indexes: Value,
  updates: Value,
): Value {
  const axis = value.shape.length - 1;
  return graph.emitOne("ScatterElements", [value, indexes, updates], value, {
    axis,
    reduction: "add",
  });
}
