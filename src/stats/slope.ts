/**
 * Least-squares slope with a standard error that allows any dependence inside a cluster (Liang & Zeger
 * 1986; the small-sample factor of Stata and statsmodels, G/(G−1) · (N−1)/(N−2)), tested against Student's
 * t with clusters − 1 degrees of freedom. Fails where few clusters hold most of the spread of x.
 */
import { assert } from "../base/errors.ts";
import type { Interval } from "./estimate.ts";
import { studentCritical, studentTwoSided } from "./student.ts";
import { mean } from "./summary.ts";

/** Residuals of no larger share of the squares of y are the rounding of none. */
const roundingShare = 1e-20;

/** A slope with interval and test; null where `undefinedBecause` says why. */
export interface Slope {
  readonly slope: number | null;
  readonly intercept: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** Two-sided, of no slope. */
  readonly pValue: number | null;
  readonly points: number;
  readonly clusters: number;
  readonly undefinedBecause: string | null;
}

/** Slope of y over x. Values must be finite; `clusters` numbers each point's cluster from 0, by default every point its own. */
export function clusteredSlope(
  x: Float64Array,
  y: Float64Array,
  {
    clusters = Uint32Array.from(x, (_, i) => i),
    level = 0.95,
  }: { readonly clusters?: Uint32Array; readonly level?: number } = {},
): Slope {
  assert(x.every(Number.isFinite) && y.every(Number.isFinite), "values of a slope are finite");
  const clusterCount = new Set(clusters).size;
  const sizes = { points: x.length, clusters: clusterCount };
  const none = (undefinedBecause: string): Slope => ({
    ...{ slope: null, intercept: null, standardError: null, interval: null, pValue: null },
    ...{ ...sizes, undefinedBecause },
  });
  const why = whyNoSlope(x, y, clusterCount);
  if (why !== undefined) return none(why);
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, xy] = [0, 0];
  x.forEach((value, i) => {
    xx += (value - meanX) ** 2;
    xy += (value - meanX) * (y[i]! - meanY);
  });
  const slope = xy / xx;
  const residuals = y.map((value, i) => value - meanY - slope * (x[i]! - meanX));
  const total = sumOfSquares(y.map((value) => value - meanY));
  if (sumOfSquares(residuals) <= roundingShare * total)
    return none("all points lie on one line, which leaves nothing to judge its error by");
  const scores = new Map<number, number>();
  x.forEach((value, i) => {
    const score = (value - meanX) * residuals[i]!;
    scores.set(clusters[i]!, (scores.get(clusters[i]!) ?? 0) + score);
  });
  let meat = 0;
  for (const score of scores.values()) meat += score * score;
  const factor = (clusterCount / (clusterCount - 1)) * ((x.length - 1) / (x.length - 2));
  const standardError = Math.sqrt(factor * meat) / xx;
  const half = studentCritical(1 - level, clusterCount - 1) * standardError;
  return {
    ...{ slope, intercept: meanY - slope * meanX, standardError },
    interval: { low: slope - half, high: slope + half, level, method: "clustered sandwich" },
    pValue: slope === 0 ? 1 : studentTwoSided(slope / standardError, clusterCount - 1),
    ...sizes,
    undefinedBecause: null,
  };
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

function whyNoSlope(x: Float64Array, y: Float64Array, clusterCount: number): string | undefined {
  if (x.length < 3) return `${x.length} of at least 3 points`;
  if (clusterCount < 2) return `all ${x.length} points are of one cluster`;
  for (const [name, values] of Object.entries({ x, y }))
    if (values.every((value) => value === values[0]))
      return `all ${values.length} values of ${name} are equal`;
  return undefined;
}
