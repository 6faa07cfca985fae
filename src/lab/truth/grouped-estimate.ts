/**
 * Estimates over items, with intervals by a bootstrap that draws groups: items of one entity or persona
 * stand or fall together. Where every resample gives the same value (all recalled, or none), which a
 * bootstrap takes for certainty, the interval is a score interval over the number of groups.
 */
import { createRng } from "../../base/random.ts";
import { clusteredBootstrap, percentileInterval } from "../../stats/bootstrap.ts";
import type { WeightedStatistic } from "../../stats/correlation.ts";
import type { Interval } from "../../stats/estimate.ts";
import { normalQuantile } from "../../stats/normal.ts";
import { wilsonInterval } from "../../stats/proportion.ts";

/** A number with what stands behind it. Where it is null, `undefinedBecause` says why. */
export interface GroupedEstimate {
  readonly value: number | null;
  /** Null where there is one group alone. */
  readonly interval: Interval | null;
  readonly items: number;
  readonly groups: number;
  readonly undefinedBecause?: string;
}

/** How intervals are made. */
export interface EstimateOptions {
  readonly seed: number;
  /** Draws of groups; default 1000. */
  readonly resamples?: number;
}

/** A statistic over items. */
export interface Estimand {
  /** Names the stream of random numbers, so that estimates do not depend on their order. */
  readonly name: string;
  readonly groups: readonly string[];
  readonly statistic: WeightedStatistic;
  /** Said where the statistic is NaN. */
  readonly undefinedBecause?: string;
  /** The interval where all resamples agree, given the value and the number of groups. */
  readonly atBoundary?: (value: number, groups: number) => Interval | null;
}

/** Estimate with interval. */
export function estimate(
  { name, groups, statistic, undefinedBecause, atBoundary = () => null }: Estimand,
  { seed, resamples = 1000 }: EstimateOptions,
): GroupedEstimate {
  const { clusters, count } = numbered(groups);
  const sizes = { items: groups.length, groups: count };
  const value = statistic(new Float64Array(groups.length).fill(1));
  if (groups.length === 0 || Number.isNaN(value)) {
    const why = groups.length === 0 ? "no items" : (undefinedBecause ?? "nothing varies");
    return { value: null, interval: null, ...sizes, undefinedBecause: why };
  }
  if (count < 2) return { value, interval: null, ...sizes };
  const rng = createRng(`${seed}/${name}`);
  const replicates = clusteredBootstrap(statistic, clusters, count, { rng, resamples });
  const interval = percentileInterval(replicates) ?? null;
  const isPoint = interval === null || interval.low === interval.high;
  return { value, interval: isPoint ? atBoundary(value, count) : interval, ...sizes };
}

/** Mean of values; a mean of zeros or ones alone has Wilson's interval. */
export function estimateMean(
  name: string,
  values: Float64Array,
  groups: readonly string[],
  options: EstimateOptions,
): GroupedEstimate {
  const isBinary = values.every((value) => value === 0 || value === 1);
  const atBoundary = (value: number, count: number): Interval | null =>
    isBinary && (value === 0 || value === 1) ? wilsonInterval(value * count, count) : null;
  return estimate({ name, groups, statistic: weightedMean(values), atBoundary }, options);
}

/**
 * The interval of a rank correlation of ±1: by Fisher's z with the standard error of Bonett & Wright (2000),
 * 1 entering as 1 − 1/n², or z would be infinite.
 */
export function perfectInterval(value: number, groups: number): Interval | null {
  if (groups < 4) return null;
  const z = Math.atanh(1 - 1 / groups ** 2);
  const error = Math.sqrt((1 + value ** 2 / 2) / (groups - 3));
  const inner = Math.tanh(z - normalQuantile(0.975) * error);
  const [low, high] = value > 0 ? [inner, 1] : [-1, -inner];
  return { low, high, level: 0.95, method: "Fisher's z" };
}

/** The mean where value i stands `weights[i]` times. */
export function weightedMean(values: Float64Array): WeightedStatistic {
  return (weights) => {
    let [sum, total] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      sum += weights[i]! * values[i]!;
      total += weights[i]!;
    }
    return sum / total;
  };
}

/** Numbers of the groups in order of appearance, for a bootstrap that draws them. */
export function numbered(groups: readonly string[]): { clusters: Uint32Array; count: number } {
  const numbers = new Map<string, number>();
  for (const group of groups) if (!numbers.has(group)) numbers.set(group, numbers.size);
  return {
    clusters: Uint32Array.from(groups, (group) => numbers.get(group)!),
    count: numbers.size,
  };
}
