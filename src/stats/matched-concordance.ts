/**
 * One of two axes at a time: pairs of points that are alike on the axis that is held and differ on the
 * other. The concordance is the share of them in which the score puts the point with more of the other
 * axis first, ties counted half; ½ is blind.
 *
 * A partial correlation would ask the same of all points by a straight line through the ranks: a score
 * that follows the held axis alone, and nothing else, then seems to see the other as soon as the line bends.
 */
import { RoteError } from "../base/errors.ts";
import type { WeightedStatistic } from "./correlation.ts";

/** Which points make a pair. */
export interface MatchingOptions {
  /** Pairs are at most this ratio apart on the held axis; default 1.15, since whole counts cannot give every ratio. */
  readonly alike?: number;
  /** And at least this ratio on the other; default 1.5. */
  readonly different?: number;
}

/** Fewer pairs say nothing. */
const fewestPairs = 10;

/**
 * Concordance of scores with an axis where the other is held, as a function of the points' weights (for
 * `clusteredBootstrap`); undefined below ten pairs. Values of both axes must be above 0. O(n²).
 */
export function matchedConcordance(
  scores: Float64Array,
  axis: Float64Array,
  held: Float64Array,
  options: MatchingOptions = {},
): WeightedStatistic | undefined {
  const pairs = matchedPairs(logarithms(axis), logarithms(held), options);
  if (pairs.length < 2 * fewestPairs) return undefined;
  const wins = Float64Array.from({ length: pairs.length / 2 }, (_, pair) => {
    const [more, less] = [scores[pairs[2 * pair]!]!, scores[pairs[2 * pair + 1]!]!];
    return more === less ? 0.5 : Number(more > less);
  });
  return (weights) => {
    let [won, total] = [0, 0];
    for (let pair = 0; pair < wins.length; pair++) {
      const weight = weights[pairs[2 * pair]!]! * weights[pairs[2 * pair + 1]!]!;
      won += weight * wins[pair]!;
      total += weight;
    }
    return won / total;
  };
}

/** Pairs, the one with more of the axis first. */
function matchedPairs(
  axis: Float64Array,
  held: Float64Array,
  { alike = 1.15, different = 1.5 }: MatchingOptions,
): Uint32Array {
  const [within, beyond] = [Math.log(alike), Math.log(different)];
  const pairs: number[] = [];
  for (let i = 0; i < axis.length; i++)
    for (let j = 0; j < axis.length; j++)
      if (axis[i]! - axis[j]! >= beyond && Math.abs(held[i]! - held[j]!) <= within)
        pairs.push(i, j);
  return Uint32Array.from(pairs);
}

function logarithms(values: Float64Array): Float64Array {
  const bad = values.findIndex((value) => !(value > 0 && value < Infinity));
  if (bad >= 0)
    throw new RoteError(
      "usage",
      `value ${bad + 1} of an axis is ${values[bad]}; ratios need finite values above 0, so leave that point out`,
    );
  return values.map(Math.log);
}
