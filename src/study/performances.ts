/** Performance by frequency of a run, from its tables: each task's and model's bins, and the slope as an estimate. */
import { groupBy } from "../base/group-by.ts";
import { createRng } from "../base/random.ts";
import type { MemorizationEstimate } from "../memorization/memorization-estimate.ts";
import {
  type Performance,
  performanceByFrequency,
  type PerformanceOptions,
  slopeEstimate,
} from "../memorization/performance.ts";
import type { ExampleRow, OutputRow } from "./tables.ts";

/** An example of examples.parquet. */
export type PerformanceExample = Pick<ExampleRow, "id" | "task" | "group" | "pairs" | "frequency">;

/** An output of outputs.parquet. */
export type PerformanceOutput = Pick<
  OutputRow,
  "example" | "task" | "model" | "metric" | "correctness"
>;

/** Tasks and models in their order, and how bins and intervals are made; the study's. */
export interface PerformancesOptions extends Pick<
  PerformanceOptions,
  "bins" | "binning" | "clusteredBy" | "level"
> {
  readonly seed: number;
  readonly tasks: readonly { readonly name: string; readonly n: readonly number[] }[];
  readonly models: readonly { readonly name: string; readonly checkpoint?: string }[];
}

/** Each task and model that has outputs. */
export function performancesOf(
  examples: readonly PerformanceExample[],
  outputs: readonly PerformanceOutput[],
  { seed, tasks, models, ...options }: PerformancesOptions,
): readonly { readonly entry: Performance; readonly slope: MemorizationEstimate }[] {
  const keyOf = (...names: readonly string[]): string => JSON.stringify(names);
  const exampleOf = new Map(examples.map((row) => [keyOf(row.task, row.id), row]));
  const answered = groupBy(outputs, ({ task, model }) => keyOf(task, model));
  const rng = createRng(seed).fork("measure");
  return tasks.flatMap(({ name: task, n }) =>
    models.flatMap(({ name: model, checkpoint = null }) => {
      const own = answered.get(keyOf(task, model)) ?? [];
      const outcomes = own.flatMap(({ example, correctness }) => {
        const row = exampleOf.get(keyOf(task, example));
        if (row === undefined) return [];
        const frequency = row.pairs === 0 ? null : row.frequency;
        return [{ example, group: row.group ?? null, frequency, correctness }];
      });
      if (outcomes.length === 0) return [];
      const { metric } = own[0]!;
      const named = { ...options, rng, task, n: n[0]!, model, checkpoint, metric };
      const entry = performanceByFrequency(outcomes, named);
      return [{ entry, slope: slopeEstimate(entry, named) }];
    }),
  );
}
