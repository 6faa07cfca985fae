/** One example's use of a pair. */
export interface ExamplePair {
  readonly example: string;
  readonly a: string;
  readonly b: string;
}

/**
 * Eq. 4 of Wang et al. 2025: for each example the sum of codf over its distinct pairs, zeros
 * included. Examples come in order of appearance.
 */
export function exampleFrequencies(
  pairs: Iterable<ExamplePair>,
  codf: (a: string, b: string) => number,
): ReadonlyMap<string, number> {
  const frequencies = new Map<string, number>();
  const seen = new Set<string>();
  for (const { example, a, b } of pairs) {
    const key = JSON.stringify([example, a, b]);
    if (seen.has(key)) continue;
    seen.add(key);
    frequencies.set(example, (frequencies.get(example) ?? 0) + codf(a, b));
  }
  return frequencies;
}
