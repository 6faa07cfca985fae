/** One pass over a corpus that counts it, on this thread or on several. */
import { asError } from "../../base/failure.ts";
import type { LongWork } from "../../base/progress.ts";
import type { Document } from "../../corpus/document.ts";
import { readStoredBytes } from "../../corpus/file-lines.ts";
import { readFrameLines, readLineStream } from "../../corpus/line-stream.ts";
import { type PartPlan, readStates, refuseChangedFile } from "../../corpus/part-plan.ts";
import { partBytes, type StreamPart } from "../../corpus/parts.ts";
import type { CorpusReading } from "../../corpus/read-part.ts";
import type { PairCounts } from "../count-engine.ts";
import type { CounterThread } from "./counter-threads.ts";
import { Crew } from "./crew.ts";
import { PartLedger } from "./part-ledger.ts";
import { PartWork } from "./part-work.ts";
import type { CountedQuery } from "./prepare-scan.ts";
import { ScanCourse, type CourseOptions } from "./scan-course.ts";
import type { ScanProgress, Shard } from "./scan-progress.ts";
import { readHere, type StreamSource, StreamWorkers } from "./stream-feed.ts";

/** A corpus whose files can be read in parts. */
export interface ScannedParts {
  readonly reading: CorpusReading;
  readonly plan: PartPlan;
  /** Standard input, where that is the corpus. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
}

export interface RunOptions extends LongWork, CourseOptions {
  /** Threads that count. */
  readonly jobs: number;
  readonly shard: Shard;
  readonly resume?: ScanProgress | undefined;
}

/** What was counted in this scan, and what was read in it and in those it goes on from. */
export interface ScanResult {
  readonly counts: PairCounts;
  readonly progress: ScanProgress;
  /** Stored bytes of all parts that are done. */
  readonly storedBytes: number;
}

// Below this size starting workers costs more than they save.
export const WORKERS_FROM_BYTES: number = 4 * 1024 * 1024;

/** Count a corpus in parts. */
export async function scanParts(
  corpus: ScannedParts,
  prepare: () => Omit<CountedQuery, "field">,
  options: RunOptions,
): Promise<ScanResult> {
  const { plan, reading } = corpus;
  const ledger = new PartLedger(corpus, options.shard, options.resume);
  const { numbers } = ledger;
  const stdin = await gathered(corpus, WORKERS_FROM_BYTES);
  const undone = numbers.filter((part) => !ledger.isDone(part));
  const left = undone.reduce((sum, part) => sum + plan.weights[part]!, 0);
  const isSmall = stdin === undefined ? left < WORKERS_FROM_BYTES : stdin.isWhole;
  await using crew = await Crew.start(reading, prepare, isSmall ? 0 : options.jobs);
  await using workers = new StreamWorkers();
  const work = new PartWork({
    parts: plan.parts,
    ledger,
    // One more than can be counted, so that the next one is ready when a stream ends.
    streams: crew.threads.length + 1,
    openStream: streamOpener(corpus, ledger, { stdin, workers: isSmall ? undefined : workers }),
    onStored: (bytes) => {
      crew.addBytes(bytes);
    },
  });
  const report = progressReporter(corpus, ledger, crew, options);
  report();
  const timer = setInterval(report, 200);
  try {
    await new ScanCourse(crew, work, ledger, options).finish();
  } finally {
    clearInterval(timer);
  }
  ledger.checkFinished();
  await refuseChange(plan, numbers);
  report();
  const progress = await ledger.finished();
  await options.checkpoint?.save(progress, crew.totals());
  const storedBytes =
    stdin === undefined
      ? numbers.reduce((sum, part) => sum + partBytes(plan.parts[part]!, plan.files), 0)
      : crew.bytes;
  return { counts: crew.totals(), progress, storedBytes };
}

