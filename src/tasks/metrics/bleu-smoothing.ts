/** From the n-gram counts of a corpus to its smoothed precisions (Chen & Cherry 2014). */

/** How orders without a match are smoothed. */
export type BleuSmoothing = "exp" | "floor" | "add-k" | "none";

/** Matches and n-grams of the hypotheses, an entry for each order. */
export interface MatchCounts {
  readonly counts: readonly number[];
  readonly totals: readonly number[];
}

/** Precisions in per cent with the counts they come from, to which `add-k` has added. */
export interface SmoothedPrecisions extends MatchCounts {
  readonly precisions: readonly number[];
  /** Orders that are averaged over. */
  readonly order: number;
}

/** Constants where none is named. */
export const smoothingDefaults = { floor: 0.1, "add-k": 1 } as const;

/** Orders beyond the longest n-gram of the hypotheses keep the precision 0. */
export function smoothPrecisions(
  { counts, totals }: MatchCounts,
  smoothing: BleuSmoothing,
  value: number,
  effectiveOrder: boolean,
): SmoothedPrecisions {
  const precisions = counts.map(() => 0);
  if (counts.every((count) => count === 0))
    return { counts, totals, precisions, order: counts.length };
  const added = (numbers: readonly number[]): readonly number[] =>
    smoothing === "add-k"
      ? numbers.map((number, i) => (i === 0 ? number : number + value))
      : numbers;
  const smoothed = { counts: added(counts), totals: added(totals) };
  const empty = smoothed.totals.indexOf(0);
  const reached = empty === -1 ? counts.length : empty;
  let invented = 1;
  for (let i = 0; i < reached; i++) {
    const [count, total] = [smoothed.counts[i]!, smoothed.totals[i]!];
    if (count === 0 && smoothing === "exp") invented /= 2;
    precisions[i] =
      (100 * (count === 0 ? inventedMatches(smoothing, invented, value) : count)) / total;
  }
  return { ...smoothed, precisions, order: effectiveOrder ? reached : counts.length };
}

function inventedMatches(smoothing: BleuSmoothing, halves: number, value: number): number {
  if (smoothing === "exp") return halves;
  return smoothing === "floor" ? value : 0;
}
