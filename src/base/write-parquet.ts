/**
 * Parquet files written row group by row group: plain flat columns with Snappy, which every reader
 * opens. The only file that touches hyparquet-writer, which writes headers and the footer; the pages
 * we make ourselves (parquet-pages.ts, snappy.ts), three times as fast.
 *
 * Format: https://github.com/apache/parquet-format
 */
import { type FileHandle, open } from "node:fs/promises";
import type { ColumnChunk, Encoding, Statistics } from "hyparquet";
import { ByteWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import type { Writer } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { RoteError } from "./errors.ts";
import { withAtomicPath } from "./files.ts";
import type { ParquetType, ParquetValue } from "./parquet-encodings.ts";
import { type Bounds, type ColumnPages, type DataPage, encodeColumn } from "./parquet-pages.ts";
import { version } from "./provenance.ts";
import { compressSnappy } from "./snappy.ts";

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

type Row = Readonly<Record<string, unknown>>;

const GROUP_CHARACTERS = 32 * 1024 * 1024;
const libraryTypes = {
  string: "STRING",
  int64: "INT64",
  int32: "INT32",
  double: "DOUBLE",
  boolean: "BOOLEAN",
} as const;
const physicalTypes = { ...libraryTypes, string: "BYTE_ARRAY" } as const;

/**
 * Write rows as a Parquet file, whole or not at all; returns the number of rows. Keys of a row that
 * are no column are not written.
 */
export async function writeParquet(
  path: string,
  columns: readonly ParquetColumn[],
  rows: Iterable<object> | AsyncIterable<object>,
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
/** A group of rows as columns, while it fills; behind `rows` stand values of the group before. */
interface Group {
  rows: number;
  characters: number;
  readonly values: readonly (ParquetValue | null)[][];
}

async function writeRows(
  handle: FileHandle,
  path: string,
  columns: readonly ParquetColumn[],
  rows: Iterable<object> | AsyncIterable<object>,
  { rowGroupSize, metadata }: Required<WriteParquetOptions>,
): Promise<number> {
  const bytes = new ByteWriter();
  const writer = openWriter(bytes, columns, metadata);
  const group: Group = { rows: 0, characters: 0, values: columns.map(() => []) };
  let written = 0;
  const append = (row: object): boolean => {
    written += 1;
    appendRow(group, columns, row, () => `${path} row ${written}`);
    return group.rows >= rowGroupSize || group.characters >= GROUP_CHARACTERS;
  };
  const writeGroup = async (): Promise<void> => {
    writeRowGroup(writer, columns, group);
    await flush(bytes, handle);
    [group.rows, group.characters] = [0, 0];
  };
  // Awaiting each of millions of rows would take as long as writing them.
  if (Symbol.iterator in rows) {
    for (const row of rows) if (append(row)) await writeGroup();
  } else {
    for await (const row of rows) if (append(row)) await writeGroup();
  }
  if (group.rows > 0) await writeGroup();
  await writer.finish();
  await flush(bytes, handle);
  return written;
}

function openWriter(
  writer: ByteWriter,
  columns: readonly ParquetColumn[],
  metadata: Readonly<Record<string, string>>,
): ParquetWriter {
  const columnData = columns.map(({ name, type, nullable = false }) => ({
    ...{ name, nullable, type: libraryTypes[type], data: [] },
  }));
  return new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData }),
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    createdBy: `rote version ${version}`,
  });
}

async function flush(bytes: ByteWriter, handle: FileHandle): Promise<void> {
  await handle.writeFile(bytes.getBytes());
  bytes.index = 0;
}

function appendRow(
  group: Group,
  columns: readonly ParquetColumn[],
  row: object,
  where: () => string,
): void {
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]!;
    const value = columnValue(column, (row as Row)[column.name], where);
    if (typeof value === "string") group.characters += value.length;
    group.values[i]![group.rows] = value;
  }
  group.rows += 1;
}

function columnValue(
  { name, type, nullable }: ParquetColumn,
  value: unknown,
  where: () => string,
): ParquetValue | null {
  if (value === null || value === undefined) {
    if (nullable === true) return null;
  } else if (type === "int64") {
    if (Number.isSafeInteger(value)) return value as number;
    if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return exactNumber(value);
  } else if (type === "int32") {
    if (typeof value === "number" && (value | 0) === value) return value;
  } else if (typeof value === (type === "double" ? "number" : type)) {
    return value as ParquetValue;
  }
  throw new RoteError("usage", `${where()}: column "${name}" is ${type}, got ${show(value)}`, {
    column: name,
    type,
  });
}

