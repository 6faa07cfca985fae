import { RoteError } from "../base/errors.ts";

/** Element types the graphs use; names as in ONNX Runtime's JavaScript interface. */
export type DataType = "float32" | "float64" | "int32" | "int64" | "bool";

/** A size, or the name of a size that is known only when the graph runs ("B", "B*T"). */
export type Dimension = number | string;

/** The typed arrays that hold tensors; bytes hold booleans. */
export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** Numbers with a shape, row-major. A scalar has the shape []. */
export interface Tensor<Data extends TensorData = TensorData> {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: Data;
}

/** A constant that stays in a file: its numbers lie in bytes [startByte, endByte). Graphs compute with it as float32. */
export interface FileTensor {
  readonly dtype: "float32" | "float16" | "bfloat16";
  readonly shape: readonly number[];
  readonly file: string;
  readonly startByte: number;
  readonly endByte: number;
}

/** A float32 tensor over `data`, which is not copied. */
export function float32(data: Float32Array, shape: readonly number[]): Tensor<Float32Array> {
  return checked({ dtype: "float32", shape, data });
}

/** An int32 tensor over `data`, which is not copied. */
export function int32(data: Int32Array, shape: readonly number[]): Tensor<Int32Array> {
  return checked({ dtype: "int32", shape, data });
}

/** A float64 tensor over `data`, which is not copied. */
export function float64(data: Float64Array, shape: readonly number[]): Tensor<Float64Array> {
  return checked({ dtype: "float64", shape, data });
}

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Sizes multiplied; symbolic as soon as one of them is ("B" and "T" give "B*T"). */
export function multiplyDimensions(dimensions: readonly Dimension[]): Dimension {
  const known = dimensions.filter((d) => typeof d === "number").reduce((a, b) => a * b, 1);
  const names = dimensions.filter((d) => typeof d === "string");
  if (names.length === 0) return known;
  return known === 1 ? names.join("*") : [String(known), ...names].join("*");
}

function checked<Data extends TensorData>(tensor: Tensor<Data>): Tensor<Data> {
  const { shape, data } = tensor;
  if (data.length !== sizeOf(shape))
    throw new RoteError(
      "graph/invalid",
      `a tensor of shape [${shape.join(", ")}] holds ${sizeOf(shape)} numbers, got ${data.length}`,
      { shape, length: data.length },
    );
  return tensor;
}
