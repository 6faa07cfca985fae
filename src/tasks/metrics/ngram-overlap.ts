/** N-grams of two texts and how many they share, each as often as both have it (clipped counts). */

/** How often each n-gram of `units` occurs; `separator` joins its units to a key. */
export function countNgrams(
  units: readonly string[],
  n: number,
  separator = " ",
): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + n <= units.length; start++) {
    const ngram = units.slice(start, start + n).join(separator);
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** Occurrences that both have: the sum over n-grams of the smaller count. */
export function sharedCount(
  given: ReadonlyMap<string, number>,
  wanted: ReadonlyMap<string, number>,
): number {
  let shared = 0;
  for (const [ngram, count] of given) shared += Math.min(count, wanted.get(ngram) ?? 0);
  return shared;
}

/** For each n-gram its highest count in any of several texts. */
export function highestCounts(texts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const highest = new Map<string, number>();
  for (const counts of texts)
    for (const [ngram, count] of counts)
      highest.set(ngram, Math.max(count, highest.get(ngram) ?? 0));
  return highest;
}

/** All occurrences together. */
export function totalCount(counts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}
