/** Performance against frequency: each model's correctness on a task's examples, by Eq. 4 of the paper. */
import { createRng } from "../base/random.ts";
import { groupBy } from "../base/group-by.ts";
import { isRecord } from "../base/json.ts";
import { type BinnedModel, binModels, type BinSettings, dealtBand } from "./binned-outcomes.ts";
import type { ExampleFact, Outcome } from "./outcomes.ts";
import type { RunRecord } from "./run-record.ts";
import { modelsBySize, nameOf } from "./selection.ts";

/** One task's performance by frequency. */
export interface Performance {
  readonly task: string;
  readonly metric: string;
  /** Examples with a mined pair that every model answered. */
  readonly examples: number;
  /** Answered examples without a pair, which have no frequency and are left out. */
  readonly withoutPairs: number;
  /** Smallest first. */
  readonly models: readonly BinnedModel[];
  /** Of the largest model: where each bin would lie if frequency had nothing to do with it. */
  readonly band: readonly { readonly low: number; readonly high: number }[];
}

/** Bins, level and seed as the run's study states them, or their defaults. */
export function binSettings({ study, provenance }: RunRecord, purpose: string): BinSettings {
  const measure = isRecord(study.measure) ? study.measure : {};
  return {
    rng: createRng(Number(provenance.seed ?? 1)).fork(`report/${purpose}`),
    bins: typeof measure.bins === "number" ? measure.bins : 5,
    by: measure.binning === "equal-width" ? "equal-width" : "equal-count",
    level: typeof measure.level === "number" ? measure.level : 0.95,
  };
}

/** Models of the run by size, without their checkpoints: those that outputs are kept of. */
export function outputModels(run: RunRecord, outcomes: readonly Outcome[]): string[] {
  const known = new Set(outcomes.map(({ model }) => model));
  return [...new Set(modelsBySize(run).map(nameOf))].filter((model) => known.has(model));
}

/** Each task whose outputs the run keeps. */
export function performances(
  run: RunRecord,
  facts: readonly ExampleFact[],
  outcomes: readonly Outcome[],
): Performance[] {
  const settings = binSettings(run, "performance");
  const models = outputModels(run, outcomes);
  const byTask = groupBy(outcomes, ({ task }) => task);
  return [...groupBy(facts, ({ task }) => task)].flatMap(([task, examples]) => {
    const own = byTask.get(task) ?? [];
    const correctness = new Map(models.map((model) => [model, correctnessOf(own, model)]));
    const everyone = examples.filter(({ id }) =>
      [...correctness.values()].every((by) => by.has(id)),
    );
    const answered = everyone.filter(({ pairs }) => pairs !== 0);
    const [first] = own;
    if (first === undefined || answered.length === 0) return [];
    const table = {
      counts: Float64Array.from(answered, ({ frequency }) => frequency),
      clusters: clustersOf(answered, clustersByGroup(run)),
      outcomes: new Map(
        [...correctness].map(([model, by]) => [
          model,
          Float64Array.from(answered, ({ id }) => by.get(id) ?? 0),
        ]),
      ),
    };
    const binned = binModels(table, { ...settings, rng: settings.rng.fork(task) });
    const largest = [...table.outcomes.values()].at(-1) ?? new Float64Array();
    const band = dealtBand(largest, binned.at(-1)?.bins ?? [], settings);
    const withoutPairs = everyone.length - answered.length;
    const sizes = { metric: first.metric, examples: answered.length, withoutPairs };
    return [{ task, ...sizes, models: binned, band }];
  });
}

/** Whether the study's independent units are groups of examples. */
export function clustersByGroup({ study }: RunRecord): boolean {
  return isRecord(study.measure) && study.measure.cluster === "group";
}

/** Numbers from 0 in order of appearance: a group's where examples have groups and these are the clusters, else each example's own. */
export function clustersOf(
  examples: readonly Pick<ExampleFact, "id" | "group">[],
  byGroup: boolean,
): Uint32Array {
  const numbers = new Map<string, number>();
  return Uint32Array.from(examples, ({ id, group }) => {
    const key = byGroup && group !== undefined ? `group ${group}` : `example ${id}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

function correctnessOf(outcomes: readonly Outcome[], model: string): Map<string, number> {
  const own = outcomes.filter((outcome) => outcome.model === model);
  return new Map(own.map(({ example, correctness }) => [example, correctness]));
}
