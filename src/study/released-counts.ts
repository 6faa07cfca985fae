/**
 * The pair count of two of the three counters released with the paper: the smaller of the occurrences of
 * its two n-grams, wherever they stand. It is no co-occurrence and can exceed df(a) and df(b).
 */
import type { PairRow as CountedPairRow } from "../counting/question.ts";
import type { RecountedShuffles } from "../memorization/null-distribution.ts";

/** The same rows with the smaller of the single counts for a pair's own. */
export function withSingleCounts(rows: readonly CountedPairRow[]): readonly CountedPairRow[] {
  return rows.map((row) => ({ ...row, codf: Math.min(row.tfA, row.tfB) }));
}

/** The same shuffles, their pairs counted alike. */
export function shufflesWithSingleCounts(
  shuffles: RecountedShuffles,
  rows: readonly CountedPairRow[],
): RecountedShuffles {
  const tf = new Map(rows.flatMap(({ a, b, tfA, tfB }) => [[a, tfA] as const, [b, tfB] as const]));
  const { plan, codf } = shuffles;
  const occurrences = plan.phrases.map((phrase) => tf.get(phrase) ?? 0);
  return {
    ...shuffles,
    codf: codf.map((_, i) =>
      Math.min(occurrences[plan.pairs[2 * i]!]!, occurrences[plan.pairs[2 * i + 1]!]!),
    ),
  };
}
