/**
 * A corpus in parts, so that several threads, or several machines, can read it together.
 *
 * The plan is a function of the files alone: the same files give the same parts, whoever plans. Parts
 * are in the order of the files, and every document belongs to one part:
 *
 *   range    lines of a plain file: those that begin after an LF in [start, end), and the first one.
 *            Ranges end at multiples of 16 MiB, as the blocks of the content hash do, so that each
 *            part hashes the block it reads
 *   stream   the lines of a compressed file, from its beginning; or those of the frames that begin in
 *            [start, end), where the file consists of many (frames.ts)
 *   rows     row groups of a Parquet file
 *   files    whole files: many small ones, or one that a reader must have whole
 */
import type { RowGroupPlace } from "../base/parquet.ts";
import type { CorpusFile } from "./files.ts";
import type { Where } from "./records.ts";

export type CorpusPart = RangePart | StreamPart | RowsPart | FilesPart;

/** Numbers of files index the corpus's list of files. */
export interface RangePart {
  readonly kind: "range";
  readonly file: number;
  readonly start: number;
  readonly end: number;
}

export interface StreamPart {
  readonly kind: "stream";
  readonly file: number;
  /** Absent: the whole file. */
  readonly range?: { readonly start: number; readonly end: number };
}

/** Row groups [firstGroup, endGroup), which begin with row `firstRow` (from 0) and stand in bytes [start, end). */
export interface RowsPart {
  readonly kind: "rows";
  readonly file: number;
  readonly firstGroup: number;
  readonly endGroup: number;
  readonly firstRow: number;
  readonly start: number;
  readonly end: number;
}

/** The files [file, endFile). */
export interface FilesPart {
  readonly kind: "files";
  readonly file: number;
  readonly endFile: number;
}

/** A file as far as the plan must know it. */
export interface PlannedFile extends Pick<
  CorpusFile,
  "path" | "byteLength" | "kind" | "compression"
> {
  /** Of a Parquet file of at least `batchBytes`. */
  readonly rowGroups?: readonly RowGroupPlace[];
  /** Of a compressed file of lines of more than `partBytes`: whether it consists of many frames. */
  readonly hasFrames?: boolean;
}

/** Default of `partBytes`. */
export const PART_BYTES: number = 16 * 1024 * 1024;
/** Default of `batchBytes`. */
export const BATCH_BYTES: number = 4 * 1024 * 1024;

/** How a corpus is cut. */
export interface PartOptions {
  /** Text files hold a document a line. */
  readonly lines?: boolean;
  /** Keep only documents whose metadata have all these values. */
  readonly where?: Where;
  /** Length of a range; default 16 MiB. */
  readonly partBytes?: number;
  /** Small files are read together up to this many bytes, and row groups; default 4 MiB. */
  readonly batchBytes?: number;
  /** A compressed file of so many stored bytes is a stream; default 1 MiB. */
  readonly streamBytes?: number;
}

/** Cut files into parts. */
export function planParts(
  files: readonly PlannedFile[],
  {
    lines = false,
    where = {},
    partBytes = PART_BYTES,
    batchBytes = BATCH_BYTES,
    streamBytes = 1024 * 1024,
  }: PartOptions = {},
): readonly CorpusPart[] {
  const parts: CorpusPart[] = [];
  let batch: { file: number; endFile: number; bytes: number } | undefined;
  const endBatch = (): void => {
    if (batch !== undefined)
      parts.push({ kind: "files", file: batch.file, endFile: batch.endFile });
    batch = undefined;
  };
  for (const [file, planned] of files.entries()) {
    const byLines = isReadByLines(planned.kind, { lines, where });
    const cut = cutFile(planned, file, { byLines, partBytes, batchBytes, streamBytes });
    if (cut !== undefined || (batch?.bytes ?? 0) + planned.byteLength > batchBytes) endBatch();
    if (cut !== undefined) parts.push(...cut);
    else
      batch = {
        file: batch?.file ?? file,
        endFile: file + 1,
        bytes: (batch?.bytes ?? 0) + planned.byteLength,
      };
  }
  endBatch();
  return parts;
}

