/**
 * Ranks of values with ties. Infinities are values like any other (-Infinity ties with -Infinity,
 * below everything finite); NaN has no rank and is refused.
 */
import { assert } from "../base/errors.ts";

/** Distinct values numbered from 0, ascending. */
export interface DenseRanks {
  /** For each value the number of distinct smaller ones. */
  readonly groups: Uint32Array;
  readonly groupCount: number;
}

/** O(n log n), by the platform's sort of numbers without a comparator. */
export function denseRanks(values: ArrayLike<number>): DenseRanks {
  // Typed: a plain array sorts by spelling.
  const distinct = Float64Array.from(values).sort();
  // NaN sorts last.
  assert(!Number.isNaN(distinct.at(-1)), "a value that is ranked is not NaN");
  let groupCount = 0;
  for (const value of distinct)
    if (groupCount === 0 || value !== distinct[groupCount - 1]) distinct[groupCount++] = value;
  const groups = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    let [low, high] = [0, groupCount - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (distinct[middle]! < values[i]!) low = middle + 1;
      else high = middle;
    }
    groups[i] = low;
  }
  return { groups, groupCount };
}

/** Indexes that put the values in ascending order; equal values keep their order. O(n). */
export function ascendingOrder({ groups, groupCount }: DenseRanks): Uint32Array {
  const next = new Uint32Array(groupCount + 1);
  for (const group of groups) next[group + 1]!++;
  for (let group = 0; group < groupCount; group++) next[group + 1]! += next[group]!;
  const order = new Uint32Array(groups.length);
  for (let i = 0; i < groups.length; i++) order[next[groups[i]!]!++] = i;
  return order;
}

/** Ranks from 1; tied values share the mean of the ranks they would take. */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const { groups, groupCount } = denseRanks(values);
  const ranks = new Float64Array(groupCount);
  weightedGroupRanks(groups, new Float64Array(values.length).fill(1), ranks);
  return Float64Array.from(groups, (group) => ranks[group]!);
}

/**
 * The mid-rank of each group where point i stands `weights[i]` times, written to `ranks` (one entry
 * a group). Returns the sum of weights. O(points), no sorting: what makes resampling cheap.
 */
export function weightedGroupRanks(
  groups: Uint32Array,
  weights: Float64Array,
  ranks: Float64Array,
): number {
  ranks.fill(0);
  for (let i = 0; i < groups.length; i++) ranks[groups[i]!]! += weights[i]!;
  let before = 0;
  for (let group = 0; group < ranks.length; group++) {
    const weight = ranks[group]!;
    ranks[group] = before + (weight + 1) / 2;
    before += weight;
  }
  return before;
}
