/**
 * Counting without an index: each question reads the corpus once from beginning to end, whatever
 * the number of phrases and pairs. Memory is bounded by the question and the longest document.
 */
import { RoteError } from "../../base/errors.ts";
import type { LongWork } from "../../base/progress.ts";
import { createRng } from "../../base/random.ts";
import type { Corpus } from "../../corpus/corpus.ts";
import type { CorpusIdentity, Document } from "../../corpus/document.ts";
import { wordsPolicy } from "../../text/policies.ts";
import type { TextPolicy } from "../../text/policy.ts";
import type {
  CountEngine,
  DocumentHit,
  FindOptions,
  PairCounts,
  PairOptions,
  PhraseCounts,
  Query,
} from "../count-engine.ts";
import { distinctPhrases } from "../distinct-phrases.ts";
import { locatePhrases } from "../locate-phrases.ts";
import { DocumentCounter } from "./document-counter.ts";
import { buildPairTable } from "./pair-table.ts";
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
    const query = {
      tables: buildQueryTables(phrases, this.#policy),
      policy: this.#policy.name,
      pairs,
      window,
    };
    return this.#scan(query, work);
  }

  async *findDocuments(
    queries: readonly Query[],
    { limit = Infinity, sample, seed = 0, ...work }: FindOptions = {},
  ): AsyncGenerator<DocumentHit> {
    if (queries.some(({ phrases }) => phrases.length === 0))
      throw new RoteError("usage", "a search needs at least one phrase, got none");
    checkWhole("limit", limit === Infinity ? undefined : limit);
    checkWhole("sample", sample);
    const { keys, keyOf } = distinctPhrases(
      queries.flatMap(({ phrases }) => phrases),
      this.#policy,
    );
    let next = 0;
    const keysOf = queries.map(({ phrases }) => keyOf.slice(next, (next += phrases.length)));
    const matches = this.#matches(keys, keysOf, work);
    const count = queries.length;
    const chosen =
      sample === undefined ? first(matches, count, limit) : draw(matches, count, sample, seed);
    for await (const { query, document } of chosen) {
      const { id, source, text } = document;
      const asked = Array.from(keysOf[query]!, (key) => keys[key]!);
      const hits = locatePhrases(text, asked, this.#policy);
      yield source === undefined ? { query, id, text, hits } : { query, id, source, text, hits };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A scan holds nothing open between two questions.
  }

  async #scan(query: CountedQuery, work: LongWork): Promise<PairCounts> {
    const { parts } = this.#corpus;
    if (parts === undefined) return this.#scanDocuments(query, work);
    const { jobs, shard = { index: 1, of: 1 }, resume, checkpoint } = this.#options;
    const stdin = (): AsyncIterable<Uint8Array> => parts.stdin();
    const corpus = { reading: parts.reading, stdin, plan: await parts.plan() };
    const options = { ...work, jobs, shard, resume, checkpoint };
    const { counts, progress, storedBytes } = await scanParts(corpus, query, options);
    const { words, ...report } = reportProgress(progress, storedBytes);
    const leftOut = progress.parts.find((part) => part.leftOut !== undefined)?.leftOut;
    parts.finish(report, leftOut);
    this.#identify(report.documents, words);
    return counts;
  }

  async #scanDocuments(query: CountedQuery, work: LongWork): Promise<PairCounts> {
    const documents = this.#documents("count", work);
    const bytes = this.#corpus.files.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const jobs = bytes >= WORKERS_FROM_BYTES ? this.#options.jobs : 0;
    const read = await scanDocuments(documents, query, jobs);
    this.#identify(read.documents, read.words);
    return read.counts;
  }

  /** Documents that hold all phrases of a query, in the order of the corpus. */
  async *#matches(
    keys: readonly string[],
    queries: readonly ArrayLike<number>[],
    work: LongWork,
  ): AsyncGenerator<Match> {
    const { table } = buildPairTable(new Uint32Array(0), keys.length);
    const counter = new DocumentCounter({ policy: this.#policy.name, keys, pairs: table });
    for await (const document of this.#documents("search", work)) {
      counter.add(document.text);
      for (const [query, wanted] of queries.entries())
        if (Array.from(wanted).every((key) => counter.holds(key))) yield { query, document };
    }
    this.#identify(counter.counts.documents, counter.counts.words);
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

/** A document and one of the queries it answers. */
interface Match {
  readonly query: number;
  readonly document: Document;
}

/** The first matches of each query; ends as soon as every query has its share. */
async function* first(
  matches: AsyncGenerator<Match>,
  queries: number,
  limit: number,
): AsyncGenerator<Match> {
  const left = new Array<number>(queries).fill(limit);
  let open = limit === 0 ? 0 : queries;
  if (open === 0) return;
  for await (const match of matches) {
    if (left[match.query] === 0) continue;
    yield match;
    left[match.query]! -= 1;
    if (left[match.query] === 0) open -= 1;
    if (open === 0) return;
  }
}

/**
 * For each query a uniform sample without replacement of all its matches, in the order of the corpus
 * (Algorithm R of Vitter, "Random Sampling with a Reservoir", 1985). Holds `size` documents a query.
 */
async function* draw(
  matches: AsyncGenerator<Match>,
  queries: number,
  size: number,
  seed: number,
): AsyncGenerator<Match> {
  const reservoirs = Array.from({ length: queries }, (_, query) => ({
    rng: createRng(seed).fork(`find-documents/${query}`),
    seen: 0,
    sample: [] as { readonly order: number; readonly match: Match }[],
  }));
  let order = 0;
  for await (const match of matches) {
    const reservoir = reservoirs[match.query]!;
    const place = reservoir.seen < size ? reservoir.seen : reservoir.rng.int(reservoir.seen + 1);
    if (place < size) reservoir.sample[place] = { order, match };
    reservoir.seen += 1;
    order += 1;
  }
  const drawn = reservoirs.flatMap(({ sample }) => sample).sort((a, b) => a.order - b.order);
  for (const { match } of drawn) yield match;
}

function checkPairs(pairs: Uint32Array, phraseCount: number): void {
  if (pairs.length % 2 !== 0)
    throw new RoteError("usage", `pairs are two indexes each, got ${pairs.length} indexes`);
  const beyond = pairs.find((phrase) => phrase >= phraseCount);
  if (beyond !== undefined)
    throw new RoteError("usage", `a pair names phrase ${beyond} of ${phraseCount} phrases`);
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

function checkWhole(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return;
  throw new RoteError("usage", `${name} must be a whole number, 0 or more, got ${value}`);
}
