/** The text of one part of a corpus, in pieces small enough to stop between them. */
import { decompress } from "./compression.ts";
import type { Document } from "./document.ts";
import { readStoredBytes } from "./file-lines.ts";
import type { CorpusFile } from "./files.ts";
import { type LineChunk, lineChunks, segments, type Stretches } from "./line-chunks.ts";
import { readWholeBytes, withoutByteOrderMark } from "./lines.ts";
import type { ParquetReading } from "./parquet-documents.ts";
import { PartHash } from "./part-hash.ts";
import {
  type CorpusPart,
  isReadByLines,
  type RangePart,
  type RowsPart,
  type StreamPart,
} from "./parts.ts";
import { readDocuments } from "./pass.ts";
import { rangeLines } from "./range-lines.ts";
import type { Where } from "./records.ts";
import { checkedPrefix, type StoredPrefix } from "./stored-prefix.ts";
import type { Tally } from "./tally.ts";

/** How the files of a corpus are read. Plain data, so that it can be sent to a worker. */
export interface CorpusReading {
  readonly files: readonly CorpusFile[];
  /** Where a record's text stands. */
  readonly field: string;
  /** Text files hold a document a line. */
  readonly lines: boolean;
  readonly skipMalformed: boolean;
  readonly where: Where;
}

/** A stretch of a part. */
export type Piece = {
  /** Index of the file it was read from. */
  readonly file: number;
  readonly start: number;
  readonly end: number;
} & (
  | { readonly kind: "lines"; readonly chunk: LineChunk }
  /** Documents, or no more of them than their text in UTF-8. */
  | { readonly kind: "items"; readonly items: readonly (Document | Uint8Array)[] }
);

/** How one part is read. */
export interface PartReadOptions {
  /** What of the part is counted already and passed over. */
  readonly counted: Stretches;
  /** Notes what the readers of documents mend and leave out; lines and texts come as they are. */
  readonly tally: Tally;
  /** Told the number of stored bytes of each read. */
  readonly onBytes: (stored: number) => void;
  /** Where the reading of whole files was left when `counted` was noted. */
  readonly left?: FilesLeft | undefined;
  /** Told where it stands at each piece. */
  readonly onPiece?: (left: FilesLeft) => void;
}

/** How far whole files were read: those before `file` to their end, and of this one a prefix. */
export interface FilesLeft extends StoredPrefix {
  readonly file: number;
}

/** Read a part from beginning to end; returns the hashes of its blocks, in hex. */
export async function* readPart(
  part: Exclude<CorpusPart, StreamPart>,
  reading: CorpusReading,
  options: PartReadOptions,
): AsyncGenerator<Piece, readonly string[]> {
  if (part.kind === "range") return yield* readRange(part, reading, options);
  if (part.kind === "rows") return yield* readRows(part, reading, options);
  const blocks: string[] = [];
  let base = 0;
  for (let file = part.file; file < part.endFile; file++) {
    const { path, byteLength } = reading.files[file]!;
    const hash = new PartHash(path, 0, byteLength);
    const left = options.left?.file === file ? options.left : undefined;
    const pieces = readWholeFile(file, base, reading, { ...options, left, hash });
    for (let next = await pieces.next(); ; next = await pieces.next()) {
      options.onPiece?.({ file, ...hash.prefix() });
      if (next.done === true) {
        base = next.value;
        break;
      }
      yield next.value;
    }
    blocks.push(...(await hash.finish()));
  }
  return blocks;
}

interface HashedRead extends PartReadOptions {
  readonly hash: PartHash;
}

async function* readRange(
  { file, start, end }: RangePart,
  { files }: CorpusReading,
  options: PartReadOptions,
): AsyncGenerator<Piece, readonly string[]> {
  const { path } = files[file]!;
  const hash = new PartHash(path, start, end);
  const text = rangeText(path, start, end, { ...options, hash });
  // No byte order mark stands behind an LF: one there is a character of its line.
  yield* linePieces(file, 0, options.counted, start === 0 ? withoutByteOrderMark(text) : text);
  return hash.finish();
}

const RANGE_READ_BYTES = 1024 * 1024;
const LINE_READ_BYTES = 64 * 1024;

function rangeText(
  path: string,
  start: number,
  end: number,
  options: HashedRead,
): AsyncIterable<Uint8Array> {
  const text = noted(path, options, { start, end, chunkBytes: RANGE_READ_BYTES });
  const beyond = (): AsyncIterable<Uint8Array> =>
    readStoredBytes(path, { start: end, chunkBytes: LINE_READ_BYTES });
  return rangeLines(text, beyond, { isFirst: start === 0 });
}

