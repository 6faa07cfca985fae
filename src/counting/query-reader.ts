/**
 * Lines of a file of queries, most of them read from their bytes as they stand. The others are
 * decoded, parsed and checked one by one: those with escapes or further keys, those that bring a new
 * phrase without an ASCII letter or digit, which may have no words, and those that are an error.
 */
import { isUtf8 } from "node:buffer";
import { GrowingUint32Array } from "../base/growing-array.ts";
import { messageOf, RoteError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import { phraseKey } from "../text/policies.ts";
import type { TextPolicy } from "../text/policy.ts";
import { PhraseTable } from "./phrase-table.ts";
import { findColumns, findLineEnd, findStrings, hasAsciiWord, type Spans } from "./query-lines.ts";

const CR = 0x0d;

/** Reads the lines of one file of queries: each field's phrase goes into a table of phrases. */
export class QueryReader {
  readonly #path: string;
  readonly #fields: readonly string[];
  readonly #keys: readonly Uint8Array[];
  readonly #phrases: PhraseTable;
  readonly #policy: TextPolicy;
  readonly #queries = new GrowingUint32Array();
  #format: "json" | "columns" | undefined;
  #line = 1;
  // Phrases found in lines but not yet looked up, where their first line is, and what is found.
  readonly #spans: Spans = { bounds: new Uint32Array(2 * PhraseTable.batchSize), count: 0 };
  #spansLine = 1;
  readonly #numbers = new Int32Array(PhraseTable.batchSize);

  /** `fields` are the keys of a JSON line; a line of TSV has as many columns. */
  constructor(
    path: string,
    fields: readonly string[],
    { phrases, policy }: { readonly phrases: PhraseTable; readonly policy: TextPolicy },
  ) {
    this.#path = path;
    this.#fields = fields;
    this.#keys = fields.map((field) => Buffer.from(`"${field}"`));
    this.#phrases = phrases;
    this.#policy = policy;
  }

  /** The number of the line that comes next, counted from 1. */
  get line(): number {
    return this.#line;
  }

  /** Queries read so far. */
  get count(): number {
    return this.#queries.length / this.#fields.length;
  }

  /** Read neighboring lines, each ended by LF but perhaps the last. */
  read(lines: Buffer): void {
    const sound = isUtf8(lines);
    for (let start = 0; start < lines.length; this.#line += 1) {
      const lf = findLineEnd(lines, start);
      const end = lf > start && lines[lf - 1] === CR ? lf - 1 : lf;
      if (!(sound && this.#findPhrases(lines, start, end))) {
        this.#lookUp(lines);
        this.#readText(lines.subarray(start, end));
      }
      start = lf + 1;
    }
    this.#lookUp(lines);
  }

  /** The table's number of each phrase of each query, in the order of the file. */
  finish(): Uint32Array {
    if (this.#format === undefined)
      throw new RoteError("file/malformed", `${this.#path} is empty; give a line for each count`, {
        path: this.#path,
      });
    return this.#queries.toArray();
  }

  /** Find the phrases of a line as it stands; false where it has to be decoded. */
  #findPhrases(bytes: Buffer, start: number, end: number): boolean {
    const [spans, columns] = [this.#spans, this.#fields.length];
    if (this.#format === undefined) return false;
    if (spans.count + columns > PhraseTable.batchSize) this.#lookUp(bytes);
    if (spans.count === 0) this.#spansLine = this.#line;
    return this.#format === "json"
      ? findStrings(bytes, start, end, { keys: this.#keys, spans })
      : findColumns(bytes, start, end, { columns, spans });
  }

  /** Look up the phrases found in neighboring lines, and add new ones. */
  #lookUp(bytes: Buffer): void {
    const [spans, numbers, queries] = [this.#spans, this.#numbers, this.#queries];
    this.#phrases.findAll(bytes, spans, numbers);
    for (let i = 0; i < spans.count; i++) {
      const number = numbers[i]!;
      queries.push(number === -1 ? this.#addPhrase(bytes, i) : number);
    }
    spans.count = 0;
  }

  /** The number of a phrase that was new when its batch was looked up. */
  #addPhrase(bytes: Buffer, index: number): number {
    const { bounds } = this.#spans;
    const [start, end] = [bounds[2 * index]!, bounds[2 * index + 1]!];
    const known = this.#phrases.find(bytes, start, end);
    if (known !== -1) return known;
    if (!hasAsciiWord(bytes, start, end)) this.#checkPhrase(bytes, index);
    return this.#phrases.add(bytes, start, end);
  }

  /** Refuse a phrase without words, and a line of TSV that is all blank. */
  #checkPhrase(bytes: Buffer, index: number): void {
    const { bounds } = this.#spans;
    const row = Math.floor(index / this.#fields.length);
    const line = this.#spansLine + row;
    if (this.#format === "columns") {
      const [first, next] = [row * this.#fields.length, (row + 1) * this.#fields.length];
      this.#parse(bytes.subarray(bounds[2 * first], bounds[2 * next - 1]), line);
    }
    const phrase = bytes.toString("utf8", bounds[2 * index], bounds[2 * index + 1]);
    phraseKey(phrase, this.#policy, `${this.#path}:${line}`);
  }

  /** Read a line by itself. */
  #readText(bytes: Buffer): void {
    for (const phrase of this.#parse(bytes, this.#line)) {
      let number = this.#phrases.findText(phrase);
      if (number === -1) {
        phraseKey(phrase, this.#policy, `${this.#path}:${this.#line}`);
        number = this.#phrases.addText(phrase);
      }
      this.#queries.push(number);
    }
  }

  /** The phrases of a line; none where it is blank among JSON lines. */
  #parse(bytes: Buffer, line: number): readonly string[] {
    const text = bytes.toString("utf8");
    if (this.#format === "json" && text.trim() === "") return [];
    this.#format ??= /^\s*\{/.test(text) ? "json" : "columns";
    const parse = this.#format === "json" ? parseJson : parseColumns;
    const values = isUtf8(bytes) ? parse(text, this.#fields) : "is not UTF-8; convert the file";
    if (typeof values !== "string") return values;
    const path = this.#path;
    throw new RoteError("file/malformed", `${path}:${line} ${values}`, { path, line });
  }
}

/** The values of a line, or what is wrong with it. */
function parseJson(line: string, fields: readonly string[]): readonly string[] | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `is not JSON, but the file's first line begins with { (${messageOf(error)})`;
  }
  const record = isRecord(value) ? value : {};
  const texts = fields.map((field) => record[field]);
  if (texts.every((text) => typeof text === "string")) return texts;
  const missing = fields.find((_, i) => typeof texts[i] !== "string")!;
  return `has no string "${missing}"; a line here is ${example(fields)}`;
}

/** The same of a line of TSV. */
function parseColumns(line: string, fields: readonly string[]): readonly string[] | string {
  if (line.trim() === "") return "is blank; every line asks for a count, so remove it";
  const columns = line.split("\t");
  if (columns.length === fields.length) return columns;
  const wanted = fields.length === 1 ? "one phrase" : "two columns with a tab between them";
  const found = columns.length === 1 ? "one column" : `${columns.length} columns`;
  return `has ${found}; a line here is ${wanted}, or JSON such as ${example(fields)}`;
}

function example(fields: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(fields.map((field) => [field, "…"])));
}
