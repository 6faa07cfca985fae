/** What a scan has read of each part: what a checkpoint keeps, and a report is made of. */
import { assert } from "../../base/errors.ts";
import { asError, type Failure } from "../../base/failure.ts";
import { readStoredBytes } from "../../corpus/file-lines.ts";
import type { CorpusFile } from "../../corpus/files.ts";
import { countLines, type Stretches, withStretch } from "../../corpus/line-chunks.ts";
import { readFrameLines, type StreamEnd } from "../../corpus/line-stream.ts";
import type { PartPlan } from "../../corpus/part-plan.ts";
import { dealParts, type RangePart, type StreamPart } from "../../corpus/parts.ts";
import type { CorpusReading } from "../../corpus/read-part.ts";
import { LISTED_LINES } from "../../corpus/tally.ts";
import type { PartBefore, PartResult } from "./count-part.ts";
import { refuseOtherPlan } from "./resume.ts";
import {
  emptyTally,
  type PartProgress,
  type PartTally,
  type ScanProgress,
  type Shard,
  tallyKeys,
} from "./scan-progress.ts";

type Entry = Omit<PartProgress, "counted"> & { readonly counted: Stretches };

export class PartLedger {
  /** The parts of this shard, ascending. */
  readonly numbers: readonly number[];
  readonly #plan: PartPlan;
  readonly #reading: CorpusReading;
  readonly #shard: Shard;
  readonly #entries = new Map<number, Entry>();
  /** Documents counted, in earlier scans too. */
  documents = 0;
  #listed = 0;

  constructor(
    { plan, reading }: { readonly plan: PartPlan; readonly reading: CorpusReading },
    shard: Shard,
    resume?: ScanProgress,
  ) {
    this.#plan = plan;
    this.#reading = reading;
    this.#shard = shard;
    this.numbers = dealParts(plan.weights, shard.index, shard.of);
    if (resume === undefined) return;
    refuseOtherPlan(plan, shard, resume);
    for (const part of resume.parts) {
      this.documents += part.documents;
      this.#set({ ...part, counted: part.counted ?? [] });
    }
  }

  isDone(part: number): boolean {
    return this.#entries.get(part)?.blocks !== undefined;
  }

  /** What of a part is counted. */
  before(part: number): PartBefore {
    const { counted, left } = this.#entry(part);
    return { counted, left };
  }

  /** Note what was counted of a part. */
  add(part: number, result: PartResult): void {
    this.documents += result.documents;
    this.#set(merged(this.#entry(part), result));
  }

  /** Note that all of a stream is counted. */
  endStream(part: number, end: StreamEnd): void {
    this.#set({ ...this.#entry(part), ...end });
  }

  /** Make sure that all is counted. */
  checkFinished(): void {
    assert(
      this.numbers.every((part) => this.isDone(part)),
      "a scan that ends has counted all its parts",
    );
  }

