/**
 * One shard of an index: tokens, suffix array, documents. Places are counted in tokens (`position`), and
 * in places of the suffix array (`rank`); only files and the original's interface know byte pointers.
 *
 * Document i has its separator at `documentStart(i)`; its tokens stand behind that, up to the next separator.
 */
import { RoteError } from "../../base/errors.ts";
import { openAll } from "../../base/open-all.ts";
import { ByteSource, readNumber } from "./byte-source.ts";
import type { ShardPaths } from "./discover.ts";
import type { TokenWidth } from "./format.ts";

/** Ranks whose suffixes begin with the same tokens, half-open. */
export interface Segment {
  readonly start: number;
  readonly end: number;
}

/** What reading and searching need of a shard, in memory or in files. */
export interface Shard extends Disposable {
  readonly tokenWidth: TokenWidth;
  /** Tokens and so suffixes, separators included. */
  readonly tokenCount: number;
  readonly documentCount: number;
  tokenAt(position: number): number;
  positionAt(rank: number): number;
  /** The ranks of suffixes that begin with a token; undefined where they are not at hand. */
  segmentOfToken(token: number): Segment | undefined;
  /** Position of a document's separator; of the document after the last, the end of the shard. */
  documentStart(document: number): number;
  /** The document that holds a position; its separator belongs to it. */
  documentAt(position: number): number;
  /** A document's line of metadata with its line end; undefined where the index has none. */
  metadata(document: number): string | undefined;
}

/** A shard's files, found to fit each other by their sizes. */
export interface ShardFiles {
  readonly paths: ShardPaths;
  readonly tokenWidth: TokenWidth;
  readonly pointerWidth: number;
  readonly tokenCount: number;
  readonly documentCount: number;
}

/** Check the sizes of a shard's files. Nothing else is read. */
export function measureShard(paths: ShardPaths, tokenWidth: TokenWidth): ShardFiles {
  const sizeOf = (path: string): number => {
    using source = new ByteSource(path);
    return source.byteLength;
  };
  const tokenizedBytes = sizeOf(paths.tokenized);
  const tokenCount = whole(paths.tokenized, tokenizedBytes, tokenWidth, "bytes a token");
  const tableBytes = sizeOf(paths.table);
  const pointerWidth = tokenCount === 0 ? 1 : tableBytes / tokenCount;
  if (!Number.isInteger(pointerWidth) || pointerWidth < 1 || pointerWidth > 8)
    throw truncated(
      paths.table,
      `${tableBytes} bytes are no whole number of bytes, 1 to 8, for each of ${tokenCount} tokens of ${tokenWidth} bytes; say with --token-type what the tokens are`,
    );
  if (2 ** (8 * pointerWidth) < tokenizedBytes)
    throw truncated(
      paths.table,
      `pointers of ${pointerWidth} bytes cannot reach all ${tokenizedBytes} bytes of ${paths.tokenized}`,
    );
  const documentCount = whole(paths.offset, sizeOf(paths.offset), 8, "bytes a document");
  if (documentCount > tokenCount || (documentCount === 0) !== (tokenCount === 0))
    throw truncated(
      paths.offset,
      `${documentCount} documents do not fit ${tokenCount} tokens, separators included`,
    );
  if (paths.metaoff !== undefined && sizeOf(paths.metaoff) !== 8 * documentCount)
    throw truncated(
      paths.metaoff,
      `${sizeOf(paths.metaoff)} bytes are no 8 bytes for each of ${documentCount} documents, as many as ${paths.offset} has; one of the two is not whole`,
    );
  if (tokenCount > 0) requireSeparator(paths.tokenized, tokenWidth);
  return { paths, tokenWidth, pointerWidth, tokenCount, documentCount };
}

/** Lines about documents, which stay in their file. */
export class MetadataLines implements Disposable {
  readonly #lines: ByteSource;
  readonly #starts: ByteSource;

  constructor(metadata: string, metaoff: string) {
    [this.#lines, this.#starts] = openAll(
      () => new ByteSource(metadata),
      () => new ByteSource(metaoff),
    );
  }

  /** Open the lines of a shard; undefined where it has none. */
  static open({ metadata, metaoff }: ShardPaths): MetadataLines | undefined {
    if (metadata === undefined || metaoff === undefined) return undefined;
    return new MetadataLines(metadata, metaoff);
  }

  at(document: number): string {
    const isLast = 8 * (document + 2) > this.#starts.byteLength;
    const bounds = this.#starts.slice(8 * document, 8 * (document + (isLast ? 1 : 2)));
    const start = readNumber(bounds, 0, 8);
    const end = isLast ? this.#lines.byteLength : readNumber(bounds, 8, 8);
    if (!(start <= end && end <= this.#lines.byteLength))
      throw new RoteError(
        "index/malformed",
        `${this.#starts.path} says that line ${document} of ${this.#lines.path} spans bytes ${start} to ${end} of ${this.#lines.byteLength}; build the index again`,
        { path: this.#starts.path, document },
      );
    return new TextDecoder().decode(this.#lines.slice(start, end));
  }

  [Symbol.dispose](): void {
    this.#lines[Symbol.dispose]();
    this.#starts[Symbol.dispose]();
  }
}

/** Tokens of another width seldom begin like these. */
function requireSeparator(path: string, tokenWidth: TokenWidth): void {
  using source = new ByteSource(path);
  if (source.slice(0, tokenWidth).every((byte) => byte === 0xff)) return;
  throw new RoteError(
    "index/malformed",
    `${path} does not begin with the separator that stands before each document, ${tokenWidth} bytes of ones; say with --token-type what its tokens are`,
    { path, tokenWidth },
  );
}

/** An error about a pointer or an offset that leads out of its file. */
export function misplaced(path: string, entry: string, value: number, limit: number): RoteError {
  return new RoteError(
    "index/malformed",
    `${path}: ${entry} is byte ${value}, which is not the start of a token before byte ${limit}; check the index with rote index verify and build it again`,
    { path, value },
  );
}

function whole(path: string, bytes: number, unit: number, what: string): number {
  if (bytes % unit === 0) return bytes / unit;
  throw truncated(path, `${bytes} bytes are no multiple of ${unit} ${what}`);
}

function truncated(path: string, rule: string): RoteError {
  return new RoteError(
    "index/truncated",
    `${path}: ${rule}; copy it again or build the index again`,
    { path },
  );
}
