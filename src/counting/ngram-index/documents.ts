/** Documents of an index: by number, by place, and those that hold given tokens. */
import { assert, RoteError } from "../../base/errors.ts";
import { createRng, type Rng } from "../../base/random.ts";
import { documentsOf } from "./common-documents.ts";
import type { NgramIndex } from "./ngram-index.ts";
import type { Segment, Shard } from "./shard.ts";

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
  const query = index.toQuery(tokens);
  const { count, segments } = index.find(tokens);
  const rng = createRng(seed).fork("search-documents");
  const places =
    count > Math.max(ENUMERATED, 20 * limit)
      ? drawPlaces(index.shards, query, segments, limit, rng)
      : listPlaces(index.shards, query, segments, limit, rng);
  places.sort((a, b) => a.shard - b.shard || a.position - b.position);
  const around = { ...window, needleLength: tokens.length };
  return {
    count,
    documents: places.map(({ shard, position }) => readDocumentAt(index, shard, position, around)),
  };
}

/** Up to so many occurrences all documents are listed before some are drawn. */
const ENUMERATED = 65_536;

interface Place {
  readonly shard: number;
  readonly position: number;
}

function listPlaces(
  shards: readonly Shard[],
  query: Uint32Array,
  segments: readonly Segment[],
  limit: number,
  rng: Rng,
): Place[] {
  const documents = shards.flatMap((shard, i) =>
    Array.from(documentsOf(shard, segments[i]!), (document) => ({ shard: i, document })),
  );
  const chosen = Math.min(limit, documents.length);
  for (let i = 0; i < chosen; i++) {
    const j = i + rng.int(documents.length - i);
    [documents[i], documents[j]] = [documents[j]!, documents[i]!];
  }
  return documents.slice(0, chosen).map(({ shard, document }) => ({
    shard,
    position: firstOccurrence(shards[shard]!, document, query),
  }));
}

/**
 * Draw occurrences, and keep those that are the first of their document: every document has one,
 * so that each is as likely as any other however often it holds the tokens.
 */
function drawPlaces(
  shards: readonly Shard[],
  query: Uint32Array,
  segments: readonly Segment[],
  limit: number,
  rng: Rng,
): Place[] {
  const count = segments.reduce((sum, { start, end }) => sum + end - start, 0);
  const drawn = new Map<string, Place>();
  // Where few documents hold many occurrences each, all have been met long before this many draws.
  for (let draws = 0; drawn.size < limit && draws < 64 * count; draws++) {
    let nth = Math.floor(((rng.int(2 ** 21) * 2 ** 32 + rng.int(2 ** 32)) / 2 ** 53) * count);
    let shard = 0;
    for (; nth >= segments[shard]!.end - segments[shard]!.start; shard++)
      nth -= segments[shard]!.end - segments[shard]!.start;
    const part = shards[shard]!;
    const position = part.positionAt(segments[shard]!.start + nth);
    const first = firstOccurrence(part, part.documentAt(position), query);
    if (first === position) drawn.set(`${shard}/${position}`, { shard, position });
  }
  return [...drawn.values()];
}

/** Where the query stands first in a document that holds it. */
function firstOccurrence(shard: Shard, document: number, query: Uint32Array): number {
  const end = shard.documentStart(document + 1);
  for (let position = shard.documentStart(document); position < end; position++)
    if (query.every((token, i) => shard.tokenAt(position + i) === token)) return position;
  assert(false, "a document of a segment holds its tokens");
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