/** A file's bytes as stored, on the way hashed and reported. */
async function* noted(
  path: string,
  { hash, onBytes, left }: HashedRead,
  { start = 0, ...range }: { start?: number; end?: number; chunkBytes?: number } = {},
): AsyncGenerator<Uint8Array> {
  let position = start;
  for await (const bytes of checkedPrefix(path, readStoredBytes(path, { start, ...range }), left)) {
    hash.update(position, bytes);
    onBytes(bytes.length);
    position += bytes.length;
    yield bytes;
  }
}

async function* readRows(
  { file, firstGroup, endGroup, firstRow, start, end }: RowsPart,
  reading: CorpusReading,
  options: PartReadOptions,
): AsyncGenerator<Piece, readonly string[]> {
  const { path } = reading.files[file]!;
  const hash = new PartHash(path, start, end);
  const rows = { groups: [firstGroup, endGroup], firstRow } as const;
  yield* itemPieces(file, 0, options.counted, readParquet(path, rows, reading, options.tally));
  options.onBytes(end - start);
  return hash.finish();
}

// Loaded where it is needed: it takes longer to load than everything else a counting thread needs.
async function* readParquet(
  path: string,
  rows: Pick<ParquetReading, "groups" | "firstRow">,
  { field, where }: CorpusReading,
  tally: Tally,
): AsyncGenerator<readonly (Document | Uint8Array)[]> {
  const { readParquetDocuments, readParquetTexts } = await import("./parquet-documents.ts");
  const reading = { path, field, tally, ...rows };
  if (isEmpty(where)) yield* readParquetTexts(reading);
  else yield* readParquetDocuments(reading);
}

/** A file from its beginning; its first piece begins at `base`. Returns where its last one ends. */
async function* readWholeFile(
  file: number,
  base: number,
  reading: CorpusReading,
  options: HashedRead,
): AsyncGenerator<Piece, number> {
  const { path, byteLength, kind, compression } = reading.files[file]!;
  const { counted, tally, onBytes } = options;
  if (kind === "parquet") {
    const end = yield* itemPieces(file, base, counted, readParquet(path, {}, reading, tally));
    onBytes(byteLength);
    return end;
  }
  const text = decompress(path, noted(path, options), compression);
  if (isReadByLines(kind, reading))
    return yield* linePieces(file, base, counted, withoutByteOrderMark(text));
  const items =
    kind === "text" && !reading.lines && isEmpty(reading.where)
      ? wholeText(path, text, tally)
      : readDocuments(kind, { path, bytes: text, field: reading.field, tally }, reading.lines);
  return yield* itemPieces(file, base, counted, items);
}

function isEmpty(where: Where): boolean {
  return Object.keys(where).length === 0;
}

async function* wholeText(
  path: string,
  text: AsyncIterable<Uint8Array>,
  tally: Tally,
): AsyncGenerator<readonly Uint8Array[]> {
  const bytes = await readWholeBytes(path, text);
  if (bytes.length === 0) tally.emptyLines += 1;
  else yield [bytes];
}

async function* linePieces(
  file: number,
  base: number,
  counted: Stretches,
  text: AsyncIterable<Uint8Array>,
): AsyncGenerator<Piece, number> {
  let end = base;
  async function* measured(): AsyncGenerator<Uint8Array> {
    for await (const bytes of text) {
      end += bytes.length;
      yield bytes;
    }
  }
  const own = counted.map(([from, to]) => [from - base, to - base] as const);
  for await (const chunk of lineChunks(measured(), { counted: own })) {
    const start = base + chunk.start;
    yield { kind: "lines", file, start, end: start + chunk.bytes.length, chunk };
  }
  return end;
}

async function* itemPieces(
  file: number,
  base: number,
  counted: Stretches,
  batches: AsyncIterable<readonly (Document | Uint8Array)[]>,
): AsyncGenerator<Piece, number> {
  let at = base;
  for await (const batch of batches) {
    for (const { from, to, isCounted } of segments(at, at + batch.length, counted)) {
      const items = batch.slice(from - at, to - at);
      if (!isCounted) yield { kind: "items", file, start: from, end: to, items };
    }
    at += batch.length;
  }
  return at;
}
