/** Counts what is read of a corpus: the fast way where bytes are enough, else document by document. */
import { RoteError } from "../../base/errors.ts";
import type { Document } from "../../corpus/document.ts";
import { readJsonDocument } from "../../corpus/jsonl.ts";
import { decodeUtf8, withoutReturn } from "../../corpus/lines.ts";
import { metadataOf } from "../../corpus/pass.ts";
import type { CorpusReading } from "../../corpus/read-part.ts";
import { matches } from "../../corpus/records.ts";
import type { Tally } from "../../corpus/tally.ts";
import type { TextCounter } from "./text-counter.ts";

const LF = 0x0a;

/** Where lines stand. */
export interface LinesPlace {
  readonly file: number;
  /** Number of the first line. */
  readonly firstLine: number;
}

/** Counts documents on one thread. */
export class CorpusCounter {
  readonly #counter: TextCounter;
  readonly #reading: CorpusReading;
  readonly #hasFilter: boolean;
  /** Whether the counter itself can find the text in a line of JSON. */
  readonly #findsField: boolean;
  filtered = 0;
  /** Metadata of the first document that did not pass the filter. */
  leftOut: string | undefined;

  constructor(counter: TextCounter, reading: CorpusReading) {
    this.#counter = counter;
    this.#reading = reading;
    this.#hasFilter = Object.keys(reading.where).length > 0;
    this.#findsField = !reading.field.includes(".");
  }

  get documents(): number {
    return this.#counter.documents;
  }

  get words(): number {
    return this.#counter.words;
  }

  flush(): void {
    this.#counter.flush();
  }

  /** Count whole lines; `progress` tells how far, also where an error ends the counting. */
  countLines(bytes: Uint8Array, place: LinesPlace, progress: LineProgress): void {
    const { path, kind } = this.#reading.files[place.file]!;
    const isFast = !this.#hasFilter && (kind === "text" || this.#findsField);
    try {
      // Once for all lines: to copy what is left after each closer look takes time by the square.
      if (isFast) this.#counter.input(bytes.length).set(bytes);
      while (progress.at < bytes.length) {
        if (isFast) this.#countFast(bytes.length, kind === "jsonl", progress);
        if (progress.at === bytes.length) return;
        this.#countNextLine(bytes, place, progress);
      }
    } catch (error) {
      throw withPlace(error, { path, line: place.firstLine + progress.lines });
    }
  }

  /** Count a document, or the bytes of its text. */
  countItem(item: Document | Uint8Array, tally: Tally): void {
    if (!(item instanceof Uint8Array)) {
      if (!this.#hasFilter || matches(item, this.#reading.where))
        this.#counter.countText(item.text);
      else {
        this.filtered += 1;
        this.leftOut ??= metadataOf(item);
      }
      return;
    }
    this.#counter.input(item.length).set(item);
    if (!this.#counter.countDocument(0, item.length))
      this.#counter.countText(decodeUtf8(item, tally));
  }

  /** Count lines of the counter's input up to the next one that needs a closer look. */
  #countFast(end: number, isJson: boolean, progress: LineProgress): void {
    const counter = this.#counter;
    const { lines, blankLines } = counter;
    try {
      progress.at = isJson
        ? counter.countJsonLines(progress.at, end)
        : counter.countTextLines(progress.at, end);
    } finally {
      progress.lines += counter.lines - lines;
      progress.tally.emptyLines += counter.blankLines - blankLines;
    }
  }

  #countNextLine(bytes: Uint8Array, { file, firstLine }: LinesPlace, progress: LineProgress): void {
    const lf = bytes.indexOf(LF, progress.at);
    const end = lf === -1 ? bytes.length : lf;
    const line = firstLine + progress.lines;
    this.#countLine(bytes.subarray(progress.at, end), file, line, progress.tally);
    progress.at = lf === -1 ? bytes.length : lf + 1;
    progress.lines += 1;
  }

  #countLine(bytes: Uint8Array, file: number, line: number, tally: Tally): void {
    const { files, field } = this.#reading;
    const { path, kind } = files[file]!;
    const text = decodeUtf8(withoutReturn(bytes), tally);
    if (kind === "jsonl") {
      const document = readJsonDocument(text, field, { path, line, tally });
      if (document !== undefined) this.countItem(document, tally);
    } else if (text.trim() === "") tally.emptyLines += 1;
    else this.countItem({ id: `${path}:${line}`, text, source: path }, tally);
  }
}

/** How far the lines of a chunk are counted; also where an error ended the counting. */
export interface LineProgress {
  readonly tally: Tally;
  /** Bytes of whole lines. */
  at: number;
  lines: number;
}

/** An error of the counting; one about a document that finds no room is told where that stands. */
export function withPlace(
  error: unknown,
  { path, line }: { readonly path: string; readonly line?: number },
): unknown {
  if (!(error instanceof RoteError) || error.code !== "count/limit") return error;
  const { code, message, cause } = error;
  if (line === undefined) return new RoteError(code, `${path}: ${message}`, { path }, cause);
  return new RoteError(code, `${path}:${line} ${message}`, { path, line }, cause);
}
