import type { GraphBuilder, Value } from "../builder.ts";
import type { Dimension } from "../tensor.ts";
import { reshape } from "./shape.ts";

/** 0, 1, 2, … as int64 [length]. */
export function range(graph: GraphBuilder, length: Dimension): Value {
  if (typeof length === "number") return graph.integers([...Array(length).keys()]);
  const integer = (value: bigint): Value =>
    graph.constant({ dtype: "int64", shape: [], data: BigInt64Array.of(value) });
  const limit = reshape(graph, graph.shapeValue([length]), []);
  return graph.emitOne("Range", [integer(0n), limit, integer(1n)], {
    dtype: "int64",
    shape: [length],
  });
}
