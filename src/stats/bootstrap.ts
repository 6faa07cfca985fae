/**
 * Clustered bootstrap: whole clusters of points are drawn with replacement, so that dependence
 * inside a cluster widens the interval as it should (Davison & Hinkley 1997, §3.8). A resample is a
 * weight for each point, never a copy of the points.
 */
import { RoteError } from "../base/errors.ts";
import type { Rng } from "../base/random.ts";
import type { WeightedStatistic } from "./correlation.ts";
import type { Interval } from "./estimate.ts";
import { normalUpperTail } from "./normal.ts";
import { quantile } from "./quantile.ts";
import { standardDeviation } from "./summary.ts";

/** Random numbers and number of resamples. */
export interface BootstrapOptions {
  readonly rng: Rng;
  /** At least 2; default 1000. */
  readonly resamples?: number;
}

/** The statistic's value in each resample, in order; NaN where it is undefined. `clusters` numbers each point's cluster, 0 to clusterCount − 1. */
export function clusteredBootstrap(
  statistic: WeightedStatistic,
  clusters: Uint32Array,
  clusterCount: number,
  { rng, resamples = 1000 }: BootstrapOptions,
): Float64Array {
  if (!(resamples >= 2))
    throw new RoteError("usage", `resamples must be at least 2, got ${resamples}`);
  const draws = new Uint32Array(clusterCount);
  const weights = new Float64Array(clusters.length);
  const replicates = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    draws.fill(0);
    for (let i = 0; i < clusterCount; i++) draws[rng.int(clusterCount)]!++;
    for (let i = 0; i < weights.length; i++) weights[i] = draws[clusters[i]!]!;
    replicates[resample] = statistic(weights);
  }
  return replicates;
}

/** The middle `level` of the replicates that are defined; undefined where none is. */
export function percentileInterval(
  replicates: Float64Array,
  { level = 0.95 }: { readonly level?: number } = {},
): Interval | undefined {
  if (!(level > 0 && level < 1))
    throw new RoteError("usage", `level must lie strictly between 0 and 1, got ${level}`);
  const ascending = replicates.filter((value) => !Number.isNaN(value)).sort();
  if (ascending.length === 0) return undefined;
  return {
    low: quantile(ascending, (1 - level) / 2),
    high: quantile(ascending, (1 + level) / 2),
    level,
    method: "clustered percentile bootstrap",
  };
}

/** Replicates that differ by less, relative to the value, differ by rounding. */
const roundingShare = 1e-12;

/**
 * Two-sided p-value of 0: the value against its standard error over the replicates. 1 where the value is 0; null
 * where the replicates do not vary, which leaves nothing to judge it by.
 */
export function bootstrapPValue(value: number, replicates: Float64Array): number | null {
  if (value === 0) return 1;
  const error = standardDeviation(replicates.filter((own) => !Number.isNaN(own)));
  if (!(error > roundingShare * Math.abs(value))) return null;
  return Math.min(1, 2 * normalUpperTail(Math.abs(value) / error));
}

/**
 * Two-sided p-value of no correlation: Fisher's z = atanh(value) against the normal distribution
 * with the standard deviation of z over the replicates. A correlation of ±1 enters as
 * ±(1 − 1/points²), or z would be infinite.
 */
export function fisherZPValue(value: number, replicates: Float64Array, points: number): number {
  const bound = 1 - 1 / (points * points);
  const fisher = (r: number): number => Math.atanh(Math.max(-bound, Math.min(bound, r)));
  const error = standardDeviation(replicates.filter((r) => !Number.isNaN(r)).map(fisher));
  const z = Math.abs(fisher(value));
  if (z === 0) return 1;
  return Math.min(1, 2 * normalUpperTail(z / error));
}
