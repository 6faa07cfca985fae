/**
 * Parquet files read row group by row group, so that memory holds one row group whatever the size of
 * the file; write-parquet.ts writes them. The only file that touches hyparquet.
 *
 * Integers of 64 bits are BigInt inside the libraries and numbers outside: a value beyond 2^53 is
 * an error rather than a rounded number. We read all codecs and nested columns.
 *
 * Format: https://github.com/apache/parquet-format
 */
import { open } from "node:fs/promises";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { compressors as portableCompressors } from "hyparquet-compressors";
import { messageOf, nearest, RoteError } from "./errors.ts";
import { fileError } from "./files.ts";
import { isRecord } from "./json.ts";
import { loadZstd } from "./zstd.ts";

export type { ParquetType } from "./parquet-encodings.ts";
export { type ParquetColumn, writeParquet, type WriteParquetOptions } from "./write-parquet.ts";

/** What is read of a file, and how values are decoded. */
export interface ReadParquetOptions {
  /** Top-level columns to read; default all. */
  readonly columns?: readonly string[];
  /** Integers beyond 2^53: an error (default), or their decimal digits as a string. */
  readonly largeIntegers?: "error" | "text";
  /** Decodes text columns; default UTF-8 with invalid sequences replaced. */
  readonly decodeText?: (bytes: Uint8Array) => unknown;
  /** Row groups to read, half-open; default all. */
  readonly groups?: readonly [first: number, end: number];
  readonly signal?: AbortSignal;
}

/** Rows of one row group, and how far into the file they reach. */
export interface ParquetRowGroup {
  readonly rows: readonly Record<string, unknown>[];
  /** Stored bytes of this group and all read before it, of all columns. */
  readonly storedBytes: number;
}

/** Where a row group stands in its file. */
export interface RowGroupPlace {
  readonly rows: number;
  /** Its first byte. */
  readonly start: number;
}

/** What a file's footer says. */
export interface ParquetDescription {
  readonly rows: number;
  /** Top-level columns with their physical type, "group" where nested. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly metadata: Readonly<Record<string, string>>;
}

const ownCompressors: Compressors = {
  ...portableCompressors,
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
};

async function compressorsOf({ row_groups: groups }: FileMetaData): Promise<Compressors> {
  const needsZstd = groups.some(({ columns }) =>
    columns.some(({ meta_data }) => meta_data?.codec === "ZSTD"),
  );
  return needsZstd ? { ...ownCompressors, ZSTD: await loadZstd() } : ownCompressors;
}

/** Read a Parquet file's rows. Holds one row group in memory. */
export async function* readParquet(
  path: string,
  options: ReadParquetOptions = {},
): AsyncGenerator<Record<string, unknown>> {
  for await (const { rows } of readParquetRowGroups(path, options)) yield* rows;
}

/** Read a Parquet file row group by row group. */
export async function* readParquetRowGroups(
  path: string,
  {
    columns,
    largeIntegers = "error",
    decodeText,
    groups: [first, end] = [0, Infinity],
    signal,
  }: ReadParquetOptions = {},
): AsyncGenerator<ParquetRowGroup> {
  await using file = await openFile(path);
  const metadata = await readFooter(file, path);
  refuseUnknownColumns(path, metadata, columns);
  const parsers = decodeText === undefined ? {} : { stringFromBytes: nullable(decodeText) };
  const compressors = await compressorsOf(metadata);
  let [rowStart, storedBytes] = [0, 0];
  for (const [index, group] of metadata.row_groups.entries()) {
    signal?.throwIfAborted();
    const rowEnd = rowStart + Number(group.num_rows);
    if (index < first || index >= end) {
      rowStart = rowEnd;
      continue;
    }
    const selection = columns === undefined ? {} : { columns: [...columns] };
    const rows = await parquetReadObjects({
      ...{ file: file.buffer, metadata, compressors, parsers, rowStart, rowEnd },
      ...selection,
    }).catch((error: unknown) => {
      throw malformed(path, `rows ${rowStart} to ${rowEnd} cannot be read`, error);
    });
    for (const row of rows) mendIntegers(row, largeIntegers, path);
    for (const { meta_data } of group.columns)
      storedBytes += Number(meta_data?.total_compressed_size ?? 0n);
    yield { rows, storedBytes };
    rowStart = rowEnd;
  }
}

/** Where a Parquet file's row groups stand, from its footer alone. */
export async function placeRowGroups(path: string): Promise<readonly RowGroupPlace[]> {
  await using file = await openFile(path);
  const { row_groups: groups } = await readFooter(file, path);
  return groups.map(({ num_rows, columns }) => ({
    rows: Number(num_rows),
    start: columns.reduce((least, { meta_data }) => {
      const data = Number(meta_data?.data_page_offset ?? 0n);
      return Math.min(least, data, Number(meta_data?.dictionary_page_offset ?? 0n) || data);
    }, Infinity),
  }));
}

/** What a Parquet file holds, from its footer alone. */
export async function describeParquet(path: string): Promise<ParquetDescription> {
  await using file = await openFile(path);
  const metadata = await readFooter(file, path);
  return {
    rows: Number(metadata.num_rows),
    columns: parquetSchema(metadata).children.map(({ element }) => ({
      name: element.name,
      type: element.type ?? "group",
    })),
    metadata: Object.fromEntries(
      (metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ""]),
    ),
  };
}

