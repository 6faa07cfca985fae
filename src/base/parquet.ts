/**
 * Parquet files: written row group by row group, read the same way, so that memory holds one row
 * group whatever the size of the file. The only file that touches the Parquet libraries, which is why
 * it is long: it both writes and reads.
 *
 * Integers of 64 bits are BigInt inside the libraries and numbers outside: a value beyond 2^53 is
 * an error rather than a rounded number. We write Snappy and plain flat columns, which every
 * reader opens; we read all codecs and nested columns.
 *
 * Format: https://github.com/apache/parquet-format
 */
import { type FileHandle, open } from "node:fs/promises";
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
import { ByteWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import { messageOf, nearest, RoteError } from "./errors.ts";
import { fileError, withAtomicPath } from "./files.ts";
import { isRecord } from "./json.ts";
import { version } from "./provenance.ts";
import { loadZstd } from "./zstd.ts";

/** What a column we write holds. */
export type ParquetType = "string" | "int64" | "int32" | "double" | "boolean";

/** One column of a file we write. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: ParquetType;
  /** Whether `null` and absent values are allowed; default false. */
  readonly nullable?: boolean;
}

/** How rows are stored. */
export interface WriteParquetOptions {
  /** Rows of a row group; default 65,536. A group also ends after 32 Mi characters of text. */
  readonly rowGroupSize?: number;
  /** Key-value metadata of the file's footer. */
  readonly metadata?: Readonly<Record<string, string>>;
}

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

type Row = Readonly<Record<string, unknown>>;
type Value = string | number | bigint | boolean | null;

const GROUP_CHARACTERS = 32 * 1024 * 1024;
const libraryTypes = {
  string: "STRING",
  int64: "INT64",
  int32: "INT32",
  double: "DOUBLE",
  boolean: "BOOLEAN",
} as const;
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

/**
 * Write rows as a Parquet file, whole or not at all; returns the number of rows. Keys of a row that
 * are no column are not written.
 */
export async function writeParquet(
  path: string,
  columns: readonly ParquetColumn[],
  rows: Iterable<Row> | AsyncIterable<Row>,
  { rowGroupSize = 65_536, metadata = {} }: WriteParquetOptions = {},
): Promise<number> {
  return withAtomicPath(path, async (temporary) => {
    const handle = await open(temporary, "w");
    try {
      const written = await writeRows(handle, path, columns, rows, { rowGroupSize, metadata });
      await handle.sync();
      return written;
    } finally {
      await handle.close();
    }
  });
}

async function writeRows(
  handle: FileHandle,
  path: string,
  columns: readonly ParquetColumn[],
  rows: Iterable<Row> | AsyncIterable<Row>,
  { rowGroupSize, metadata }: Required<WriteParquetOptions>,
): Promise<number> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({ columnData: columnData(columns, undefined) }),
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    createdBy: `rote version ${version}`,
  });
  const flush = async (): Promise<void> => {
    await handle.writeFile(bytes.getBytes());
    bytes.index = 0;
  };
  let group = emptyGroup(columns);
  const writeGroup = async (): Promise<void> => {
    await writer.write({ columnData: columnData(columns, group), rowGroupSize: group.rows });
    await flush();
    group = emptyGroup(columns);
  };
  let written = 0;
  for await (const row of rows) {
    written += 1;
    appendRow(group, columns, row, `${path} row ${written}`);
    if (group.rows >= rowGroupSize || group.characters >= GROUP_CHARACTERS) await writeGroup();
  }
  if (group.rows > 0) await writeGroup();
  await writer.finish();
  await flush();
  return written;
}

interface Group {
  rows: number;
  characters: number;
  readonly values: readonly Value[][];
}

function emptyGroup(columns: readonly ParquetColumn[]): Group {
  return { rows: 0, characters: 0, values: columns.map(() => []) };
}

function columnData(
  columns: readonly ParquetColumn[],
  group: Group | undefined,
): { name: string; data: Value[]; type: (typeof libraryTypes)[ParquetType]; nullable: boolean }[] {
  return columns.map(({ name, type, nullable = false }, i) => ({
    name,
    data: group?.values[i] ?? [],
    type: libraryTypes[type],
    nullable,
  }));
}

function appendRow(group: Group, columns: readonly ParquetColumn[], row: Row, where: string): void {
  columns.forEach((column, i) => {
    const value = columnValue(column, row[column.name], where);
    if (typeof value === "string") group.characters += value.length;
    group.values[i]!.push(value);
  });
  group.rows += 1;
}

function columnValue(
  { name, type, nullable }: ParquetColumn,
  value: unknown,
  where: string,
): Value {
  if (value === null || value === undefined) {
    if (nullable === true) return null;
  } else if (type === "int64") {
    if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return value;
    if (Number.isSafeInteger(value)) return BigInt(value as number);
  } else if (type === "int32") {
    if (typeof value === "number" && (value | 0) === value) return value;
  } else if (typeof value === (type === "double" ? "number" : type)) {
    return value as Value;
  }
  throw new RoteError("usage", `${where}: column "${name}" is ${type}, got ${show(value)}`, {
    column: name,
    type,
  });
}

function show(value: unknown): string {
  return typeof value === "bigint" ? `${value}n` : JSON.stringify(value);
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
