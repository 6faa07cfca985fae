/** What shapes are looked for in, and samples of it. */
import { rocAucUnderWeights } from "../../stats/roc.ts";
import { denseRanks } from "../../stats/ranks.ts";
import type { WeightedStatistic } from "../../stats/correlation.ts";
import type { EstimateOptions } from "../truth/grouped-estimate.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";
import { finalSizes, type TruthColumn, type TruthTable } from "../truth/truth-table.ts";

/** Items, truth, and P(b|a) of each item with a question. */
export interface ShapeWorld extends EstimateOptions {
  readonly items: readonly ManifestItem[];
  readonly truth: TruthTable;
  readonly probability: ReadonlyMap<string, number>;
}

/** Items with one number each. */
export interface RecallSample {
  readonly items: readonly ManifestItem[];
  readonly groups: readonly string[];
  readonly doses: Float64Array;
  readonly values: Float64Array;
}

/** Items that were measured in a column, all of the given ones that have a number there. */
export function recallSample(
  table: TruthTable,
  items: readonly ManifestItem[],
  column: TruthColumn,
): RecallSample {
  const values = table.column(column);
  const measured = items.filter(({ item }) => values.has(item));
  return {
    items: measured,
    groups: measured.map(({ group }) => group),
    doses: Float64Array.from(measured, ({ dose }) => dose),
    values: Float64Array.from(measured, ({ item }) => values.get(item)!),
  };
}

/** Values of one column minus those of another, of the items that both have. */
export function differenceSample(
  table: TruthTable,
  items: readonly ManifestItem[],
  column: TruthColumn,
  minus: TruthColumn,
): RecallSample {
  const less = table.column(minus);
  const both = items.filter(({ item }) => less.has(item));
  const sample = recallSample(table, both, column);
  const values = sample.values.map((value, i) => value - less.get(sample.items[i]!.item)!);
  return { ...sample, values };
}

/** Items of the kinds that only memory answers. */
export function memoryItems({ items }: ShapeWorld): ManifestItem[] {
  return items.filter(({ construction }) => construction === "memory");
}

/** Items of facts. */
export function factItems({ items }: ShapeWorld): ManifestItem[] {
  return items.filter(({ kind }) => kind.startsWith("fact"));
}

/** Sizes that both arms were trained in, the smallest first. */
export function commonSizes(table: TruthTable, arm: string, other: string): string[] {
  const others = new Set(finalSizes(table, other));
  return finalSizes(table, arm).filter((size) => others.has(size));
}

/** A statistic of some of the points, given as numbers of points. */
export function onPoints(statistic: WeightedStatistic, points: Uint32Array): WeightedStatistic {
  const own = new Float64Array(points.length);
  return (weights) => {
    for (let i = 0; i < points.length; i++) own[i] = weights[points[i]!]!;
    return statistic(own);
  };
}

/** AUC of the items of some doses against those of dose 0, by their values. */
export function aucStatistic(
  { doses, values }: RecallSample,
  isPlanted: (dose: number) => boolean,
): WeightedStatistic {
  const points = Uint32Array.from(doses.keys()).filter(
    (i) => doses[i] === 0 || isPlanted(doses[i]!),
  );
  const scores = Float64Array.from(points, (i) => values[i]!);
  const labels = Array.from(points, (i) => doses[i]! > 0);
  return onPoints(rocAucUnderWeights(denseRanks(scores), labels), points);
}
