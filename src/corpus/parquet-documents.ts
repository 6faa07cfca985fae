/** Parquet as documents: one a row; columns beside the text are its metadata. */
import { RoteError } from "../base/errors.ts";
import { describeParquet, placeRowGroups, readParquetRowGroups } from "../base/parquet.ts";
import type { Document } from "./document.ts";
import { decodeUtf8 } from "./lines.ts";
import { listNames, nameAnotherField, toDocument } from "./records.ts";
import type { Tally } from "./tally.ts";

export interface ParquetReading {
  readonly path: string;
  readonly field: string;
  readonly tally: Tally;
  readonly signal?: AbortSignal | undefined;
  /** Told how many stored bytes have been read. */
  readonly onBytes?: (storedBytes: number) => void;
  /** Row groups to read, half-open, and the number (from 0) of their first row; default all. */
  readonly groups?: readonly [first: number, end: number];
  readonly firstRow?: number;
}

/**
 * Read documents row group by row group, which memory holds one of. A row without an `id` is named
 * FILE:ROW, counted from 1.
 */
export async function* readParquetDocuments({
  path,
  field,
  tally,
  signal,
  onBytes,
  groups = [0, Infinity],
  firstRow = 0,
}: ParquetReading): AsyncGenerator<Document[]> {
  await checkColumn(path, field);
  const decodeText = (bytes: Uint8Array): string => decodeUtf8(bytes, tally);
  const options = { decodeText, groups, largeIntegers: "text", ...(signal && { signal }) } as const;
  let row = firstRow;
  for await (const { rows, storedBytes } of readParquetRowGroups(path, options)) {
    const documents: Document[] = [];
    for (const record of rows) {
      row += 1;
      const document = toDocument(record, { field, source: path, line: row });
      if (typeof document === "string") tally.malformed(path, row, document, nameAnotherField);
      else documents.push(document);
    }
    onBytes?.(storedBytes);
    yield documents;
  }
}

/**
 * Read the texts of row groups as UTF-8, without making strings of them; no other column is read. A
 * group in which some row holds no text under the field is read as documents, so that the row is noted.
 */
export async function* readParquetTexts(
  reading: ParquetReading,
): AsyncGenerator<readonly (Uint8Array | Document)[]> {
  const { path, field, groups: [first, end] = [0, Infinity], firstRow = 0 } = reading;
  if (!(await checkColumn(path, field))) {
    yield* readParquetDocuments(reading);
    return;
  }
  const places = await placeRowGroups(path);
  let row = firstRow;
  for (let group = first; group < Math.min(end, places.length); group++) {
    const groups = [group, group + 1] as const;
    const texts = await readTexts(path, field, groups);
    if (texts !== undefined) yield* batches(texts);
    else yield* readParquetDocuments({ ...reading, groups, firstRow: row });
    row += places[group]!.rows;
  }
}

class TextBytes {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

async function readTexts(
  path: string,
  field: string,
  groups: readonly [number, number],
): Promise<Uint8Array[] | undefined> {
  const decodeText = (bytes: Uint8Array): TextBytes => new TextBytes(bytes);
  const texts: Uint8Array[] = [];
  for await (const { rows } of readParquetRowGroups(path, { columns: [field], groups, decodeText }))
    for (const { [field]: text } of rows) {
      if (!(text instanceof TextBytes)) return undefined;
      texts.push(text.bytes);
    }
  return texts;
}

const BATCH_BYTES = 1024 * 1024;

function* batches(all: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  let [first, bytes] = [0, 0];
  for (const [i, text] of all.entries()) {
    bytes += text.length;
    if (bytes < BATCH_BYTES && i + 1 < all.length) continue;
    yield all.slice(first, i + 1);
    [first, bytes] = [i + 1, 0];
  }
}

/** Whether the field is a column of its own name; an error where it is none at all. */
async function checkColumn(path: string, field: string): Promise<boolean> {
  const { columns } = await describeParquet(path);
  const names = columns.map(({ name }) => name);
  if (names.includes(field)) return true;
  if (names.includes(field.split(".", 1)[0]!)) return false;
  throw new RoteError(
    "corpus/malformed",
    `${path} has no column "${field}"; it has ${listNames(names)}; ${nameAnotherField}`,
    { path, field, columns: names },
  );
}
