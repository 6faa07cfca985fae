/**
 * What compares the models and n of a task: differences of Spearman's correlation, and its trend over the
 * sizes of models. All models and n of a task were resampled by the same draws of examples, so an interval
 * holds what they share; their nulls come permutation by permutation.
 */
import { groupBy } from "../base/group-by.ts";
import { percentileInterval } from "../stats/bootstrap.ts";
import { normalUpperTail } from "../stats/normal.ts";
import { standardDeviation } from "../stats/summary.ts";
import { trend, trendSlopes } from "../stats/trend.ts";
import { type Finding, type QuantityNull, withNull } from "./findings.ts";
import type { MeasureName, MemorizationEstimate } from "./memorization-estimate.ts";

/** What comparisons need besides the findings. */
export interface ComparisonOptions {
  readonly zeros?: "kept" | "dropped" | "both";
  readonly level?: number;
  readonly parameters?: (model: string) => number | null | undefined;
}

/** Each model against the largest (or the first), each n against the task's first, and trends over at least three sizes. */
export function compareFindings(
  findings: readonly Finding[],
  { zeros = "both", level = 0.95, parameters = () => undefined }: ComparisonOptions,
): readonly MemorizationEstimate[] {
  const leading = findings.filter(
    ({ quantity: { measure, method, zeros: view } }) =>
      measure === "distributional-memorization" &&
      method === "spearman" &&
      view === (zeros === "dropped" ? "dropped" : "kept"),
  );
  const sizeOf = ({ estimate }: Finding): number => parameters(estimate.model) ?? 0;
  const byTask = groupBy(leading, ({ estimate }) => estimate.task);
  return [...byTask.values()].flatMap((task) => [
    ...[...groupBy(task, ({ estimate }) => estimate.n).values()].flatMap((models) => {
      const largest = models.reduce((best, next) => (sizeOf(next) > sizeOf(best) ? next : best));
      const others = models.filter((finding) => finding !== largest);
      return [
        ...others.map((own) => differenceOf(own, largest, "model-difference", level)),
        ...trendsOf(models, sizeOf, level),
      ];
    }),
    ...[...groupBy(task, modelKey).values()].flatMap(([first, ...others]) =>
      others.map((own) => differenceOf(own, first!, "length-difference", level)),
    ),
  ]);
}

const modelKey = ({ estimate: { model, checkpoint } }: Finding): string =>
  JSON.stringify([model, checkpoint]);

/** The first less the second. */
function differenceOf(
  first: Finding,
  second: Finding,
  measure: MeasureName,
  level: number,
): MemorizationEstimate {
  const [own, other] = [first.estimate, second.estimate];
  const row: MemorizationEstimate = {
    ...{ ...own, measure, value: null, interval: null, pValue: null, null: null },
    ...{ points: Math.min(own.points, other.points) },
    ...{ examples: Math.min(own.examples, other.examples) },
    ...{ clusters: Math.min(own.clusters, other.clusters) },
    against: { model: other.model, n: other.n },
  };
  const missing = [own, other].find(({ value }) => value === null);
  if (missing !== undefined)
    return { ...row, undefinedBecause: `inconclusive: ${whose(missing)} has no correlation` };
  const replicates = subtract(first.replicates, second.replicates);
  const value = own.value! - other.value!;
  const compared = {
    ...{ ...row, value, interval: percentileInterval(replicates, { level }) ?? null },
    pValue: pValueOf(value, replicates),
  };
  return withComparedNull(
    compared,
    [first, second],
    (values) => subtract(values[0]!, values[1]!),
    level,
  );
}

const whose = ({ model, n }: MemorizationEstimate): string => `${model} at n = ${n}`;

/** Over the models of one checkpoint; none below three models. */
function trendsOf(
  findings: readonly Finding[],
  sizeOf: (finding: Finding) => number,
  level: number,
): readonly MemorizationEstimate[] {
  const sized = findings.filter((finding) => sizeOf(finding) > 0);
  const suites = groupBy(sized, ({ estimate }) => estimate.checkpoint);
  return [...suites.values()].flatMap((suite) => {
    if (new Set(suite.map(sizeOf)).size < 3) return [];
    const bySize = [...suite].sort((a, b) => sizeOf(a) - sizeOf(b));
    return [trendOf(bySize, bySize.map(sizeOf), level)];
  });
}

/** Findings and sizes are ascending by size. */
function trendOf(
  findings: readonly Finding[],
  sizes: readonly number[],
  level: number,
): MemorizationEstimate {
  const estimates = findings.map(({ estimate }) => estimate);
  const row: MemorizationEstimate = {
    ...{ ...estimates.at(-1)!, measure: "size-trend", value: null, interval: null, pValue: null },
    ...{ null: null, points: Math.min(...estimates.map(({ points }) => points)) },
    examples: Math.min(...estimates.map(({ examples }) => examples)),
    models: estimates.map(({ model }) => model),
  };
  const missing = estimates.find(({ value }) => value === null);
  if (missing !== undefined)
    return { ...row, undefinedBecause: `inconclusive: ${whose(missing)} has no correlation` };
  const points = findings.map(({ estimate, replicates }, i) => {
    return { parameters: sizes[i]!, value: estimate.value!, replicates };
  });
  const { slope: value, interval, pValue, undefinedBecause } = trend(points, { level });
  if (value === null)
    return { ...row, undefinedBecause: `inconclusive: ${undefinedBecause ?? "no trend"}` };
  const slopes = (columns: readonly Float64Array[]): Float64Array =>
    trendSlopes(columns.map((values, i) => ({ parameters: sizes[i]!, values })));
  return withComparedNull({ ...row, value, interval, pValue }, findings, slopes, level);
}

/** The null of a comparison, where all its sides have one made in one way. */
function withComparedNull(
  row: MemorizationEstimate,
  findings: readonly Finding[],
  combine: (values: readonly Float64Array[]) => Float64Array,
  level: number,
): MemorizationEstimate {
  const nulls = findings.flatMap((finding) => finding.null ?? []);
  const alike = (each: QuantityNull): boolean =>
    each.making.exchange === nulls[0]?.making.exchange &&
    each.values.length === nulls[0].values.length;
  if (nulls.length === findings.length && nulls.every(alike)) {
    const values = combine(nulls.map((each) => each.values));
    return withNull(row, { values, making: nulls[0]!.making }, level);
  }
  return {
    ...row,
    nullAbsentBecause: "the nulls of what is compared were made in different ways",
  };
}

/** Two-sided, of no difference: against its standard error over the resamples. */
function pValueOf(value: number, replicates: Float64Array): number {
  if (value === 0) return 1;
  const error = standardDeviation(replicates.filter((own) => !Number.isNaN(own)));
  return error > 0 ? Math.min(1, 2 * normalUpperTail(Math.abs(value) / error)) : 1;
}

function subtract(first: Float64Array, second: Float64Array): Float64Array {
  const length = Math.min(first.length, second.length);
  return first.subarray(0, length).map((value, i) => value - second[i]!);
}