interface OpenFile extends AsyncDisposable {
  readonly buffer: AsyncBuffer;
}

async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  const { size } = await handle.stat();
  const slice = async (start: number, end: number = size): Promise<ArrayBuffer> => {
    const bytes = new Uint8Array(end - start);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle
        .read(bytes, filled, bytes.length - filled, start + filled)
        .catch((error: unknown) => {
          throw fileError(path, error);
        });
      if (bytesRead === 0)
        throw new Error(`the file ends at byte ${start + filled}, before ${end}`);
      filled += bytesRead;
    }
    return bytes.buffer;
  };
  return {
    buffer: { byteLength: size, slice },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

async function readFooter({ buffer }: OpenFile, path: string): Promise<FileMetaData> {
  if (buffer.byteLength < 12 || !(await hasMagic(buffer, 0)))
    throw malformed(path, "it does not begin with the bytes PAR1");
  if (!(await hasMagic(buffer, buffer.byteLength - 4)))
    throw new RoteError(
      "file/truncated",
      `${path} begins as a Parquet file but its footer is missing after ${buffer.byteLength} bytes; copy or write it again`,
      { path, bytes: buffer.byteLength },
    );
  return parquetMetadataAsync(buffer).catch((error: unknown) => {
    throw malformed(path, "its footer cannot be read", error);
  });
}

async function hasMagic(buffer: AsyncBuffer, start: number): Promise<boolean> {
  return Buffer.from(await buffer.slice(start, start + 4)).toString("latin1") === "PAR1";
}

function malformed(path: string, reason: string, cause?: unknown): RoteError {
  const why = cause === undefined ? reason : `${reason}: ${messageOf(cause)}`;
  return new RoteError(
    "file/malformed",
    `${path} is no sound Parquet file: ${why}`,
    { path },
    cause,
  );
}

function refuseUnknownColumns(
  path: string,
  metadata: FileMetaData,
  columns: readonly string[] = [],
): void {
  const known = parquetSchema(metadata).children.map(({ element }) => element.name);
  const missing = columns.find((column) => !known.includes(column));
  if (missing === undefined) return;
  const near = nearest(missing, known);
  throw new RoteError(
    "file/malformed",
    `${path} has no column "${missing}"${near === undefined ? "" : `, but "${near}"`}; its columns are ${known.join(", ")}`,
    { path, column: missing, columns: known },
  );
}

// Nulls of an optional column reach the decoder too.
function nullable(decode: (bytes: Uint8Array) => unknown): (bytes: Uint8Array) => string {
  return (bytes: Uint8Array | undefined) =>
    (bytes === undefined ? undefined : decode(bytes)) as string;
}

/** Turn the BigInts of a value into numbers, in place; columns of lists and structs nest. */
function mendIntegers(value: Record<string, unknown>, large: "error" | "text", path: string): void {
  for (const key in value) {
    const inner = value[key];
    if (typeof inner === "bigint") value[key] = mendInteger(inner, large, path, key);
    else if (isRecord(inner) && Object.getPrototypeOf(inner) === Object.prototype)
      mendIntegers(inner, large, path);
    else if (Array.isArray(inner))
      mendIntegers(inner as unknown as Record<string, unknown>, large, path);
  }
}

function mendInteger(
  value: bigint,
  large: "error" | "text",
  path: string,
  column: string,
): number | string {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  if (large === "text") return String(value);
  throw new RoteError(
    "file/malformed",
    `${path}: column "${column}" holds ${value}, beyond the 2^53 a number can hold exactly`,
    { path, column },
  );
}
