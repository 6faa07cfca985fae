/** One pass over the files of a corpus. */
import { BlockHash } from "../base/block-hash.ts";
import { RoteError } from "../base/errors.ts";
import type { LongWork } from "../base/progress.ts";
import { decompress, sniffCompression } from "./compression.ts";
import type { Document } from "./document.ts";
import { readStoredBytes } from "./file-lines.ts";
import type { CorpusFile, FileKind } from "./files.ts";
import { type FileReading, readJsonlDocuments } from "./jsonl.ts";
import { readLineDocuments, readTextDocument } from "./plain-text.ts";
import { listNames, matches, type Where } from "./records.ts";
import { readTableDocuments } from "./tables.ts";
import { type SkippedLine, Tally } from "./tally.ts";

/** What a pass read and what it did not. */
export interface CorpusReport {
  /** Documents that passed the filter. */
  readonly documents: number;
  /** Documents that did not. */
  readonly filtered: number;
  /** Bytes of the files as stored. */
  readonly storedBytes: number;
  /**
   * sha256 over the sha256 of each 16 MiB block of each file as stored, in file order; undefined
   * before the first pass.
   */
  readonly sha256: string | undefined;
  /** Invalid UTF-8 sequences that became U+FFFD. */
  readonly replacedCharacters: number;
  /** Blank lines, which hold no document. */
  readonly emptyLines: number;
  readonly skippedLines: number;
  /** The first thousand skipped lines. */
  readonly skipped: readonly SkippedLine[];
}

export const emptyReport: CorpusReport = {
  documents: 0,
  filtered: 0,
  storedBytes: 0,
  sha256: undefined,
  replacedCharacters: 0,
  emptyLines: 0,
  skippedLines: 0,
  skipped: [],
};

export interface PassPlan {
  readonly name: string;
  readonly files: readonly CorpusFile[];
  readonly field: string;
  readonly lines: boolean;
  readonly skipMalformed: boolean;
  readonly where: Where;
  readonly stdin: () => AsyncIterable<Uint8Array>;
}

/** Yield all documents that pass the filter, and return what was read. */
export async function* readPass(
  plan: PassPlan,
  work: LongWork,
): AsyncGenerator<Document, CorpusReport> {
  const tally = new Tally(plan);
  const stored = new StoredBytes(plan, work);
  stored.begin();
  let [documents, filtered] = [0, 0];
  let leftOut: Document | undefined;
  for (const file of plan.files) {
    for await (const batch of readFile(file, plan, { tally, stored, work })) {
      work.signal?.throwIfAborted();
      for (const document of batch) {
        if (matches(document, plan.where)) {
          documents += 1;
          yield document;
        } else {
          filtered += 1;
          leftOut ??= document;
        }
      }
    }
    stored.hash.endFile();
  }
  const { replacedCharacters, emptyLines, skippedLines, skipped } = tally;
  const storedBytes = stored.done;
  const sha256 = stored.hash.digest();
  const report = { documents, filtered, storedBytes, sha256, replacedCharacters };
  const whole = { ...report, emptyLines, skippedLines, skipped };
  if (documents === 0) throw noDocuments(plan, whole, leftOut && metadataOf(leftOut));
  return whole;
}

interface Reading {
  readonly tally: Tally;
  readonly stored: StoredBytes;
  readonly work: LongWork;
}

function readFile(
  file: CorpusFile,
  { field, lines }: PassPlan,
  { tally, stored, work }: Reading,
): AsyncIterable<readonly Document[]> {
  const { path, kind } = file;
  if (kind === "parquet") return readParquet(file, field, { tally, stored, work });
  return readDocuments(kind, { path, bytes: stored.decompressed(file), field, tally }, lines);
}

/** Read the documents of a file that is not Parquet. */
export function readDocuments(
  kind: Exclude<FileKind, "parquet">,
  reading: FileReading,
  lines: boolean,
): AsyncIterable<readonly Document[]> {
  if (kind === "csv") return readTableDocuments(reading, ",");
  if (kind === "tsv") return readTableDocuments(reading, "\t");
  if (kind === "jsonl") return readJsonlDocuments(reading);
  return lines ? readLineDocuments(reading) : readTextDocument(reading);
}

