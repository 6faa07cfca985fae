/**
 * What the original engine calls counting a CNF query: places where clauses meet. A clause is a list of
 * n-grams, met where any of them begins.
 *
 * In each shard, the clause with the fewest hits gives the first ranges, each of them one hit. Clause after
 * clause a range grows to the clause's last hit before its end and to the first one from its start on, each
 * where it lies at most `maxDistance` tokens outside of the range; a range that grows to neither is dropped. In
 * the end so are ranges with a separator. The count is the number of ranges left.
 *
 * So it is neither the number of documents that hold all clauses (see codf.ts for that) nor of
 * occurrences: a range that also reaches into the document before is dropped, though its partner behind
 * is near, and ranges of neighbours may coincide. And it is an estimate where a clause has more hits in a shard
 * than the limit's share: of each n-gram then only a window of ranks is used, at a place drawn from a generator
 * with a fixed seed, and the count is multiplied by floor(hits / hits used) of each clause.
 */
import { mersenneTwister, uniformBelow } from "../../base/mersenne-twister.ts";
import { RoteError } from "../../base/errors.ts";
import { separatorOf } from "./format.ts";
import type { NgramIndex } from "./ngram-index.ts";
import type { Segment, Shard } from "./shard.ts";
import { findSegment } from "./suffix-search.ts";

/** A conjunction of clauses, each a disjunction of n-grams. */
export type Cnf = readonly (readonly ArrayLike<number>[])[];

/** The original's limits, and its defaults. */
export interface CnfOptions {
  /** Hits of a clause in all shards together before it is sampled; default 50,000. */
  readonly maxClauseCount?: number;
  /** Tokens between a range and a hit that it grows to; default 100. */
  readonly maxDistance?: number;
}

/** Where clauses meet. */
export interface CnfMatches {
  readonly count: number;
  /** Whether the count was scaled up. A sampled clause may leave it false, as in the original. */
  readonly approximate: boolean;
  /** Beginnings of the ranges in each shard, by the ranks of the rarest clause's hits; one for each that was found. */
  readonly positions: readonly Float64Array[];
}

/** The seed of every sample. */
const SEED = 19_260_817;

/** Where the clauses of a query meet, by the original's rule. */
export function findCnf(
  index: NgramIndex,
  cnf: Cnf,
  { maxClauseCount = 50_000, maxDistance = 100 }: CnfOptions = {},
): CnfMatches {
  if (cnf.length === 0 || cnf.some((clause) => clause.length === 0))
    throw new RoteError("usage", "a CNF query needs clauses, and each at least one n-gram");
  const queries = cnf.map((clause) =>
    clause.map((tokens) => {
      if (tokens.length > 0) return index.toQuery(tokens);
      throw new RoteError("usage", "an n-gram of a CNF query needs at least one token, got none");
    }),
  );
  const limit = Math.ceil(maxClauseCount / index.shards.length);
  const shards = index.shards.map((shard) => {
    const clauses = queries.map((clause) => drawHits(shard, clause, limit));
    const order = [...clauses].sort((a, b) => a.count - b.count);
    const factor = clauses.reduce((product, clause) => product * clause.factor, 1);
    return { positions: joinClauses(shard, order, maxDistance), factor };
  });
  return {
    count: shards.reduce((sum, { positions, factor }) => sum + positions.length * factor, 0),
    approximate: shards.some(({ factor }) => factor > 1),
    positions: shards.map(({ positions }) => positions),
  };
}

interface Clause {
  /** Hits in the shard. */
  readonly count: number;
  /** By n-gram and rank; all of them, or some. Doubles, for a shard may have more than 2³² tokens. */
  readonly positions: Float64Array;
  readonly factor: number;
}

function drawHits(shard: Shard, clause: readonly Uint32Array[], limit: number): Clause {
  const segments = clause.map((query) => findSegment(shard, query));
  const count = lengthOf(segments);
  const used = count > limit ? drawWindows(segments, limit, count) : segments;
  const positions = new Float64Array(lengthOf(used));
  let next = 0;
  for (const { start, end } of used)
    for (let rank = start; rank < end; rank++) positions[next++] = shard.positionAt(rank);
  return { count, positions, factor: Math.floor(count / positions.length) || 1 };
}

/** Of each segment a window, together about `limit` of their `count` ranks. */
function drawWindows(segments: readonly Segment[], limit: number, count: number): Segment[] {
  const next = mersenneTwister(SEED);
  return segments.map(({ start, end }) => {
    const size = Math.ceil(((end - start) * limit) / count);
    const first = start + uniformBelow(end - start - size + 1, next);
    return { start: first, end: first + size };
  });
}

/** Beginnings of the ranges that all clauses, fewest hits first, share. */
function joinClauses(
  shard: Shard,
  [rarest, ...others]: readonly Clause[],
  maxDistance: number,
): Float64Array {
  let starts = rarest!.positions.slice();
  let ends = starts.slice();
  for (const { positions } of others) {
    const sorted = nearRanges(positions, starts, ends, maxDistance).sort();
    let kept = 0;
    for (let i = 0; i < starts.length; i++) {
      const [start, end] = [starts[i]!, ends[i]!];
      const before = sorted[countBelow(sorted, end) - 1] ?? -Infinity;
      const behind = sorted[countBelow(sorted, start)] ?? Infinity;
      const growsBack = start - before <= maxDistance;
      const growsOn = behind - end <= maxDistance;
      if (!growsBack && !growsOn) continue;
      starts[kept] = growsBack ? Math.min(start, before) : start;
      ends[kept++] = growsOn ? Math.max(end, behind) : end;
    }
    starts = starts.subarray(0, kept);
    ends = ends.subarray(0, kept);
  }
  const separator = separatorOf(shard.tokenWidth);
  return starts.filter((start, i) => !holds(shard, start, ends[i]!, separator));
}

/** Places of the table in which pieces of the text are marked; a power of two. */
const MARKS = 2 ** 18;

/**
 * Positions at most `maxDistance` outside of a range, and a few others: sorting them all is what takes
 * longest. The pieces of the text around the ranges are marked in a table, where distant ones share a place.
 */
function nearRanges(
  positions: Float64Array,
  starts: Float64Array,
  ends: Float64Array,
  maxDistance: number,
): Float64Array {
  const reach = Math.min(Math.max(1, maxDistance), Number.MAX_SAFE_INTEGER);
  const marks = new Uint8Array(MARKS);
  for (let i = 0; i < starts.length; i++) {
    const last = Math.floor((ends[i]! + reach) / reach);
    for (let piece = Math.floor((starts[i]! - reach) / reach); piece <= last; piece++)
      marks[piece & (MARKS - 1)] = 1;
  }
  const near = new Float64Array(positions.length);
  let count = 0;
  for (const position of positions)
    if (marks[Math.floor(position / reach) & (MARKS - 1)] === 1) near[count++] = position;
  return near.subarray(0, count);
}

function holds(shard: Shard, start: number, end: number, token: number): boolean {
  for (let position = start; position < end; position++)
    if (shard.tokenAt(position) === token) return true;
  return false;
}

/** Elements below a value. */
function countBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lengthOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { start, end }) => sum + end - start, 0);
}
