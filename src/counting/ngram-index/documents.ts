/** Documents of an index: by number, by place, and those that hold given tokens. */
import { RoteError } from "../../base/errors.ts";
import { chooseHolders } from "./choose-documents.ts";
import type { NgramIndex } from "./ngram-index.ts";

/** A document, or the part of it around a hit. */
export interface IndexDocument {
  /** Counted over all shards, in their order. */
  readonly document: number;
  /** Tokens of the whole document. */
  readonly length: number;
  /** Where the part shown begins in the document. */
  readonly start: number;
  /** The tokens shown, in the order of the text. */
  readonly tokens: Uint32Array;
  /** Where the hit begins in `tokens`; -1 where it is the separator before the document. */
  readonly needleOffset: number;
  /** The document's line of metadata, with its line end; absent where the index has none. */
  readonly metadata?: string;
}

/** How much of a document is shown. */
export interface DocumentWindow {
  /** Tokens shown before the hit; default all. */
  readonly before?: number;
  /** Tokens shown from the hit's first on; default all. */
  readonly after?: number;
  /** Tokens of the hit; an index of reversed documents needs it to find where the hit begins. Default 1. */
  readonly needleLength?: number;
}

/** A document by its number; the hit begins at `needle`, by default with the document. */
export function readDocument(
  index: NgramIndex,
  document: number,
  { needle = 0, ...window }: DocumentWindow & { readonly needle?: number } = {},
): IndexDocument {
  requireBelow("document", document, index.documentCount);
  let local = document;
  let shard = 0;
  for (; local >= index.shards[shard]!.documentCount; shard++)
    local -= index.shards[shard]!.documentCount;
  return cutDocument(index, { shard, document: local, needle }, window);
}

/** The document around a place in the suffix array of a shard. */
export function readDocumentAtRank(
  index: NgramIndex,
  shard: number,
  rank: number,
  window: DocumentWindow = {},
): IndexDocument {
  requireBelow("shard", shard, index.shards.length);
  requireBelow("rank", rank, index.shards[shard]!.tokenCount);
  return readDocumentAt(index, shard, index.shards[shard]!.positionAt(rank), window);
}

/** The document around a position, counted in tokens, of a shard. */
export function readDocumentAt(
  index: NgramIndex,
  shard: number,
  position: number,
  window: DocumentWindow = {},
): IndexDocument {
  requireBelow("shard", shard, index.shards.length);
  const part = index.shards[shard]!;
  requireBelow("position", position, part.tokenCount);
  const document = part.documentAt(position);
  const start = part.documentStart(document) + 1;
  const { needleLength = 1 } = window;
  const needle =
    index.traits.reversed && position >= start
      ? part.documentStart(document + 1) - position - needleLength
      : position - start;
  return cutDocument(index, { shard, document, needle }, window);
}

/** Which documents a search returns. */
export interface SearchDocumentsOptions extends DocumentWindow {
  /** Documents at most; default 10. */
  readonly limit?: number;
  /** Which of the documents, where there are more than the limit; default 0. */
  readonly seed?: number;
}

/** Documents that hold tokens. */
export interface FoundDocuments {
  /** Occurrences of the tokens in the index, not documents. */
  readonly count: number;
  readonly documents: readonly IndexDocument[];
}

/**
 * A uniform sample, without repetition, of the documents that hold `tokens`, in the order of the index,
 * each around its first occurrence. The same seed gives the same documents.
 */
export function searchDocuments(
  index: NgramIndex,
  tokens: ArrayLike<number>,
  { limit = 10, seed = 0, ...window }: SearchDocumentsOptions = {},
): FoundDocuments {
  if (tokens.length === 0)
    throw new RoteError("usage", "a search for documents needs at least one token, got none");
  const found = index.find(tokens);
  const places = chooseHolders(index, index.toQuery(tokens), found, { limit, seed });
  const around = { ...window, needleLength: tokens.length };
  return {
    count: found.count,
    documents: places.map(({ shard, position }) => readDocumentAt(index, shard, position, around)),
  };
}

function cutDocument(
  { shards, traits }: NgramIndex,
  place: { readonly shard: number; readonly document: number; readonly needle: number },
  { before = Infinity, after = Infinity }: DocumentWindow,
): IndexDocument {
  const { document, needle } = place;
  const shard = shards[place.shard]!;
  const first = shard.documentStart(document) + 1;
  const length = shard.documentStart(document + 1) - first;
  const start = Math.max(0, needle - before);
  const end = Math.max(start, Math.min(length, needle + after));
  const tokens = Uint32Array.from({ length: end - start }, (_, i) =>
    shard.tokenAt(first + (traits.reversed ? length - 1 - start - i : start + i)),
  );
  const metadata = shard.metadata(document);
  const earlier = shards
    .slice(0, place.shard)
    .reduce((sum, { documentCount }) => sum + documentCount, 0);
  return {
    document: earlier + document,
    length,
    start,
    tokens,
    needleOffset: needle - start,
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function requireBelow(name: string, value: number, limit: number): void {
  if (Number.isSafeInteger(value) && value >= 0 && value < limit) return;
  throw new RoteError(
    "usage",
    `${name} must be a whole number from 0 up to, not including, ${limit}, got ${value}`,
    { [name]: value, limit },
  );
}
