/**
 * Kendall's tau-b under weights, of one x with any number of y. Points are sorted by x once; new weights cost a
 * pass over them, and each y a Fenwick tree over the ranks that y takes among the points that have weight: a
 * resample that leaves most points out, as of an m-out-of-n bootstrap, costs little more than what it draws.
 * The count is that of Knight 1966 by another structure.
 *
 * Where x is known only to lie below a limit for some points, they are ordered with the values that are not
 * below their limit and with nothing else (censored-tau.ts).
 */
import { pearsonRatio } from "./pearson-ratio.ts";
import { ascendingOrder, type DenseRanks } from "./ranks.ts";

/** The points of an x by ascending rank. Keeps scratch memory: one caller at a time. */
export class OrderedPoints {
  readonly #order: Uint32Array;
  readonly #x: Uint32Array;
  /** 0 where x is a limit; undefined where none is. */
  readonly #labels: Uint32Array | undefined;
  /** Of the points that have weight, by ascending x: position, weight, rank of x, and of y among them, from 1. */
  readonly #points: Uint32Array;
  readonly #weights: Uint32Array;
  readonly #groups: Uint32Array;
  readonly #slots: Uint32Array;
  #count = 0;
  /** Ranks of y among the points, by their rank among all; then a tree over them, and their weights. */
  #slotOf = new Uint32Array(0);
  #tree = new Int32Array(0);
  #entered = new Int32Array(0);

  /** Of the two ranks of `known` the smaller one marks limits; where there is one, all values are known. Memory: 24 bytes a point. */
  constructor(x: DenseRanks, known?: DenseRanks) {
    const points = x.groups.length;
    this.#order = ascendingOrder(x);
    this.#x = Uint32Array.from(this.#order, (i) => x.groups[i]!);
    this.#labels = known?.groupCount === 2 ? known.groups : undefined;
    this.#points = new Uint32Array(points);
    this.#weights = new Uint32Array(points);
    this.#groups = new Uint32Array(points);
    this.#slots = new Uint32Array(points);
  }

  /** Let point i stand `weights[i]` times, a whole number; the sum of weights stays below 2^31. */
  weigh(weights: ArrayLike<number>): void {
    const [order, x] = [this.#order, this.#x];
    let count = 0;
    for (let k = 0; k < order.length; k++) {
      const point = order[k]!;
      const weight = weights[point]!;
      if (weight === 0) continue;
      this.#points[count] = point;
      this.#weights[count] = weight;
      this.#groups[count++] = x[k]!;
    }
    this.#count = count;
  }

  /** Tau-b with y; NaN where no pair of points is ordered on a side. */
  tau(y: DenseRanks): number {
    const { ranks, untied } = this.#rank(y);
    if (this.#tree.length <= ranks) {
      this.#tree = new Int32Array(ranks + 1);
      this.#entered = new Int32Array(ranks + 1);
    }
    this.#tree.fill(0, 0, ranks + 1);
    this.#entered.fill(0, 0, ranks + 1);
    const [points, weights, groups, slots] = [
      ...[this.#points, this.#weights, this.#groups, this.#slots],
    ] as const;
    const [labels, entered, count] = [this.#labels, this.#entered, this.#count];
    let [score, ordered, seen] = [0, 0, 0];
    const isLimit = (k: number): boolean => labels?.[points[k]!] === 0;
    let start = 0;
    while (start < count) {
      let end = start;
      // A value equal to a limit is above what is censored by it; a limit itself is above nothing.
      for (; end < count && groups[end] === groups[start]; end++)
        if (isLimit(end)) seen += this.#enter(end, ranks);
      for (let k = start; k < end; k++) {
        if (isLimit(k)) continue;
        const below = this.#below(slots[k]!);
        const above = seen - below - entered[slots[k]!]!;
        score += weights[k]! * (below - above);
        ordered += weights[k]! * seen;
      }
      for (let k = start; k < end; k++) if (!isLimit(k)) seen += this.#enter(k, ranks);
      start = end;
    }
    return pearsonRatio(score, ordered, untied);
  }

  /** Rank y among the points that have weight, from 1; returns how many ranks there are, and how many pairs differ. */
  #rank({ groups, groupCount }: DenseRanks): { readonly ranks: number; readonly untied: number } {
    if (this.#slotOf.length < groupCount) this.#slotOf = new Uint32Array(groupCount);
    const [slotOf, points, weights] = [this.#slotOf, this.#points, this.#weights];
    slotOf.fill(0, 0, groupCount);
    for (let k = 0; k < this.#count; k++) slotOf[groups[points[k]!]!]! += weights[k]!;
    let [ranks, before, untied] = [0, 0, 0];
    for (let group = 0; group < groupCount; group++) {
      const weight = slotOf[group]!;
      if (weight === 0) continue;
      untied += before * weight;
      before += weight;
      slotOf[group] = ++ranks;
    }
    for (let k = 0; k < this.#count; k++) this.#slots[k] = slotOf[groups[points[k]!]!]!;
    return { ranks, untied };
  }

  /** Weight of the points entered with a smaller y. */
  #below(slot: number): number {
    const tree = this.#tree;
    let sum = 0;
    for (let i = slot - 1; i > 0; i &= i - 1) sum += tree[i]!;
    return sum;
  }

  /** Returns the point's weight. */
  #enter(k: number, ranks: number): number {
    const [tree, slot, weight] = [this.#tree, this.#slots[k]!, this.#weights[k]!];
    this.#entered[slot]! += weight;
    for (let i = slot; i <= ranks; i += i & -i) tree[i]! += weight;
    return weight;
  }
}
