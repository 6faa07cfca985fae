/**
 * A corpus: files of any mixture of kinds, read as one stream of documents as often as asked.
 *
 * A pass holds a chunk of lines, one row group or one plain-text document in memory, whatever the
 * size of the corpus. Each pass hashes the bytes it reads; two passes that read different bytes are
 * an error, because their counts would not belong together.
 */
import { basename, resolve } from "node:path";
import { RoteError } from "../base/errors.ts";
import type { LongWork } from "../base/progress.ts";
import type { Document } from "./document.ts";
import { type CorpusFile, listFiles } from "./files.ts";
import { type FileState, type PartPlan, planCorpus } from "./part-plan.ts";
import { type CorpusReport, emptyReport, noDocuments, readPass } from "./pass.ts";
import type { CorpusReading } from "./read-part.ts";
import type { Where } from "./records.ts";

/** Which files a corpus is made of, and how they are read. */
export interface CorpusOptions {
  /** Files, folders (read recursively), patterns with `*`, `**` and `?`, or "-" for `stdin`. */
  readonly paths: readonly string[];
  /** Where a record's text stands; a name or a dotted path. Default "text". */
  readonly field?: string | undefined;
  /** Read .txt and .md as a document a line; default a document a file. */
  readonly lines?: boolean | undefined;
  /** Count and list malformed lines instead of stopping at the first. */
  readonly skipMalformed?: boolean | undefined;
  /** Keep only documents whose metadata have all these values. */
  readonly where?: Where | undefined;
  /** Default: the name of the first path, without its kind. */
  readonly name?: string | undefined;
  /** What "-" reads: JSON lines (text lines with `lines`), plain, gzip or zstd. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
}

/** Documents that can be read again and again, always in the same order. */
export interface Corpus {
  readonly name: string;
  /** In the order they are read. */
  readonly files: readonly CorpusFile[];
  /** Files below the given folders and patterns whose kind is not known. */
  readonly ignored: readonly string[];
  /** All documents, in the order of the files. Progress counts stored bytes. */
  documents(options?: LongWork): AsyncGenerator<Document>;
  /** What the latest finished pass read and left out. */
  report(): CorpusReport;
  /** The same documents in parts, which several threads or machines can read together. */
  readonly parts: CorpusParts;
}

/** How a corpus is read in parts. */
export interface CorpusParts {
  readonly reading: CorpusReading;
  /** Cut the files, as they are now, into parts; those of an earlier plan as they were cut then. */
  plan(earlier?: readonly FileState[]): Promise<PartPlan>;
  /** Standard input, where that is the corpus; once. */
  stdin(): AsyncIterable<Uint8Array>;
  /**
   * Note a pass in parts: `report()` tells of it. A pass over all parts that found no document is an
   * error (`leftOut` describes one that did not pass the filter), and so is one that read other bytes
   * than a pass before it. Without a hash, the pass was over some of the parts only.
   */
  finish(report: CorpusReport, leftOut?: string): void;
}

/** Find a corpus's files; nothing is read yet. */
export async function openCorpus({
  paths,
  field = "text",
  lines = false,
  skipMalformed = false,
  where = {},
  name = defaultName(paths),
  stdin,
}: CorpusOptions): Promise<Corpus> {
  const { files, ignored } = await corpusFiles(paths, { lines, stdin });
  const plan = { name, files, field, lines, skipMalformed, where, stdin: readableOnce(stdin) };
  let report = emptyReport;
  const note = (finished: CorpusReport): void => {
    refuseChange(name, report, finished);
    report = finished;
  };
  async function* documents(work: LongWork = {}): AsyncGenerator<Document> {
    note(yield* readPass(plan, work));
  }
  const reading = { files, field, lines, skipMalformed, where };
  const parts: CorpusParts = {
    reading,
    plan: (earlier) => planCorpus(reading, { earlier }),
    stdin: plan.stdin,
    finish: (finished, leftOut) => {
      const isWhole = finished.sha256 !== undefined;
      if (isWhole && finished.documents === 0) throw noDocuments(plan, finished, leftOut);
      note(finished);
    },
  };
  return { name, files, ignored, documents, report: () => report, parts };
}

async function corpusFiles(
  paths: readonly string[],
  { lines, stdin }: Pick<CorpusOptions, "lines" | "stdin">,
): Promise<{ files: readonly CorpusFile[]; ignored: readonly string[] }> {
  if (paths.length === 0)
    throw new RoteError("usage", "a corpus needs at least one file, folder or pattern");
  if (!paths.includes("-")) return listFiles(paths);
  if (paths.length > 1 || stdin === undefined)
    throw new RoteError("usage", "standard input (-) is a corpus of its own; give it alone");
  const kind = lines === true ? "text" : "jsonl";
  return { files: [{ path: "-", byteLength: 0, kind, compression: "none" }], ignored: [] };
}

function defaultName(paths: readonly string[]): string {
  const [first = "", ...others] = paths;
  const stem = first === "-" ? "standard-input" : basename(resolve(first)).replace(/\.[.\w]+$/, "");
  return others.length === 0 ? stem : `${stem}+${others.length}`;
}

function readableOnce(
  stdin: AsyncIterable<Uint8Array> | undefined,
): () => AsyncIterable<Uint8Array> {
  let read = stdin === undefined;
  return () => {
    if (read || stdin === undefined)
      throw new RoteError(
        "usage",
        "standard input can be read once, and this needs another pass; save it to a file",
      );
    read = true;
    return stdin;
  };
}

function refuseChange(name: string, before: CorpusReport, after: CorpusReport): void {
  if (before.sha256 === undefined || after.sha256 === undefined) return;
  if (before.sha256 === after.sha256) return;
  throw new RoteError(
    "corpus/changed",
    `the files of ${name} changed between two passes (sha256 ${before.sha256.slice(0, 12)} before, ${after.sha256.slice(0, 12)} now); start again`,
    { name, before: before.sha256, after: after.sha256 },
  );
}
