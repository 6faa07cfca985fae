/** How well models answer: metrics of many outputs, with intervals, over a whole task and its parts. */
import type { Rng } from "../base/random.ts";
import { clusteredBootstrap, percentileInterval } from "../stats/bootstrap.ts";
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

/** The value of a part with its interval: whole clusters are resampled, sums added up again. */
export function estimateMetric(
  { rows, score, signature }: ExampleSums,
  groups: readonly (string | null)[],
  { rng, resamples, level }: MetricOptions,
): Omit<MetricEstimate, "task" | "model" | "metric" | "part"> {
  const names = new Map<string, number>();
  const isGrouped = new Set(groups).size > 1 && !groups.includes(null);
  const clusters = Uint32Array.from(rows, (_, i) => {
    const name = isGrouped ? groups[i]! : String(i);
    const cluster = names.get(name) ?? names.size;
    names.set(name, cluster);
    return cluster;
  });
  const statistic = (weights: ArrayLike<number>): number => score(weightedSums(rows, weights));
  const value = statistic(new Float64Array(rows.length).fill(1));
  const isDefined = rows.length > 0 && Number.isFinite(value);
  const interval =
    isDefined && names.size > 1
      ? percentileInterval(
          clusteredBootstrap(statistic, clusters, names.size, { rng, resamples }),
          { level },
        )
      : undefined;
  return {
    examples: rows.length,
    clusters: names.size,
    clusteredBy: isGrouped ? "group" : "example",
    value: isDefined ? value : null,
    interval: interval ?? null,
    undefinedBecause: isDefined ? null : "no output was judged",
    signature,
  };
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
