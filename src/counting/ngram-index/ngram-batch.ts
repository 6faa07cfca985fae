/** N-grams one behind another, as counting in batches takes them. */
export interface NgramBatch {
  readonly tokens: Uint32Array;
  /** N-gram i has the tokens [starts[i], starts[i + 1]). */
  readonly starts: Uint32Array;
}

/** Put n-grams together. */
export function batchNgrams(ngrams: Iterable<Iterable<number>>): NgramBatch {
  const starts = [0];
  const tokens: number[] = [];
  for (const ngram of ngrams) {
    for (const token of ngram) tokens.push(token);
    starts.push(tokens.length);
  }
  return { tokens: Uint32Array.from(tokens), starts: Uint32Array.from(starts) };
}
