/**
 * Counting from an index of words: the numbers of a scan, without reading the corpus. The time depends on
 * how often the phrases occur, not on the size of the corpus.
 */
import { RoteError } from "../../base/errors.ts";
import type { LongWork } from "../../base/progress.ts";
import type { CorpusIdentity } from "../../corpus/document.ts";
import { phraseKey } from "../../text/policies.ts";
import { checkPairs, checkWhole } from "../check-arguments.ts";
import { chooseMatches, type Match } from "../choose-matches.ts";
import type {
  CountEngine,
  DocumentHit,
  FindOptions,
  FoundDocument,
  PairCounts,
  PairOptions,
  PhraseCounts,
  Query,
} from "../count-engine.ts";
import { locatePhrases } from "../locate-phrases.ts";
import { countNgrams } from "./codf.ts";
import { documentsWithAll, documentsWithAny } from "./common-documents.ts";
import { readDocument } from "./documents.ts";
import { batchNgrams } from "./ngram-batch.ts";
import type { NgramIndex } from "./ngram-index.ts";
import { openIndex, type OpenIndexOptions } from "./open-index.ts";
import { SourceTexts } from "./source-texts.ts";
import { indexedIdentity, WordIndex } from "./word-index.ts";

/** How an index of words is opened. */
export interface IndexEngineOptions extends Pick<OpenIndexOptions, "memory"> {
  /** The corpus's name; default the one it had when it was indexed. */
  readonly name?: string | undefined;
  /**
   * Read the texts of documents that are found from the files of the corpus, where these still have
   * them; told once why, where they do not. Default: documents come with the words that were indexed.
   */
  readonly onMissingText?: ((why: string) => void) | undefined;
}

/**
 * Open an index of words for counting; counts are those of a scan of the corpus under the same policy.
 * Where its documents do not have their own texts, they have the words that were indexed, joined by
 * single spaces.
 */
export async function openIndexEngine(
  directory: string,
  options: IndexEngineOptions = {},
): Promise<CountEngine> {
  const index = await openIndex(directory, options);
  try {
    return new IndexEngine(index, await WordIndex.open(index), options);
  } catch (error) {
    index[Symbol.dispose]();
    throw error;
  }
}

/** Documents read between two looks at the signal. */
const documentsAtOnce = 256;

class IndexEngine implements CountEngine {
  readonly identity: CorpusIdentity;
  readonly #index: NgramIndex;
  readonly #words: WordIndex;
  readonly #onMissingText: IndexEngineOptions["onMissingText"];

  constructor(index: NgramIndex, words: WordIndex, { name, onMissingText }: IndexEngineOptions) {
    this.#index = index;
    this.#words = words;
    this.#onMissingText = onMissingText;
    this.identity = indexedIdentity(words, name);
  }

  async countPhrases(phrases: readonly string[], work: LongWork = {}): Promise<PhraseCounts> {
    const { df, tf } = await this.countPairs(phrases, new Uint32Array(0), work);
    return { df, tf };
  }

