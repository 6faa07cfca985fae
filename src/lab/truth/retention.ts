/**
 * How long one statement lasts: recall of items that a corpus states once, by how much training came after
 * the statement. Items that were read at different times stand beside each other at equal distance, each
 * against the items of its kind that were never stated, at the same checkpoint: what else the model learns
 * meanwhile is not taken for memory. Stated items may be likelier than others by themselves, so that what
 * is left of a statement is the advantage over items before theirs was read.
 */
import { groupBy } from "../../base/group-by.ts";
import type { WeightedStatistic } from "../../stats/correlation.ts";
import { mean } from "../../stats/summary.ts";
import {
  estimate,
  estimateMean,
  type EstimateOptions,
  type GroupedEstimate,
} from "./grouped-estimate.ts";
import type { ManifestItem } from "./manifest-items.ts";
import { splitCheckpoint, type TruthColumn, type TruthTable } from "./truth-table.ts";

/** What one statement leaves, at one distance. */
export interface RetentionPoint {
  /** Parts of the training, each from one checkpoint to the next, since the part that held the statement; null before it. */
  readonly since: number | null;
  readonly parts: number;
  /** Mean over items of dose 1 minus that of dose 0 of their kind, at the same checkpoints. */
  readonly advantage: GroupedEstimate;
  /** The advantage minus that before the statement; absent before it, and where all were read by the first checkpoint. */
  readonly left?: GroupedEstimate;
}

/** An item at a checkpoint. */
interface Cell {
  readonly since: number | null;
  readonly advantage: number;
  readonly group: string;
}

/**
 * Items of dose 1 under a model whose checkpoints divide its training evenly. An item counts once for
 * each checkpoint; intervals draw groups of items. Empty where there are no checkpoints.
 */
export function retention(
  table: TruthTable,
  items: readonly ManifestItem[],
  column: TruthColumn,
  options: EstimateOptions,
): RetentionPoint[] {
  const checkpoints = checkpointsOf(table, column);
  const parts = checkpoints.length;
  if (parts < 2) return [];
  const stated = items.filter(({ dose, positions }) => dose === 1 && positions?.length === 1);
  const cells = checkpoints.flatMap((values, checkpoint) => {
    const advantageOf = advantages(items, values);
    return stated.flatMap((item): Cell[] => {
      const advantage = advantageOf(item);
      if (advantage === undefined) return [];
      const since = checkpoint - Math.floor(item.positions![0]! * parts);
      return [{ since: since < 0 ? null : since, advantage, group: item.group }];
    });
  });
  const distances = [...groupBy(cells, ({ since }) => since)];
  distances.sort(([a], [b]) => (a ?? -1) - (b ?? -1));
  const before = distances.find(([since]) => since === null)?.[1];
  return distances.map(([since, own]) => {
    const { metric, arm, model } = column;
    const name = `retention ${arm} ${model} ${metric} ${since ?? "before"}`;
    const advantage = estimateMean(name, valuesOf(own), own.map(groupOf), options);
    if (since === null || before === undefined) return { since, parts, advantage };
    return { since, parts, advantage, left: difference(`${name} left`, own, before, options) };
  });
}

/** Values of a model's checkpoints in the order of training, its end the last. */
function checkpointsOf(
  table: TruthTable,
  { metric, arm, model }: TruthColumn,
): ReadonlyMap<string, number>[] {
  return table
    .modelsOf(arm)
    .map((name) => ({
      ...splitCheckpoint(name),
      values: table.column({ metric, arm, model: name }),
    }))
    .filter(({ name, values }) => name === model && values.size > 0)
    .sort((a, b) => (a.step ?? Infinity) - (b.step ?? Infinity))
    .map(({ values }) => values);
}

/** An item's value minus the mean of the items of its kind that were never stated. */
function advantages(
  items: readonly ManifestItem[],
  values: ReadonlyMap<string, number>,
): (item: ManifestItem) => number | undefined {
  const unseen = items.filter(({ item, dose }) => dose === 0 && values.has(item));
  const means = new Map(
    [...groupBy(unseen, ({ kind }) => kind)].map(([kind, own]) => [
      kind,
      mean(Float64Array.from(own, ({ item }) => values.get(item)!)),
    ]),
  );
  return ({ item, kind }) => {
    const [value, baseline] = [values.get(item), means.get(kind)];
    return value === undefined || baseline === undefined ? undefined : value - baseline;
  };
}

const groupOf = ({ group }: Cell): string => group;
const valuesOf = (cells: readonly Cell[]): Float64Array =>
  Float64Array.from(cells, ({ advantage }) => advantage);

/** Mean of some cells minus that of others, items of one group drawn together. */
function difference(
  name: string,
  cells: readonly Cell[],
  minus: readonly Cell[],
  options: EstimateOptions,
): GroupedEstimate {
  const all = [...cells, ...minus];
  const values = valuesOf(all);
  const statistic: WeightedStatistic = (weights) => {
    const [sums, totals] = [Float64Array.of(0, 0), Float64Array.of(0, 0)];
    for (let i = 0; i < weights.length; i++) {
      const side = Number(i >= cells.length);
      sums[side]! += weights[i]! * values[i]!;
      totals[side]! += weights[i]!;
    }
    return sums[0]! / totals[0]! - sums[1]! / totals[1]!;
  };
  return estimate({ name, groups: all.map(groupOf), statistic }, options);
}
