/**
 * Proves in one linear pass that a table is the suffix array of its tokens: that it holds every
 * position once, and in the order of the suffixes' bytes.
 *
 * Suffixes that begin with the same token c stand together, in the order of what follows c. So, going
 * through the table rank by rank, each position p > 0 says which is the next suffix of the ones that
 * begin with the token before p: it must be p − 1. The last position is the first of its kind, because
 * nothing follows it. If every rank is named once in this way, each value occurs at least as often as
 * the next higher one, hence every position once; and the order of suffixes by their first h tokens
 * carries over to h + 1 tokens. (The idea: Burkhardt and Kärkkäinen, "Fast lightweight suffix array
 * construction and checking", CPM 2003.)
 *
 *   tokens  b a n a n a      rank  0 1 2 3 4 5
 *                            table 5 3 1 0 4 2
 *   the last position, 5, is the first "a"; then 5 says that 4 is the first "n", 3 that 2 is the next "n",
 *   1 that 0 is the first "b", and 4 and 2 that 3 and 1 are the next "a"s.
 */
import { type Tokens } from "./format.ts";
import { rankTokens } from "./token-ranks.ts";

/** The positions of a table by their ranks, in memory or in a file. */
export interface Positions extends Disposable {
  readonly length: number;
  /** The position at a rank below the length. */
  at(rank: number): number;
}

/** Positions in memory. */
export function positionsInMemory(positions: Uint32Array): Positions {
  return {
    length: positions.length,
    at: (rank) => positions[rank]!,
    [Symbol.dispose]: () => undefined,
  };
}

/** Where a table is no suffix array. */
export interface OrderFault {
  /** The rank that holds a wrong position. */
  readonly rank: number;
  readonly position: number;
  /** The position that belongs there. */
  readonly expected: number;
}

export interface OrderOptions {
  /**
   * Suffixes that agree in their first so many tokens may stand in any order; default: none may. The
   * original builder compares 100,000 bytes.
   */
  readonly tie?: number;
}

/** The first place where a table is no suffix array; undefined where it is one. */
export function findOrderFault(
  tokens: Tokens,
  positions: Positions,
  { tie = Infinity }: OrderOptions = {},
): OrderFault | undefined {
  const { length } = positions;
  const { symbols, next } = bucketsOf(tokens);
  let ties = 0;
  for (let rank = -1; rank < length; rank++) {
    const position = rank < 0 ? length : positions.at(rank);
    if (position === 0) continue;
    if (position > length || (position === length && rank >= 0))
      return { rank, position, expected: NaN };
    const expected = position - 1;
    const place = next[symbols[expected]!]!++;
    const found = place < length ? positions.at(place) : length;
    if (found === expected) continue;
    if (found >= length || !areTied(tokens, found, expected, tie))
      return { rank: Math.min(place, length - 1), position: found, expected };
    ties += 1;
  }
  return ties === 0 ? undefined : findRepeated(positions);
}

/** The symbols of tokens and, by symbol, the rank at which the suffixes that begin with it begin. */
function bucketsOf(tokens: Tokens): { symbols: Tokens; next: Uint32Array } {
  if (tokens instanceof Uint32Array) {
    const ranks = rankTokens(tokens);
    const symbols = new Uint32Array(tokens.length);
    ranks.write(symbols);
    const starts = cumulated(countsOf(symbols, ranks.distinct), (symbol) => symbol);
    return { symbols, next: starts };
  }
  if (tokens instanceof Uint8Array)
    return { symbols: tokens, next: cumulated(countsOf(tokens, 256), (symbol) => symbol) };
  const swap = (symbol: number): number => (symbol >>> 8) | ((symbol & 0xff) << 8);
  return { symbols: tokens, next: cumulated(countsOf(tokens, 65_536), swap) };
}

function countsOf(symbols: Tokens, size: number): Uint32Array {
  const counts = new Uint32Array(size);
  for (const symbol of symbols) counts[symbol]!++;
  return counts;
}

/** Sums of the counts before each symbol; `symbolAt` gives the order. */
function cumulated(counts: Uint32Array, symbolAt: (order: number) => number): Uint32Array {
  const starts = new Uint32Array(counts.length);
  for (let order = 0, sum = 0; order < counts.length; order++) {
    const symbol = symbolAt(order);
    starts[symbol] = sum;
    sum += counts[symbol]!;
  }
  return starts;
}

function areTied(tokens: Tokens, a: number, b: number, tie: number): boolean {
  if (tie === Infinity || Math.max(a, b) + tie > tokens.length) return false;
  for (let i = 0; i < tie; i++) if (tokens[a + i] !== tokens[b + i]) return false;
  return true;
}

/** Where ties were let pass, nothing has shown yet that every position occurs. */
function findRepeated(positions: Positions): OrderFault | undefined {
  const seen = new Uint8Array(Math.ceil(positions.length / 8));
  for (let rank = 0; rank < positions.length; rank++) {
    const position = positions.at(rank);
    const bit = 1 << (position & 7);
    if ((seen[position >>> 3]! & bit) !== 0) return { rank, position, expected: NaN };
    seen[position >>> 3]! |= bit;
  }
  return undefined;
}
