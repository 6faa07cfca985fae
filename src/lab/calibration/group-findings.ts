/**
 * Measures that are one number for a whole set of items: distributional memorization, the rank correlation
 * of P(b|a) and the model's log-likelihood (Wang et al. 2025), and the slope of performance over
 * frequency. They are found under models that saw the items, under models that saw a part of their
 * documents, where they must be smaller, and under models that saw none, where they must stay in the null.
 * P(b|a) is that of the perturbed corpus throughout: a part keeps the shares.
 *
 * The null deals the values of the corpus out to the items of the same total anew: nothing is counted
 * again, as the study's null does. Zeros are kept, at the lowest rank.
 */
import { groupBy } from "../../base/group-by.ts";
import { createRng } from "../../base/random.ts";
import { spearmanUnderWeights, type WeightedStatistic } from "../../stats/correlation.ts";
import type { NullBand } from "../../stats/estimate.ts";
import { nullBand } from "../../stats/null-band.ts";
import { denseRanks } from "../../stats/ranks.ts";
import { estimate, type EstimateOptions, type GroupedEstimate } from "../truth/grouped-estimate.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";
import type { TruthTable } from "../truth/truth-table.ts";
import { type CorpusReadings, type PairOrder, pairOrders } from "./corpus-readings.ts";

/** A number of a set of items under one model. */
export interface GroupFinding {
  readonly measure: "distributional-memorization" | "frequency-slope";
  readonly kind: string;
  /** What is paired; of a slope always words. */
  readonly order: PairOrder;
  /** Documents that answer each question; null where all are together. */
  readonly total: number | null;
  readonly arm: string;
  readonly model: string;
  /** Spearman's ρ, or the change of performance with each doubling of 1 + frequency. */
  readonly finding: GroupedEstimate;
  readonly null: NullBand | null;
}

const PERMUTATIONS = 200;

/** Fewer items give no correlation worth a name. */
const LEAST_ITEMS = 8;

/** A set of items with what the corpus says (x) and what the model does (y). */
interface Points {
  readonly items: readonly ManifestItem[];
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** All findings of a model under one arm. */
export function groupFindings(
  table: TruthTable,
  items: readonly ManifestItem[],
  corpus: CorpusReadings,
  { arm, model }: { readonly arm: string; readonly model: string },
  options: EstimateOptions,
): GroupFinding[] {
  const logLikelihood = table.column({ metric: "logLikelihood", arm, model });
  const performance = new Map([
    ...table.column({ metric: "exact", arm, model }),
    ...table.column({ metric: "choice", arm, model }),
  ]);
  const frequency = new Map(
    [...corpus.exampleFrequency].map(([item, value]) => [item, Math.log2(1 + value)]),
  );
  return [...groupBy(items, ({ kind }) => kind)].flatMap(([kind, own]) => {
    const found = (
      measure: GroupFinding["measure"],
      points: Points,
      { order, total = null }: { readonly order: PairOrder; readonly total?: number | null },
    ): GroupFinding[] => {
      if (points.items.length < LEAST_ITEMS) return [];
      const name = `${measure} ${kind} ${order} ${total ?? "all"} ${arm} ${model}`;
      const statisticOf = measure === "frequency-slope" ? slope : correlation;
      return [
        {
          measure,
          kind,
          order,
          total,
          arm,
          model,
          ...findingOf(name, points, statisticOf, options),
        },
      ];
    };
    const byOrder = pairOrders.flatMap((order) =>
      found(
        "distributional-memorization",
        join(own, corpus.taskGramProbability.get(order), logLikelihood),
        { order },
      ),
    );
    const byTotal = totalsOf(own).flatMap(({ total, items: same }) =>
      found(
        "distributional-memorization",
        join(same, corpus.taskGramProbability.get("phrase"), logLikelihood),
        { order: "phrase", total },
      ),
    );
    const slopes = found("frequency-slope", join(own, frequency, performance), { order: 1 });
    return [...byOrder, ...byTotal, ...slopes];
  });
}

function join(
  items: readonly ManifestItem[],
  left: ReadonlyMap<string, number> | undefined,
  right: ReadonlyMap<string, number>,
): Points {
  const joined = items.filter(({ item }) => left?.has(item) === true && right.has(item));
  return {
    items: joined,
    x: Float64Array.from(joined, ({ item }) => left!.get(item)!),
    y: Float64Array.from(joined, ({ item }) => right.get(item)!),
  };
}

/** Items by total, where P(b|a) varies at a total: else a total is the dose, and P(b|a) one value. */
function totalsOf(
  items: readonly ManifestItem[],
): { readonly total: number; readonly items: readonly ManifestItem[] }[] {
  const answered = items.filter(({ total }) => total !== undefined && total > 0);
  const totals = [...groupBy(answered, ({ total }) => total!)].sort(([a], [b]) => a - b);
  const varies = totals.some(([, own]) => new Set(own.map(({ dose }) => dose)).size > 1);
  return varies ? totals.map(([total, own]) => ({ total, items: own })) : [];
}

type StatisticOf = (x: Float64Array, y: Float64Array) => WeightedStatistic;

const correlation: StatisticOf = (x, y) => spearmanUnderWeights(denseRanks(x), denseRanks(y));

/** Least squares: the change of y with each unit of x. */
const slope: StatisticOf = (x, y) => (weights) => {
  let [total, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    total += weight;
    sumX += weight * x[i]!;
    sumY += weight * y[i]!;
    sumXX += weight * x[i]! * x[i]!;
    sumXY += weight * x[i]! * y[i]!;
  }
  const spread = total * sumXX - sumX * sumX;
  return spread > 1e-9 * total * sumXX ? (total * sumXY - sumX * sumY) / spread : NaN;
};

function findingOf(
  name: string,
  { items, x, y }: Points,
  statisticOf: StatisticOf,
  options: EstimateOptions,
): Pick<GroupFinding, "finding" | "null"> {
  const groups = items.map(({ group }) => group);
  const finding = estimate({ name, groups, statistic: statisticOf(x, y) }, options);
  if (finding.value === null) return { finding, null: null };
  const rng = createRng(`${options.seed}/null ${name}`);
  const strata = [...groupBy(items.keys(), (index) => items[index]!.total ?? null).values()];
  const ones = new Float64Array(x.length).fill(1);
  const values = Float64Array.from({ length: PERMUTATIONS }, () => {
    const dealt = x.slice();
    for (const stratum of strata) {
      const shuffled = rng.shuffle([...stratum]);
      stratum.forEach((index, i) => (dealt[index] = x[shuffled[i]!]!));
    }
    return statisticOf(dealt, y)(ones);
  });
  return { finding, null: nullBand(finding.value, values) ?? null };
}
