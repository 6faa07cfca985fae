/** How well models answer: metrics of many outputs, with intervals, over a whole task and its parts. */
import type { Rng } from "../base/random.ts";
import { clusteredBootstrap, percentileInterval } from "../stats/bootstrap.ts";
import { clusteredShareInterval } from "../stats/clustered-share.ts";
import type { Interval } from "../stats/estimate.ts";
import { subjectLists } from "../tasks/formats/mmlu-subjects.ts";
import type { ExampleSums } from "../tasks/metrics/example-sums.ts";
import type { Example } from "../tasks/task.ts";

/** One entry of run.json's `metrics`. */
export interface MetricEstimate {
  readonly task: string;
  readonly model: string;
  readonly metric: string;
  /** The task as a whole, a list of groups (MMLU's knowledge and reasoning), or one group (a subject). */
  readonly part: { readonly kind: "task" | "list" | "group"; readonly name: string };
  readonly examples: number;
  /** What was resampled: groups where there are several, else examples. */
  readonly clusters: number;
  readonly clusteredBy: "group" | "example";
  /** Null where the metric is not defined for these outputs. */
  readonly value: number | null;
  readonly interval: Interval | null;
  /** Where there is a value without an interval. */
  readonly intervalAbsentBecause?: string;
  readonly undefinedBecause: string | null;
  /** Everything the value depends on, for metrics that have a convention for it. */
  readonly signature: string | null;
}

/** A part of a task: which of its evaluated examples. */
export interface TaskPart {
  readonly part: MetricEstimate["part"];
  /** Indexes, ascending. */
  readonly examples: readonly number[];
}

/** The task, the paper's lists of subjects where it is MMLU, and each group where there are several. */
export function partsOf(
  { name, format }: { readonly name: string; readonly format?: string },
  examples: readonly Pick<Example, "group">[],
): readonly TaskPart[] {
  const where = (holds: (group: string | undefined) => boolean): readonly number[] =>
    examples.flatMap(({ group }, i) => (holds(group) ? [i] : []));
  const groups = [...new Set(examples.flatMap(({ group }) => group ?? []))].sort();
  const lists = format === "mmlu" ? Object.entries(subjectLists) : [];
  return [
    { part: { kind: "task", name } as const, examples: where(() => true) },
    ...lists.map(([list, subjects]) => ({
      part: { kind: "list", name: list } as const,
      examples: where((group) => group !== undefined && subjects.includes(group)),
    })),
    ...(groups.length < 2 ? [] : groups).map((group) => ({
      part: { kind: "group", name: group } as const,
      examples: where((own) => own === group),
    })),
  ].filter((part) => part.examples.length > 0);
}

/** What a metric is estimated with. */
export interface MetricOptions {
  readonly rng: Rng;
  readonly resamples: number;
  readonly level: number;
}

/** An interval over fewer clusters is not worth its name. */
const FEWEST_CLUSTERS = 10;

/** What `estimateMetric` tells of a part. */
export type MetricValue = Omit<MetricEstimate, "task" | "model" | "metric" | "part">;

/**
 * The value of a part with its interval: of a share (a mean of values in [0, 1]) the clustered Wilson
 * interval, which is not certain where all are right; of anything else whole clusters are resampled and
 * sums added up again.
 */
export function estimateMetric(
  sums: ExampleSums,
  groups: readonly (string | null)[],
  options: MetricOptions,
): MetricValue {
  const { rows, score, signature } = sums;
  const { clusters, count, clusteredBy } = clustersOf(groups);
  const statistic = (weights: ArrayLike<number>): number => score(weightedSums(rows, weights));
  const value = statistic(new Float64Array(rows.length).fill(1));
  const sizes = { examples: rows.length, clusters: count, clusteredBy };
  const because = whyUndefined(rows, value);
  if (because !== null)
    return { ...sizes, value: null, interval: null, undefinedBecause: because, signature };
  const found = { ...sizes, value, undefinedBecause: null, signature };
  if (count < FEWEST_CLUSTERS)
    return {
      ...{ ...found, interval: null },
      intervalAbsentBecause: `an interval needs at least ${FEWEST_CLUSTERS} ${clusteredBy}s, and there ${count === 1 ? "is" : "are"} ${count}`,
    };
  const interval =
    shareInterval(sums, clusters, count, options) ??
    percentileInterval(clusteredBootstrap(statistic, clusters, count, options), options);
  return { ...found, interval: interval ?? null };
}

/** Numbers from 0 in order of appearance: of groups where there are several and every example has one, else of examples. */
function clustersOf(groups: readonly (string | null)[]): {
  readonly clusters: Uint32Array;
  readonly count: number;
  readonly clusteredBy: "group" | "example";
} {
  const isGrouped = new Set(groups).size > 1 && !groups.includes(null);
  const names = new Map<string, number>();
  const clusters = Uint32Array.from(groups, (group, i) => {
    const name = isGrouped ? group! : String(i);
    const cluster = names.get(name) ?? names.size;
    names.set(name, cluster);
    return cluster;
  });
  return { clusters, count: names.size, clusteredBy: isGrouped ? "group" : "example" };
}

function shareInterval(
  { values }: ExampleSums,
  clusters: Uint32Array,
  count: number,
  { level }: MetricOptions,
): Interval | undefined {
  if (values?.every((value) => value >= 0 && value <= 1) !== true) return undefined;
  return clusteredShareInterval(Float64Array.from(values), clusters, count, { level });
}

/** Why there is no value; null where there is one. */
function whyUndefined(rows: ExampleSums["rows"], value: number): string | null {
  if (rows.length === 0) return "no output was judged";
  if (Number.isFinite(value)) return null;
  const without = rows.filter((row) => row.some(Number.isNaN)).length;
  if (without > 0) return `${without} of the ${rows.length} outputs could not be judged`;
  const infinite = rows.filter((row) => !row.every(Number.isFinite)).length;
  if (infinite > 0)
    return `it is not finite: what ${infinite} of the ${rows.length} outputs ${infinite === 1 ? "adds" : "add"} is infinite`;
  if (Number.isNaN(value))
    return `nothing that it counts is in the ${rows.length} outputs, and 0 / 0 is no number`;
  return "it is not finite";
}

function weightedSums(
  rows: readonly (readonly number[])[],
  weights: ArrayLike<number>,
): Float64Array {
  const sums = new Float64Array(rows[0]?.length ?? 0);
  for (const [i, row] of rows.entries()) {
    const weight = weights[i]!;
    if (weight > 0) for (const [j, value] of row.entries()) sums[j]! += weight * value;
  }
  return sums;
}
