/** Matrix products. */
import { RoteError } from "../../base/errors.ts";
import type { GraphBuilder, Value } from "../builder.ts";
import type { Dimension } from "../tensor.ts";

/** How the operands of a product are taken. */
export interface ProductOptions {
  /** Use the first operand with its last two axes exchanged. */
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** A factor on the product; costs nothing. */
  readonly scale?: number;
}

/** Product of matrices in the last two axes, batched over equal leading axes. */
export function matMul(
  graph: GraphBuilder,
  a: Value,
  b: Value,
  { transposeA = false, transposeB = false, scale = 1 }: ProductOptions = {},
): Value {
  const [rows, inner] = matrixSize(a, transposeA);
  const [innerB, columns] = matrixSize(b, transposeB);
  const batch = a.shape.slice(0, -2);
  if (inner !== innerB || batch.join() !== b.shape.slice(0, -2).join()) throw productError(a, b);
  const result = { dtype: a.dtype, shape: [...batch, rows, columns] };
  if (!transposeA && !transposeB && scale === 1) return graph.emitOne("MatMul", [a, b], result);
  return graph.emitOne(
    "FusedMatMul",
    [a, b],
    result,
    { transA: Number(transposeA), transB: Number(transposeB), alpha: { float: scale } },
    { domain: "com.microsoft" },
  );
}

/** Product of two matrices, plus a row vector. Faster than `matMul` and exact in float64 too. */
export function gemm(
  graph: GraphBuilder,
  a: Value,
  b: Value,
  {
    transposeA = false,
    transposeB = false,
    bias,
  }: Omit<ProductOptions, "scale"> & { readonly bias?: Value } = {},
): Value {
  const [rows, inner] = matrixSize(a, transposeA);
  const [innerB, columns] = matrixSize(b, transposeB);
  if (a.shape.length !== 2 || b.shape.length !== 2 || inner !== innerB) throw productError(a, b);
  if (bias !== undefined && bias.shape.join() !== String(columns)) throw productError(b, bias);
  return graph.emitOne(
    "Gemm",
    bias === undefined ? [a, b] : [a, b, bias],
    { dtype: a.dtype, shape: [rows, columns] },
    { transA: Number(transposeA), transB: Number(transposeB) },
  );
}

/** A dense layer on rows: x [n, in] · weightᵀ + bias, the weight stored as [out, in]. */
export function linear(graph: GraphBuilder, x: Value, weight: Value, bias?: Value): Value {
  return gemm(graph, x, weight, { transposeB: true, ...(bias === undefined ? {} : { bias }) });
}

function matrixSize({ shape }: Value, transposed: boolean): [Dimension, Dimension] {
  const [rows, columns] = [shape.at(-2) ?? NaN, shape.at(-1) ?? NaN];
  return transposed ? [columns, rows] : [rows, columns];
}

function productError(a: Value, b: Value): RoteError {
  return new RoteError(
    "graph/invalid",
    `shapes [${a.shape.join(", ")}] and [${b.shape.join(", ")}] do not fit in a matrix product`,
    { a: a.shape, b: b.shape },
  );
}
