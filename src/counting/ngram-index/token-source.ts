/** Where the tokens of an index come from: documents of a corpus, or token files. */
import type { LongWork } from "../../base/progress.ts";
import type { IndexedCorpus, IndexTokenizer, Tokens, TokenWidth } from "./format.ts";

/** Documents as tokens, one after another. */
export interface TokenBatch {
  readonly tokens: Tokens;
  /** Where each document ends in `tokens`; it begins where the one before ends. */
  readonly ends: ArrayLike<number>;
  /** A line of JSON for each document, without its LF. */
  readonly metadata: readonly string[];
}

/** How a source is read. */
export interface TokenReading extends LongWork {
  /** Leave out this many documents at the beginning: they have been read before. */
  readonly skip?: number;
}

/** What a source was, known after its last batch. */
export interface SourceDescription {
  /** Bytes a token that are enough for all ids there were. */
  readonly width: TokenWidth;
  /** What made the ids; for words, without the hash of their file. */
  readonly tokenizer: IndexTokenizer | null;
  readonly corpus: IndexedCorpus;
}

/** Documents as tokens, always the same ones in the same order. */
export interface TokenSource {
  /** Bytes a token while it is written. */
  readonly width: TokenWidth;
  /** How many there are at least, where that is known before they are read. */
  readonly tokens?: number;
  /** Undefined means that the separator itself is reported at the end of a document. */
  readonly endOfDocument: number | undefined;
  /** Name and version of the policy whose words the ids stand for; null where ids are not words. */
  readonly policy: string | null;
  /** Files that are copied into the index. */
  readonly copies: readonly { readonly from: string; readonly to: string }[];
  /** Equal for two readings of the same files in the same way; says what an interrupted build was made of. */
  readonly fingerprint: Readonly<Record<string, unknown>>;
  batches(reading?: TokenReading): AsyncIterable<TokenBatch>;
  /** The words whose ids follow those of the last call, where ids are words. */
  takeWords(): readonly string[];
  /** Take words, in batches, for known in the order of their ids, before going on behind documents that had them. */
  knowWords(batches: AsyncIterable<readonly string[]>): Promise<void>;
  /** To be asked after the last batch. */
  describe(): SourceDescription;
}
