import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { jacobiSvd } from "#rote/stats/jacobi.js";
import { thinQr } from "#rote/stats/orthonormal.js";
import { type SparseMatrix, truncatedSvd } from "#rote/stats/svd.js";

/** Compressed rows of a dense row-major matrix. */
function sparse(dense: readonly number[], rows: number, columns: number): SparseMatrix {
  const rowStarts = new Uint32Array(rows + 1);
  const columnIndexes: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const value = dense[i * columns + j]!;
      if (value === 0) continue;
      columnIndexes.push(j);
      values.push(value);
    }
    rowStarts[i + 1] = values.length;
  }
  return {
    rows,
    columns,
    rowStarts,
    columnIndexes: Uint32Array.from(columnIndexes),
    values: Float64Array.from(values),
  };
}

/** left · diag(values) · rightᵀ */
function product(
  left: Float64Array,
  values: Float64Array,
  right: Float64Array,
  rows: number,
  columns: number,
): number[] {
  const rank = values.length;
  return Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += left[i * rank + k]! * values[k]! * right[j * rank + k]!;
    return sum;
  });
}

function gram(vectors: Float64Array, width: number): number[][] {
  return Array.from({ length: width }, (_, a) =>
    Array.from({ length: width }, (_, b) => {
      let sum = 0;
      for (let i = 0; i < vectors.length; i += width) sum += vectors[i + a]! * vectors[i + b]!;
      return sum;
    }),
  );
}

/** Naive twin: the largest eigenvalues of AᵀA by power iteration with deflation. */
function singularValuesByDeflation(
  dense: readonly number[],
  rows: number,
  columns: number,
  rank: number,
): number[] {
  let matrix = Array.from({ length: columns }, (_, a) =>
    Array.from({ length: columns }, (_, b) => {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += dense[i * columns + a]! * dense[i * columns + b]!;
      return sum;
    }),
  );
  const values: number[] = [];
  for (let k = 0; k < rank; k++) {
    let vector = Array.from({ length: columns }, (_, i) => 1 + ((i * 7 + k) % 5));
    let value = 0;
    for (let iteration = 0; iteration < 4000; iteration++) {
      const image = matrix.map((row) => row.reduce((sum, x, i) => sum + x * vector[i]!, 0));
      value = Math.hypot(...image);
      vector = image.map((x) => x / value);
    }
    values.push(Math.sqrt(value));
    matrix = matrix.map((row, i) => row.map((x, j) => x - value * vector[i]! * vector[j]!));
  }
  return values;
}

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++)
    expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(tolerance);
}

const dense = (rows: number, columns: number, seed: number, density = 0.4): number[] => {
  const rng = createRng(seed);
  return Array.from({ length: rows * columns }, () => (rng.next() < density ? rng.normal() : 0));
};

describe("truncatedSvd", () => {
  test("a full-rank decomposition multiplies back to the matrix", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(99),
        (rows, columns, seed) => {
          const values = dense(rows, columns, seed);
          const rank = Math.min(rows, columns);
          const svd = truncatedSvd(sparse(values, rows, columns), { rank, rng: createRng(seed) });
          close(product(svd.left, svd.singularValues, svd.right, rows, columns), values, 1e-10);
        },
      ),
    );
  });

  test.each([
    [40, 25],
    [25, 40],
  ])(
    "the largest values of a %i × %i matrix equal those of deflated power iteration",
    (rows, columns) => {
      const values = dense(rows, columns, 3);
      const rank = 5;
      const svd = truncatedSvd(sparse(values, rows, columns), {
        rank,
        rng: createRng(1),
        iterations: 12,
      });
      close(svd.singularValues, singularValuesByDeflation(values, rows, columns, rank), 1e-8);
      for (const vectors of [svd.left, svd.right])
        gram(vectors, rank).forEach((row, i) => {
          close(
            row,
            row.map((_, j) => Number(i === j)),
            1e-10,
          );
        });
    },
  );

  test("the largest entry of each right vector is positive", () => {
    const svd = truncatedSvd(sparse(dense(30, 20, 5), 30, 20), { rank: 6, rng: createRng(2) });
    for (let j = 0; j < 6; j++) {
      const vector = Array.from({ length: 20 }, (_, i) => svd.right[i * 6 + j]!);
      expect(Math.max(...vector)).toBe(Math.max(...vector.map(Math.abs)));
    }
  });

  test("the same seed gives the same bytes, another seed the same vectors", () => {
    const matrix = sparse(dense(60, 30, 7), 60, 30);
    const first = truncatedSvd(matrix, { rank: 4, rng: createRng(1), iterations: 30 });
    expect(truncatedSvd(matrix, { rank: 4, rng: createRng(1), iterations: 30 })).toEqual(first);
    const other = truncatedSvd(matrix, { rank: 4, rng: createRng(2), iterations: 30 });
    close(other.left, first.left, 1e-6);
    close(other.right, first.right, 1e-6);
  });

  test("beyond the rank of the matrix values and vectors are zero", () => {
    // Two equal rows and a zero row: rank 1.
    const svd = truncatedSvd(sparse([3, 4, 3, 4, 0, 0], 3, 2), { rank: 4, rng: createRng(1) });
    close(svd.singularValues, [Math.sqrt(50), 0, 0, 0], 1e-12);
    close(svd.right, [0.6, 0, 0, 0, 0.8, 0, 0, 0], 1e-12);
    expect(svd.left.length).toBe(12);
  });

  test("a matrix without entries has only zeros", () => {
    const svd = truncatedSvd(sparse([0, 0, 0, 0, 0, 0], 2, 3), { rank: 2, rng: createRng(1) });
    expect([...svd.singularValues]).toEqual([0, 0]);
  });
});

describe("thinQr and jacobiSvd", () => {
  test("q is orthonormal where columns are independent, and q·r is the matrix", () => {
    fc.assert(
      fc.property(fc.integer({ min: 7, max: 12 }), fc.nat(99), (rows, seed) => {
        const width = 7;
        const matrix = Float64Array.from(dense(rows, width, seed, 1));
        const { q, r } = thinQr(matrix, rows, width);
        close(
          product(q, new Float64Array(width).fill(1), transposed(r, width), rows, width),
          matrix,
          1e-12,
        );
        gram(q, width).forEach((row, i) => {
          close(
            row,
            row.map((_, j) => Number(i === j)),
            1e-12,
          );
        });
      }),
    );
  });

  test("a dependent column of q is zero", () => {
    const { q, r } = thinQr(Float64Array.from([1, 2, 1, 1, 2, 0]), 2, 3);
    close(
      q.filter((_, i) => i % 3 === 1),
      [0, 0],
      1e-15,
    );
    close(
      product(q, new Float64Array(3).fill(1), transposed(r, 3), 2, 3),
      [1, 2, 1, 1, 2, 0],
      1e-12,
    );
  });

  test("singular values of [[3, 0], [4, 5]] are √45 and √5 (by hand)", () => {
    const { left, values, right } = jacobiSvd(Float64Array.from([3, 0, 4, 5]), 2);
    close(values, [Math.sqrt(45), Math.sqrt(5)], 1e-14);
    close(product(left, values, right, 2, 2), [3, 0, 4, 5], 1e-14);
  });
});

function transposed(square: Float64Array, width: number): Float64Array {
  return square.map((_, at) => square[(at % width) * width + Math.floor(at / width)]!);
}
