/** Operations on corresponding elements, with NumPy's broadcasting. */
import { RoteError } from "../../base/errors.ts";
import type { GraphBuilder, Value } from "../builder.ts";
import type { Dimension } from "../tensor.ts";

/** The sum of two values, broadcast as ONNX does. */
export function add(graph: GraphBuilder, a: Value, b: Value): Value {
  return binary(graph, "Add", a, b);
}

/** The difference of two values, broadcast as ONNX does. */
export function subtract(graph: GraphBuilder, a: Value, b: Value): Value {
  return binary(graph, "Sub", a, b);
}

/** The product element by element, broadcast as ONNX does. */
export function multiply(graph: GraphBuilder, a: Value, b: Value): Value {
  return binary(graph, "Mul", a, b);
}

/** The quotient element by element, broadcast as ONNX does. */
export function divide(graph: GraphBuilder, a: Value, b: Value): Value {
  return binary(graph, "Div", a, b);
}

/** Multiply by a number. */
export function scale(graph: GraphBuilder, value: Value, factor: number): Value {
  return multiply(graph, value, graph.scalar(factor, value.dtype));
}

/** Add a number. */
export function shift(graph: GraphBuilder, value: Value, term: number): Value {
  return add(graph, value, graph.scalar(term, value.dtype));
}

/** The value with its sign turned. */
export function negate(graph: GraphBuilder, value: Value): Value {
  return graph.emitOne("Neg", [value], value);
}

/** The exponential of each element. */
export function exp(graph: GraphBuilder, value: Value): Value {
  return graph.emitOne("Exp", [value], value);
}

/** The natural logarithm of each element. */
export function log(graph: GraphBuilder, value: Value): Value {
  return graph.emitOne("Log", [value], value);
}

/** The square root of each element. */
export function sqrt(graph: GraphBuilder, value: Value): Value {
  return graph.emitOne("Sqrt", [value], value);
}

/** The error function; float32 only. */
export function erf(graph: GraphBuilder, value: Value): Value {
  return graph.emitOne("Erf", [value], value);
}

/** The Gaussian error linear unit x Φ(x), with the exact normal distribution function (erf), not its tanh approximation; float32 only. */
export function gelu(graph: GraphBuilder, value: Value): Value {
  return graph.emitOne("Gelu", [value], value, {}, { domain: "com.microsoft" });
}

function binary(graph: GraphBuilder, op: string, a: Value, b: Value): Value {
  if (a.dtype !== b.dtype)
    throw new RoteError("graph/invalid", `${op} of ${a.dtype} and ${b.dtype}; cast one of them`);
  return graph.emitOne(op, [a, b], { dtype: a.dtype, shape: broadcast(op, a.shape, b.shape) });
}

function broadcast(op: string, a: readonly Dimension[], b: readonly Dimension[]): Dimension[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA === sizeB || sizeB === 1) return sizeA;
    if (sizeA === 1) return sizeB;
    throw new RoteError(
      "graph/invalid",
      `${op} of shapes [${a.join(", ")}] and [${b.join(", ")}]: sizes must be equal or 1`,
      { a, b },
    );
  });
}
