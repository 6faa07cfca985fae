/**
 * The standard normal distribution. The upper tail keeps its relative precision (about 1e-13) down
 * to the smallest doubles, so p-values far below 1e-16 are right.
 */

/** P(Z > x). */
export function normalUpperTail(x: number): number {
  return x < 0 ? 1 - normalUpperTail(-x) : upperTail(x);
}

/** P(Z ≤ x). */
export function normalCdf(x: number): number {
  return normalUpperTail(-x);
}

/** The x with P(Z ≤ x) = p, for p in [0, 1]; infinite at the ends. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability must lie between 0 and 1, got ${p}`);
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return -Infinity;
  // Abramowitz & Stegun 26.2.23 is right to 4.5e-4; each Newton step on the logarithm of the tail
  // doubles the correct digits.
  const t = Math.sqrt(-2 * Math.log(p));
  let x =
    t -
    (2.515517 + t * (0.802853 + t * 0.010328)) /
      (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let i = 0; i < 3; i++) {
    const tail = normalUpperTail(x);
    x += (Math.log(tail / p) * tail) / density(x);
  }
  return -x;
}

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** For x ≥ 0: a power series near the center, Laplace's continued fraction in the tail. */
function upperTail(x: number): number {
  if (x > 40) return 0;
  if (x >= 2.5) {
    let fraction = x;
    for (let k = 160; k >= 1; k--) fraction = x + k / fraction;
    return density(x) / fraction;
  }
  let [term, sum] = [x, x];
  for (let k = 3; term > sum * 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 - density(x) * sum;
}
