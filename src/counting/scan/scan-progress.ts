/**
 * How far a scan has come, as plain JSON: what a checkpoint keeps and a later scan goes on from.
 *
 * A corpus is scanned in parts (corpus/parts.ts), numbered in the order of the files. Each part that
 * was begun says what it read; one that is not finished says which stretches of it are counted, so
 * that what counters had counted when they were stopped is neither lost nor counted twice. Sums over
 * parts do not depend on their order: the parts of all shards together are the whole scan.
 */
import { digestBlocks } from "../../base/block-hash.ts";
import type { FileState } from "../../corpus/part-plan.ts";
import type { FilesLeft } from "../../corpus/read-part.ts";
import type { CorpusReport } from "../../corpus/pass.ts";
import { LISTED_LINES, type SkippedLine } from "../../corpus/tally.ts";
import type { PairCounts } from "../count-engine.ts";

export type { FileState };

/** One of several scans that together read the whole corpus: number `index` (from 1) of `of`. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** What a part, or several, read. */
export interface PartTally {
  /** Documents counted. */
  readonly documents: number;
  readonly words: number;
  /** Documents that did not pass the filter. */
  readonly filtered: number;
  /** Lines of a part that is read by lines, blank and malformed ones included. */
  readonly lines: number;
  readonly emptyLines: number;
  readonly skippedLines: number;
  /** Invalid UTF-8 sequences that became U+FFFD. */
  readonly replacedCharacters: number;
}

/** The names of a tally's sums. */
export const tallyKeys: readonly (keyof PartTally)[] = [
  "documents",
  "words",
  "filtered",
  "lines",
  "emptyLines",
  "skippedLines",
  "replacedCharacters",
];

/** Nothing read. */
export const emptyTally: PartTally = {
  documents: 0,
  words: 0,
  filtered: 0,
  lines: 0,
  emptyLines: 0,
  skippedLines: 0,
  replacedCharacters: 0,
};

/** A part that was begun. */
export interface PartProgress extends PartTally {
  /** Its number in the plan. */
  readonly part: number;
  /**
   * Absent where the part is done. Else the stretches of it that are counted, ascending and apart:
   * half-open, in bytes of its text or, where a reader makes documents of it, in documents.
   */
  readonly counted?: readonly (readonly [start: number, end: number])[];
  /** Where whole files or a stream were left: what a scan that goes on must find there. */
  readonly left?: FilesLeft;
  /** Of the first thousand skipped lines those of this part, numbered from its first line. */
  readonly skipped?: readonly SkippedLine[];
  /** Lines of the file before a part that lists skipped lines; known when the scan is done. */
  readonly linesBefore?: number;
  /** sha256 of each 16 MiB block of the file that the part hashes, in hex; only where it is done. */
  readonly blocks?: readonly string[];
  /** Metadata of the first document that did not pass the filter, where none did. */
  readonly leftOut?: string;
}

/** How far a scan, or one shard of it, has come. */
export interface ScanProgress {
  readonly files: readonly FileState[];
  /** Parts of the whole plan, of all shards. */
  readonly partCount: number;
  /** Hash of the plan: of how the files are read and cut into parts. */
  readonly plan: string;
  readonly shard: Shard;
  /** Parts dealt to this shard: all of them done is the shard done. */
  readonly dealtCount: number;
  /** Parts that were begun, ascending. */
  readonly parts: readonly PartProgress[];
}

/** Where a scan's progress is saved. */
export interface Checkpoint {
  /** Seconds between two savings. */
  readonly seconds: number;
  /**
   * Save how far the scan has come, with what it has counted since it was opened: a scan that goes
   * on from earlier progress does not know the counts made before. Called at every checkpoint, before
   * an error or an interruption is thrown, and when all is done.
   */
  save(progress: ScanProgress, counts: PairCounts): Promise<void>;
}

/** Parts of one shard or several, ascending. */
export type PartsRead = Pick<ScanProgress, "parts" | "partCount">;

/** What was read of a corpus. */
export type ScanReport = CorpusReport & { readonly words: number };

/** Whether all parts of the plan are done, not only those of one shard. */
export function isWhole({ parts, partCount }: PartsRead): boolean {
  return parts.length === partCount && parts.every(({ blocks }) => blocks !== undefined);
}

/** What was read so far, of all parts together. The hash of the files is known when all are done. */
export function reportProgress(progress: PartsRead, storedBytes: number): ScanReport {
  const sum = (key: keyof PartTally): number =>
    progress.parts.reduce((total, part) => total + part[key], 0);
  const skipped = progress.parts.flatMap(({ skipped: lines = [], linesBefore = 0 }) =>
    lines.map(({ path, line, reason }) => ({ path, line: line + linesBefore, reason })),
  );
  const blocks = progress.parts.flatMap((part) => part.blocks ?? []);
  return {
    documents: sum("documents"),
    words: sum("words"),
    filtered: sum("filtered"),
    storedBytes,
    sha256: isWhole(progress) ? digestBlocks(blocks) : undefined,
    replacedCharacters: sum("replacedCharacters"),
    emptyLines: sum("emptyLines"),
    skippedLines: sum("skippedLines"),
    skipped: skipped.slice(0, LISTED_LINES),
  };
}
