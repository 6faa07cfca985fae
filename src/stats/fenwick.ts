/** Fenwick tree: sums of the weights of the first groups, O(log groups) to ask and to change. Entry 0 is unused. */

/** Weight of the first `count` groups. */
export function prefixSum(tree: Float64Array, count: number): number {
  let sum = 0;
  for (let i = count; i > 0; i &= i - 1) sum += tree[i]!;
  return sum;
}

/** Add to the weight of a group. */
export function addWeight(tree: Float64Array, group: number, weight: number): void {
  for (let i = group + 1; i < tree.length; i += i & -i) tree[i]! += weight;
}
