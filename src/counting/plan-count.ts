/** What a count would read and need, found out without counting. */
import type { Corpus } from "../corpus/corpus.ts";
import type { CorpusFile } from "../corpus/files.ts";
import { dealParts } from "../corpus/parts.ts";
import { wordsPolicy } from "../text/policies.ts";
import type { CountQuestion } from "./question.ts";
import type { ResumableOptions } from "./resumable-count.ts";
import { buildQueryTables } from "./scan/query-tables.ts";
import { estimateScanMemory, type MemoryEstimate } from "./scan/scan-memory.ts";
import type { Shard } from "./scan/scan-progress.ts";

/** Sizes of a count. */
export interface CountPlan {
  readonly corpus: string;
  readonly files: number;
  /** As stored, of all files. */
  readonly bytes: number;
  /** Pieces the corpus is cut into, which workers and shards share. */
  readonly parts: number;
  /** What of it is counted. */
  readonly shard: Shard & { readonly parts: number; readonly bytes: number };
  /** Phrases asked for alone. */
  readonly phrases: number;
  readonly pairs: number;
  /** Different phrases among all of these. */
  readonly distinctPhrases: number;
  readonly jobs: number;
  /** Of the whole process at most, the worker threads included; documents longer than 4 MiB come on top. */
  readonly memory: MemoryEstimate;
  /** At `TEXT_BYTES_PER_SECOND`. */
  readonly seconds: number;
}

/** How the count would be made. */
export type CountPlanOptions = Pick<ResumableOptions, "policy" | "jobs" | "window" | "shard">;

/** A cautious rate of one worker on a million pairs; what it really is, depends on the pairs and the machine. */
export const TEXT_BYTES_PER_SECOND = 50_000_000;
/** Bytes of text in a stored byte of a compressed file, as prose in gzip has. */
const TEXT_PER_COMPRESSED_BYTE = 3;

/** Resident bytes of Node with this program, and of each worker thread. */
const NODE_BYTES = 100_000_000;
const WORKER_BYTES = 20_000_000;
/**
 * What the question and its counts take outside the scan's own memory, garbage included: fitted from
 * above to the peaks of five questions of 10 thousand to 10 million pairs (17 thousand to 2.7 million
 * phrases), which were 35 to 100 % of the estimate.
 */
const PHRASE_BYTES = 270;
const PAIR_BYTES = 40;

/** Plan a count. */
export async function planCount(
  corpus: Corpus,
  question: CountQuestion,
  { policy = wordsPolicy, jobs = 1, window, shard = { index: 1, of: 1 } }: CountPlanOptions = {},
): Promise<CountPlan> {
  const { parts, weights } = await corpus.parts.plan();
  const dealt = dealParts(weights, shard.index, shard.of);
  const textBytes = dealt.map(
    (part) => weights[part]! * textPerByte(corpus.files[parts[part]!.file]!),
  );
  const pairs = question.pairs.length / 2;
  const { sizes } = buildQueryTables(question.phrases, policy);
  const scan = estimateScanMemory({ ...sizes, pairs, isWindowed: window !== undefined }, jobs);
  return {
    corpus: corpus.name,
    files: corpus.files.length,
    bytes: sum(weights),
    parts: parts.length,
    shard: { ...shard, parts: dealt.length, bytes: sum(dealt.map((part) => weights[part]!)) },
    phrases: question.asked.length,
    pairs,
    distinctPhrases: sizes.phrases,
    jobs,
    memory: ofProcess(scan, { phrases: sizes.phrases, pairs, jobs }),
    seconds: sum(textBytes) / TEXT_BYTES_PER_SECOND / jobs,
  };
}

function ofProcess(
  scan: MemoryEstimate,
  { phrases, pairs, jobs }: Pick<CountPlan, "phrases" | "pairs" | "jobs">,
): MemoryEstimate {
  const parts = [
    ...scan.parts,
    { what: "question and rows", bytes: PHRASE_BYTES * phrases + PAIR_BYTES * pairs },
    { what: "Node", bytes: NODE_BYTES + WORKER_BYTES * jobs },
  ];
  return { bytes: sum(parts.map(({ bytes }) => bytes)), parts };
}

function textPerByte({ kind, compression }: CorpusFile): number {
  return kind === "parquet" || compression !== "none" ? TEXT_PER_COMPRESSED_BYTE : 1;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
