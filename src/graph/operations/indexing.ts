/** Reading and writing at positions given by integers. Indexes are int32 or int64. */
import type { GraphBuilder, Value } from "../builder.ts";
import { multiplyDimensions } from "../tensor.ts";
import { expand, reshape } from "./shape.ts";

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

/**
 * Add rows into a table; several may go to the same row: result[indexes[i]] += rows[i].
 *
 * By ScatterElements, which adds in order. ScatterND would take half the time, but its threads race
 * for rows that occur twice: sums come out in another order from run to run, or incomplete.
 */
export function scatterAddRows(
  graph: GraphBuilder,
  table: Value,
  indexes: Value,
  rows: Value,
): Value {
  const build = (): Value[] => {
    const count = multiplyDimensions(indexes.shape);
    const shape = [count, multiplyDimensions(table.shape.slice(1))];
    const flatTable = reshape(graph, table, [table.shape[0]!, shape[1]!]);
    const places = expand(graph, reshape(graph, indexes, [count, 1]), shape);
    const added = graph.emitOne(
      "ScatterElements",
      [flatTable, places, reshape(graph, rows, shape)],
      flatTable,
      { axis: 0, reduction: "add" },
    );
    return [reshape(graph, added, table.shape)];
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
