/** Operations that move elements without changing them. */
import { RoteError } from "../../base/errors.ts";
import type { GraphBuilder, Value, ValueType } from "../builder.ts";
import { type DataType, type Dimension, multiplyDimensions } from "../tensor.ts";

/** The same elements, row-major, in another shape. */
export function reshape(graph: GraphBuilder, value: Value, shape: readonly Dimension[]): Value {
  const known = [value.shape, shape].map(multiplyDimensions);
  if (known.every((size) => typeof size === "number") && known[0] !== known[1])
    throw new RoteError(
      "graph/invalid",
      `[${value.shape.join(", ")}] cannot be reshaped to [${shape.join(", ")}]`,
    );
  const symbolic = shape.filter((size) => typeof size === "string").length;
  const operand =
    symbolic <= 1
      ? graph.integers(shape.map((size) => (typeof size === "string" ? -1 : size)))
      : graph.shapeValue(shape);
  return graph.emitOne("Reshape", [value, operand], { dtype: value.dtype, shape });
}

/** Axis i of the result is axis `order[i]` of the value. */
export function transpose(graph: GraphBuilder, value: Value, order: readonly number[]): Value {
  const shape = order.map((axis) => value.shape[axis]!);
  return graph.emitOne("Transpose", [value], { dtype: value.dtype, shape }, { perm: order });
}

/** Cut along an axis into pieces of the given sizes. */
export function split(
  graph: GraphBuilder,
  value: Value,
  sizes: readonly number[],
  { axis = value.shape.length - 1 }: { readonly axis?: number } = {},
): readonly Value[] {
  const total = sizes.reduce((a, b) => a + b, 0);
  if (value.shape[axis] !== total)
    throw new RoteError(
      "graph/invalid",
      `pieces of ${sizes.join(" + ")} do not make up axis ${axis} of [${value.shape.join(", ")}]`,
    );
  const pieces = sizes.map((size) => ({
    dtype: value.dtype,
    shape: value.shape.map((whole, i) => (i === axis ? size : whole)),
  }));
  const inputs = [value, graph.integers(sizes)];
  if (sizes.length <= MOST_PIECES) return graph.emit("Split", inputs, pieces, { axis });
  return graph.composite("Split", inputs, () => cutOut(graph, value, pieces, axis), { axis });
}

/** Shaders write to 8 buffers at least, the provider of WebGPU each piece of a Split to one. */
const MOST_PIECES = 7;

/** The same, a node for each piece. */
function cutOut(
  graph: GraphBuilder,
  value: Value,
  pieces: readonly ValueType[],
  axis: number,
): readonly Value[] {
  let end = 0;
  return pieces.map((piece) => {
    const start = end;
    end += piece.shape[axis] as number;
    const bounds = [[start], [end], [axis]].map((values) => graph.integers(values));
    return graph.emitOne("Slice", [value, ...bounds], piece);
  });
}

/** Join along an axis; all other sizes must agree. */
export function concat(
  graph: GraphBuilder,
  values: readonly Value[],
  { axis = values[0]!.shape.length - 1 }: { readonly axis?: number } = {},
): Value {
  const { dtype, shape: first } = values[0]!;
  const sizes = values.map(({ shape }) => shape[axis]!);
  const length = sizes.every((size) => typeof size === "number")
    ? sizes.reduce((a, b) => a + b, 0)
    : sizes.join("+");
  const shape = first.map((size, i) => (i === axis ? length : size));
  return graph.emitOne("Concat", values, { dtype, shape }, { axis });
}

/** Zeros of a shape; no gradient flows into them. */
export function zeros(
  graph: GraphBuilder,
  shape: readonly Dimension[],
  dtype: DataType = "float32",
): Value {
  const filled = graph.emitOne("ConstantOfShape", [graph.shapeValue(shape)], {
    dtype: "float32",
    shape,
  });
  return dtype === "float32" ? filled : cast(graph, filled, dtype);
}

/** Repeat along axes of size 1 (and new leading axes) until the shape is reached. */
export function expand(graph: GraphBuilder, value: Value, shape: readonly Dimension[]): Value {
  return graph.emitOne("Expand", [value, graph.shapeValue(shape)], { dtype: value.dtype, shape });
}

/** Convert the elements; the gradient is converted back where both are floating-point. */
export function cast(graph: GraphBuilder, value: Value, dtype: DataType): Value {
  const to = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 }[dtype];
  return graph.emitOne("Cast", [value], { dtype, shape: value.shape }, { to });
}

/** Keep the part of a [T, T] matrix above the diagonal and set the rest to 0. No gradient. */
export function strictUpperTriangle(graph: GraphBuilder, value: Value): Value {
  const offset = graph.constant({ dtype: "int64", shape: [], data: BigInt64Array.of(1n) });
  return graph.emitOne("Trilu", [value, offset], value, { upper: 1 });
}
