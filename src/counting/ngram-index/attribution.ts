/**
 * Which parts of a text stand word for word in the index: the engine's half of OLMoTrace
 * (https://arxiv.org/abs/2504.07096).
 *
 * For each start the longest match is one search: where the rest of the text does not occur, its
 * neighbours in the suffix array begin with the longest part of it that does.
 */
import { separatorOf } from "./format.ts";
import type { NgramIndex } from "./ngram-index.ts";
import type { Segment } from "./shard.ts";
import { longestPrefix } from "./suffix-search.ts";

/** For each token, where the longest part of `tokens` ends that begins there and occurs in the index; exclusive. */
export function longestMatches(index: NgramIndex, tokens: ArrayLike<number>): Uint32Array {
  const query = index.toQuery(tokens);
  const longest = (from: Uint32Array): number =>
    Math.max(0, ...index.shards.map((shard) => longestPrefix(shard, from)));
  if (!index.traits.reversed)
    return Uint32Array.from(query, (_, start) => start + longest(query.subarray(start)));
  // Reversed documents tell how far back a match reaches; a start's match ends at the last such end.
  const ends = new Uint32Array(query.length);
  for (let start = 0, end = 0; start < ends.length; start++) {
    for (; end < ends.length; end++) {
      const from = query.subarray(query.length - end - 1);
      if (end + 1 - longest(from) > start) break;
    }
    ends[start] = end = Math.max(start, end);
  }
  return ends;
}

/** Which spans count. */
export interface AttributionOptions {
  /** Shorter spans are left out; default 1. */
  readonly minLength?: number;
  /** Spans that occur more often are left out; default 10. */
  readonly maxCount?: number;
  /** A span ends behind the first of these tokens. */
  readonly delimiters?: readonly number[];
  /** Where given, spans begin with a token for which it holds, and end before one or with the text. */
  readonly beginsWord?: (token: number) => boolean;
}

/** A part of a text that occurs in the index, and is in no longer one. */
export interface AttributedSpan {
  /** Half-open, in tokens of the text. */
  readonly start: number;
  readonly end: number;
  readonly count: number;
  /** Where it occurs: ranks in each shard's suffix array. */
  readonly segments: readonly Segment[];
  /** Natural logarithms of its tokens' shares of the index, summed; a token that never occurs counts as -10000. */
  readonly logProbability: number;
}

/** The longest spans of `tokens` that occur in the index, from left to right; none lies within another. */
export function attributeSpans(
  index: NgramIndex,
  tokens: ArrayLike<number>,
  { minLength = 1, maxCount = 10, delimiters = [], beginsWord }: AttributionOptions = {},
): AttributedSpan[] {
  const text = Uint32Array.from(tokens);
  const ends = longestMatches(index, text);
  const logProbability = createLogProbability(index);
  const spans: AttributedSpan[] = [];
  let rightmost = 0;
  for (let start = 0; start < text.length; start++) {
    if (beginsWord?.(text[start]!) === false) continue;
    let end = cutBehind(text, start, ends[start]!, delimiters);
    while (beginsWord !== undefined && end > start && end < text.length && !beginsWord(text[end]!))
      end -= 1;
    if (end - start < minLength || end <= rightmost || end === start) continue;
    const part = text.subarray(start, end);
    const { count, segments } = index.find(part);
    if (count > maxCount) continue;
    rightmost = end;
    const sum = part.reduce((total, token) => total + logProbability(token), 0);
    spans.push({ start, end, count, segments, logProbability: sum });
  }
  return spans;
}

function cutBehind(
  text: Uint32Array,
  start: number,
  end: number,
  delimiters: readonly number[],
): number {
  const cut = text.subarray(start, end).findIndex((token) => delimiters.includes(token));
  return cut === -1 ? end : start + cut + 1;
}

/** A token's share of all tokens of the index, separators included. */
function createLogProbability(index: NgramIndex): (token: number) => number {
  const known = new Map<number, number>();
  const separator = separatorOf(index.traits.tokenWidth);
  return (token) => {
    const before = known.get(token);
    if (before !== undefined) return before;
    const count = token === separator ? index.documentCount : index.count([token]);
    const value = count === 0 ? -10_000 : Math.log(count / index.tokenCount);
    known.set(token, value);
    return value;
  };
}