// Parquet is read from its end and in pieces; its hash needs the bytes in order.
async function* readParquet(
  { path, byteLength }: CorpusFile,
  field: string,
  { tally, stored, work: { signal } }: Reading,
): AsyncGenerator<readonly Document[]> {
  const { readParquetDocuments } = await import("./parquet-documents.ts");
  const onBytes = stored.meter(byteLength);
  yield* readParquetDocuments({ path, field, tally, signal, onBytes });
  onBytes(byteLength);
  for await (const chunk of readStoredBytes(path)) {
    signal?.throwIfAborted();
    stored.hash.update(chunk);
  }
}

/** Reads files as they are stored, on the way counting, hashing and reporting their bytes. */
class StoredBytes {
  readonly hash: BlockHash = new BlockHash();
  done = 0;
  readonly #total: number | undefined;
  readonly #stdin: () => AsyncIterable<Uint8Array>;
  readonly #work: LongWork;

  constructor({ files, stdin }: PassPlan, work: LongWork) {
    const total = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.#total = files.some(({ path }) => path === "-") ? undefined : total;
    this.#stdin = stdin;
    this.#work = work;
  }

  /** Say that reading begins. */
  begin(): void {
    this.#report(0);
  }

  async *decompressed({ path, compression }: CorpusFile): AsyncGenerator<Uint8Array> {
    if (path !== "-") {
      yield* decompress(path, this.#counted(readStoredBytes(path)), compression);
      return;
    }
    const { start, bytes } = await peek(this.#counted(this.#stdin()));
    yield* decompress("standard input", bytes, sniffCompression(start));
  }

  /** A function that takes how much of one file is done, at most `byteLength`. */
  meter(byteLength: number): (done: number) => void {
    const before = this.done;
    return (done) => {
      this.#report(before + Math.min(done, byteLength));
    };
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#work.signal?.throwIfAborted();
      this.hash.update(chunk);
      this.#report(this.done + chunk.byteLength);
      yield chunk;
    }
  }

  #report(done: number): void {
    this.done = done;
    const total = this.#total === undefined ? {} : { total: this.#total };
    this.#work.onProgress?.({ stage: "read corpus", done, unit: "bytes", ...total });
  }
}

/** The first four bytes of a stream, where it has so many, and the whole of it. */
export async function peek(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<{ start: Uint8Array; bytes: AsyncIterable<Uint8Array> }> {
  let start = new Uint8Array(0);
  while (start.byteLength < 4) {
    const next = await chunks.next();
    if (next.done === true) break;
    start = Buffer.concat([start, next.value]);
  }
  async function* bytes(): AsyncGenerator<Uint8Array> {
    if (start.byteLength > 0) yield start;
    yield* chunks;
  }
  return { start, bytes: bytes() };
}

/** The error of a corpus in which nothing can be counted, with all that may be the reason. */
export function noDocuments(
  { name, files, where }: Pick<PassPlan, "name" | "files" | "where">,
  { filtered, emptyLines, skippedLines }: CorpusReport,
  leftOut = "",
): RoteError {
  const conditions = Object.entries(where).map(([key, value]) => `${key}=${value}`);
  const why = [
    filtered > 0 ? `of ${filtered} read, none has ${conditions.join(", ")}` : "",
    leftOut,
    emptyLines > 0 ? `blank lines: ${emptyLines}` : "",
    skippedLines > 0 ? `malformed lines skipped: ${skippedLines}` : "",
  ].filter((reason) => reason !== "");
  const details = why.length === 0 ? "" : `: ${why.join("; ")}`;
  const paths = files.map(({ path }) => path);
  return new RoteError(
    "corpus/empty",
    `the corpus ${name} (${listNames(paths)}) holds no document${details}`,
    { name, paths },
  );
}

/** What metadata a document has that did not pass the filter. */
export function metadataOf({ meta = {} }: Document): string {
  const keys = Object.keys(meta);
  return keys.length === 0
    ? "the first has no metadata"
    : `the first has the metadata ${listNames(keys)}`;
}