/** Whether bytes of lines are all that is needed to count a file of this kind. */
export function isReadByLines(
  kind: CorpusFile["kind"],
  { lines, where }: { readonly lines: boolean; readonly where: Where },
): boolean {
  // A line without an `id` is named by its number, which nobody knows in the middle of a file.
  return (kind === "jsonl" || (kind === "text" && lines)) && !("id" in where);
}

/** The parts of a file that is cut; undefined where it is read whole. */
function cutFile(
  { path, byteLength, kind, compression, rowGroups, hasFrames }: PlannedFile,
  file: number,
  {
    byLines,
    partBytes,
    batchBytes,
    streamBytes,
  }: { byLines: boolean; partBytes: number; batchBytes: number; streamBytes: number },
): CorpusPart[] | undefined {
  if (path === "-") return [{ kind: "stream", file }];
  if (kind === "parquet" && rowGroups !== undefined && rowGroups.length > 0)
    return cutRows(file, byteLength, rowGroups, batchBytes);
  if (!byLines) return undefined;
  if (compression !== "none") {
    if (byteLength < streamBytes) return undefined;
    if (hasFrames !== true) return [{ kind: "stream", file }];
    return cutRanges(byteLength, partBytes).map((range) => ({ kind: "stream", file, range }));
  }
  return byteLength <= Math.min(batchBytes, partBytes)
    ? undefined
    : cutRanges(byteLength, partBytes).map((range) => ({ kind: "range", file, ...range }));
}

function cutRanges(byteLength: number, partBytes: number): { start: number; end: number }[] {
  return Array.from({ length: Math.ceil(byteLength / partBytes) }, (_, i) => ({
    start: i * partBytes,
    end: Math.min(byteLength, (i + 1) * partBytes),
  }));
}

function cutRows(
  file: number,
  byteLength: number,
  groups: readonly RowGroupPlace[],
  batchBytes: number,
): RowsPart[] {
  const parts: RowsPart[] = [];
  let [firstGroup, firstRow, row, start] = [0, 0, 0, 0];
  for (const [group, { rows }] of groups.entries()) {
    row += rows;
    const end = Math.max(start, groups[group + 1]?.start ?? byteLength);
    if (end - start < batchBytes && group + 1 < groups.length) continue;
    parts.push({ kind: "rows", file, firstGroup, endGroup: group + 1, firstRow, start, end });
    [firstGroup, firstRow, start] = [group + 1, row, end];
  }
  return parts;
}

/** Stored bytes of a part. */
export function partBytes(
  part: CorpusPart,
  files: readonly Pick<CorpusFile, "byteLength">[],
): number {
  if (part.kind === "range" || part.kind === "rows") return part.end - part.start;
  if (part.kind === "stream")
    return part.range ? part.range.end - part.range.start : files[part.file]!.byteLength;
  return files.slice(part.file, part.endFile).reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/**
 * The numbers of the parts that one of several scans reads, ascending: the largest parts are dealt
 * first, each to the scan that has fewest bytes so far, so that the scans are as even as the parts allow.
 */
export function dealParts(
  weights: readonly number[],
  index: number,
  of: number,
): readonly number[] {
  if (of === 1) return weights.map((_, part) => part);
  const order = weights.map((_, part) => part).sort((a, b) => weights[b]! - weights[a]! || a - b);
  const sums = new Float64Array(of);
  const dealt: number[] = [];
  for (const part of order) {
    let least = 0;
    for (let i = 1; i < of; i++) if (sums[i]! < sums[least]!) least = i;
    sums[least]! += weights[part]!;
    if (least === index - 1) dealt.push(part);
  }
  return dealt.sort((a, b) => a - b);
}
