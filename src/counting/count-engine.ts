import type { LongWork } from "../base/progress.ts";
import type { CorpusIdentity } from "../corpus/document.ts";

/** Document and term frequency of each phrase, in the order of the phrases. */
export interface PhraseCounts {
  /** Documents that hold the phrase. A Float64Array is exact up to 2^53. */
  readonly df: Float64Array;
  /** Occurrences; overlapping ones count. */
  readonly tf: Float64Array;
}

/** Counts of phrases, and of each pair the documents that hold both. */
export interface PairCounts extends PhraseCounts {
  readonly codf: Float64Array;
}

/** How pairs are counted. */
export interface PairOptions extends LongWork {
  /** Count a document only where some occurrence of each start at most this many words apart. */
  readonly window?: number;
}

/** Documents that hold all of these phrases. */
export interface Query {
  readonly phrases: readonly string[];
}

/** Limits hold for each query by itself. */
export interface FindOptions extends LongWork {
  /** Stop after this many documents. */
  readonly limit?: number;
  /** A uniform sample of this many of all documents that match, instead of the first ones. */
  readonly sample?: number;
  readonly seed?: number;
}

/** A document as the engine has it: an index of words may hold its words alone, joined by single spaces. */
export interface FoundDocument {
  readonly id: string;
  readonly source?: string;
  readonly text: string;
}

/** A document that matches, and where each phrase occurs in it. */
export interface DocumentHit extends FoundDocument {
  /** Index into the queries asked. */
  readonly query: number;
  /** `phrase` indexes the query's phrases; `start` and `end` are UTF-16 units of `text`, half-open. */
  readonly hits: readonly {
    readonly phrase: number;
    readonly start: number;
    readonly end: number;
  }[];
}

/** Exact counts over one corpus under one text policy. df = documents, tf = occurrences, codf = documents that hold both. */
export interface CountEngine extends AsyncDisposable {
  readonly identity: CorpusIdentity;
  countPhrases(phrases: readonly string[], options?: LongWork): Promise<PhraseCounts>;
  /** `pairs` holds two indexes into `phrases` for each pair. */
  countPairs(
    phrases: readonly string[],
    pairs: Uint32Array,
    options?: PairOptions,
  ): Promise<PairCounts>;
  /** Documents for each query, all queries in one go; the documents of different queries may interleave. */
  findDocuments(queries: readonly Query[], options?: FindOptions): AsyncIterable<DocumentHit>;
  /** Documents that hold at least one of the phrases, each once, in the order of the corpus. */
  documentsWithAny(phrases: readonly string[], options?: LongWork): AsyncIterable<FoundDocument>;
}
