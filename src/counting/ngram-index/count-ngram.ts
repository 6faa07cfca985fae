/** Documents of one n-gram and of one pair, for questions asked one by one; codf.ts counts many at once. */
import { RoteError } from "../../base/errors.ts";
import { checkWhole } from "../check-arguments.ts";
import { DocumentSets } from "./document-sets.ts";
import { NearSets } from "./near-sets.ts";
import type { NgramIndex, Occurrences } from "./ngram-index.ts";
import type { OccurrenceSets } from "./occurrence-sets.ts";
import type { Shard } from "./shard.ts";

/** Counts of one n-gram. */
export interface NgramCount {
  /** Documents that hold it. */
  readonly df: number;
  /** Occurrences. */
  readonly tf: number;
}

/** Counts of a pair of n-grams. */
export interface NgramPairCount {
  /** Documents that hold both. */
  readonly codf: number;
  readonly dfA: number;
  readonly dfB: number;
}

/** Sets of a shard are bitmaps of all its documents: they are made once. */
const documentSets = new WeakMap<Shard, DocumentSets>();

/** Count an n-gram. */
export function countNgram(index: NgramIndex, tokens: ArrayLike<number>): NgramCount {
  const { count: tf, segments } = findNgram(index, tokens);
  let df = 0;
  for (const [i, shard] of index.shards.entries()) {
    const sets = documentSetsOf(shard);
    sets.read(segments[i]!);
    df += sets.documentCount;
  }
  return { df, tf };
}

/**
 * Count a pair of n-grams; with a window only documents where an occurrence of each begin at most so
 * many tokens apart.
 */
export function countNgramPair(
  index: NgramIndex,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { window }: { readonly window?: number | undefined } = {},
): NgramPairCount {
  checkWhole("window", window);
  const [inA, inB] = [findNgram(index, a).segments, findNgram(index, b).segments];
  const { reversed } = index.traits;
  const counts = { codf: 0, dfA: 0, dfB: 0 };
  for (const [i, shard] of index.shards.entries()) {
    const sets: OccurrenceSets =
      window === undefined ? documentSetsOf(shard) : new NearSets(shard, { window, reversed });
    sets.open(sets.read(inA[i]!, a.length));
    counts.dfA += sets.documentCount;
    const second = sets.read(inB[i]!, b.length);
    counts.dfB += sets.documentCount;
    counts.codf += sets.countShared(second);
  }
  return counts;
}

function findNgram(index: NgramIndex, tokens: ArrayLike<number>): Occurrences {
  if (tokens.length === 0) throw new RoteError("usage", "an n-gram needs at least one token");
  return index.find(tokens);
}

function documentSetsOf(shard: Shard): DocumentSets {
  let sets = documentSets.get(shard);
  if (sets === undefined) documentSets.set(shard, (sets = new DocumentSets(shard)));
  return sets;
}
