/**
 * `rote/memorization`: the measures, over counts and log-probabilities from anywhere.
 *
 * ```ts
 * import { createRng } from "rote";
 * import { type CountRow, measureRows, type ScoreRow } from "rote/memorization";
 *
 * function measure(counts: readonly CountRow[], scores: readonly ScoreRow[]) {
 *   return measureRows(counts, scores, { rng: createRng(1) });
 * }
 * ```
 */
export {
  distributionalMemorization,
  type MemorizationOptions,
} from "./distributional-memorization.ts";
export type { DropRow } from "./drop-table.ts";
export { exampleFrequencies, type ExamplePair } from "./example-frequency.ts";
export { infinityGramSpan, type InfinityGramSpan, type SpanInfinityGram } from "./infinity-gram.ts";
export { measure, type MeasureColumns, type MeasureOptions } from "./measure-columns.ts";
export { measureRows, type MeasuredRows } from "./measure-rows.ts";
export {
  adjustEstimates,
  type ControlName,
  type MeasureName,
  type MemorizationEstimate,
  type MemorizationNull,
  type MethodName,
  testFamily,
  type TestFamily,
} from "./memorization-estimate.ts";
export type { RecountedShuffles } from "./null-distribution.ts";
export type { Replicates } from "./replicates.ts";
export { mergePairQueries, type MergedPairQuery, type PairQuery } from "./pair-query.ts";
export { parseCountRow, parseScoreRow } from "./parse-rows.ts";
export {
  joinRows,
  type CountRow,
  type InfinityGramRule,
  type JoinedRows,
  type PointGroup,
  type ScoreRow,
} from "./rows.ts";
export {
  type ExampleOutcome,
  type Performance,
  performanceByFrequency,
  type PerformanceOptions,
} from "./performance.ts";
export { planShuffles, type ShufflePlan, type ShufflePlanOptions } from "./shuffle-plan.ts";
export {
  findSpanTokens,
  scoreSpan,
  type AnswerTokens,
  type MatchedSpan,
  type SpanScore,
  type SpanTokens,
  type UnmatchedSpan,
} from "./spans.ts";
export { countNovelty, type NoveltyCounts, type OutputPairCounts, repetition } from "./novelty.ts";
export { logProbability, smoothed, type Smoothing, smoothingOf } from "./task-gram-probability.ts";
