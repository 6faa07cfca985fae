/**
 * Sums of squares and products of the mid-ranks of several columns where point i stands `weights[i]`
 * times. Columns are sorted once, as dense ranks; new weights cost O(points) a column, without sorting,
 * and only for the columns that are asked for. What makes resampling cheap.
 *
 * Ranks are held doubled and centered (2·rank − total − 1), so that mid-ranks are whole numbers and
 * exact; every statistic of them (rank-statistic.ts) is a ratio in which the doubling cancels.
 */
import { assert } from "../base/errors.ts";
import type { DenseRanks } from "./ranks.ts";

interface Column {
  groups: Uint32Array;
  /** Weight of each group, then its doubled centered mid-rank. */
  readonly groupRanks: Int32Array;
  /** Ranks of the points that have weight. */
  readonly ranks: Int32Array;
  /** Σ weight · rank², NaN until ranked. */
  square: number;
}

/** The moments of ranked columns of one length under changing weights. Keeps scratch memory: one caller at a time. */
export class RankMoments {
  /** Sum of weights. */
  total = 0;
  readonly #columns: readonly Column[];
  /** Positions of the points that have weight, and their weights. */
  readonly #points: Uint32Array;
  readonly #weights: Uint32Array;
  #count = 0;
  /** Products of two columns, NaN until asked for. */
  readonly #products: Float64Array;

  /** Memory: 8 bytes a point, and 4 a point and 4 a distinct value of each column. */
  constructor(columns: readonly DenseRanks[]) {
    const points = columns[0]?.groups.length ?? 0;
    assert(
      columns.every(({ groups }) => groups.length === points),
      "columns of a sample have one length",
    );
    this.#columns = columns.map(({ groups, groupCount }) => ({
      groups,
      groupRanks: new Int32Array(groupCount),
      ranks: new Int32Array(points),
      square: NaN,
    }));
    this.#points = new Uint32Array(points);
    this.#weights = new Uint32Array(points);
    this.#products = new Float64Array(columns.length ** 2);
  }

  /** Let point i stand `weights[i]` times, a whole number; the sum of weights stays below 2^30. */
  weigh(weights: ArrayLike<number>): void {
    let [count, total] = [0, 0];
    for (let i = 0; i < this.#points.length; i++) {
      const weight = weights[i]!;
      if (weight === 0) continue;
      this.#points[count] = i;
      this.#weights[count++] = weight;
      total += weight;
    }
    assert(total < 2 ** 30, "doubled ranks fit 32 bits");
    this.#count = count;
    this.total = total;
    for (const column of this.#columns) column.square = NaN;
    this.#products.fill(NaN);
  }

  /** Give a column other values: the same distinct ones, standing elsewhere. Weights stay. */
  exchange(column: number, groups: Uint32Array): void {
    const own = this.#columns[column]!;
    own.groups = groups;
    own.square = NaN;
    this.#products.fill(NaN);
  }

  /** Σ weight · rank², zero where the column does not vary. */
  square(column: number): number {
    return this.#ranked(column).square;
  }

  /** Σ weight · rank · rank of two columns. */
  product(first: number, second: number): number {
    if (first === second) return this.square(first);
    const slot = Math.min(first, second) * this.#columns.length + Math.max(first, second);
    const known = this.#products[slot]!;
    if (!Number.isNaN(known)) return known;
    const [{ ranks: left }, { ranks: right }] = [this.#ranked(first), this.#ranked(second)];
    const weights = this.#weights;
    let sum = 0;
    for (let k = 0; k < this.#count; k++) sum += weights[k]! * left[k]! * right[k]!;
    this.#products[slot] = sum;
    return sum;
  }

  #ranked(index: number): Column {
    const column = this.#columns[index]!;
    if (!Number.isNaN(column.square)) return column;
    const { groups, groupRanks, ranks } = column;
    const [points, weights, count] = [this.#points, this.#weights, this.#count];
    groupRanks.fill(0);
    for (let k = 0; k < count; k++) groupRanks[groups[points[k]!]!]! += weights[k]!;
    column.square = rankGroups(groupRanks, this.total);
    for (let k = 0; k < count; k++) ranks[k] = groupRanks[groups[points[k]!]!]!;
    return column;
  }
}

/** Turn the weight of each group into its doubled centered mid-rank; returns Σ weight · rank². */
function rankGroups(groups: Int32Array, total: number): number {
  let [before, square] = [0, 0];
  for (let group = 0; group < groups.length; group++) {
    const weight = groups[group]!;
    const rank = 2 * before + weight - total;
    groups[group] = rank;
    square += weight * rank * rank;
    before += weight;
  }
  return square;
}
