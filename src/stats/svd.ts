/**
 * Truncated singular value decomposition of a sparse matrix by a randomized range finder with power
 * iterations (Halko, Martinsson & Tropp 2011, algorithms 4.4 and 5.1). The search runs on the
 * shorter side of the matrix. A few iterations suffice where singular values decay at all: the
 * error of a value falls with (σ_next / σ)^(2·iterations + 1).
 *
 * Signs are fixed: the entry of largest magnitude of each right vector is positive (the first of
 * equal ones). Where there are fewer than `rank` nonzero singular values, the rest are zero with
 * zero vectors.
 */
import type { Rng } from "../base/random.ts";
import { jacobiSvd } from "./jacobi.ts";
import { thinQr } from "./orthonormal.ts";

/** Compressed sparse rows: the entries of row r stand at rowStarts[r] to rowStarts[r + 1]. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** rows + 1 entries. */
  readonly rowStarts: Uint32Array;
  readonly columnIndexes: Uint32Array;
  readonly values: Float32Array | Float64Array;
}

/** Rank, precision and random numbers of a truncated decomposition. */
export interface TruncatedSvdOptions {
  readonly rank: number;
  readonly rng: Rng;
  /** Extra directions that are searched and thrown away; default 10. */
  readonly oversampling?: number;
  /** Power iterations; default 4. */
  readonly iterations?: number;
}

/** The largest singular values with their vectors, in descending order. */
export interface TruncatedSvd {
  /** Row-major, rows × rank. */
  readonly left: Float64Array;
  /** Descending. */
  readonly singularValues: Float64Array;
  /** Row-major, columns × rank. */
  readonly right: Float64Array;
}

/** The `rank` largest singular values and their vectors. Memory: (rows + columns) × (rank + oversampling). */
export function truncatedSvd(
  matrix: SparseMatrix,
  { rank, rng, oversampling = 10, iterations = 4 }: TruncatedSvdOptions,
): TruncatedSvd {
  const isWide = matrix.rows <= matrix.columns;
  const short = isWide ? matrix.rows : matrix.columns;
  const long = isWide ? matrix.columns : matrix.rows;
  const width = Math.min(rank + oversampling, short);
  const toShort = isWide ? multiply : multiplyTransposed;
  const toLong = isWide ? multiplyTransposed : multiply;

  let directions: Float64Array = Float64Array.from({ length: long * width }, () => rng.normal());
  let basis = thinQr(toShort(matrix, directions, width), short, width).q;
  for (let i = 0; i < iterations; i++) {
    directions = toLong(matrix, basis, width);
    basis = thinQr(toShort(matrix, directions, width), short, width).q;
  }
  // With B the basis: matrix ≈ B·(Bᵀ·matrix) = B·rᵀ·qᵀ, and r = left·Σ·rightᵀ.
  const { q, r } = thinQr(toLong(matrix, basis, width), long, width);
  const small = jacobiSvd(r, width);
  const shortVectors = combine(basis, small.right, short, width, rank);
  const longVectors = combine(q, small.left, long, width, rank);
  const singularValues = new Float64Array(rank);
  singularValues.set(small.values.subarray(0, rank));
  const [left, right] = isWide ? [shortVectors, longVectors] : [longVectors, shortVectors];
  clearNullVectors(left, right, singularValues);
  fixSigns(left, right, rank);
  return { left, singularValues, right };
}

/** matrix · dense, for a row-major dense matrix of `width` columns. */
export function multiply(matrix: SparseMatrix, dense: Float64Array, width: number): Float64Array {
  const result = new Float64Array(matrix.rows * width);
  for (let row = 0; row < matrix.rows; row++)
    for (let k = matrix.rowStarts[row]!; k < matrix.rowStarts[row + 1]!; k++)
      addScaled(
        result,
        row * width,
        dense,
        matrix.columnIndexes[k]! * width,
        matrix.values[k]!,
        width,
      );
  return result;
}

/** matrixᵀ · dense. */
function multiplyTransposed(
  matrix: SparseMatrix,
  dense: Float64Array,
  width: number,
): Float64Array {
  const result = new Float64Array(matrix.columns * width);
  for (let row = 0; row < matrix.rows; row++)
    for (let k = matrix.rowStarts[row]!; k < matrix.rowStarts[row + 1]!; k++)
      addScaled(
        result,
        matrix.columnIndexes[k]! * width,
        dense,
        row * width,
        matrix.values[k]!,
        width,
      );
  return result;
}

function addScaled(
  target: Float64Array,
  targetStart: number,
  source: Float64Array,
  sourceStart: number,
  factor: number,
  width: number,
): void {
  for (let i = 0; i < width; i++) target[targetStart + i]! += factor * source[sourceStart + i]!;
}

/** The first `rank` columns of (rows × width) · (width × width); columns beyond `width` are zero. */
function combine(
  vectors: Float64Array,
  weights: Float64Array,
  rows: number,
  width: number,
  rank: number,
): Float64Array {
  const result = new Float64Array(rows * rank);
  const used = Math.min(rank, width);
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < width; k++)
      addScaled(result, row * rank, weights, k * width, vectors[row * width + k]!, used);
  return result;
}

/** Values below rounding of the largest are zero: their vectors would be noise. */
function clearNullVectors(left: Float64Array, right: Float64Array, values: Float64Array): void {
  const rank = values.length;
  for (let j = 0; j < rank; j++) {
    if (values[j]! > 1e-12 * values[0]!) continue;
    values[j] = 0;
    for (const vectors of [left, right])
      for (let i = j; i < vectors.length; i += rank) vectors[i] = 0;
  }
}

function fixSigns(left: Float64Array, right: Float64Array, rank: number): void {
  for (let j = 0; j < rank; j++) {
    let peak = 0;
    for (let i = j; i < right.length; i += rank)
      if (Math.abs(right[i]!) > Math.abs(peak)) peak = right[i]!;
    if (peak >= 0) continue;
    for (const vectors of [left, right])
      for (let i = j; i < vectors.length; i += rank) vectors[i] = -vectors[i]!;
  }
}
