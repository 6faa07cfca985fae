/**
 * Thin QR of a tall dense matrix by Gram–Schmidt. Each column is projected against four earlier
 * ones at a time and projected once more where it lost most of its length ("twice is enough"),
 * so that q is orthonormal to working precision. A column that depends on earlier ones becomes
 * zero in q, and so does its row of r: a rank-deficient matrix is no error.
 */
export interface ThinQr {
  /** Row-major, rows × width. */
  readonly q: Float64Array;
  /** Row-major upper triangle, width × width; matrix = q · r. */
  readonly r: Float64Array;
}

/** A column shorter than this share of its first length counts as dependent. */
const dependent = 1e-12;

/** Factor a row-major rows × width matrix. */
export function thinQr(matrix: Float64Array, rows: number, width: number): ThinQr {
  const columns = transpose(matrix, rows, width);
  const r = new Float64Array(width * width);
  for (let j = 0; j < width; j++) {
    const column = columns.subarray(j * rows, (j + 1) * rows);
    const before = norm(column);
    let length = projectOut(columns, column, j, r, width);
    if (length < 0.7 * before) length = projectOut(columns, column, j, r, width);
    const keep = length > dependent * before;
    if (keep) r[j * width + j] = length;
    for (let i = 0; i < rows; i++) column[i] = keep ? column[i]! / length : 0;
  }
  return { q: transpose(columns, width, rows), r };
}

/** Rows become columns. `matrix` is row-major, rows × columns. */
export function transpose(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j]!;
  return result;
}

/** Remove from column j its parts along columns 0..j-1, add them to r, and return what length is left. */
function projectOut(
  columns: Float64Array,
  column: Float64Array,
  j: number,
  r: Float64Array,
  width: number,
): number {
  const rows = column.length;
  let k = 0;
  for (; k + 4 <= j; k += 4) {
    const [a, b, c, d] = [k * rows, (k + 1) * rows, (k + 2) * rows, (k + 3) * rows];
    let [dotA, dotB, dotC, dotD] = [0, 0, 0, 0];
    for (let i = 0; i < rows; i++) {
      const value = column[i]!;
      dotA += value * columns[a + i]!;
      dotB += value * columns[b + i]!;
      dotC += value * columns[c + i]!;
      dotD += value * columns[d + i]!;
    }
    for (let i = 0; i < rows; i++)
      column[i]! -=
        dotA * columns[a + i]! +
        dotB * columns[b + i]! +
        dotC * columns[c + i]! +
        dotD * columns[d + i]!;
    r[k * width + j]! += dotA;
    r[(k + 1) * width + j]! += dotB;
    r[(k + 2) * width + j]! += dotC;
    r[(k + 3) * width + j]! += dotD;
  }
  for (; k < j; k++) {
    let dot = 0;
    for (let i = 0; i < rows; i++) dot += column[i]! * columns[k * rows + i]!;
    for (let i = 0; i < rows; i++) column[i]! -= dot * columns[k * rows + i]!;
    r[k * width + j]! += dot;
  }
  return norm(column);
}

function norm(vector: Float64Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}