/** How a stream is opened: in a worker of its own, but for standard input and small corpora. */
function streamOpener(
  { reading }: ScannedParts,
  ledger: PartLedger,
  {
    stdin,
    workers,
  }: { readonly stdin: GatheredInput | undefined; readonly workers: StreamWorkers | undefined },
): (part: StreamPart, number: number) => StreamSource {
  return ({ file: index, range }, number) => {
    const { counted, left: prefix } = ledger.before(number);
    const file = reading.files[index]!;
    const options = { counted, prefix };
    if (stdin !== undefined) return readHere(readLineStream(file, stdin.bytes, options));
    if (workers !== undefined) return workers.open(file, range, options);
    if (range !== undefined) return readHere(readFrameLines(file, range, options));
    return readHere(readLineStream(file, readStoredBytes(file.path), options));
  };
}

/** A function that tells how far a scan is, parts that earlier scans have read included. */
function progressReporter(
  { plan, reading }: ScannedParts,
  ledger: PartLedger,
  crew: Crew,
  { onProgress }: RunOptions,
): () => void {
  const weigh = (parts: readonly number[]): number =>
    parts.reduce((sum, part) => sum + plan.weights[part]!, 0);
  const before = weigh(ledger.numbers.filter((part) => ledger.isDone(part)));
  const whole = weigh(ledger.numbers);
  const isSized = reading.files[0]?.path !== "-";
  return () => {
    const done = before + crew.bytes;
    const total = isSized ? { total: Math.max(whole, done) } : {};
    const { documents } = ledger;
    onProgress?.({ stage: "count", done, ...total, unit: "bytes", documents });
  };
}

/** Files that changed while they were counted were counted half in one state, half in another. */
async function refuseChange(plan: PartPlan, numbers: readonly number[]): Promise<void> {
  const files = new Set(
    numbers.flatMap((number) => {
      const part = plan.parts[number]!;
      const end = part.kind === "files" ? part.endFile : part.file + 1;
      return Array.from({ length: end - part.file }, (_, i) => part.file + i);
    }),
  );
  const states = [...files].map((file) => plan.files[file]!);
  const now = await readStates(states.map(({ path }) => path));
  for (const [i, state] of states.entries())
    refuseChangedFile(state, now[i], "while it was counted");
}

interface GatheredInput {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Whether standard input ended below the limit. */
  readonly isWhole: boolean;
}

/** Standard input, read up to a limit to know whether it is small; undefined where files are read. */
async function gathered(
  { reading, stdin }: ScannedParts,
  limit: number,
): Promise<GatheredInput | undefined> {
  if (reading.files[0]?.path !== "-") return undefined;
  const chunks = stdin()[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let [size, isWhole] = [0, false];
  while (size < limit && !isWhole) {
    const next = await chunks.next();
    isWhole = next.done === true;
    if (next.done === true) break;
    first.push(next.value);
    size += next.value.length;
  }
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield* first.splice(0);
    if (!isWhole) yield* { [Symbol.asyncIterator]: () => chunks };
  }
  return { bytes: bytes(), isWhole };
}

const noReading: CorpusReading = {
  files: [],
  field: "text",
  lines: false,
  skipMalformed: false,
  where: {},
};

/** Count documents that only their corpus knows how to read; `jobs` 0 counts on this thread. */
export async function scanDocuments(
  documents: AsyncIterable<Document>,
  prepare: () => Omit<CountedQuery, "field">,
  jobs: number,
): Promise<{ readonly counts: PairCounts; readonly documents: number; readonly words: number }> {
  await using crew = await Crew.start(noReading, prepare, jobs);
  const source = batches(documents);
  const read = { documents: 0, words: 0 };
  const drive = async (thread: CounterThread): Promise<void> => {
    for await (const texts of { [Symbol.asyncIterator]: () => source }) {
      const result = await thread.count({ kind: "texts", texts }, () => undefined);
      if (result.failure !== undefined) throw asError(result.failure);
      read.documents += result.documents;
      read.words += result.words;
    }
  };
  await Promise.all(crew.threads.map(drive));
  await crew.flush();
  return { ...read, counts: crew.totals() };
}

// Large enough that sending costs little, small enough that all workers are busy to the end.
const BATCH_UNITS = 512 * 1024;

async function* batches(documents: AsyncIterable<Document>): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  let units = 0;
  for await (const { text } of documents) {
    batch.push(text);
    units += text.length;
    if (units < BATCH_UNITS) continue;
    yield batch;
    [batch, units] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}
