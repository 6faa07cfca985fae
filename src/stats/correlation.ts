/**
 * Correlations of paired values, each also under integer weights: point i counts as `weights[i]`
 * equal points. A bootstrap sorts once and then re-evaluates in O(n) (Spearman) or O(n log n)
 * (Kendall) per resample.
 */
import { assert } from "../base/errors.ts";
import { OrderedPoints } from "./ordered-points.ts";
import { pearsonRatio } from "./pearson-ratio.ts";
import { type DenseRanks, denseRanks, weightedGroupRanks } from "./ranks.ts";

/** A correlation, or why there is none. */
export type Correlation =
  | { readonly value: number; readonly undefinedBecause?: undefined }
  | { readonly value: undefined; readonly undefinedBecause: string };

/** A statistic of a fixed sample under weights; NaN where it is undefined. Keeps scratch memory: one caller at a time. */
export type WeightedStatistic = (weights: Float64Array) => number;

/** Rank correlation with mid-ranks: Pearson's of the ranks. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): Correlation {
  return defined(x, y, () => spearmanUnderWeights(denseRanks(x), denseRanks(y)));
}

/** Kendall's tau-b: (concordant − discordant) / √(pairs not tied in x · pairs not tied in y). */
export function kendallTauB(x: ArrayLike<number>, y: ArrayLike<number>): Correlation {
  return defined(x, y, () => kendallTauBUnderWeights(denseRanks(x), denseRanks(y)));
}

/** Product-moment correlation. Values must be finite. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): Correlation {
  const [left, right] = [Float64Array.from(x), Float64Array.from(y)];
  assert(
    left.every(Number.isFinite) && right.every(Number.isFinite),
    "Pearson's values are finite",
  );
  return defined(x, y, () => (weights) => weightedPearson(left, right, weights));
}

export function spearmanUnderWeights(left: DenseRanks, right: DenseRanks): WeightedStatistic {
  const leftRanks = new Float64Array(left.groupCount);
  const rightRanks = new Float64Array(right.groupCount);
  return (weights) => {
    const total = weightedGroupRanks(left.groups, weights, leftRanks);
    weightedGroupRanks(right.groups, weights, rightRanks);
    const mean = (total + 1) / 2;
    let [xx, yy, xy] = [0, 0, 0];
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i]!;
      if (weight === 0) continue;
      const dx = leftRanks[left.groups[i]!]! - mean;
      const dy = rightRanks[right.groups[i]!]! - mean;
      xx += weight * dx * dx;
      yy += weight * dy * dy;
      xy += weight * dx * dy;
    }
    return pearsonRatio(xy, xx, yy);
  };
}

export function kendallTauBUnderWeights(left: DenseRanks, right: DenseRanks): WeightedStatistic {
  const points = new OrderedPoints(left);
  return (weights) => {
    points.weigh(weights);
    return points.tau(right);
  };
}

function weightedPearson(x: Float64Array, y: Float64Array, weights: Float64Array): number {
  let [total, meanX, meanY] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    total += weights[i]!;
    meanX += weights[i]! * x[i]!;
    meanY += weights[i]! * y[i]!;
  }
  meanX /= total;
  meanY /= total;
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xx += weights[i]! * dx * dx;
    yy += weights[i]! * dy * dy;
    xy += weights[i]! * dx * dy;
  }
  return pearsonRatio(xy, xx, yy);
}

function defined(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  prepare: () => WeightedStatistic,
): Correlation {
  assert(x.length === y.length, `paired samples have one length, not ${x.length} and ${y.length}`);
  const undefinedBecause = whyUndefined(x, y);
  if (undefinedBecause !== undefined) return { value: undefined, undefinedBecause };
  return { value: prepare()(new Float64Array(x.length).fill(1)) };
}

function whyUndefined(x: ArrayLike<number>, y: ArrayLike<number>): string | undefined {
  if (x.length < 2) return `${x.length} of at least 2 points`;
  const sides = Object.entries({ x: Float64Array.from(x), y: Float64Array.from(y) });
  for (const [name, values] of sides) {
    const missing = values.findIndex(Number.isNaN);
    if (missing >= 0) return `value ${missing + 1} of ${name} is not a number`;
  }
  for (const [name, values] of sides)
    if (values.every((value) => value === values[0]))
      return `all ${values.length} values of ${name} are equal`;
  return undefined;
}
