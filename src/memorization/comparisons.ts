/**
 * What compares the models and n of a task: differences of Spearman's correlation, and its trends over the
 * sizes of models and over the training of one. All models and n of a task were resampled by the same draws
 * of examples, so an interval holds what they share; their nulls come permutation by permutation.
 */
import { groupBy } from "../base/group-by.ts";
import { stepOf as stepInName } from "../models/suites/checkpoint-name.ts";
import { bootstrapPValue, percentileInterval } from "../stats/bootstrap.ts";
import { trend, trendSlopes } from "../stats/trend.ts";
import { type Finding, type QuantityNull, withNull } from "./findings.ts";
import {
  leadingZeros,
  type MeasureName,
  type MemorizationEstimate,
} from "./memorization-estimate.ts";

/** What a checkpoint is one of, and the steps it had been trained for, where they are known. */
export interface TrainingPlace {
  readonly training: string;
  readonly step: number | undefined;
}

/** What comparisons need besides the findings. */
export interface ComparisonOptions {
  readonly zeros?: "kept" | "dropped" | "both";
  readonly level?: number;
  readonly parameters?: (model: string) => number | null | undefined;
  /** Default: a training for each model, the step as its checkpoint names it. */
  readonly training?: (model: string) => TrainingPlace | undefined;
}

/**
 * Each model against the largest (or the first), an earlier checkpoint against the last of its training, each
 * n against the task's first, and trends over at least three sizes or checkpoints.
 */
export function compareFindings(
  findings: readonly Finding[],
  {
    zeros = "both",
    level = 0.95,
    parameters = () => undefined,
    training = () => undefined,
  }: ComparisonOptions,
): readonly MemorizationEstimate[] {
  const leading = findings.filter(
    ({ quantity: { measure, method, zeros: view } }) =>
      measure === "distributional-memorization" &&
      method === "spearman" &&
      view === leadingZeros(zeros),
  );
  const places = placesOf(parameters, training);
  const byTask = groupBy(leading, ({ estimate }) => estimate.task);
  return [...byTask.values()].flatMap((task) => [
    ...[...groupBy(task, ({ estimate }) => estimate.n).values()].flatMap((models) =>
      compareModels(models, places, level),
    ),
    ...[...groupBy(task, modelKey).values()].flatMap(([first, ...others]) =>
      others.map((own) => differenceOf(own, first!, "length-difference", level)),
    ),
  ]);
}

/** Where findings stand by size and by training. */
interface Places {
  readonly sizeOf: (finding: Finding) => number;
  readonly placeOf: (finding: Finding) => TrainingPlace;
  /** Larger, or of equal size and trained for longer. */
  readonly isLarger: (next: Finding, best: Finding) => boolean;
}

function placesOf(
  parameters: NonNullable<ComparisonOptions["parameters"]>,
  training: NonNullable<ComparisonOptions["training"]>,
): Places {
  const sizeOf = ({ estimate }: Finding): number => parameters(estimate.model) ?? 0;
  const placeOf = ({ estimate: { model, checkpoint } }: Finding): TrainingPlace =>
    training(model) ?? { training: model, step: stepIn(checkpoint) };
  // A model trained to its end names no checkpoint.
  const stepOf = (own: Finding): number =>
    own.estimate.checkpoint === null ? Infinity : (placeOf(own).step ?? 0);
  const isLarger = (next: Finding, best: Finding): boolean =>
    sizeOf(next) > sizeOf(best) || (sizeOf(next) === sizeOf(best) && stepOf(next) > stepOf(best));
  return { sizeOf, placeOf, isLarger };
}

/** The models of one task and n: differences, then trends. */
function compareModels(
  models: readonly Finding[],
  { sizeOf, placeOf, isLarger }: Places,
  level: number,
): readonly MemorizationEstimate[] {
  const largestOf = (some: readonly Finding[]): Finding =>
    some.reduce((best, next) => (isLarger(next, best) ? next : best));
  const largest = largestOf(models);
  const trainings = groupBy(models, (own) => placeOf(own).training);
  const differences = models
    .filter((finding) => finding !== largest)
    .map((own) => {
      const end = largestOf(trainings.get(placeOf(own).training)!);
      return differenceOf(own, end === own ? largest : end, "model-difference", level);
    });
  return [
    ...differences,
    ...trendsOf(models, "size-trend", {
      ...{ level, xOf: sizeOf, suiteOf: ({ estimate }) => estimate.checkpoint },
    }),
    ...trendsOf(models, "checkpoint-trend", {
      ...{ level, xOf: (own) => placeOf(own).step ?? 0 },
      suiteOf: (own) => placeOf(own).training,
    }),
  ];
}

const modelKey = ({ estimate: { model, checkpoint } }: Finding): string =>
  JSON.stringify([model, checkpoint]);

