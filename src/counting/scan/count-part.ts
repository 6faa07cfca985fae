/** Counts the parts of a corpus on one thread, and says of each what it read. */
import { asFailure, type Failure } from "../../base/failure.ts";
import type { StreamChunk } from "../../corpus/line-stream.ts";
import { type LineChunk, type Stretches, withStretch } from "../../corpus/line-chunks.ts";
import { tooLong } from "../../corpus/lines.ts";
import type { CorpusPart, StreamPart } from "../../corpus/parts.ts";
import {
  type CorpusReading,
  type FilesLeft,
  type Piece,
  readPart,
} from "../../corpus/read-part.ts";
import { readPrefix } from "../../corpus/stored-prefix.ts";
import { type SkippedLine, Tally } from "../../corpus/tally.ts";
import { CorpusCounter, type LineProgress, withPlace } from "./corpus-counter.ts";
import type { TextCounter } from "./text-counter.ts";
import type { PartTally } from "./scan-progress.ts";

/** What was counted of a part: all of it, or what there was time for. Plain data. */
export interface PartResult extends PartTally {
  /** The stretches counted here. */
  readonly counted: Stretches;
  readonly skipped: readonly SkippedLine[];
  /** Where the reading was left, as a later one must find it. */
  readonly left?: FilesLeft;
  /** Hashes of the part's blocks, in hex; only where it was read to its end. */
  readonly blocks?: readonly string[];
  /** Metadata of the first document that did not pass the filter. */
  readonly leftOut?: string;
  /** What ended the reading. */
  readonly failure?: Failure;
}

/** What of a part is counted already. */
export interface PartBefore {
  readonly counted: Stretches;
  readonly left?: FilesLeft | undefined;
}

/** Whether the reading of a part goes on; asked between two pieces. */
export interface PartControl {
  readonly onBytes: (stored: number) => void;
  /** Told what has been counted so far. */
  readonly goesOn: (soFar: () => PartResult) => Promise<boolean> | boolean;
}

export class PartCounter {
  readonly #counter: CorpusCounter;
  readonly #reading: CorpusReading;

  constructor(counter: TextCounter, reading: CorpusReading) {
    this.#counter = new CorpusCounter(counter, reading);
    this.#reading = reading;
  }

  /** Add what was counted to the totals. */
  flush(): void {
    this.#counter.flush();
  }

