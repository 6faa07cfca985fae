/**
 * Exact counts of many n-grams and pairs of them: occurrences (tf), documents (df), and documents that
 * hold both of a pair (codf).
 *
 * Every n-gram is looked up once, and its documents are found once; they are kept as far as memory
 * allows. Pairs are sorted by the more frequent of their n-grams: its documents are marked once, and
 * those of each partner are looked up among the marks. So a pair costs as much as its rarer n-gram has
 * documents, or, where both are frequent, a number for 32 documents of the corpus.
 *
 * With a window, the places where occurrences begin take the place of documents (near-sets.ts).
 */
import { RoteError } from "../../base/errors.ts";
import type { LongWork } from "../../base/progress.ts";
import { checkPairs, checkWhole } from "../check-arguments.ts";
import { DocumentSets } from "./document-sets.ts";
import { separatorOf } from "./format.ts";
import { NearSets } from "./near-sets.ts";
import type { NgramBatch } from "./ngram-batch.ts";
import type { NgramIndex } from "./ngram-index.ts";
import { type NumberList, NumberLists } from "./number-lists.ts";
import type { OccurrenceSets } from "./occurrence-sets.ts";
import { groupPairs } from "./pair-groups.ts";
import type { Segment, Shard } from "./shard.ts";
import { findSegment } from "./suffix-search.ts";

/** How n-grams and pairs are counted. */
export interface NgramCountOptions extends LongWork {
  /** Count a document only where an occurrence of each begin at most so many tokens apart; default: anywhere in it. */
  readonly window?: number | undefined;
  /** Bytes that sets of documents may take between their uses; default 1 GiB. Never changes a count. */
  readonly memory?: number;
}

/** Counts of n-grams and of pairs, each in the order asked for. */
export interface NgramCounts {
  readonly tf: Float64Array;
  readonly df: Float64Array;
  readonly codf: Float64Array;
}

/** The event loop gets its turn about so often; whether it is time is asked after so many n-grams or pairs. */
const TURN_MS = 50;
const STEP = 16;

/**
 * Count n-grams, and pairs of them given as two numbers of n-grams each. Memory: the sets, and about
 * 40 bytes for each n-gram and each pair.
 */
export async function countNgrams(
  index: NgramIndex,
  ngrams: NgramBatch,
  pairs: Uint32Array,
  { window, memory = 2 ** 30, signal, onProgress }: NgramCountOptions = {},
): Promise<NgramCounts> {
  const { reversed } = index.traits;
  const queries = toQueries(index, ngrams);
  const size = queries.starts.length - 1;
  checkPairs(pairs, size, "n-gram");
  checkWhole("window", window);
  const pairCount = pairs.length / 2;
  const counts = {
    tf: new Float64Array(size),
    df: new Float64Array(size),
    codf: new Float64Array(pairCount),
  };
  const total = index.shards.length * (size + pairCount);
  let done = 0;
  let turn = performance.now() + TURN_MS;
  for (const shard of index.shards) {
    const sets =
      window === undefined ? new DocumentSets(shard) : new NearSets(shard, { window, reversed });
    for (const step of countShard(shard, queries, pairs, counts, { sets, memory })) {
      done += step;
      if (performance.now() < turn) continue;
      onProgress?.({ stage: "count", done, total, unit: "n-grams and pairs" });
      await new Promise((resume) => setImmediate(resume));
      signal?.throwIfAborted();
      turn = performance.now() + TURN_MS;
    }
  }
  return counts;
}

/** Add a shard's counts. Yields now and then how many n-grams and pairs were done since. */
function* countShard(
  shard: Shard,
  ngrams: NgramBatch,
  pairs: Uint32Array,
  counts: NgramCounts,
  { sets, memory }: { readonly sets: OccurrenceSets; readonly memory: number },
): Generator<number> {
  const size = ngrams.starts.length - 1;
  const segments = new Segments(size);
  const documents = new Uint32Array(size);
  const kept = new NumberLists(memory);
  const isPaired = new Uint8Array(size);
  for (const ngram of pairs) isPaired[ngram] = 1;
  for (let ngram = 0; ngram < size; ngram++) {
    const query = queryOf(ngrams, ngram);
    const segment = findSegment(shard, query);
    segments.set(ngram, segment);
    const numbers = sets.read(segment, query.length);
    if (isPaired[ngram] === 1) kept.keep(ngram, numbers);
    documents[ngram] = sets.documentCount;
    counts.df[ngram]! += sets.documentCount;
    counts.tf[ngram]! += segment.end - segment.start;
    if (ngram % STEP === STEP - 1) yield STEP;
  }
  const setOf = (ngram: number): NumberList =>
    kept.get(ngram) ?? sets.read(segments.get(ngram), lengthOf(ngrams, ngram));
  const groups = groupPairs(pairs, documents);
  for (const [group, owner] of groups.owners.entries()) {
    sets.open(setOf(owner));
    const end = groups.starts[group + 1]!;
    for (let i = groups.starts[group]!; i < end; i++) {
      const partner = groups.partners[i]!;
      counts.codf[groups.pairs[i]!]! +=
        partner === owner ? documents[owner]! : sets.countShared(setOf(partner));
      if (i % STEP === STEP - 1) yield STEP;
    }
  }
}

/** Segments by number, without an object for each. */
class Segments {
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;

  constructor(size: number) {
    this.#starts = new Float64Array(size);
    this.#ends = new Float64Array(size);
  }

  get(number: number): Segment {
    return { start: this.#starts[number]!, end: this.#ends[number]! };
  }

  set(number: number, { start, end }: Segment): void {
    this.#starts[number] = start;
    this.#ends[number] = end;
  }
}

function lengthOf({ starts }: NgramBatch, ngram: number): number {
  return starts[ngram + 1]! - starts[ngram]!;
}

function queryOf({ tokens, starts }: NgramBatch, ngram: number): Uint32Array {
  return tokens.subarray(starts[ngram], starts[ngram + 1]);
}

/** N-grams as they stand in the shards: checked, and reversed where documents are. */
function toQueries({ traits }: NgramIndex, ngrams: NgramBatch): NgramBatch {
  const highest = separatorOf(traits.tokenWidth);
  const beyond = ngrams.tokens.find((token) => token > highest);
  if (beyond !== undefined)
    throw new RoteError(
      "usage",
      `a token of this index is a whole number from 0 to ${highest}, got ${beyond}`,
    );
  const size = ngrams.starts.length - 1;
  for (let ngram = 0; ngram < size; ngram++)
    if (lengthOf(ngrams, ngram) === 0)
      throw new RoteError("usage", `n-gram ${ngram + 1} has no tokens; give at least one`);
  if (!traits.reversed) return ngrams;
  const tokens = ngrams.tokens.slice();
  for (let ngram = 0; ngram < size; ngram++) queryOf({ ...ngrams, tokens }, ngram).reverse();
  return { tokens, starts: ngrams.starts };
}
