/**
 * Sequences with common beginnings, read as one row: a depth-first walk over the tree of their
 * tokens (scoring/token-tree.ts). The tokens behind token k in any sequence are those of
 * [k, ends[k]), so query q sees key k where k ≤ q < ends[k], and in a window where their positions
 * lie less than it apart. A row that is one sequence is the tree whose tokens all end behind it.
 */
import type { GraphBuilder, Value } from "../../graph/builder.ts";
import { add } from "../../graph/operations/elementwise.ts";
import { range } from "../../graph/operations/range.ts";
import { cast, expand, reshape } from "../../graph/operations/shape.ts";
import { causalMask, rotaryEmbedding } from "../../graph/operations/transformer.ts";
import type { Dimension } from "../../graph/tensor.ts";
import { rotaryTables } from "./parts/rotary.ts";
import { groupQueries, mix, repeatRows, type Sequences } from "./sequences.ts";

/** What is far below any score; added twice it stays finite in float32. */
const FORBIDDEN = -1e30;

/** Rows of ids [B, T]; positions and ends are [M, T], where M is B, or 1 for rows that are all alike. */
export interface TreeInputs {
  readonly ids: Value;
  readonly positions: Value;
  readonly ends: Value;
}

export function treeSequences(
  graph: GraphBuilder,
  { ids, positions, ends }: TreeInputs,
): Sequences {
  const [batch, length] = [ids.shape[0]!, ids.shape[1]!];
  // No token stands further from the beginning of its sequence than of its row.
  const tables = rotaryTables(graph, range(graph, length));
  const places = cast(graph, positions, "int64");
  let expanded: Value | undefined;
  const ofEachRow = (): Value => (expanded ??= expand(graph, places, [batch, length]));
  const maskOf = treeMasks(graph, { positions, ends });
  return {
    batch,
    length,
    positions: ofEachRow,
    rotate: (rotary, value) =>
      rotaryEmbedding(graph, value, {
        ...tables(rotary),
        interleaved: rotary.interleaved ?? false,
        positions: ofEachRow(),
      }),
    attend(parts, layer) {
      const groups = layer.heads / layer.keyValueHeads;
      const query = groupQueries(graph, parts.query, layer);
      const mixed = mix(graph, { ...parts, query, mask: maskOf(layer.window, groups) }, layer);
      return groups === 1 ? mixed : reshape(graph, mixed, parts.query.shape);
    },
  };
}

/** Masks [M, 1, groups · T, T] by window and by how many query heads stand one below the other. */
function treeMasks(
  graph: GraphBuilder,
  { positions, ends }: Omit<TreeInputs, "ids">,
): (window: number | undefined, groups: number) => Value {
  const known = new Map<string, Value>();
  return (window, groups) => {
    const key = `${window} ${groups}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const mask = repeatRows(graph, treeMask(graph, { positions, ends }, window), groups);
    known.set(key, mask);
    return mask;
  };
}

function treeMask(
  graph: GraphBuilder,
  { positions, ends }: Omit<TreeInputs, "ids">,
  window: number | undefined,
): Value {
  const [rows, length] = [ends.shape[0]!, ends.shape[1]!];
  const asKeys = (value: Value): Value => reshape(graph, value, [rows, 1, 1, length]);
  const steps = cast(graph, range(graph, length), "int32");
  const queries = reshape(graph, steps, [1, 1, length, 1]);
  const shape = [rows, 1, length, length];
  const isBehind = less(graph, queries, asKeys(ends), shape);
  const isSeen = window === undefined ? isBehind : and(graph, isBehind, isNear(window));
  const apart = graph.emitOne("Where", [isSeen, graph.scalar(0), graph.scalar(FORBIDDEN)], {
    dtype: "float32",
    shape,
  });
  const mask = add(graph, apart, causalMask(graph, length));
  // Scores [B, heads, T, T] take a mask of 1 or B rows alike; the builder, which knows no "1 or B", is told 1.
  return { ...mask, shape: [1, 1, length, length] };

  function isNear(size: number): Value {
    const reach = graph.constant({ dtype: "int32", shape: [], data: Int32Array.of(size) });
    const own = reshape(graph, positions, [rows, 1, length, 1]);
    return less(graph, own, add(graph, asKeys(positions), reach), shape);
  }
}

function less(graph: GraphBuilder, a: Value, b: Value, shape: readonly Dimension[]): Value {
  return graph.emitOne("Less", [a, b], { dtype: "bool", shape });
}

function and(graph: GraphBuilder, a: Value, b: Value): Value {
  return graph.emitOne("And", [a, b], { dtype: "bool", shape: a.shape });
}
