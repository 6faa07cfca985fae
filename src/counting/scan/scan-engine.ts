/**
 * Counting without an index: each question reads the corpus once from beginning to end, whatever
 * the number of phrases and pairs. Memory is bounded by the question and the longest document.
 */
import { RoteError } from "../../base/errors.ts";
import type { LongWork } from "../../base/progress.ts";
import type { Corpus } from "../../corpus/corpus.ts";
import type { CorpusIdentity, Document } from "../../corpus/document.ts";
import { wordsPolicy } from "../../text/policies.ts";
import type { TextPolicy } from "../../text/policy.ts";
import { checkPairs, checkWhole } from "../check-arguments.ts";
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
import { DocumentFinder, findAny } from "./document-finder.ts";
import type { CountedQuery } from "./prepare-scan.ts";
import { buildQueryTables } from "./query-tables.ts";
import { scanDocuments, scanParts, WORKERS_FROM_BYTES } from "./run-scan.ts";
import { type Checkpoint, reportProgress, type ScanProgress, type Shard } from "./scan-progress.ts";

/** What a scan needs of a corpus. One without `parts` is read document by document. */
export type ScannedCorpus = Pick<Corpus, "name" | "documents"> & {
  readonly parts?: Corpus["parts"];
  readonly files: readonly Pick<Corpus["files"][number], "path" | "byteLength">[];
  report(): Pick<
    ReturnType<Corpus["report"]>,
    "storedBytes" | "sha256" | "replacedCharacters" | "skippedLines"
  >;
};

/** How a corpus is scanned. */
export interface ScanOptions {
  /** How text becomes words; default `words`. */
  readonly policy?: TextPolicy;
  /** Threads that count; default 1. Counts never depend on it. A small corpus is counted on the calling thread. */
  readonly jobs?: number;
  /** Count one of several parts of the corpus, which together are the whole; default all of it. */
  readonly shard?: Shard;
  /** Go on where an earlier scan was when this was saved; its counts are not part of this one's. */
  readonly resume?: ScanProgress;
  /** Where a count saves how far it has come. */
  readonly checkpoint?: Checkpoint;
}

/** Open a corpus for counting. Nothing is read before the first question. */
export async function openScan(
  corpus: ScannedCorpus,
  options: ScanOptions = {},
): Promise<CountEngine> {
  const { jobs = 1, shard } = options;
  if (!(Number.isSafeInteger(jobs) && jobs >= 1))
    throw new RoteError("usage", `jobs must be a whole number of at least 1, got ${jobs}`);
  if (shard !== undefined) checkShard(shard);
  refuseUnplanned(corpus, options);
  return Promise.resolve(new ScanEngine(corpus, options));
}

class ScanEngine implements CountEngine {
  readonly #corpus: ScannedCorpus;
  readonly #policy: TextPolicy;
  readonly #options: ScanOptions & { readonly jobs: number };
  #identity: CorpusIdentity;

  constructor(corpus: ScannedCorpus, { policy = wordsPolicy, jobs = 1, ...options }: ScanOptions) {
    const { name, files } = corpus;
    this.#corpus = corpus;
    this.#policy = policy;
    this.#options = { ...options, jobs };
    this.#identity = { name, policy: policy.version, files: files.length };
  }

  get identity(): CorpusIdentity {
    return this.#identity;
  }

  async countPhrases(phrases: readonly string[], options: LongWork = {}): Promise<PhraseCounts> {
    const { df, tf } = await this.countPairs(phrases, new Uint32Array(0), options);
    return { df, tf };
  }

  async countPairs(
    phrases: readonly string[],
    pairs: Uint32Array,
    { window, ...work }: PairOptions = {},
  ): Promise<PairCounts> {
    checkPairs(pairs, phrases.length);
    checkWhole("window", window);
    return this.#scan(
      () => ({
        tables: buildQueryTables(phrases, this.#policy),
        policy: this.#policy.name,
        pairs,
        window,
      }),
      work,
    );
  }

  async *findDocuments(
    queries: readonly Query[],
    { limit = Infinity, sample, seed = 0, ...work }: FindOptions = {},
  ): AsyncGenerator<DocumentHit> {
    checkWhole("limit", limit === Infinity ? undefined : limit);
    checkWhole("sample", sample);
    const finder = new DocumentFinder(queries, this.#policy);
    const documents = this.#documents("search", work);
    yield* finder.find(documents, { limit, sample, seed });
    if (finder.hasReadAll) this.#identify(finder.documents, finder.words);
  }

  async *documentsWithAny(
    phrases: readonly string[],
    work: LongWork = {},
  ): AsyncGenerator<FoundDocument> {
    if (phrases.length === 0) return;
    const read = yield* findAny(this.#documents("search", work), phrases, this.#policy);
    this.#identify(read.documents, read.words);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A scan holds nothing open between two questions.
  }

  async #scan(prepare: () => CountedQuery, work: LongWork): Promise<PairCounts> {
    const { parts } = this.#corpus;
    if (parts === undefined) return this.#scanDocuments(prepare, work);
    const { jobs, shard = { index: 1, of: 1 }, resume, checkpoint } = this.#options;
    const stdin = (): AsyncIterable<Uint8Array> => parts.stdin();
    const corpus = { reading: parts.reading, stdin, plan: await parts.plan(resume?.files) };
    const options = { ...work, jobs, shard, resume, checkpoint };
    const { counts, progress, storedBytes } = await scanParts(corpus, prepare, options);
    const { words, ...report } = reportProgress(progress, storedBytes);
    const leftOut = progress.parts.find((part) => part.leftOut !== undefined)?.leftOut;
    parts.finish(report, leftOut);
    this.#identify(report.documents, words);
    return counts;
  }

  async #scanDocuments(prepare: () => CountedQuery, work: LongWork): Promise<PairCounts> {
    const documents = this.#documents("count", work);
    const bytes = this.#corpus.files.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const jobs = bytes >= WORKERS_FROM_BYTES ? this.#options.jobs : 0;
    const read = await scanDocuments(documents, prepare, jobs);
    this.#identify(read.documents, read.words);
    return read.counts;
  }

  #documents(stage: string, { signal, onProgress }: LongWork): AsyncGenerator<Document> {
    return this.#corpus.documents({
      ...(signal === undefined ? {} : { signal }),
      onProgress: (progress) => onProgress?.({ ...progress, stage }),
    });
  }

  #identify(documents: number, words: number): void {
    const { storedBytes, sha256, replacedCharacters, skippedLines } = this.#corpus.report();
    this.#identity = {
      ...this.#identity,
      documents,
      words,
      bytes: storedBytes,
      ...(sha256 === undefined ? {} : { sha256 }),
      replacedCharacters,
      skipped: skippedLines,
    };
  }
}

function checkShard({ index, of }: Shard): void {
  if (Number.isSafeInteger(of) && Number.isSafeInteger(index) && index >= 1 && index <= of) return;
  throw new RoteError("usage", `a shard is I of K with 1 ≤ I ≤ K, got ${index} of ${of}`);
}

/** Parts and progress are of files. */
function refuseUnplanned(
  { name, files, parts }: ScannedCorpus,
  { shard, resume, checkpoint }: ScanOptions,
): void {
  if (shard === undefined && resume === undefined && checkpoint === undefined) return;
  if (parts !== undefined && files[0]?.path !== "-") return;
  throw new RoteError(
    "usage",
    `${name} is no corpus of files, and only files can be counted in shards or be taken up again; save it to a file`,
  );
}
