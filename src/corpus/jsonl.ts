/** JSON lines: one object a line. */
import { messageOf } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import type { Document } from "./document.ts";
import { readLines } from "./lines.ts";
import { kindOf, nameAnotherField, toDocument } from "./records.ts";
import type { Tally } from "./tally.ts";

/** What a reader of one file is given. */
export interface FileReading {
  readonly path: string;
  /** The file's bytes, decompressed. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Where a record's text stands. */
  readonly field: string;
  readonly tally: Tally;
}

/** One object of a file and the line it stands on. */
export interface JsonLine {
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Read the objects of a file of JSON lines, in batches. Blank lines are counted and passed over. */
export async function* readJsonLines({
  path,
  bytes,
  tally,
}: Omit<FileReading, "field">): AsyncGenerator<readonly JsonLine[]> {
  for await (const { firstLine, lines } of readLines(path, bytes, tally)) {
    const batch: JsonLine[] = [];
    lines.forEach((text, i) => {
      const line = firstLine + i;
      const value = readJsonLine(text, { path, line, tally });
      if (value !== undefined) batch.push({ line, value });
    });
    yield batch;
  }
}

/** Where a line stands, and who is told what is wrong with it. */
export interface LineReading {
  readonly path: string;
  readonly line: number;
  readonly tally: Tally;
}

/** The object on a line; undefined where the line is blank or malformed, which the tally notes. */
export function readJsonLine(
  text: string,
  { path, line, tally }: LineReading,
): Readonly<Record<string, unknown>> | undefined {
  if (isBlank(text)) {
    tally.emptyLines += 1;
    return undefined;
  }
  const value = parseObject(text);
  if (typeof value !== "string") return value;
  tally.malformed(path, line, value, wayOut(text, line));
  return undefined;
}

/** The document on a line; undefined where there is none, which the tally notes. */
export function readJsonDocument(
  text: string,
  field: string,
  reading: LineReading,
): Document | undefined {
  const value = readJsonLine(text, reading);
  return value && documentOf(value, field, reading);
}

function documentOf(
  value: Readonly<Record<string, unknown>>,
  field: string,
  { path, line, tally }: LineReading,
): Document | undefined {
  const document = toDocument(value, { field, source: path, line });
  if (typeof document !== "string") return document;
  tally.malformed(path, line, document, nameAnotherField);
  return undefined;
}

/** Read documents from JSON lines; a document without an `id` is named FILE:LINE. */
export async function* readJsonlDocuments(reading: FileReading): AsyncGenerator<Document[]> {
  const { path, field, tally } = reading;
  for await (const batch of readJsonLines(reading)) {
    const documents: Document[] = [];
    for (const { line, value } of batch) {
      const document = documentOf(value, field, { path, line, tally });
      if (document !== undefined) documents.push(document);
    }
    yield documents;
  }
}

/** Nothing but the white space of JSON. */
function isBlank(text: string): boolean {
  return /^[\t\r ]*$/.test(text);
}

function parseObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : `holds ${kindOf(value)}, not a JSON object`;
  } catch (error) {
    return `is not JSON (${messageOf(error)})`;
  }
}

// One JSON array, or one object over many lines, in a file that should hold an object a line.
function wayOut(text: string, line: number): string | undefined {
  if (line !== 1 || !/^[[{]\s*$|^\[\s*\{/.test(text)) return undefined;
  return text.startsWith("[")
    ? "one array is turned into lines by: jq -c '.[]'"
    : "an object over many lines is turned into one line by: jq -c .";
}
