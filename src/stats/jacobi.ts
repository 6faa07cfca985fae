/**
 * Singular values of a small square dense matrix by one-sided Jacobi rotations: columns are rotated
 * in pairs until all are orthogonal. Their lengths are the singular values, also the small ones to
 * full relative precision (Demmel & Veselić 1992). O(width³) a sweep, about ten sweeps.
 */
export interface DenseSvd {
  /** Row-major width × width; matrix = left · diag(values) · rightᵀ. Column i is zero where value i is. */
  readonly left: Float64Array;
  /** Descending. */
  readonly values: Float64Array;
  /** Row-major width × width, orthogonal. */
  readonly right: Float64Array;
}

const maximumSweeps = 60;
const tolerance = 1e-15;

/** Decompose a row-major width × width matrix. */
export function jacobiSvd(matrix: Float64Array, width: number): DenseSvd {
  // Transposed copies: row i holds column i, so that rotations run over contiguous memory.
  const images = new Float64Array(width * width);
  const directions = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    directions[i * width + i] = 1;
    for (let j = 0; j < width; j++) images[j * width + i] = matrix[i * width + j]!;
  }
  for (let sweep = 0; sweep < maximumSweeps; sweep++)
    if (!rotateAll(images, directions, width)) break;
  return sortedFactors(images, directions, width);
}

/** One sweep over all pairs; false where every pair was orthogonal already. */
function rotateAll(images: Float64Array, directions: Float64Array, width: number): boolean {
  let rotated = false;
  for (let p = 0; p < width - 1; p++) {
    for (let q = p + 1; q < width; q++) {
      let [alpha, beta, gamma] = [0, 0, 0];
      for (let i = 0; i < width; i++) {
        const [x, y] = [images[p * width + i]!, images[q * width + i]!];
        alpha += x * x;
        beta += y * y;
        gamma += x * y;
      }
      if (gamma === 0 || Math.abs(gamma) <= tolerance * Math.sqrt(alpha * beta)) continue;
      rotated = true;
      const zeta = (beta - alpha) / (2 * gamma);
      const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      const cosine = 1 / Math.hypot(1, tangent);
      rotate(images, p * width, q * width, width, cosine, cosine * tangent);
      rotate(directions, p * width, q * width, width, cosine, cosine * tangent);
    }
  }
  return rotated;
}

function rotate(
  rows: Float64Array,
  p: number,
  q: number,
  width: number,
  cosine: number,
  sine: number,
): void {
  for (let i = 0; i < width; i++) {
    const [x, y] = [rows[p + i]!, rows[q + i]!];
    rows[p + i] = cosine * x - sine * y;
    rows[q + i] = sine * x + cosine * y;
  }
}

function sortedFactors(images: Float64Array, directions: Float64Array, width: number): DenseSvd {
  const lengths = Float64Array.from({ length: width }, (_, i) =>
    Math.sqrt(images.subarray(i * width, (i + 1) * width).reduce((sum, x) => sum + x * x, 0)),
  );
  const order = Array.from(lengths.keys()).sort((i, j) => lengths[j]! - lengths[i]! || i - j);
  const left = new Float64Array(width * width);
  const right = new Float64Array(width * width);
  order.forEach((from, to) => {
    const length = lengths[from]!;
    for (let i = 0; i < width; i++) {
      left[i * width + to] = length > 0 ? images[from * width + i]! / length : 0;
      right[i * width + to] = directions[from * width + i]!;
    }
  });
  return { left, values: Float64Array.from(order, (i) => lengths[i]!), right };
}
