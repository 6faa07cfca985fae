/** Parquet as documents: one a row; columns beside the text are its metadata. */
import { RoteError } from "../base/errors.ts";
import { describeParquet, readParquetRowGroups } from "../base/parquet.ts";
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
  readonly onBytes: (storedBytes: number) => void;
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
}: ParquetReading): AsyncGenerator<Document[]> {
  await refuseWithoutColumn(path, field);
  const decodeText = (bytes: Uint8Array): string => decodeUtf8(bytes, tally);
  const options = { decodeText, largeIntegers: "text", ...(signal && { signal }) } as const;
  let row = 0;
  for await (const { rows, storedBytes } of readParquetRowGroups(path, options)) {
    const documents: Document[] = [];
    for (const record of rows) {
      row += 1;
      const document = toDocument(record, { field, source: path, line: row });
      if (typeof document === "string") tally.malformed(path, row, document, nameAnotherField);
      else documents.push(document);
    }
    onBytes(storedBytes);
    yield documents;
  }
}

async function refuseWithoutColumn(path: string, field: string): Promise<void> {
  const { columns } = await describeParquet(path);
  const names = columns.map(({ name }) => name);
  if (names.includes(field) || names.includes(field.split(".", 1)[0]!)) return;
  throw new RoteError(
    "corpus/malformed",
    `${path} has no column "${field}"; it has ${listNames(names)}; ${nameAnotherField}`,
    { path, field, columns: names },
  );
}
