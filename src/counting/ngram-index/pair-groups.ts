/** Pairs of numbered things, sorted by the one of each that weighs more. */
export interface PairGroups {
  /** Things that are the heavier one of some pair, ascending, each once. */
  readonly owners: Uint32Array;
  /** The pairs of owner i are at [starts[i], starts[i + 1]) of `partners` and `pairs`. */
  readonly starts: Uint32Array;
  /** The other thing of each pair. */
  readonly partners: Uint32Array;
  /** The pair's own number. */
  readonly pairs: Uint32Array;
}

/** Sort pairs, given as two numbers each. */
export function groupPairs(pairs: Uint32Array, weights: ArrayLike<number>): PairGroups {
  const count = pairs.length / 2;
  const isFirst = (pair: number): boolean =>
    weights[pairs[2 * pair]!]! >= weights[pairs[2 * pair + 1]!]!;
  const ownerOf = (pair: number): number => pairs[2 * pair + (isFirst(pair) ? 0 : 1)]!;
  const next = new Uint32Array(weights.length + 1);
  for (let pair = 0; pair < count; pair++) next[ownerOf(pair) + 1]! += 1;
  const owners = Uint32Array.from(next.keys()).filter(
    (owner) => owner < weights.length && next[owner + 1]! > 0,
  );
  for (let owner = 1; owner < next.length; owner++) next[owner]! += next[owner - 1]!;
  const starts = Uint32Array.from([...owners, weights.length], (owner) => next[owner]!);
  const partners = new Uint32Array(count);
  const numbers = new Uint32Array(count);
  for (let pair = 0; pair < count; pair++) {
    const place = next[ownerOf(pair)]!++;
    partners[place] = pairs[2 * pair + (isFirst(pair) ? 1 : 0)]!;
    numbers[place] = pair;
  }
  return { owners, starts, partners, pairs: numbers };
}
