/**
 * `rote/counting`: exact document frequencies, occurrences and co-occurrences.
 *
 * ```ts
 * import { openCorpus } from "rote/corpus";
 * import { openScan } from "rote/counting";
 *
 * await using engine = await openScan(await openCorpus({ paths: ["corpus.jsonl.gz"] }));
 * const { df, codf } = await engine.countPairs(["capital of France", "Paris"], Uint32Array.of(0, 1));
 * ```
 */
export type {
  CountEngine,
  DocumentHit,
  FindOptions,
  FoundDocument,
  PairCounts,
  PairOptions,
  PhraseCounts,
  Query,
} from "./count-engine.ts";
export {
  keywordInContext,
  type ContextOptions,
  type KeywordInContext,
} from "./keyword-in-context.ts";
export { mergePartials, requireWhole } from "./merge-partials.ts";
export type { CountTerms, PartialCounts, PlanIdentity, ShardProgress } from "./partial-counts.ts";
export { readPartial, writePartial } from "./partial-file.ts";
export { buildIndex, type BuildIndexOptions, type BuiltIndex } from "./ngram-index/build-index.ts";
export {
  attributeSpans,
  longestMatches,
  type AttributedSpan,
  type AttributionOptions,
} from "./ngram-index/attribution.ts";
export { findCnf, type Cnf, type CnfMatches, type CnfOptions } from "./ngram-index/cnf.ts";
export { countNgrams, type NgramCountOptions, type NgramCounts } from "./ngram-index/codf.ts";
export { openCorpusTokens, type CorpusTokensOptions } from "./ngram-index/corpus-tokens.ts";
export {
  countNgram,
  countNgramPair,
  type NgramCount,
  type NgramPairCount,
} from "./ngram-index/count-ngram.ts";
export {
  readDocument,
  readDocumentAt,
  readDocumentAtRank,
  searchDocuments,
  type DocumentWindow,
  type FoundDocuments,
  type IndexDocument,
  type SearchDocumentsOptions,
} from "./ngram-index/documents.ts";
export type {
  IndexDescription,
  IndexedCorpus,
  IndexTokenizer,
  ShardDescription,
  Tokens,
  TokenType,
  TokenWidth,
} from "./ngram-index/format.ts";
export {
  findText,
  type FindTextOptions,
  TextOccurrences,
  type TextSequence,
} from "./ngram-index/find-text.ts";
export { openIndexEngine, type IndexEngineOptions } from "./ngram-index/index-engine.ts";
export { openIndexText, type IndexText, type IndexTextOptions } from "./ngram-index/index-text.ts";
export {
  answerRequest,
  noLimits,
  originalLimits,
  type AnswerOptions,
  type ApiAnswer,
  type ApiIndex,
  type ApiLimits,
} from "./ngram-index/infini-gram-api.ts";
export { CountBatches, type CountedTogether } from "./ngram-index/count-together.ts";
export type { NextTokens, NextTokensOptions } from "./ngram-index/next-tokens.ts";
export { batchNgrams, type NgramBatch } from "./ngram-index/ngram-batch.ts";
export {
  NgramIndex,
  type IndexTraits,
  type LongestSuffix,
  type Occurrences,
  type Probability,
} from "./ngram-index/ngram-index.ts";
export {
  openApiIndexes,
  type ApiIndexes,
  type IndexSource,
} from "./ngram-index/open-api-indexes.ts";
export { openIndex, type OpenIndexOptions } from "./ngram-index/open-index.ts";
export {
  countText,
  countTextPair,
  searchText,
  type FoundTexts,
  type SearchTextOptions,
  type TextCount,
} from "./ngram-index/search-text.ts";
export type { Segment } from "./ngram-index/shard.ts";
export { summarizeIndex, type IndexSummary } from "./ngram-index/summarize-index.ts";
export { openTokenFiles, type TokenFilesOptions } from "./ngram-index/token-files.ts";
export { TokenSpellings } from "./ngram-index/token-spellings.ts";
export type {
  SourceDescription,
  TokenBatch,
  TokenReading,
  TokenSource,
} from "./ngram-index/token-source.ts";
export { verifyIndex, type Verification, type VerifyOptions } from "./ngram-index/verify-index.ts";
export type { Finding } from "./ngram-index/hashed-reads.ts";
export { planCount, type CountPlan, type CountPlanOptions } from "./plan-count.ts";
export type { QueryFile } from "./queries.ts";
export {
  gatherQuestion,
  pairRows,
  phraseRows,
  type CountQuestion,
  type PairRow,
  type PhraseRow,
  type QuestionParts,
} from "./question.ts";
export { countResumably, findPartial, type ResumableOptions } from "./resumable-count.ts";
export type { MemoryEstimate } from "./scan/scan-memory.ts";
export type {
  Checkpoint,
  FileState,
  PartProgress,
  PartTally,
  ScanProgress,
  Shard,
} from "./scan/scan-progress.ts";
export { openScan, type ScanOptions, type ScannedCorpus } from "./scan/scan-engine.ts";
export type { CountRows } from "./count-lines.ts";
export { writeCounts } from "./write-counts.ts";
