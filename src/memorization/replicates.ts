/** What intervals and nulls were read from, so that they can be read again: the values over resamples and permutations. */
import type { Finding } from "./findings.ts";

/** The draws behind one estimate. */
export interface Replicates {
  /** Its place among the estimates. */
  readonly estimate: number;
  /**
   * Its value in each resample, of an m-out-of-n bootstrap brought to the size of the sample; NaN where a resample
   * leaves none. Estimates of one task have the same examples in the same place.
   */
  readonly resamples: Float64Array;
  /** Its value in each permutation of the null; NaN where one leaves none. */
  readonly permutations: Float64Array;
}

/**
 * The draws of findings that stand first among a list of estimates, in its order. Kendall's distance has none, being
 * a function of tau-b; nor have differences and trends, which take theirs from what they compare.
 */
export function replicatesOf(findings: readonly Finding[]): readonly Replicates[] {
  return findings.flatMap(({ estimate: { value, method }, replicates, null: band }, estimate) =>
    value === null || method === "kendall-distance"
      ? []
      : [{ estimate, resamples: replicates, permutations: band?.values ?? new Float64Array(0) }],
  );
}
