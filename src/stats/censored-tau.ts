/**
 * Kendall's tau-b where some values of x are known only to lie below a limit (left-censored) and y is known:
 *
 *   τ = S / √(ordered · untied)
 *
 * S counts concordant less discordant pairs of points over the pairs whose order in x is certain: two known
 * values that differ, and a value with a limit that is not above it. A limit below a value says nothing, nor
 * do two limits: such pairs are ties. `ordered` are the pairs that are certain in x, `untied` those that
 * differ in y. The rules are those of Brown, Hollander & Korwar 1974 and Helsel 2005, §11, as the function
 * cenken of R's NADA counts them; without censored values it is tau-b.
 */
import { assert } from "../base/errors.ts";
import type { Correlation, WeightedStatistic } from "./correlation.ts";
import { OrderedPoints } from "./ordered-points.ts";
import { type DenseRanks, denseRanks } from "./ranks.ts";

/** Tau-b of x, a limit where `known` is false, with y. */
export function censoredTauB(
  x: ArrayLike<number>,
  known: readonly boolean[],
  y: ArrayLike<number>,
): Correlation {
  assert(x.length === y.length && x.length === known.length, "the columns have one length");
  const undefinedBecause = "no two points are in a certain order on both sides";
  if (!known.includes(true)) return { value: undefined, undefinedBecause };
  const labels = denseRanks(Uint8Array.from(known, Number));
  const statistic = censoredTauBUnderWeights(denseRanks(x), labels, denseRanks(y));
  const value = statistic(new Float64Array(x.length).fill(1));
  return Number.isNaN(value) ? { value: undefined, undefinedBecause } : { value };
}

/**
 * The same where point i stands `weights[i]` times; NaN where no pair is ordered on a side. Of the two labels the
 * larger one is of known values; where there is one, all are known. O(n log n).
 */
export function censoredTauBUnderWeights(
  left: DenseRanks,
  known: DenseRanks,
  right: DenseRanks,
): WeightedStatistic {
  const points = new OrderedPoints(left, known);
  return (weights) => {
    points.weigh(weights);
    return points.tau(right);
  };
}
