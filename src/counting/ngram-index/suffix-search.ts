/**
 * Search in a suffix array: the ranks whose suffixes begin with given tokens are neighbours.
 *
 * A search keeps how many tokens of the query the suffixes below and above the rest agree with; all
 * suffixes between them agree with the smaller number, so that comparing begins behind it (Manber
 * and Myers, "Suffix arrays", 1990). Nothing is allocated but the result.
 */
import type { Segment, Shard } from "./shard.ts";
import { byteOrder } from "./token-order.ts";

/** What a search reads of a shard. */
export type Suffixes = Pick<
  Shard,
  "tokenWidth" | "tokenCount" | "tokenAt" | "positionAt" | "segmentOfToken"
>;

/** Tokens of the query that the suffix compared last agrees with. */
let matched = 0;

/** Negative where the suffix of a rank sorts before the query, 0 where it begins with it. */
function compare(shard: Suffixes, rank: number, query: Uint32Array, from: number): number {
  const position = shard.positionAt(rank);
  const length = Math.min(query.length, shard.tokenCount - position);
  for (let i = from; i < length; i++) {
    const token = shard.tokenAt(position + i);
    if (token === query[i]) continue;
    matched = i;
    return byteOrder(token, shard.tokenWidth) - byteOrder(query[i]!, shard.tokenWidth);
  }
  matched = length;
  return length === query.length ? 0 : -1; // a suffix that ends early sorts first
}

/** The ranks of the suffixes that begin with `query`; where there are none, an empty segment at its place. */
export function findSegment(shard: Suffixes, query: Uint32Array): Segment {
  if (query.length === 0) return { start: 0, end: shard.tokenCount };
  const first = shard.segmentOfToken(query[0]!);
  if (first === undefined) return search(shard, query, { start: 0, end: shard.tokenCount }, 0);
  return query.length === 1 || first.start === first.end ? first : search(shard, query, first, 1);
}

/** Search in a segment whose suffixes agree with the first `depth` tokens of the query. */
function search(
  shard: Suffixes,
  query: Uint32Array,
  { start, end }: Segment,
  depth: number,
): Segment {
  let low = start;
  let high = end;
  let matchedBelow = depth;
  let matchedAbove = depth;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const order = compare(shard, middle, query, Math.min(matchedBelow, matchedAbove));
    if (order < 0) {
      low = middle + 1;
      matchedBelow = matched;
    } else if (order > 0) {
      high = middle;
      matchedAbove = matched;
    } else {
      return {
        start: searchStart(shard, query, low, middle, matchedBelow),
        end: searchEnd(shard, query, middle + 1, high, matchedAbove),
      };
    }
  }
  return { start: low, end: low };
}

/** The first rank from `low` on that begins with the query; the one at `high` does. */
function searchStart(
  shard: Suffixes,
  query: Uint32Array,
  low: number,
  high: number,
  matchedBelow: number,
): number {
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (compare(shard, middle, query, matchedBelow) < 0) {
      low = middle + 1;
      matchedBelow = matched;
    } else high = middle;
  }
  return low;
}

/** The first rank from `low` on that sorts behind the query; the one before `low` begins with it. */
function searchEnd(
  shard: Suffixes,
  query: Uint32Array,
  low: number,
  high: number,
  matchedAbove: number,
): number {
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (compare(shard, middle, query, matchedAbove) > 0) {
      high = middle;
      matchedAbove = matched;
    } else low = middle + 1;
  }
  return low;
}

/** Whether the shard holds `query`. */
export function occurs(shard: Suffixes, query: Uint32Array): boolean {
  return longestPrefix(shard, query) === query.length;
}

/** How many of the query's first tokens occur in the shard one behind another. */
export function longestPrefix(shard: Suffixes, query: Uint32Array): number {
  if (query.length === 0) return 0;
  const first = shard.segmentOfToken(query[0]!);
  let { start: low, end: high } = first ?? { start: 0, end: shard.tokenCount };
  if (low === high) return 0;
  let matchedBelow = first === undefined ? 0 : 1;
  let matchedAbove = matchedBelow;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const order = compare(shard, middle, query, Math.min(matchedBelow, matchedAbove));
    if (order === 0) return query.length;
    if (order < 0) {
      low = middle + 1;
      matchedBelow = matched;
    } else {
      high = middle;
      matchedAbove = matched;
    }
  }
  return Math.max(matchedBelow, matchedAbove);
}

/** The token at `depth` of a rank's suffix; -1 where the suffix ends before. */
export function tokenAtDepth(shard: Suffixes, rank: number, depth: number): number {
  const position = shard.positionAt(rank) + depth;
  return position < shard.tokenCount ? shard.tokenAt(position) : -1;
}

/** Of a segment whose suffixes agree up to `depth`, those that go on with `token`. */
export function narrow(shard: Suffixes, segment: Segment, depth: number, token: number): Segment {
  const key = byteOrder(token, shard.tokenWidth);
  const start = boundary(shard, segment, depth, key);
  return { start, end: boundary(shard, { start, end: segment.end }, depth, key + 1) };
}

/** The first rank of a segment whose token at `depth` has at least `key` in byte order. */
function boundary(shard: Suffixes, segment: Segment, depth: number, key: number): number {
  let { start: low, end: high } = segment;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const token = tokenAtDepth(shard, middle, depth);
    if (token === -1 || byteOrder(token, shard.tokenWidth) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
