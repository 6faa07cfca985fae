/** Uniform samples of documents: of those that places lie in, and of those that hold an n-gram. */
import { assert } from "../../base/errors.ts";
import { uniformBelow } from "../../base/mersenne-twister.ts";
import { createRng, type Rng } from "../../base/random.ts";
import { documentsOf } from "./common-documents.ts";
import type { NgramIndex, Occurrences } from "./ngram-index.ts";
import type { Segment, Shard } from "./shard.ts";

/** A place in the tokens of a shard. */
export interface Place {
  readonly shard: number;
  readonly position: number;
}

/** How many documents, and which where there are more. */
interface Choice {
  readonly limit: number;
  readonly seed: number;
}

/**
 * Of the documents that positions of each shard lie in, choose up to `limit`, each as likely as any
 * other; of each, its first position. In the order of the index.
 */
export function chooseDocuments(
  { shards }: NgramIndex,
  positions: readonly Float64Array[],
  { limit, seed }: Choice,
): Place[] {
  const firsts = positions.map((inShard, shard) => {
    let last = -1;
    return inShard
      .slice()
      .sort()
      .filter((position) => {
        const before = last;
        last = shards[shard]!.documentAt(position);
        return last !== before;
      });
  });
  const chosen = draw(firsts, limit, createRng(seed).fork("choose-documents"));
  return inOrder(chosen.map(({ shard, item }) => ({ shard, position: item })));
}

/** The same of the documents that hold an n-gram, which was found in the index. */
export function chooseHolders(
  { shards }: NgramIndex,
  ngram: Uint32Array,
  { count, segments }: Occurrences,
  { limit, seed }: Choice,
): Place[] {
  const rng = createRng(seed).fork("choose-documents");
  const search = { shards, ngram, segments };
  const drawn = count > Math.max(LISTED, 20 * limit) ? drawFirsts(search, limit, rng) : undefined;
  if (drawn !== undefined) return inOrder(drawn);
  const documents = shards.map((shard, i) => documentsOf(shard, segments[i]!));
  const chosen = draw(documents, limit, rng).map(({ shard, item }) => ({
    shard,
    position: firstOccurrence(shards[shard]!, item, ngram),
  }));
  return inOrder(chosen);
}

/** Up to so many occurrences all documents are listed before some are drawn. */
const LISTED = 65_536;
/** What a drawn occurrence costs, and a token that is compared, beside an occurrence that is listed. */
const DRAW_COST = 4;
const TOKEN_COST = 1 / 16;

interface Search {
  readonly shards: readonly Shard[];
  readonly ngram: Uint32Array;
  readonly segments: readonly Segment[];
}

/**
 * Draw occurrences, and keep those that are the first of their document: every document has one,
 * so that each is as likely as any other however often it holds the n-gram. Undefined where that takes
 * as long as listing the documents of all occurrences: where few of them hold many occurrences each.
 */
function drawFirsts(search: Search, limit: number, rng: Rng): Place[] | undefined {
  const { shards, ngram, segments } = search;
  const count = segments.reduce((sum, { start, end }) => sum + end - start, 0);
  const firsts = shards.map(() => new Map<number, number>());
  const drawn = new Map<string, Place>();
  for (let cost = 0; cost < count; cost += DRAW_COST) {
    let nth = uniformBelow(count, () => rng.int(2 ** 32));
    let shard = 0;
    for (; nth >= segments[shard]!.end - segments[shard]!.start; shard++)
      nth -= segments[shard]!.end - segments[shard]!.start;
    const part = shards[shard]!;
    const position = part.positionAt(segments[shard]!.start + nth);
    const document = part.documentAt(position);
    let first = firsts[shard]!.get(document);
    if (first === undefined) {
      first = firstOccurrence(part, document, ngram);
      firsts[shard]!.set(document, first);
      cost += (first - part.documentStart(document)) * TOKEN_COST;
    }
    if (first === position) drawn.set(`${shard}/${position}`, { shard, position });
    if (drawn.size === limit) return [...drawn.values()];
  }
  return undefined;
}

/** Where the n-gram stands first in a document that holds it. */
function firstOccurrence(shard: Shard, document: number, ngram: Uint32Array): number {
  const end = shard.documentStart(document + 1);
  for (let position = shard.documentStart(document); position < end; position++)
    if (ngram.every((token, i) => shard.tokenAt(position + i) === token)) return position;
  assert(false, "a document of a segment holds its tokens");
}

/** Draw up to `limit` items of lists, one for each shard, without repetition. */
function draw(
  lists: readonly ArrayLike<number>[],
  limit: number,
  rng: Rng,
): { readonly shard: number; readonly item: number }[] {
  const total = lists.reduce((sum, { length }) => sum + length, 0);
  // Fisher and Yates's shuffle of all places, of which only those that moved are held.
  const moved = new Map<number, number>();
  return Array.from({ length: Math.min(limit, total) }, (_, i) => {
    const j = i + rng.int(total - i);
    let nth = moved.get(j) ?? j;
    moved.set(j, moved.get(i) ?? i);
    let shard = 0;
    for (; nth >= lists[shard]!.length; shard++) nth -= lists[shard]!.length;
    return { shard, item: lists[shard]![nth]! };
  });
}

function inOrder(places: Place[]): Place[] {
  return places.sort((a, b) => a.shard - b.shard || a.position - b.position);
}
