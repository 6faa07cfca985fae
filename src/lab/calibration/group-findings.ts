/**
 * Measures that are one number for a whole set of items: distributional memorization, the rank correlation
 * of P(b|a) and the model's log-likelihood (Wang et al. 2025), and the slope of performance over
 * frequency. They are found under models that saw the items, under models that saw a part of their
 * documents, where they must be smaller, and under models that saw none, where they must stay in the null.
 * P(b|a) is that of the perturbed corpus throughout: a part keeps the shares.
 *
 * The null exchanges values and counts nothing again (`exchangeNull`). Zeros are kept, at the lowest rank.
 */
import { groupBy } from "../../base/group-by.ts";
import { createRng } from "../../base/random.ts";
import type { NullBand } from "../../stats/estimate.ts";
import { estimate, type EstimateOptions, type GroupedEstimate } from "../truth/grouped-estimate.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";
import type { TruthTable } from "../truth/truth-table.ts";
import { type CorpusReadings, type PairOrder, pairOrders } from "./corpus-readings.ts";
import {
  exchangeNull,
  itemsByTotal,
  LEAST_ITEMS,
  type PairedPoints,
  pairPoints,
  rankCorrelation,
  type StatisticOf,
} from "./paired-points.ts";

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
      points: PairedPoints,
      { order, total = null }: { readonly order: PairOrder; readonly total?: number | null },
    ): GroupFinding[] => {
      if (points.items.length < LEAST_ITEMS) return [];
      const name = `${measure} ${kind} ${order} ${total ?? "all"} ${arm} ${model}`;
      const statisticOf = measure === "frequency-slope" ? slope : rankCorrelation;
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
        pairPoints(own, corpus.taskGramProbability.get(order), logLikelihood),
        { order },
      ),
    );
    const byTotal = itemsByTotal(own).flatMap(({ total, items: same }) =>
      found(
        "distributional-memorization",
        pairPoints(same, corpus.taskGramProbability.get("phrase"), logLikelihood),
        { order: "phrase", total },
      ),
    );
    const slopes = found("frequency-slope", pairPoints(own, frequency, performance), { order: 1 });
    return [...byOrder, ...byTotal, ...slopes];
  });
}

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
  points: PairedPoints,
  statisticOf: StatisticOf,
  options: EstimateOptions,
): Pick<GroupFinding, "finding" | "null"> {
  const { items, x, y } = points;
  const groups = items.map(({ group }) => group);
  const finding = estimate({ name, groups, statistic: statisticOf(x, y) }, options);
  if (finding.value === null) return { finding, null: null };
  const rng = createRng(`${options.seed}/null ${name}`);
  const ones = new Float64Array(x.length).fill(1);
  const valueOf = (dealt: Float64Array): number => statisticOf(dealt, y)(ones);
  return { finding, null: exchangeNull(finding.value, points, valueOf, rng) };
}