function exactNumber(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function show(value: unknown): string {
  return typeof value === "bigint" ? `${value}n` : JSON.stringify(value);
}

function writeRowGroup(
  writer: ParquetWriter,
  columns: readonly ParquetColumn[],
  group: Group,
): void {
  const start = writer.writer.offset;
  const chunks = columns.map((column, i) => {
    const values = group.values[i]!;
    const filled = values.length === group.rows ? values : values.slice(0, group.rows);
    return writeColumn(writer.writer, column, filled);
  });
  const bytes = chunks.reduce((sum, { uncompressed }) => sum + uncompressed, 0);
  writer.num_rows += BigInt(group.rows);
  writer.row_groups.push({
    columns: chunks.map(({ chunk }) => chunk),
    total_byte_size: BigInt(bytes),
    num_rows: BigInt(group.rows),
    total_compressed_size: BigInt(writer.writer.offset - start),
  });
}

interface WrittenChunk {
  readonly chunk: ColumnChunk;
  readonly uncompressed: number;
}

/** Write one column of a row group. */
function writeColumn(
  writer: Writer,
  column: ParquetColumn,
  values: readonly (ParquetValue | null)[],
): WrittenChunk {
  const { dictionary, pages, bounds } = encodeColumn(column, values);
  const start = writer.offset;
  let uncompressed = 0;
  if (dictionary !== undefined) uncompressed += writeDictionary(writer, dictionary);
  const dataStart = writer.offset;
  const encoding = dictionary === undefined ? "PLAIN" : "RLE_DICTIONARY";
  for (const page of pages) uncompressed += writePage(writer, page, encoding);
  const nulls = pages.reduce((sum, page) => sum + page.nulls, 0);
  const chunk: ColumnChunk = {
    file_offset: BigInt(start),
    meta_data: {
      type: physicalTypes[column.type],
      encodings: dictionary === undefined ? ["PLAIN"] : ["PLAIN", "RLE_DICTIONARY"],
      path_in_schema: [column.name],
      codec: "SNAPPY",
      num_values: BigInt(values.length),
      total_uncompressed_size: BigInt(uncompressed),
      total_compressed_size: BigInt(writer.offset - start),
      data_page_offset: BigInt(dataStart),
      ...(dictionary === undefined ? {} : { dictionary_page_offset: BigInt(start) }),
      statistics: statisticsOf(column.type, bounds, nulls),
    },
  };
  return { chunk, uncompressed };
}

/** Returns the bytes before compression, header included. */
function writeDictionary(
  writer: Writer,
  { bytes, values }: NonNullable<ColumnPages["dictionary"]>,
): number {
  const start = writer.offset;
  const compressed = compressSnappy(bytes);
  writePageHeader(writer, {
    type: "DICTIONARY_PAGE",
    uncompressed_page_size: bytes.length,
    compressed_page_size: compressed.length,
    dictionary_page_header: { num_values: values, encoding: "PLAIN" },
  });
  writer.appendBytes(compressed);
  return writer.offset - start + bytes.length - compressed.length;
}

/** The same of a data page. Levels stand before the compressed values as they are. */
function writePage(
  writer: Writer,
  { rows, nulls, levels, values }: DataPage,
  encoding: Encoding,
): number {
  const start = writer.offset;
  const compressed = compressSnappy(values);
  writePageHeader(writer, {
    type: "DATA_PAGE_V2",
    uncompressed_page_size: levels.length + values.length,
    compressed_page_size: levels.length + compressed.length,
    data_page_header_v2: {
      num_values: rows,
      num_nulls: nulls,
      num_rows: rows,
      encoding,
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  });
  writer.appendBytes(levels);
  writer.appendBytes(compressed);
  return writer.offset - start + values.length - compressed.length;
}

function statisticsOf(type: ParquetType, bounds: Bounds | undefined, nulls: number): Statistics {
  const null_count = BigInt(nulls);
  if (bounds === undefined) return { null_count };
  const { min, max } = bounds;
  if (type === "int64")
    return { null_count, min_value: BigInt(min as number), max_value: BigInt(max as number) };
  // A zero of either sign lies between the bounds.
  const [min_value, max_value] = [min === 0 && type === "double" ? -0 : min, max === 0 ? 0 : max];
  return { null_count, min_value, max_value };
}
