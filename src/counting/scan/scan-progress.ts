/**
 * How far a scan has come, as plain JSON: what a checkpoint keeps and a later scan goes on from.
 *
 * A corpus is scanned in parts (corpus/parts.ts), numbered in the order of the files. Each part that
 * was begun says what it read; one that is not finished says which stretches of it are counted, so
 * that what counters had counted when they were stopped is neither lost nor counted twice. Sums over
 * parts do not depend on their order: the parts of all shards together are the whole scan.
 */
import type { SkippedLine } from "../../corpus/tally.ts";
import type { PairCounts } from "../count-engine.ts";

/** One of several scans that together read the whole corpus: number `index` (from 1) of `of`. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** A file as it was when its parts were planned. */
export interface FileState {
  readonly path: string;
  readonly byteLength: number;
  /** Time of the last change, in milliseconds. */
  readonly modified: number;
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

/** A part that was begun. */
export interface PartProgress extends PartTally {
  /** Its number in the plan. */
  readonly part: number;
  /**
   * Absent where the part is done. Else the stretches of it that are counted, ascending and apart:
   * half-open, in bytes of its text or, where a reader makes documents of it, in documents.
   */
  readonly counted?: readonly (readonly [start: number, end: number])[];
  /** The first thousand lines skipped in all parts; lines counted from the part's own first. */
  readonly skipped?: readonly SkippedLine[];
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
  /** Hash of the plan: of the files' sizes and of how they are read and cut into parts. */
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
