/**
 * One axis of a world at a time: pairs of items that are alike on the axis that is held and differ on the
 * other. The concordance is the share of them in which the measure puts the item with more of the other
 * axis first, ties counted half; ½ is blind.
 *
 * A partial correlation would ask the same of all items by a straight line through the ranks: a measure
 * that follows the dose alone, and nothing else, then seems to see P(b|a) as soon as the line bends.
 */
import type { WeightedStatistic } from "../../stats/correlation.ts";

/** Alike: at most 15 % apart, since whole documents cannot give every share exactly. */
const ALIKE = Math.log(1.15);

/** Different: one and a half times as much, or more. */
const DIFFERENT = Math.log(1.5);

/** Fewer pairs say nothing. */
const LEAST_PAIRS = 10;

/** Pairs, the one with more of the axis first. Values must be above 0. O(n²). */
function matchedPairs(axis: Float64Array, held: Float64Array): Uint32Array {
  const [logAxis, logHeld] = [axis.map(Math.log), held.map(Math.log)];
  const pairs: number[] = [];
  for (let i = 0; i < axis.length; i++)
    for (let j = 0; j < axis.length; j++)
      if (logAxis[i]! - logAxis[j]! >= DIFFERENT && Math.abs(logHeld[i]! - logHeld[j]!) <= ALIKE)
        pairs.push(i, j);
  return Uint32Array.from(pairs);
}

/** Concordance of scores with an axis where the other is held; undefined where hardly any pair is alike. */
export function matchedConcordance(
  scores: Float64Array,
  axis: Float64Array,
  held: Float64Array,
): WeightedStatistic | undefined {
  const pairs = matchedPairs(axis, held);
  if (pairs.length < 2 * LEAST_PAIRS) return undefined;
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
