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

/** Indexes that put the values in ascending order; equal values keep their order. */
export function ascendingOrder(values: Float64Array): Uint32Array {
  assert(!values.some(Number.isNaN), "a value that is ranked is not NaN");
  const order = Uint32Array.from(values.keys());
  return order.sort((i, j) => {
    // Not a difference: -Infinity minus -Infinity is NaN.
    const [a, b] = [values[i]!, values[j]!];
    if (a < b) return -1;
    return a > b ? 1 : i - j;
  });
}

export function denseRanks(values: Float64Array): DenseRanks {
  const groups = new Uint32Array(values.length);
  let group = -1;
  let previous = NaN;
  for (const index of ascendingOrder(values)) {
    const value = values[index]!;
    if (value !== previous) group++;
    groups[index] = group;
    previous = value;
  }
  return { groups, groupCount: group + 1 };
}

/** Ranks from 1; tied values share the mean of the ranks they would take. */
export function midRanks(values: Float64Array): Float64Array {
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
