/** Items with what the corpus says of each (x) and what a model does (y): what distributional memorization correlates. */
import { groupBy } from "../../base/group-by.ts";
import type { Rng } from "../../base/random.ts";
import { spearmanUnderWeights, type WeightedStatistic } from "../../stats/correlation.ts";
import type { NullBand } from "../../stats/estimate.ts";
import { nullBand } from "../../stats/null-band.ts";
import { denseRanks } from "../../stats/ranks.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";

/** A set of items with a number of the corpus and one of a model for each. */
export interface PairedPoints {
  readonly items: readonly ManifestItem[];
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** A statistic of points. */
export type StatisticOf = (x: Float64Array, y: Float64Array) => WeightedStatistic;

/** Fewer items give no correlation worth a name. */
export const LEAST_ITEMS = 8;

/** Dealings that a null is made of. */
export const PERMUTATIONS = 200;

/** The items that both sides know; zeros are kept. */
export function pairPoints(
  items: readonly ManifestItem[],
  left: ReadonlyMap<string, number> | undefined,
  right: ReadonlyMap<string, number>,
): PairedPoints {
  const joined = items.filter(({ item }) => left?.has(item) === true && right.has(item));
  return {
    items: joined,
    x: Float64Array.from(joined, ({ item }) => left!.get(item)!),
    y: Float64Array.from(joined, ({ item }) => right.get(item)!),
  };
}

/** Spearman's ρ with mid-ranks. */
export const rankCorrelation: StatisticOf = (x, y) =>
  spearmanUnderWeights(denseRanks(x), denseRanks(y));

/** P(b|a) as planted, by item: 0 where no document asks, and nothing of items without a question. */
export function plantedProbabilities(items: readonly ManifestItem[]): ReadonlyMap<string, number> {
  const asked = items.filter(({ a, b }) => a !== undefined && b !== undefined);
  return new Map(asked.map(({ item, probability }) => [item, probability ?? 0]));
}

/** Items by total, ascending, where answers of one total differ in dose; elsewhere a total is the dose. */
export function itemsByTotal(
  items: readonly ManifestItem[],
): { readonly total: number; readonly items: readonly ManifestItem[] }[] {
  const answered = items.filter(({ total }) => total !== undefined && total > 0);
  const totals = [...groupBy(answered, ({ total }) => total!)].sort(([a], [b]) => a - b);
  const varies = totals.some(([, own]) => new Set(own.map(({ dose }) => dose)).size > 1);
  return varies ? totals.map(([total, own]) => ({ total, items: own })) : [];
}

/** Items of each kind, all of them and those of each total. */
export function questionSets(items: readonly ManifestItem[]): {
  readonly kind: string;
  readonly total: number | null;
  readonly items: readonly ManifestItem[];
}[] {
  return [...groupBy(items, ({ kind }) => kind)].flatMap(([kind, own]) => [
    { kind, total: null, items: own },
    ...itemsByTotal(own).map((each) => ({ kind, ...each })),
  ]);
}

/**
 * The null of an exchange: values of the corpus are dealt out anew among the items of one total, or of
 * the whole set where a total is a dose and so decides the value. It asks whether the order within these
 * items could be chance, given the values as they are. Nothing is counted again: the null of a study,
 * which counts questions with the answers of others, would find hardly any in a world whose documents
 * hold one statement each, and its P(b|a) would be 0 throughout.
 */
export function exchangeNull(
  observed: number,
  { items, x }: Pick<PairedPoints, "items" | "x">,
  valueOf: (dealt: Float64Array) => number,
  rng: Rng,
): NullBand | null {
  const byTotal = itemsByTotal(items).length > 0;
  const strataOf = groupBy(items.keys(), (index) => (byTotal ? items[index]!.total : null));
  const strata = [...strataOf.values()];
  const values = Float64Array.from({ length: PERMUTATIONS }, () => {
    const dealt = x.slice();
    for (const stratum of strata) {
      const shuffled = rng.shuffle([...stratum]);
      stratum.forEach((index, i) => (dealt[index] = x[shuffled[i]!]!));
    }
    return valueOf(dealt);
  });
  return nullBand(observed, values) ?? null;
}
