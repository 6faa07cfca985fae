/**
 * A shard loaded into memory: `tokenWidth` + 4 bytes a token, whatever the width of its pointers, and
 * about 8 bytes a document. Every pointer and offset is checked on loading, so that reading need not.
 */
import { ByteSource, readNumber } from "./byte-source.ts";
import { DocumentTable } from "./document-table.ts";
import type { Tokens, TokenWidth } from "./format.ts";
import { MetadataLines, misplaced, type Segment, type Shard, type ShardFiles } from "./shard.ts";
import { countTokens, tokenSegments, tokensOf, type TokenSegments } from "./token-order.ts";

/** More tokens than this are read from their files: Node 20 has no larger arrays. */
export const MOST_TOKENS_IN_MEMORY: number = 2 ** 30;

const CHUNK_BYTES = 2 ** 22;

/** Bytes of memory that a loaded shard takes. */
export function shardBytes({ tokenCount, tokenWidth, documentCount }: ShardFiles): number {
  return tokenCount * (tokenWidth + 4) + 8 * documentCount;
}

/** What a loaded shard is made of, all of its files but the metadata. Plain data: another thread can be given it. */
export interface ShardArrays {
  readonly tokens: Tokens;
  /** Positions of the suffixes, in order. */
  readonly suffixes: Uint32Array;
  readonly documentStarts: Uint32Array;
}

/** Read a shard into memory that threads can share: whoever is given the arrays has the same ones, not copies. */
export function readShard(files: ShardFiles): ShardArrays {
  const tokens = readTokens(files);
  const documentStarts = readStarts(files);
  return { tokens, suffixes: readPointers(files), documentStarts };
}

/** A shard of arrays that were read from its files. */
export function loadedShard(
  { tokens, suffixes, documentStarts }: ShardArrays,
  { paths }: ShardFiles,
): MemoryShard {
  return new MemoryShard(tokens, suffixes, documentStarts, MetadataLines.open(paths));
}

/** A shard in memory. */
export class MemoryShard implements Shard {
  readonly tokenWidth: TokenWidth;
  readonly tokenCount: number;
  readonly documentCount: number;
  readonly tokens: Tokens;
  /** Positions of the suffixes, in order. */
  readonly suffixes: Uint32Array;
  readonly documents: DocumentTable;
  readonly #segments: TokenSegments | undefined;
  readonly #metadata: MetadataLines | undefined;

  constructor(
    tokens: Tokens,
    suffixes: Uint32Array,
    documentStarts: Uint32Array,
    metadata?: MetadataLines,
  ) {
    this.tokens = tokens;
    this.suffixes = suffixes;
    this.tokenWidth = tokens.BYTES_PER_ELEMENT as TokenWidth;
    this.tokenCount = tokens.length;
    this.documentCount = documentStarts.length;
    this.documents = new DocumentTable(documentStarts, tokens.length);
    this.#segments = tokenSegments(countTokens(tokens), this.tokenWidth);
    this.#metadata = metadata;
  }

  tokenAt(position: number): number {
    return this.tokens[position]!;
  }

  positionAt(rank: number): number {
    return this.suffixes[rank]!;
  }

  segmentOfToken(token: number): Segment | undefined {
    return this.#segments?.(token);
  }

  documentStart(document: number): number {
    return this.documents.start(document);
  }

  documentAt(position: number): number {
    return this.documents.at(position);
  }

  metadata(document: number): string | undefined {
    return this.#metadata?.at(document);
  }

  [Symbol.dispose](): void {
    this.#metadata?.[Symbol.dispose]();
  }
}

function readTokens({ paths, tokenWidth, tokenCount }: ShardFiles): Tokens {
  using source = new ByteSource(paths.tokenized);
  const buffer = new SharedArrayBuffer(tokenCount * tokenWidth);
  source.readInto(new Uint8Array(buffer), 0);
  return tokensOf(tokenWidth, buffer);
}

function readPointers({ paths, tokenWidth, pointerWidth, tokenCount }: ShardFiles): Uint32Array {
  const suffixes = new Uint32Array(new SharedArrayBuffer(4 * tokenCount));
  readNumbers(paths.table, pointerWidth, tokenCount, (pointer, rank) => {
    const position = pointer / tokenWidth;
    if (!(Number.isInteger(position) && position < tokenCount))
      throw misplaced(paths.table, `pointer ${rank}`, pointer, tokenCount * tokenWidth);
    suffixes[rank] = position;
  });
  return suffixes;
}

function readStarts({ paths, tokenWidth, tokenCount, documentCount }: ShardFiles): Uint32Array {
  const starts = new Uint32Array(new SharedArrayBuffer(4 * documentCount));
  readNumbers(paths.offset, 8, documentCount, (offset, document) => {
    const position = offset / tokenWidth;
    const least = document === 0 ? 0 : starts[document - 1]! + 1;
    if (!(Number.isInteger(position) && position >= least && position < tokenCount))
      throw misplaced(paths.offset, `offset ${document}`, offset, tokenCount * tokenWidth);
    starts[document] = position;
  });
  return starts;
}

/** Call `visit` with each of the first `count` numbers of a file. */
function readNumbers(
  path: string,
  width: number,
  count: number,
  visit: (value: number, index: number) => void,
): void {
  using source = new ByteSource(path);
  const numbers = Math.floor(CHUNK_BYTES / width);
  const chunk = new Uint8Array(numbers * width);
  for (let first = 0; first < count; first += numbers) {
    const length = Math.min(numbers, count - first);
    source.readInto(chunk.subarray(0, length * width), first * width);
    for (let i = 0; i < length; i++) visit(readNumber(chunk, i * width, width), first + i);
  }
}
