/**
 * The area under the ROC curve: the chance that a positive scores above a negative, ties counted half
 * (Mann & Whitney 1947; Hanley & McNeil 1982). Computed from mid-ranks, so that a bootstrap sorts once.
 */
import { assert } from "../base/errors.ts";
import type { Correlation, WeightedStatistic } from "./correlation.ts";
import type { Interval } from "./estimate.ts";
import { normalQuantile } from "./normal.ts";
import { type DenseRanks, denseRanks, weightedGroupRanks } from "./ranks.ts";

/** AUC of scores against labels (true: positive). Infinities are scores like any other. */
export function rocAuc(scores: ArrayLike<number>, labels: readonly boolean[]): Correlation {
  assert(scores.length === labels.length, "every score has a label");
  const positives = labels.filter(Boolean).length;
  if (positives === 0 || positives === labels.length)
    return { value: undefined, undefinedBecause: `${positives} of ${labels.length} are positive` };
  const statistic = rocAucUnderWeights(denseRanks(scores), labels);
  return { value: statistic(new Float64Array(scores.length).fill(1)) };
}

/** The same where point i stands `weights[i]` times; NaN where a side has no weight. */
export function rocAucUnderWeights(
  { groups, groupCount }: DenseRanks,
  labels: readonly boolean[],
): WeightedStatistic {
  const ranks = new Float64Array(groupCount);
  return (weights) => {
    const total = weightedGroupRanks(groups, weights, ranks);
    let [positives, rankSum] = [0, 0];
    for (let i = 0; i < weights.length; i++) {
      if (!labels[i]!) continue;
      positives += weights[i]!;
      rankSum += weights[i]! * ranks[groups[i]!]!;
    }
    return (rankSum - (positives * (positives + 1)) / 2) / (positives * (total - positives));
  };
}

/**
 * Score interval of an AUC (Newcombe 2006, method 5): the values θ whose distance to `auc` is at most z
 * standard errors at θ itself. Unlike a bootstrap it has a width at 0 and 1.
 */
export function aucScoreInterval(
  auc: number,
  { positives, negatives }: { readonly positives: number; readonly negatives: number },
  { level = 0.95 }: { readonly level?: number } = {},
): Interval {
  if (!(auc >= 0 && auc <= 1 && positives > 0 && negatives > 0))
    throw new RangeError(`no interval of AUC ${auc} from ${positives} and ${negatives} values`);
  const z = normalQuantile((1 + level) / 2);
  const isWithin = (theta: number): boolean =>
    (theta - auc) ** 2 <= z * z * aucVariance(theta, positives, negatives);
  const low = auc === 0 ? 0 : lastOf(isWithin, auc, 0);
  const high = auc === 1 ? 1 : lastOf(isWithin, auc, 1);
  return { low, high, level, method: "Newcombe's score" };
}

/** Variance of an AUC of exponential scores, with the mean of the two sizes where they enter singly. */
function aucVariance(theta: number, positives: number, negatives: number): number {
  const size = (positives + negatives) / 2;
  const spread = (1 - theta) / (2 - theta) + theta / (1 + theta);
  return (theta * (1 - theta) * (1 + (size - 1) * spread)) / (positives * negatives);
}

/** The last value from `inside` towards `end` that is within, by bisection to the limits of a double. */
function lastOf(isWithin: (theta: number) => boolean, inside: number, end: number): number {
  let [near, far] = [inside, end];
  for (let step = 0; step < 60; step++) {
    const middle = (near + far) / 2;
    if (isWithin(middle)) near = middle;
    else far = middle;
  }
  return near;
}
