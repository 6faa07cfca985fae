/**
 * Counterfactual memorization and influence (Feldman 2020; Feldman & Zhang 2020; Zhang et al. 2023):
 *
 *   mem(i)      = mean recall of i over models whose corpus held i's group, minus over those without
 *   infl(g → j) = mean recall of j over models whose corpus held the group g, minus over those without
 *
 * Intervals are over runs: models with and models without are drawn with replacement, each side by
 * itself. They say how sure the difference is for these items, whatever the training's randomness.
 */
import { createRng } from "../../base/random.ts";
import { percentileInterval } from "../../stats/bootstrap.ts";
import type { Interval } from "../../stats/estimate.ts";
import { mean } from "../../stats/summary.ts";
import type { EstimateOptions } from "./grouped-estimate.ts";
import type { ManifestItem } from "./manifest-items.ts";
import type { RecallMetric } from "./recall-metrics.ts";
import type { TruthTable } from "./truth-table.ts";

/** A difference between models with and without a group. */
export interface RunDifference {
  readonly value: number;
  readonly interval: Interval | null;
  readonly with: number;
  readonly without: number;
}

/** Counterfactual memorization of an item. */
export interface CounterfactualRow extends RunDifference {
  readonly item: string;
  readonly kind: string;
  readonly dose: number;
  readonly model: string;
  readonly metric: RecallMetric;
}

/** Whether a group's documents are in the corpus of a subset. */
export type SubsetMembership = (subset: number, group: string) => boolean;

export interface CounterfactualOptions extends EstimateOptions {
  readonly model: string;
  readonly metric: RecallMetric;
  readonly holds: SubsetMembership;
}

/** Models of subsets that were measured, by the number of the subset. */
interface SubsetRun {
  readonly subset: number;
  readonly values: ReadonlyMap<string, number>;
}

function subsetRuns(
  table: TruthTable,
  { model, metric }: Pick<CounterfactualOptions, "model" | "metric">,
): SubsetRun[] {
  return table.arms.flatMap((arm) => {
    const subset = Number(/^subset-(\d+)$/.exec(arm)?.[1]);
    const values = table.column({ metric, arm, model });
    return Number.isNaN(subset) || values.size === 0 ? [] : [{ subset, values }];
  });
}

/** Models that subsets were trained as: the same name under every one of them counts once. */
export function subsetModels(table: TruthTable): string[] {
  const names = table.arms
    .filter((arm) => arm.startsWith("subset-"))
    .flatMap((arm) => table.modelsOf(arm));
  return [...new Set(names)].filter((name) => !name.includes("@"));
}

/** Counterfactual memorization of every item that models with and without it were asked for. */
export function counterfactualMemorization(
  table: TruthTable,
  items: readonly ManifestItem[],
  options: CounterfactualOptions,
): CounterfactualRow[] {
  const runs = subsetRuns(table, options);
  const { model, metric } = options;
  return items.flatMap(({ item, kind, dose, group }) => {
    const difference = differenceOf(runs, { group, on: item }, options);
    return difference === undefined ? [] : [{ item, kind, dose, model, metric, ...difference }];
  });
}

/** A group whose presence may change how an item is recalled. */
export interface InfluencePair {
  readonly group: string;
  /** Name of the item. */
  readonly on: string;
}

/** Counterfactual influence of each pair; undefined where no model held the group, or none lacked it. */
export function counterfactualInfluence(
  table: TruthTable,
  pairs: readonly InfluencePair[],
  options: CounterfactualOptions,
): (RunDifference | undefined)[] {
  const runs = subsetRuns(table, options);
  return pairs.map((pair) => differenceOf(runs, pair, options));
}

function differenceOf(
  runs: readonly SubsetRun[],
  { group, on }: InfluencePair,
  { holds, seed, resamples = 1000 }: CounterfactualOptions,
): RunDifference | undefined {
  const valuesOf = (isWith: boolean): Float64Array =>
    Float64Array.from(
      runs
        .filter(({ subset, values }) => values.has(on) && holds(subset, group) === isWith)
        .map(({ values }) => values.get(on)!),
    );
  const [inside, outside] = [valuesOf(true), valuesOf(false)];
  if (inside.length === 0 || outside.length === 0) return undefined;
  const rng = createRng(`${seed}/runs ${group} ${on}`);
  const drawnMean = (values: Float64Array): number => {
    let sum = 0;
    for (const _run of values) sum += values[rng.int(values.length)]!;
    return sum / values.length;
  };
  const isSpread = inside.length > 1 && outside.length > 1;
  const replicates = Float64Array.from({ length: isSpread ? resamples : 0 }, () => {
    return drawnMean(inside) - drawnMean(outside);
  });
  const interval = percentileInterval(replicates);
  return {
    value: mean(inside) - mean(outside),
    interval: interval === undefined ? null : { ...interval, method: "bootstrap over runs" },
    ...{ with: inside.length, without: outside.length },
  };
}