  /** How far the scan has come; `paused` are results of parts that are still counted. */
  progress(paused: ReadonlyMap<number, PartResult> = new Map()): ScanProgress {
    const entries = new Map(this.#entries);
    for (const [part, result] of paused) entries.set(part, merged(this.#entry(part), result));
    const { files, parts, hash } = this.#plan;
    return {
      files,
      partCount: parts.length,
      plan: hash,
      shard: this.#shard,
      dealtCount: this.numbers.length,
      parts: this.#withFirstSkipped(entries.values()).map(({ counted, left, ...entry }) =>
        entry.blocks !== undefined ? entry : { ...entry, counted, ...(left && { left }) },
      ),
    };
  }

  /** The progress of a scan that is done, with what is needed to number its skipped lines. */
  async finished(): Promise<ScanProgress> {
    const progress = this.progress();
    const parts: PartProgress[] = [];
    for (const part of progress.parts)
      parts.push(
        (part.skipped?.length ?? 0) === 0
          ? part
          : { ...part, linesBefore: await this.#linesBefore(part.part) },
      );
    return { ...progress, parts };
  }

  /** An error of a part, its line numbered from the beginning of the file. */
  async errorOf(part: number, failure: Failure): Promise<Error> {
    const { message, detail: { path, line } = {} } = failure;
    const begin = `${String(path)}:${String(line)} `;
    if (typeof line !== "number" || !message.startsWith(begin)) return asError(failure);
    const whole = line + (await this.#linesBefore(part));
    const place = `${String(path)}:${whole} `;
    return asError({
      ...failure,
      message: place + message.slice(begin.length),
      detail: { ...failure.detail, line: whole },
    });
  }

  /** Lines of the file before a part: known of parts that are done, else counted by reading. */
  async #linesBefore(number: number): Promise<number> {
    const { parts } = this.#plan;
    const part = parts[number]!;
    let lines = 0;
    for (let i = number - 1; i >= 0; i--) {
      const before = parts[i]!;
      if (before.kind === "files" || before.kind === "rows" || before.file !== part.file) break;
      lines += this.isDone(i)
        ? this.#entry(i).lines
        : await countPartLines(this.#reading.files[part.file]!, before);
    }
    return lines;
  }

  #entry(part: number): Entry {
    return this.#entries.get(part) ?? { part, ...emptyTally, counted: [] };
  }

  #set(entry: Entry): void {
    const before = this.#entries.get(entry.part)?.skipped?.length ?? 0;
    this.#entries.set(entry.part, entry);
    this.#listed += (entry.skipped?.length ?? 0) - before;
    if (this.#listed <= 4 * LISTED_LINES) return;
    // Only the first are listed: later parts need not keep theirs.
    for (const each of this.#withFirstSkipped(this.#entries.values()))
      this.#entries.set(each.part, each);
    this.#listed = LISTED_LINES;
  }

  /** Entries by part, the first skipped lines among them. */
  #withFirstSkipped(entries: Iterable<Entry>): Entry[] {
    const order = new Map(this.#plan.files.map(({ path }, i) => [path, i]));
    let left = LISTED_LINES;
    return [...entries]
      .sort((a, b) => a.part - b.part)
      .map((entry) => {
        if (entry.skipped === undefined) return entry;
        const skipped = entry.skipped
          .toSorted((a, b) => order.get(a.path)! - order.get(b.path)! || a.line - b.line)
          .slice(0, left);
        left -= skipped.length;
        return { ...entry, skipped };
      });
  }
}

/** What was known of a part, and what was counted of it since. */
function merged(entry: Entry, result: PartResult): Entry {
  const tally = Object.fromEntries(
    tallyKeys.map((key) => [key, entry[key] + result[key]]),
  ) as unknown as PartTally;
  let counted = entry.counted;
  for (const [start, end] of result.counted) counted = withStretch(counted, start, end);
  const skipped = [...(entry.skipped ?? []), ...result.skipped];
  const leftOut = entry.leftOut ?? result.leftOut;
  const left = furthest(entry.left, result.left);
  return {
    part: entry.part,
    ...tally,
    counted,
    ...(skipped.length > 0 && { skipped }),
    ...(leftOut !== undefined && { leftOut }),
    ...(left !== undefined && { left }),
    ...(result.blocks !== undefined && { blocks: result.blocks }),
  };
}

function furthest(a: Entry["left"], b: Entry["left"]): Entry["left"] {
  if (a === undefined || b === undefined) return a ?? b;
  return a.file > b.file || (a.file === b.file && a.bytes > b.bytes) ? a : b;
}

const LF = 0x0a;

/** The lines of a part of a file, by reading it. */
async function countPartLines(file: CorpusFile, part: RangePart | StreamPart): Promise<number> {
  const { start, end } = part.kind === "range" ? part : (part.range ?? { start: 0, end: Infinity });
  let lines = 0;
  if (part.kind === "stream") {
    for await (const step of readFrameLines(file, { start, end }))
      if ("chunk" in step) lines += countLines(step.chunk.bytes);
    return lines;
  }
  // Lines that begin in a range stand behind an LF of it, but the first of the file.
  if (start === 0) lines = 1;
  const { path } = file;
  for await (const bytes of readStoredBytes(path, { start, end, chunkBytes: 1024 * 1024 }))
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) lines += 1;
  return lines;
}
