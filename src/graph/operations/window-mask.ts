import type { GraphBuilder, Value } from "../builder.ts";
import { add } from "./elementwise.ts";
import { expand } from "./shape.ts";
import { causalMask } from "./transformer.ts";

/** Far below any score; added once or twice it stays finite in float32. */
const FORBIDDEN = -1e30;

/** A mask [length, length] like `causalMask`, where a position sees itself and `window` − 1 before it. */
export function windowMask(graph: GraphBuilder, length: number | string, window: number): Value {
  const filled = expand(graph, graph.scalar(FORBIDDEN), [length, length]);
  const offset = graph.constant({
    dtype: "int64",
    shape: [],
    data: BigInt64Array.of(BigInt(-window)),
  });
  const tooFarBack = graph.emitOne("Trilu", [filled, offset], filled, { upper: 0 });
  return add(graph, causalMask(graph, length), tooFarBack);
}