  async countPairs(
    phrases: readonly string[],
    pairs: Uint32Array,
    { window, ...work }: PairOptions = {},
  ): Promise<PairCounts> {
    checkPairs(pairs, phrases.length);
    checkWhole("window", window);
    const { ngrams, numbers } = this.#distinct(phrases);
    const isFound = (pair: number): boolean =>
      numbers[pairs[2 * pair]!]! >= 0 && numbers[pairs[2 * pair + 1]!]! >= 0;
    const found = Uint32Array.from({ length: pairs.length / 2 }, (_, pair) => pair).filter(isFound);
    const asked = new Uint32Array(2 * found.length);
    for (const [i, pair] of found.entries()) {
      asked[2 * i] = numbers[pairs[2 * pair]!]!;
      asked[2 * i + 1] = numbers[pairs[2 * pair + 1]!]!;
    }
    const counts = await countNgrams(this.#index, batchNgrams(ngrams), asked, { window, ...work });
    const codf = new Float64Array(pairs.length / 2);
    for (const [i, pair] of found.entries()) codf[pair] = counts.codf[i]!;
    return {
      df: Float64Array.from(numbers, (number) => counts.df[number] ?? 0),
      tf: Float64Array.from(numbers, (number) => counts.tf[number] ?? 0),
      codf,
    };
  }

  async *findDocuments(
    queries: readonly Query[],
    { limit = Infinity, sample, seed = 0, ...work }: FindOptions = {},
  ): AsyncGenerator<DocumentHit> {
    if (queries.some(({ phrases }) => phrases.length === 0))
      throw new RoteError("usage", "a search needs at least one phrase, got none");
    checkWhole("limit", limit === Infinity ? undefined : limit);
    checkWhole("sample", sample);
    const choice = { limit, sample, seed };
    await using texts = this.#openTexts(work.signal);
    for await (const match of chooseMatches(this.#matches(queries, work), queries.length, choice)) {
      const { phrases } = queries[match.query]!;
      const keys = phrases.map((phrase) => phraseKey(phrase, this.#words.policy));
      const { place, ...indexed } = this.#words.describe(readDocument(this.#index, match.document));
      const original = await texts?.find(place, (text) => this.#hasWords(text, indexed.text));
      const text = original ?? indexed.text;
      const hits = locatePhrases(text, keys, this.#words.policy);
      yield { query: match.query, ...indexed, text, hits };
    }
  }

  async *documentsWithAny(
    phrases: readonly string[],
    { signal, onProgress }: LongWork = {},
  ): AsyncGenerator<FoundDocument> {
    const { ngrams } = this.#distinct(phrases);
    const places = this.#places(documentsWithAny(this.#index, ngrams));
    for (const [i, place] of places.entries()) {
      if (i % documentsAtOnce === 0) {
        onProgress?.({ stage: "search", done: i, total: places.length, unit: "documents" });
        await new Promise((resume) => setImmediate(resume));
        signal?.throwIfAborted();
      }
      const { id, source, text } = this.#words.describe(
        readDocument(this.#index, this.#documentAt(place)),
      );
      yield { id, source, text };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#index[Symbol.dispose]();
    return Promise.resolve();
  }

  #openTexts(signal: AbortSignal | undefined): SourceTexts | undefined {
    const onMissing = this.#onMissingText;
    if (onMissing === undefined) return undefined;
    const [directory = ""] = this.#index.traits.directories;
    return new SourceTexts(this.#words.description.corpus, directory, { onMissing, signal });
  }

  /** Whether a text has the words that were indexed and no others. */
  #hasWords(text: string, indexed: string): boolean {
    return this.#words.policy.words(text).join(" ") === indexed;
  }

  /** Different phrases as n-grams, and the number of each phrase asked for; -1 where no document has its words. */
  #distinct(phrases: readonly string[]): {
    readonly ngrams: readonly Uint32Array[];
    readonly numbers: Int32Array;
  } {
    const ngrams: Uint32Array[] = [];
    const known = new Map<string, number>();
    const numbers = Int32Array.from(phrases, (phrase, i) => {
      const ids = this.#words.idsOf(phrase, `phrase ${i + 1}`);
      if (ids === undefined) return -1;
      const key = ids.join(" ");
      const number = known.get(key) ?? ngrams.length;
      if (number === ngrams.length) {
        ngrams.push(ids);
        known.set(key, number);
      }
      return number;
    });
    return { ngrams, numbers };
  }

  /** Documents that hold all phrases of a query, in the order of the corpus: it was dealt round to the shards. */
  async *#matches(
    queries: readonly Query[],
    { signal, onProgress }: LongWork,
  ): AsyncGenerator<Match<number>> {
    const keys: Float64Array[] = [];
    for (const [query, { phrases }] of queries.entries()) {
      onProgress?.({ stage: "search", done: query, total: queries.length, unit: "queries" });
      await new Promise((resume) => setImmediate(resume));
      signal?.throwIfAborted();
      const ngrams = phrases.map((phrase, i) => this.#words.idsOf(phrase, `phrase ${i + 1}`));
      if (ngrams.some((ids) => ids === undefined)) continue;
      const found = documentsWithAll(this.#index, ngrams as Uint32Array[]);
      keys.push(this.#places(found).map((place) => place * queries.length + query));
    }
    for (const key of joined(keys).sort()) {
      const document = this.#documentAt(Math.floor(key / queries.length));
      yield { query: key % queries.length, document };
    }
  }

  /** The places in the corpus, ascending, of documents by their numbers in each shard. */
  #places(found: readonly Uint32Array[]): Float64Array {
    const places = found.map((documents, shard) =>
      Float64Array.from(documents, (document) => document * found.length + shard),
    );
    return joined(places).sort();
  }

  /** The number in the index of the document at a place of the corpus. */
  #documentAt(place: number): number {
    const { shards } = this.#index;
    const before = shards.slice(0, place % shards.length);
    const first = before.reduce((sum, { documentCount }) => sum + documentCount, 0);
    return first + Math.floor(place / shards.length);
  }
}

function joined(lists: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}
