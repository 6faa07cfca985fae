/**
 * Rank statistics named as data, so that they can be sent to a thread, and their values under weights.
 * Spearman's correlation, its partial form and the AUC are ratios of the same sums of squares and
 * products of mid-ranks; Kendall's tau-b, censored or not, is counted by itself.
 */
import { RoteError } from "../base/errors.ts";
import { OrderedPoints } from "./ordered-points.ts";
import { partialFromProducts } from "./partial.ts";
import { pearsonRatio } from "./pearson-ratio.ts";
import { RankMoments } from "./rank-moments.ts";
import type { DenseRanks } from "./ranks.ts";

/** A statistic of named columns. */
export type RankStatistic =
  | { readonly kind: "spearman"; readonly x: string; readonly y: string }
  | { readonly kind: "kendall-tau-b"; readonly x: string; readonly y: string }
  | {
      readonly kind: "partial-spearman";
      readonly x: string;
      readonly y: string;
      readonly controls: readonly string[];
    }
  /** `known` has two values, the smaller one where x is a limit that the value lies below; with one, all are known. */
  | {
      readonly kind: "censored-tau-b";
      readonly x: string;
      readonly known: string;
      readonly y: string;
    }
  /** `label` has two values; the larger one is positive. */
  | { readonly kind: "auc"; readonly score: string; readonly label: string };

type TauStatistic = Extract<RankStatistic, { kind: "kendall-tau-b" | "censored-tau-b" }>;

/** Whether a resample of the statistic takes O(n log n) instead of O(n). */
export function isTau(statistic: RankStatistic): statistic is TauStatistic {
  return statistic.kind === "kendall-tau-b" || statistic.kind === "censored-tau-b";
}

/** Columns of one length, ranked once. Can be sent to a thread, which shares their memory where it is shared. */
export interface RankedColumns {
  readonly names: readonly string[];
  readonly ranks: readonly DenseRanks[];
}

/** Names of the columns that a statistic reads. */
export function columnsOf(statistic: RankStatistic): readonly string[] {
  if (statistic.kind === "auc") return [statistic.score, statistic.label];
  const sides = [statistic.x, statistic.y];
  if (statistic.kind === "censored-tau-b") return [...sides, statistic.known];
  return statistic.kind === "partial-spearman" ? [...sides, ...statistic.controls] : sides;
}

/** Values of statistics over one sample under changing weights; NaN where one is undefined. One caller at a time. */
export class RankStatistics {
  readonly #names: readonly string[];
  readonly #ranks: DenseRanks[];
  readonly #statistics: readonly RankStatistic[];
  readonly #moments: RankMoments;
  /** By their x (and limits): points in its order, and whether they have the weights of now. */
  readonly #ordered = new Map<string, { readonly points: OrderedPoints; isWeighed: boolean }>();
  #weights: Float64Array;

  constructor({ names, ranks }: RankedColumns, statistics: readonly RankStatistic[]) {
    this.#names = names;
    this.#ranks = [...ranks];
    this.#statistics = statistics;
    for (const name of statistics.flatMap(columnsOf)) this.#column(name);
    this.#moments = new RankMoments(ranks);
    this.#weights = new Float64Array(ranks[0]?.groups.length ?? 0).fill(1);
    this.#moments.weigh(this.#weights);
  }

  /** Each statistic's value where point i stands `weights[i]` times; without weights, as last given, at first once each. */
  values(weights?: Float64Array): Float64Array {
    if (weights !== undefined) {
      this.#weights = weights;
      this.#moments.weigh(weights);
      for (const own of this.#ordered.values()) own.isWeighed = false;
    }
    return Float64Array.from(this.#statistics, (statistic) => this.#value(statistic));
  }

  /** Let the values of a column stand in another order: point i gets the value of point `order[i]`. From the column as it was first. */
  exchange(name: string, original: DenseRanks, order: Uint32Array): void {
    const groups = new Uint32Array(order.length);
    for (let i = 0; i < groups.length; i++) groups[i] = original.groups[order[i]!]!;
    const column = this.#column(name);
    this.#ranks[column] = { groups, groupCount: original.groupCount };
    this.#moments.exchange(column, groups);
    this.#ordered.clear();
  }

  #value(statistic: RankStatistic): number {
    const moments = this.#moments;
    if (statistic.kind === "auc") {
      const [score, label] = [this.#column(statistic.score), this.#column(statistic.label)];
      // With two groups, a mid-rank is the label times half the weight: what is left is Mann & Whitney's count.
      return moments.square(label) > 0
        ? 0.5 + moments.product(score, label) / (2 * moments.square(label))
        : NaN;
    }
    const [x, y] = [this.#column(statistic.x), this.#column(statistic.y)];
    if (statistic.kind === "partial-spearman") {
      const controls = statistic.controls.map((name) => this.#column(name));
      return partialFromProducts((i, j) => moments.product(i, j), x, y, controls).value;
    }
    if (isTau(statistic)) return this.#tau(statistic);
    return pearsonRatio(moments.product(x, y), moments.square(x), moments.square(y));
  }

  #tau(statistic: TauStatistic): number {
    const ranksOf = (name: string): DenseRanks => this.#ranks[this.#column(name)]!;
    const limits = statistic.kind === "censored-tau-b" ? statistic.known : undefined;
    const key = JSON.stringify([statistic.x, limits]);
    let own = this.#ordered.get(key);
    if (own === undefined) {
      const points = new OrderedPoints(
        ranksOf(statistic.x),
        limits === undefined ? undefined : ranksOf(limits),
      );
      this.#ordered.set(key, (own = { points, isWeighed: false }));
    }
    if (!own.isWeighed) own.points.weigh(this.#weights);
    own.isWeighed = true;
    return own.points.tau(ranksOf(statistic.y));
  }

  #column(name: string): number {
    const column = this.#names.indexOf(name);
    if (column >= 0) return column;
    throw new RoteError(
      "usage",
      `a statistic reads the column "${name}", but the sample has ${this.#names.join(", ")}`,
      { name },
    );
  }
}
