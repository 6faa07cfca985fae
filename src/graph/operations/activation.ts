/** Activations and limits, element by element. float32 only where they are operators of their own. */
import type { GraphBuilder, Value } from "../builder.ts";

/** The hyperbolic tangent of each element. */
export function tanh(graph: GraphBuilder, value: Value): Value {
  return graph.emitOne("Tanh", [value], value);
}

/** 1 / (1 + exp(−x)). */
export function sigmoid(graph: GraphBuilder, value: Value): Value {
  return graph.emitOne("Sigmoid", [value], value);
}

/** x σ(x), called SiLU or swish; float32 only. */
export function silu(graph: GraphBuilder, value: Value): Value {
  return graph.emitOne(
    "QuickGelu",
    [value],
    value,
    { alpha: { float: 1 } },
    { domain: "com.microsoft" },
  );
}

/** x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))), the approximation of GELU that GPT-2 calls gelu_new; float32 only. */
export function geluTanh(graph: GraphBuilder, value: Value): Value {
  return graph.emitOne("FastGelu", [value], value, {}, { domain: "com.microsoft" });
}

/** Each element, but no less than `low` and no more than `high`. */
export function clip(graph: GraphBuilder, value: Value, low: number, high: number): Value {
  const limits = [graph.scalar(low, value.dtype), graph.scalar(high, value.dtype)];
  return graph.emitOne("Clip", [value, ...limits], value);
}
