/** Medians of the scatter: of all pairs, not of those drawn. */
import { groupBy } from "../base/group-by.ts";
import { quantile } from "../stats/quantile.ts";
import type { ScoredPair } from "./run-tables.ts";

export interface PairMedian {
  /** Smallest and largest P(b|a) inside; both 0 where the pairs are never together. */
  readonly low: number;
  readonly high: number;
  readonly median: number;
  readonly pairs: number;
}

const FEWEST_PAIRS = 5;

/** Median log-probability of the pairs never together, then of each half decade of P(b|a), where at least five lie. */
export function pairMedians(pairs: readonly ScoredPair[]): PairMedian[] {
  const bins = groupBy(pairs, ({ codf, dfA }) => halfDecade(codf / dfA));
  return [...bins]
    .filter(([, own]) => own.length >= FEWEST_PAIRS)
    .sort(([x], [y]) => x - y)
    .map(([, own]) => {
      const probabilities = own.map(({ codf, dfA }) => codf / dfA);
      const ascending = Float64Array.from(own, ({ logLikelihood }) => logLikelihood).sort();
      const low = probabilities.reduce((least, value) => Math.min(least, value));
      const high = probabilities.reduce((most, value) => Math.max(most, value));
      return { low, high, median: quantile(ascending, 0.5), pairs: own.length };
    });
}

/** The slack keeps 0.1 and 0.01 in the half decade they begin, whatever a logarithm's last digit. */
function halfDecade(probability: number): number {
  return probability === 0 ? -Infinity : Math.floor(2 * Math.log10(probability) + 1e-9);
}
