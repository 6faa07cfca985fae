/**
 * Rank statistics with what a reader needs to judge them: interval, test, points, clusters and how the
 * interval was made. Intervals are percentile bootstraps over clusters; where Kendall's tau-b would cost
 * too much, an m-out-of-n bootstrap of fewer clusters, whose deviations are scaled by √(m/n) (Politis,
 * Romano & Wolf 1999, §2).
 */
import { RoteError } from "../base/errors.ts";
import { fisherZPValue, percentileInterval } from "./bootstrap.ts";
import type { Interval } from "./estimate.ts";
import { quantile } from "./quantile.ts";
import { bootstrapRankStatistics, type RankBootstrapOptions } from "./rank-bootstrap.ts";
import type { RankSample } from "./rank-sample.ts";
import { columnsOf, isTau, type RankStatistic, RankStatistics } from "./rank-statistic.ts";

/** A statistic's value with interval and test; null where `undefinedBecause` says why. */
export interface RankEstimate {
  readonly statistic: RankStatistic;
  readonly value: number | null;
  readonly interval: Interval | null;
  /** Two-sided, of no association, by the standard error of Fisher's z over the resamples. */
  readonly pValue: number | null;
  readonly points: number;
  readonly clusters: number;
  readonly resamples: number;
  /** Clusters in a resample: fewer than all of them in an m-out-of-n bootstrap. */
  readonly drawnClusters: number;
  /**
   * The values over the resamples, their deviations brought to the size of the sample; NaN where a resample
   * leaves none. Statistics over one stream of one number of clusters are comparable resample by resample.
   */
  readonly replicates: Float64Array;
  readonly undefinedBecause: string | null;
}

/** Options of the bootstrap; by default `defaultResamples`. */
export interface RankEstimateOptions extends Omit<RankBootstrapOptions, "draws" | "replacement"> {
  /** Level of the intervals; default 0.95. */
  readonly level?: number;
  /** Points up to which a resample for Kendall's tau-b is drawn whole; default 100,000. */
  readonly kendallPoints?: number;
  /** Resamples for Kendall's tau-b, at most `resamples`; default 1,000. */
  readonly kendallResamples?: number;
}

/** Points above which the default is fewer resamples. */
const manyPoints = 100_000;
/** Resamples of Kendall's tau-b, each of which takes O(n log n). */
const manyKendall = 1000;
/** An interval over fewer clusters is not worth its name. */
const fewestClusters = 10;
/** A side that does not vary in more resamples than this varies in one or two clusters only. */
const mostUndefined = 0.1;

/** Resamples taken where none are asked for: 10,000 up to 10^5 points and 1,000 above. */
export function defaultResamples(points: number): number {
  return points <= manyPoints ? 10_000 : 1000;
}

/** Every statistic of a sample; all of them over the same resamples, so that their differences can be taken. */
export async function estimateRankStatistics(
  sample: RankSample,
  statistics: readonly RankStatistic[],
  {
    resamples = defaultResamples(sample.points),
    level = 0.95,
    kendallPoints = manyPoints,
    kendallResamples = manyKendall,
    ...options
  }: RankEstimateOptions,
): Promise<readonly RankEstimate[]> {
  if (!(resamples >= 2 && kendallResamples >= 2))
    throw new RoteError("usage", `resamples must be at least 2, got ${resamples}`);
  const { points, clusterCount: clusters } = sample;
  const reasons = statistics.map((statistic) => whyUndefined(sample, statistic));
  const observed = new RankStatistics(sample, statistics).values();
  const whole = { drawnClusters: clusters, resamples };
  const kendall = {
    drawnClusters: Math.ceil(clusters * Math.min(1, kendallPoints / points)),
    resamples: Math.min(resamples, kendallResamples),
  };
  const replicates = statistics.map((): Float64Array => new Float64Array(0));
  for (const own of [whole, kendall]) {
    const chosen = [...statistics.keys()].filter(
      (i) => reasons[i] === undefined && isTau(statistics[i]!) === (own === kendall),
    );
    if (chosen.length === 0) continue;
    const rng = options.rng.fork(`${own.drawnClusters} clusters`);
    const drawing = { ...options, rng, resamples: own.resamples, draws: own.drawnClusters };
    const asked = chosen.map((i) => statistics[i]!);
    const found = await bootstrapRankStatistics(sample, asked, drawing);
    chosen.forEach((i, k) => (replicates[i] = found[k]!));
  }
  return statistics.map((statistic, i) => {
    const resampling = isTau(statistic) ? kendall : whole;
    const base = { statistic, points, clusters, ...resampling, replicates: replicates[i]! };
    const why = reasons[i] ?? whyUnstable(observed[i]!, replicates[i]!);
    const none = { value: null, interval: null, pValue: null };
    if (why !== undefined) return { ...base, ...none, undefinedBecause: why };
    return { ...base, ...judged(observed[i]!, base, level) };
  });
}

type Judgement = "value" | "interval" | "pValue" | "replicates" | "undefinedBecause";

function judged(
  value: number,
  {
    statistic,
    clusters,
    drawnClusters,
    points,
    replicates: drawn,
  }: Omit<RankEstimate, Exclude<Judgement, "replicates">>,
  level: number,
): Pick<RankEstimate, Judgement> {
  const scale = Math.sqrt(drawnClusters / clusters);
  const interval =
    scale === 1
      ? percentileInterval(drawn, { level })!
      : scaledInterval(value, drawn, scale, level);
  const replicates = scale === 1 ? drawn : drawn.map((own) => value + scale * (own - value));
  // An AUC becomes a correlation of labels and ranks; 1/2 is none.
  const signed = (own: number): number => (statistic.kind === "auc" ? 2 * own - 1 : own);
  const pValue = fisherZPValue(signed(value), replicates.map(signed), points);
  return { value, interval, pValue, replicates, undefinedBecause: null };
}

/** Quantiles of the deviations from the value in small resamples, as they would be in full ones. */
function scaledInterval(
  value: number,
  replicates: Float64Array,
  scale: number,
  level: number,
): Interval {
  const ascending = replicates.filter((own) => !Number.isNaN(own)).sort();
  const at = (p: number): number =>
    Math.max(-1, Math.min(1, value + scale * (quantile(ascending, p) - value)));
  const [low, high] = [at((1 - level) / 2), at((1 + level) / 2)];
  return { low, high, level, method: "clustered m-out-of-n percentile bootstrap" };
}

function whyUndefined(sample: RankSample, statistic: RankStatistic): string | undefined {
  const { points, clusterCount, names, ranks } = sample;
  if (points < 3) return `${points} of at least 3 points`;
  if (clusterCount < fewestClusters)
    return `the ${points} points come from ${clusterCount === 1 ? "1 cluster" : `${clusterCount} clusters`}, and an interval needs at least ${fewestClusters}`;
  for (const name of columnsOf(statistic).slice(0, 2))
    if (ranks[names.indexOf(name)]?.groupCount === 1)
      return `all ${points} values of ${name} are equal`;
  return undefined;
}

function whyUnstable(value: number, replicates: Float64Array): string | undefined {
  if (Number.isNaN(value)) return "the controls leave nothing that varies";
  const missing = replicates.filter(Number.isNaN).length;
  if (missing <= mostUndefined * replicates.length) return undefined;
  return `in ${missing} of ${replicates.length} resamples one side does not vary at all, so the value rests on too few clusters`;
}
