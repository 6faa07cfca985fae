/**
 * Bootstrap over two crossed factors, such as groups of items and runs of a training: both are drawn with
 * replacement, independently, and a point counts as often as its group times its run (the pigeonhole
 * bootstrap, Owen 2007; at worst it takes the variance for larger than it is). Of few runs, as of three, it
 * knows little: they are reported one by one beside it.
 */
import { RoteError } from "../base/errors.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import type { WeightedStatistic } from "./correlation.ts";

/** Points in clusters, and the statistic of each run over these points. */
export interface CrossedSample {
  /** Number of each point's cluster, 0 to clusterCount − 1. */
  readonly clusters: Uint32Array;
  readonly clusterCount: number;
  /** Sets of runs; the runs of each set are drawn by themselves. */
  readonly sets: readonly (readonly WeightedStatistic[])[];
}

/**
 * Replicates of each set's mean over its runs, in the order of the sets; NaN where a drawn run's statistic
 * is undefined. All sets see the same draws of clusters, so that differences of sets are paired.
 */
export function crossedBootstrap(
  { clusters, clusterCount, sets }: CrossedSample,
  { rng, resamples = 1000 }: BootstrapOptions,
): Float64Array[] {
  if (!(resamples >= 2))
    throw new RoteError("usage", `resamples must be at least 2, got ${resamples}`);
  const draws = new Uint32Array(clusterCount);
  const weights = new Float64Array(clusters.length);
  const replicates = sets.map(() => new Float64Array(resamples));
  for (let resample = 0; resample < resamples; resample++) {
    draws.fill(0);
    for (let i = 0; i < clusterCount; i++) draws[rng.int(clusterCount)]!++;
    for (let i = 0; i < weights.length; i++) weights[i] = draws[clusters[i]!]!;
    for (const [set, runs] of sets.entries()) {
      const values = runs.map((statistic) => statistic(weights));
      let sum = 0;
      for (const _run of runs) sum += values[rng.int(runs.length)]!;
      replicates[set]![resample] = sum / runs.length;
    }
  }
  return replicates;
}
