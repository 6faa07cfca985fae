/**
 * Novelty of generated text: pairs of an input's and its own output's n-grams that no document of the
 * corpus holds together. A degenerate text is full of them, so they are counted beside fluency:
 * repetition here, perplexity under a reference elsewhere.
 */

/** Counts of one pair of an output. */
export interface OutputPairCounts {
  readonly codf: number;
  readonly dfA: number;
  readonly dfB: number;
}

/** What became of an output's pairs. */
export interface NoveltyCounts {
  readonly pairs: number;
  /** Pairs whose input side no document holds: nothing can be said of them. */
  readonly unknown: number;
  /** Pairs that no document holds together, of those whose input side some document holds. */
  readonly novel: number;
  /** Of these, pairs both sides of which some document holds: known parts, newly combined. */
  readonly novelOfKnown: number;
}

/** Count the pairs of one output. */
export function countNovelty(counts: readonly OutputPairCounts[]): NoveltyCounts {
  const known = counts.filter(({ dfA }) => dfA > 0);
  const novel = known.filter(({ codf }) => codf === 0);
  return {
    pairs: counts.length,
    unknown: counts.length - known.length,
    novel: novel.length,
    novelOfKnown: novel.filter(({ dfB }) => dfB > 0).length,
  };
}

/** Share of a text's bigrams of words that stood in it before; null below two words. */
export function repetition(words: readonly string[]): number | null {
  if (words.length < 2) return null;
  const bigrams = words.slice(1).map((word, i) => JSON.stringify([words[i], word]));
  return 1 - new Set(bigrams).size / bigrams.length;
}
