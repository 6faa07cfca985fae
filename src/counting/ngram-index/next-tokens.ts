/**
 * What follows a prefix. The suffixes that begin with it are ordered by what follows, so equal next
 * tokens stand in runs: an exact distribution walks from run to run by galloping, and never looks
 * at most of the suffixes.
 *
 * With a limit to the support, the original's rule: the smallest power of two u such that count / u is at
 * most the limit; a segment of at least 4u ranks is halved, a smaller one is cut into pieces of u ranks,
 * the last one shorter, and the rank in the middle of a piece stands for all of it.
 */
import { separatorOf } from "./format.ts";
import type { Segment } from "./shard.ts";
import { findSegment, tokenAtDepth, type Suffixes } from "./suffix-search.ts";

/** How often each token follows a context. */
export interface NextTokens {
  /** Occurrences of the context. */
  readonly contextCount: number;
  /** Ascending ids; the end of a document has the index's own id for it. */
  readonly tokens: Uint32Array;
  /** Occurrences of the context with each token behind it. */
  readonly counts: Float64Array;
  /** Whether the counts are estimates from a sample. */
  readonly approximate: boolean;
}

/** How a distribution is made. */
export interface NextTokensOptions {
  /** Look at about this many occurrences at most, and estimate from them; default: all, exactly. */
  readonly maxSupport?: number;
}

/** A context as it was found. */
export interface FoundContext {
  /** One a shard. */
  readonly segments: readonly Segment[];
  /** Its tokens. */
  readonly length: number;
}

/** What the answers mean. */
export interface NextTokensReading {
  /** The id under which a document's end is reported. */
  readonly endOfDocument: number;
  /** Whether the shards hold reversed documents. */
  readonly reversed: boolean;
}

/** Adds what it is told about a token; -1 stands for the end of the shard. */
type Add = (token: number, count: number) => void;

/** The distribution of what follows a context. */
export function nextTokens(
  shards: readonly Suffixes[],
  { segments, length }: FoundContext,
  { endOfDocument, reversed }: NextTokensReading,
  { maxSupport = Infinity }: NextTokensOptions,
): NextTokens {
  const contextCount = segments.reduce((sum, { start, end }) => sum + end - start, 0);
  let unit = 1;
  while (contextCount > unit * maxSupport) unit *= 2;
  const sums = new Map<number, number>();
  for (const [i, shard] of shards.entries()) {
    const separator = separatorOf(shard.tokenWidth);
    const add: Add = (token, count) => {
      const id = token === -1 || token === separator ? endOfDocument : token;
      sums.set(id, (sums.get(id) ?? 0) + count);
    };
    const segment = segments[i]!;
    const next = (rank: number): number =>
      reversed && length > 0 ? tokenBefore(shard, rank) : tokenAtDepth(shard, rank, length);
    if (unit > 1) sampleTokens(segment, unit, next, add);
    else if (length === 0) countFirstTokens(shard, add);
    else if (reversed) sampleTokens(segment, 1, next, add);
    else
      walkRuns(shard, segment, length, (token, run) => {
        add(token, run.end - run.start);
      });
  }
  const tokens = Uint32Array.from(sums.keys()).sort();
  const counts = Float64Array.from(tokens, (token) => sums.get(token)!);
  return { contextCount, tokens, counts, approximate: unit > 1 };
}

/**
 * Walk over runs of equal tokens at `depth` of a segment whose suffixes agree up to there; -1 stands
 * for the end of the shard.
 */
export function walkRuns(
  shard: Suffixes,
  { start, end }: Segment,
  depth: number,
  visit: (token: number, run: Segment) => void,
): void {
  for (let rank = start; rank < end;) {
    const token = tokenAtDepth(shard, rank, depth);
    const runEnd = endOfRun(shard, rank, end, depth, token);
    visit(token, { start: rank, end: runEnd });
    rank = runEnd;
  }
}

/** The end of the run that begins at `rank`: steps that double, then halving of the last one. */
function endOfRun(
  shard: Suffixes,
  rank: number,
  end: number,
  depth: number,
  token: number,
): number {
  let low = rank + 1;
  let step = 1;
  while (low - 1 + step < end && tokenAtDepth(shard, low - 1 + step, depth) === token) {
    low += step;
    step *= 2;
  }
  let high = Math.min(end, low - 1 + step);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (tokenAtDepth(shard, middle, depth) === token) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Behind the empty context stands every token. */
function countFirstTokens(shard: Suffixes, add: Add): void {
  for (let rank = 0; rank < shard.tokenCount;) {
    const token = shard.tokenAt(shard.positionAt(rank));
    const { end } = shard.segmentOfToken(token) ?? findSegment(shard, Uint32Array.of(token));
    add(token, end - rank);
    rank = end;
  }
}

/** The token before a rank's suffix; -1 at the beginning of the shard. */
function tokenBefore(shard: Suffixes, rank: number): number {
  const position = shard.positionAt(rank);
  return position > 0 ? shard.tokenAt(position - 1) : -1;
}

function sampleTokens(
  { start, end }: Segment,
  unit: number,
  next: (rank: number) => number,
  add: Add,
): void {
  if (end - start >= 4 * unit) {
    const middle = Math.floor((start + end) / 2);
    sampleTokens({ start, end: middle }, unit, next, add);
    sampleTokens({ start: middle, end }, unit, next, add);
    return;
  }
  for (let rank = start; rank < end; rank += unit) {
    const count = Math.min(unit, end - rank);
    add(next(rank + Math.floor(count / 2)), count);
  }
}
