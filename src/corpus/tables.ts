/**
 * Tables with a header row: .csv as RFC 4180 has it, .tsv likewise with tabs, where a quote inside
 * a cell is an ordinary character. Line ends inside quoted cells come out as LF. Through csv-parse,
 * the only file that touches it.
 */
import { pipeline, Readable } from "node:stream";
import { CsvError, type Options, parse } from "csv-parse";
import { messageOf, RoteError } from "../base/errors.ts";
import type { Document } from "./document.ts";
import type { FileReading } from "./jsonl.ts";
import { readLines } from "./lines.ts";
import { listNames, nameAnotherField, toDocument } from "./records.ts";
import type { Tally } from "./tally.ts";

const BATCH_ROWS = 256;

interface Row {
  readonly cells: readonly string[];
  /** Line the row begins on. */
  readonly line: number;
}

/** A document a row; cells beside the text are its metadata. A row without an `id` is FILE:LINE. */
export async function* readTableDocuments(
  reading: FileReading,
  delimiter: "," | "\t",
): AsyncGenerator<Document[]> {
  const { path, field, tally } = reading;
  let header: readonly string[] | undefined;
  let documents: Document[] = [];
  for await (const { cells, line } of readRows(reading, delimiter)) {
    if (header === undefined) {
      header = checkedHeader(path, line, cells, field);
      continue;
    }
    const record = Object.fromEntries(header.map((name, i) => [name, cells[i]]));
    const document = toDocument(record, { field, source: path, line });
    if (typeof document === "string") tally.malformed(path, line, document, nameAnotherField);
    else documents.push(document);
    if (documents.length < BATCH_ROWS) continue;
    yield documents;
    documents = [];
  }
  yield documents;
}

async function* readRows(
  { path, bytes, tally }: FileReading,
  delimiter: "," | "\t",
): AsyncGenerator<Row> {
  const parser = parse(parserOptions(path, delimiter, tally));
  pipeline(Readable.from(readLinesWithEnds(path, bytes, tally)), parser, () => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRow>) {
      // csv-parse tells the line a row ends on.
      const inner = record.reduce((count, cell) => count + (cell.split("\n").length - 1), 0);
      yield { cells: record, line: info.lines - inner };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    tally.malformed(path, lineOf(error), reasonOf(error));
  }
}

interface ParsedRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function parserOptions(path: string, delimiter: "," | "\t", tally: Tally): Options {
  const onSkip = (error: CsvError | undefined): undefined => {
    if (error !== undefined) tally.malformed(path, lineOf(error), reasonOf(error));
  };
  return {
    delimiter,
    info: true,
    relax_quotes: delimiter === "\t",
    skip_empty_lines: true,
    ...(tally.skipsMalformed ? { skip_records_with_error: true, on_skip: onSkip } : {}),
  };
}

async function* readLinesWithEnds(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  tally: Tally,
): AsyncGenerator<string> {
  for await (const { lines } of readLines(path, bytes, tally)) yield `${lines.join("\n")}\n`;
}

function checkedHeader(
  path: string,
  line: number,
  cells: readonly string[],
  field: string,
): readonly string[] {
  const twice = cells.find((name, i) => cells.indexOf(name) !== i);
  const reason =
    twice === undefined
      ? `has no column "${field}"; it has ${listNames(cells)}; ${nameAnotherField}`
      : `names the column "${twice}" twice; rename one`;
  if (twice === undefined && cells.includes(field)) return cells;
  throw new RoteError("corpus/malformed", `${path}:${line} ${reason}`, { path, line, field });
}

function lineOf(error: CsvError): number {
  return Number(error.lines) || 1;
}

function reasonOf(error: CsvError): string {
  return `is no sound row (${messageOf(error)})`;
}