/** The first less the second. */
export function differenceOf(
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
    ...{ drawnClusters: Math.min(own.drawnClusters, other.drawnClusters) },
    against: {
      ...{ model: other.model, n: other.n },
      ...(other.model === own.model && other.checkpoint !== own.checkpoint
        ? { checkpoint: other.checkpoint }
        : {}),
    },
  };
  const missing = [own, other].find(({ value }) => value === null);
  if (missing !== undefined)
    return { ...row, undefinedBecause: `inconclusive: ${whose(missing)} has no correlation` };
  const replicates = subtract(first.replicates, second.replicates);
  const value = own.value! - other.value!;
  const compared = {
    ...{ ...row, value, interval: percentileInterval(replicates, { level }) ?? null },
    ...tested(bootstrapPValue(value, replicates)),
  };
  return withComparedNull(
    compared,
    [first, second],
    (values) => subtract(values[0]!, values[1]!),
    level,
  );
}

const whose = ({ model, n, corpus }: MemorizationEstimate): string =>
  `${model} at n = ${n}${corpus === undefined ? "" : ` in the corpus ${corpus}`}`;

/** The step in a checkpoint: "step 500", "step500" or "500". */
function stepIn(checkpoint: string | null): number | undefined {
  if (checkpoint === null) return undefined;
  return /^\d+$/.test(checkpoint) ? Number(checkpoint) : stepInName(checkpoint);
}

/** Which models go together, and what their trend goes over: parameters, or steps. */
interface TrendAxis {
  readonly suiteOf: (finding: Finding) => string | null;
  /** Findings without one, of step 0 say, take no part. */
  readonly xOf: (finding: Finding) => number;
  readonly level: number;
}

/** A trend over each suite, from three places of its axis on. */
function trendsOf(
  findings: readonly Finding[],
  measure: "size-trend" | "checkpoint-trend",
  { suiteOf, xOf, level }: TrendAxis,
): readonly MemorizationEstimate[] {
  const suites = groupBy(
    findings.filter((finding) => xOf(finding) > 0),
    suiteOf,
  );
  return [...suites.values()].flatMap((suite) => {
    if (new Set(suite.map(xOf)).size < 3) return [];
    const ascending = [...suite].sort((a, b) => xOf(a) - xOf(b));
    return [trendOf(ascending, measure, { sizes: ascending.map(xOf), level })];
  });
}

/** Findings and sizes are ascending by size. */
function trendOf(
  findings: readonly Finding[],
  measure: MeasureName,
  { sizes, level }: { readonly sizes: readonly number[]; readonly level: number },
): MemorizationEstimate {
  const estimates = findings.map(({ estimate }) => estimate);
  const row: MemorizationEstimate = {
    ...{ ...estimates.at(-1)!, measure, value: null, interval: null, pValue: null },
    ...{ null: null, points: Math.min(...estimates.map(({ points }) => points)) },
    examples: Math.min(...estimates.map(({ examples }) => examples)),
    clusters: Math.min(...estimates.map(({ clusters }) => clusters)),
    drawnClusters: Math.min(...estimates.map(({ drawnClusters }) => drawnClusters)),
    models: estimates.map(({ model }) => model),
    over: sizes,
  };
  const missing = estimates.find(({ value }) => value === null);
  if (missing !== undefined)
    return { ...row, undefinedBecause: `inconclusive: ${whose(missing)} has no correlation` };
  const points = findings.map(({ estimate, replicates }, i) => {
    return { size: sizes[i]!, value: estimate.value!, replicates };
  });
  const { slope: value, interval, pValue, undefinedBecause } = trend(points, { level });
  if (value === null)
    return { ...row, undefinedBecause: `inconclusive: ${undefinedBecause ?? "no trend"}` };
  const slopes = (columns: readonly Float64Array[]): Float64Array =>
    trendSlopes(columns.map((values, i) => ({ size: sizes[i]!, values })));
  const found = { ...row, value, interval, ...tested(pValue) };
  return withComparedNull(found, findings, slopes, level);
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
  const bare = findings.find((finding) => finding.null === undefined);
  return {
    ...row,
    nullAbsentBecause:
      bare === undefined
        ? "the nulls of what is compared were made in different ways"
        : `${whose(bare.estimate)} has no null`,
  };
}

/** The p-value with the reason where there is none. */
function tested(
  pValue: number | null,
): Pick<MemorizationEstimate, "pValue" | "pValueAbsentBecause"> {
  if (pValue !== null) return { pValue };
  return {
    pValue,
    pValueAbsentBecause: "it is the same in every resample, which leaves no error to test it by",
  };
}

function subtract(first: Float64Array, second: Float64Array): Float64Array {
  const length = Math.min(first.length, second.length);
  return first.subarray(0, length).map((value, i) => value - second[i]!);
}