  /** Count what of a part is not yet counted. Never throws: an error is part of the result. */
  async countPart(
    part: Exclude<CorpusPart, StreamPart>,
    { counted, left }: PartBefore,
    { onBytes, goesOn }: PartControl,
  ): Promise<PartResult> {
    const sums = new PartSums(this.#counter, this.#reading);
    const pieces = readPart(part, this.#reading, {
      counted,
      left,
      onBytes,
      tally: sums.readerTally,
      onPiece: (now) => (sums.left = now),
    });
    try {
      for (;;) {
        const next = await pieces.next();
        if (next.done === true) return sums.result({ blocks: next.value });
        sums.countPiece(next.value);
        if (await goesOn(() => sums.result())) continue;
        await pieces.return([]);
        return sums.result();
      }
    } catch (error) {
      return sums.result({ failure: asFailure(error), ...(await this.#leftBefore(sums)) });
    }
  }

  /**
   * Where a plain file of lines was left at an error: before the line that is wrong, which may be mended,
   * and not where reading ahead had come to.
   */
  async #leftBefore({ left, lineEnd }: PartSums): Promise<{ readonly left?: FilesLeft }> {
    if (left === undefined || lineEnd?.file !== left.file) return {};
    const { path, compression } = this.#reading.files[left.file]!;
    if (compression !== "none") return {};
    return { left: { file: left.file, ...(await readPrefix(path, lineEnd.bytes)) } };
  }

  /** Count a chunk of the lines of a file. */
  countChunk(file: number, chunk: StreamChunk): PartResult {
    const sums = new PartSums(this.#counter, this.#reading);
    try {
      if (chunk.prefix !== undefined) sums.left = { file, ...chunk.prefix };
      sums.countLines({ file, start: chunk.start }, chunk, chunk.firstLine);
      return sums.result();
    } catch (error) {
      return sums.result({ failure: asFailure(error) });
    }
  }

  /** Count texts that no file is known of. */
  countTexts(texts: readonly string[]): PartResult {
    const sums = new PartSums(this.#counter, this.#reading);
    try {
      for (const text of texts) sums.countText(text);
      return sums.result();
    } catch (error) {
      return sums.result({ failure: asFailure(error) });
    }
  }
}

/** Sums over one part. */
class PartSums {
  /** What readers of documents noted: of the whole part, counted before or now. */
  readonly readerTally: Tally;
  readonly #lineTally: Tally;
  readonly #counter: CorpusCounter;
  readonly #reading: CorpusReading;
  readonly #before: {
    readonly documents: number;
    readonly words: number;
    readonly filtered: number;
  };
  left: FilesLeft | undefined;
  /** Where the lines of a file are counted to, in bytes of its text. */
  lineEnd: { readonly file: number; readonly bytes: number } | undefined;
  #counted: Stretches = [];
  #lines = 0;
  /** The file whose lines are counted, and the number of the line that comes next. */
  #file = -1;
  #line = 1;

  constructor(counter: CorpusCounter, reading: CorpusReading) {
    const { documents, words, filtered } = counter;
    this.#before = { documents, words, filtered };
    this.#counter = counter;
    this.#reading = reading;
    this.readerTally = new Tally(reading);
    this.#lineTally = new Tally(reading);
    counter.leftOut = undefined;
  }

  countPiece(piece: Piece): void {
    if (piece.kind === "lines") {
      if (piece.file !== this.#file) [this.#file, this.#line] = [piece.file, 1];
      this.countLines(piece, piece.chunk, this.#line + piece.chunk.passed);
      return;
    }
    let end = piece.start;
    try {
      for (const item of piece.items) {
        this.#counter.countItem(item, this.#lineTally);
        end += 1;
      }
    } catch (error) {
      throw withPlace(error, this.#reading.files[piece.file]!);
    } finally {
      this.#counted = withStretch(this.#counted, piece.start, end);
    }
  }

  countLines(
    { file, start }: Pick<Piece, "file" | "start">,
    chunk: LineChunk,
    firstLine: number,
  ): void {
    const progress: LineProgress = { tally: this.#lineTally, at: 0, lines: 0 };
    try {
      this.#counter.countLines(chunk.bytes, { file, firstLine }, progress);
    } finally {
      this.#lines += progress.lines;
      this.#line = firstLine + progress.lines;
      this.#counted = withStretch(this.#counted, start, start + progress.at);
      this.lineEnd = { file, bytes: chunk.start + progress.at };
    }
    if (chunk.isBeforeTooLong) throw tooLong(this.#reading.files[file]!.path, this.#line);
  }

  countText(text: string): void {
    this.#counter.countItem({ id: "", text }, this.#lineTally);
  }

  result(end: Pick<PartResult, "blocks" | "failure" | "left"> = {}): PartResult {
    const { documents, words, filtered, leftOut } = this.#counter;
    // An unfinished part is read again, and its readers note the same again.
    const tallies =
      end.blocks === undefined ? [this.#lineTally] : [this.#lineTally, this.readerTally];
    const sum = (key: "emptyLines" | "skippedLines" | "replacedCharacters"): number =>
      tallies.reduce((total, tally) => total + tally[key], 0);
    return {
      documents: documents - this.#before.documents,
      words: words - this.#before.words,
      filtered: filtered - this.#before.filtered,
      lines: this.#lines,
      emptyLines: sum("emptyLines"),
      skippedLines: sum("skippedLines"),
      replacedCharacters: sum("replacedCharacters"),
      skipped: tallies.flatMap(({ skipped }) => skipped),
      counted: this.#counted,
      ...(leftOut === undefined ? {} : { leftOut }),
      ...(this.left === undefined ? {} : { left: this.left }),
      ...end,
    };
  }
}
