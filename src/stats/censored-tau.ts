/**
 * Kendall's tau-b where some values of x are known only to lie below a limit (left-censored) and y is known:
 *
 *   τ = S / √(ordered · untied)
 *
 * S counts concordant less discordant pairs of points over the pairs whose order in x is certain: two known
 * values that differ, and a value with a limit that is not above it. A limit below a value says nothing, nor
 * do two limits: such pairs are ties. `ordered` are the pairs that are certain in x, `untied` those that
 * differ in y. The rules are those of Brown, Hollander & Korwar 1974 and Helsel 2005, §11, as the function
 * cenken of R's NADA counts them; without censored values it is tau-b.
 */
import { assert } from "../base/errors.ts";
import {
  type Correlation,
  pairsAcrossGroups,
  pearsonRatio,
  type WeightedStatistic,
} from "./correlation.ts";
import { addWeight, prefixSum } from "./fenwick.ts";
import { ascendingOrder, type DenseRanks, denseRanks } from "./ranks.ts";

/** Tau-b of x, a limit where `known` is false, with y. */
export function censoredTauB(
  x: ArrayLike<number>,
  known: readonly boolean[],
  y: ArrayLike<number>,
): Correlation {
  assert(x.length === y.length && x.length === known.length, "the columns have one length");
  const undefinedBecause = "no two points are in a certain order on both sides";
  if (!known.includes(true)) return { value: undefined, undefinedBecause };
  const labels = denseRanks(Uint8Array.from(known, Number));
  const statistic = censoredTauBUnderWeights(denseRanks(x), labels, denseRanks(y));
  const value = statistic(new Float64Array(x.length).fill(1));
  return Number.isNaN(value) ? { value: undefined, undefinedBecause } : { value };
}

/**
 * The same where point i stands `weights[i]` times; NaN where no pair is ordered on a side. Of the two labels the
 * larger one is of known values; where there is one, all are known. O(n log n).
 */
export function censoredTauBUnderWeights(
  left: DenseRanks,
  { groups: labels, groupCount }: DenseRanks,
  right: DenseRanks,
): WeightedStatistic {
  const order = ascendingOrder(left);
  const known = Uint8Array.from(order, (i) => (groupCount === 1 ? 1 : labels[i]!));
  const xGroups = Uint32Array.from(order, (i) => left.groups[i]!);
  const yGroups = Uint32Array.from(order, (i) => right.groups[i]!);
  const tree = new Float64Array(right.groupCount + 1);
  const weightOfY = new Float64Array(right.groupCount);
  return (weights) => {
    tree.fill(0);
    weightOfY.fill(0);
    let [score, ordered, seen, start] = [0, 0, 0, 0];
    const enter = (k: number): void => {
      const weight = weights[order[k]!]!;
      if (weight === 0) return;
      addWeight(tree, yGroups[k]!, weight);
      weightOfY[yGroups[k]!]! += weight;
      seen += weight;
    };
    while (start < order.length) {
      let end = start;
      // A value equal to a limit is above what is censored by it.
      for (; end < order.length && xGroups[end] === xGroups[start]; end++)
        if (known[end] === 0) enter(end);
      for (let k = start; k < end; k++) {
        const weight = weights[order[k]!]!;
        if (known[k] === 0 || weight === 0) continue;
        const below = prefixSum(tree, yGroups[k]!);
        const upTo = prefixSum(tree, yGroups[k]! + 1);
        score += weight * (below - (seen - upTo));
        ordered += weight * seen;
      }
      for (let k = start; k < end; k++) if (known[k] === 1) enter(k);
      start = end;
    }
    return pearsonRatio(score, ordered, pairsAcrossGroups(weightOfY));
  };
}
