/** Pairs to be counted, as a CountEngine takes them: `pairs` is flat, (a, b) indexes into phrases. */
export interface PairQuery {
  readonly phrases: readonly string[];
  readonly pairs: Uint32Array;
}

/** Several queries as one, each with its places in it. */
export interface MergedPairQuery extends PairQuery {
  /** For each query, where its phrases and its pairs stand among the merged ones. */
  readonly positions: readonly { readonly phrases: Uint32Array; readonly pairs: Uint32Array }[];
}

/**
 * One query for many, so that one pass over a corpus answers all. Every phrase and pair is asked
 * once; phrases come in order of appearance, pairs in order of their phrases.
 */
export function mergePairQueries(queries: readonly PairQuery[]): MergedPairQuery {
  const indexes = new Map<string, number>();
  const renamed = queries.map(({ phrases }) =>
    Uint32Array.from(phrases, (phrase) => {
      const index = indexes.get(phrase) ?? indexes.size;
      indexes.set(phrase, index);
      return index;
    }),
  );
  const keys = queries.map(({ pairs }, query) => {
    const names = renamed[query]!;
    return Float64Array.from(
      { length: pairs.length / 2 },
      (_, i) => names[pairs[2 * i]!]! * indexes.size + names[pairs[2 * i + 1]!]!,
    );
  });
  const all = distinctAscending(keys);
  return {
    phrases: [...indexes.keys()],
    pairs: pairsOfKeys(all, indexes.size),
    positions: keys.map((own, query) => ({
      phrases: renamed[query]!,
      pairs: Uint32Array.from(own, (key) => positionOf(all, key)),
    })),
  };
}

/**
 * A pair as one number, a · phraseCount + b, exact for up to 9.4e7 phrases. Sorted arrays of such
 * keys stand in for a Map, which ends at 2^24 entries.
 */
export function pairsOfKeys(keys: Float64Array, phraseCount: number): Uint32Array {
  const pairs = new Uint32Array(2 * keys.length);
  keys.forEach((key, i) => {
    pairs[2 * i] = Math.floor(key / phraseCount);
    pairs[2 * i + 1] = key % phraseCount;
  });
  return pairs;
}

export function distinctAscending(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let size = 0;
  for (const column of columns) {
    all.set(column, size);
    size += column.length;
  }
  all.sort();
  let distinct = 0;
  for (const key of all) if (distinct === 0 || key !== all[distinct - 1]) all[distinct++] = key;
  return all.slice(0, distinct);
}

/** The position of a key in ascending distinct keys, -1 where it is missing. */
export function positionOf(ascending: Float64Array, key: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === key ? low : -1;
}
