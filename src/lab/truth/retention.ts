/**
 * How long one statement lasts: recall of items that a corpus states once, by how much training came after
 * the statement. Items that were read at different times stand beside each other at equal distance, and
 * each against the items of its kind that were never stated, at the same checkpoint: what else the model
 * learns meanwhile is not taken for memory. Where a model of the standard corpus is given, the difference
 * that the item has there is taken off, too: some answers are likelier than others before any statement.
 */
import { groupBy } from "../../base/group-by.ts";
import { mean } from "../../stats/summary.ts";
import { estimateMean, type EstimateOptions, type GroupedEstimate } from "./grouped-estimate.ts";
import type { ManifestItem } from "./manifest-items.ts";
import { splitCheckpoint, type TruthColumn, type TruthTable } from "./truth-table.ts";

/** Mean advantage of stated items over those of their kind that were never stated. */
export interface RetentionPoint {
  /** Parts of the training, each from one checkpoint to the next, since the part that held the statement; null before it. */
  readonly since: number | null;
  readonly parts: number;
  readonly advantage: GroupedEstimate;
}

export interface RetentionOptions extends EstimateOptions {
  /** The same size trained on the standard corpus. */
  readonly reference?: TruthColumn;
}

/**
 * Items of dose 1 under a model whose checkpoints divide its training evenly. An item counts once for
 * each checkpoint; intervals draw groups of items. Empty where there are no checkpoints.
 */
export function retention(
  table: TruthTable,
  items: readonly ManifestItem[],
  { metric, arm, model }: TruthColumn,
  { reference, ...options }: RetentionOptions,
): RetentionPoint[] {
  const checkpoints = table
    .modelsOf(arm)
    .map((name) => ({
      ...splitCheckpoint(name),
      values: table.column({ metric, arm, model: name }),
    }))
    .filter(({ name, values }) => name === model && values.size > 0)
    .sort((a, b) => (a.step ?? Infinity) - (b.step ?? Infinity));
  const parts = checkpoints.length;
  if (parts < 2) return [];
  const stated = items.filter(({ dose, positions }) => dose === 1 && positions?.length === 1);
  const before = reference === undefined ? () => 0 : advantages(items, table.column(reference));
  const cells = checkpoints.flatMap(({ values }, checkpoint) => {
    const advantageOf = advantages(items, values);
    return stated.flatMap((item) => {
      const [now, apart] = [advantageOf(item), before(item)];
      if (now === undefined || apart === undefined) return [];
      const since = checkpoint - Math.floor(item.positions![0]! * parts);
      return [{ since: since < 0 ? null : since, advantage: now - apart, group: item.group }];
    });
  });
  const distances = [...groupBy(cells, ({ since }) => since)];
  distances.sort(([a], [b]) => (a ?? -1) - (b ?? -1));
  return distances.map(([since, own]) => {
    const values = Float64Array.from(own, ({ advantage }) => advantage);
    const name = `retention ${arm} ${model} ${metric} ${since ?? "before"}`;
    const groups = own.map(({ group }) => group);
    return { since, parts, advantage: estimateMean(name, values, groups, options) };
  });
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
