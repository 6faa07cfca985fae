/**
 * `rote/stats`: numbers in, numbers out, without a word of the domain.
 *
 * ```ts
 * import { spearman } from "rote/stats";
 *
 * const found = spearman(Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 4, 9, 16));
 * console.log(found); // { value: 1 }
 * ```
 */
export { binnedOutcome, type Bin, type BinnedOutcome, type BinOptions } from "./bins.ts";
export {
  bootstrapPValue,
  clusteredBootstrap,
  fisherZPValue,
  percentileInterval,
  type BootstrapOptions,
} from "./bootstrap.ts";
export { censoredTauB } from "./censored-tau.ts";
export {
  kendallTauB,
  pearson,
  spearman,
  type Correlation,
  type WeightedStatistic,
} from "./correlation.ts";
export { equalSizeValues, type EqualSizeValue } from "./equal-size.ts";
export type { Interval, NullBand } from "./estimate.ts";
export {
  kendallDistance,
  kendallDistanceInterval,
  kendallDistanceNull,
} from "./kendall-distance.ts";
export { levenshtein } from "./levenshtein.ts";
export { matchedConcordance, type MatchingOptions } from "./matched-concordance.ts";
export { benjaminiHochberg, holm, type MaybeP } from "./multiple-testing.ts";
export { normalCdf, normalQuantile, normalUpperTail } from "./normal.ts";
export { nullBand } from "./null-band.ts";
export { partialSpearman, type Control, type PartialCorrelation } from "./partial.ts";
export {
  clusterExchanges,
  fixedShare,
  permuteRankStatistics,
  type PermutationOptions,
  type PermutedColumns,
  wholeExchanges,
} from "./permutation.ts";
export { wilsonInterval } from "./proportion.ts";
export { quantile } from "./quantile.ts";
export { bootstrapRankStatistics, type RankBootstrapOptions } from "./rank-bootstrap.ts";
export {
  defaultResamples,
  estimateRankStatistics,
  type RankEstimate,
  type RankEstimateOptions,
} from "./rank-estimate.ts";
export { rankSample, type RankSample } from "./rank-sample.ts";
export type { RankedColumns, RankStatistic } from "./rank-statistic.ts";
export { midRanks } from "./ranks.ts";
export { aucScoreInterval, rocAuc } from "./roc.ts";
export { clusteredSlope, type Slope } from "./slope.ts";
export { studentCritical, studentTwoSided } from "./student.ts";
export { mean, standardDeviation } from "./summary.ts";
export {
  truncatedSvd,
  type SparseMatrix,
  type TruncatedSvd,
  type TruncatedSvdOptions,
} from "./svd.ts";
export { trend, trendSlopes, type Trend, type TrendPoint } from "./trend.ts";
