/**
 * `rote/corpus`: files of many formats as one stream of documents.
 *
 * ```ts
 * import { openCorpus } from "rote/corpus";
 *
 * const corpus = await openCorpus({ paths: ["shards/*.jsonl.gz"] });
 * for await (const { id, text } of corpus.documents()) console.log(id, text.length);
 * ```
 */
export { openCorpus, type Corpus, type CorpusOptions } from "./corpus.ts";
export type { CorpusIdentity, Document, DocumentOrigin } from "./document.ts";
export type { CorpusFile, FileKind } from "./files.ts";
export type { CorpusReport } from "./pass.ts";
export type { Where } from "./records.ts";
export type { SkippedLine } from "./tally.ts";
