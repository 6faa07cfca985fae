/**
 * The order of tokens in an index: that of their bytes, lowest first, because suffixes are ordered
 * as `memcmp` orders little-endian tokens. So for two bytes 0 < 256 < 512 < … < 1 < 257 < …, and
 * the separator, all ones, is last in every width.
 */
import { separatorOf, type Tokens, type TokenWidth } from "./format.ts";
import type { Segment } from "./shard.ts";

/** A number that orders tokens as the index does: the token with its bytes in reverse. */
export function byteOrder(token: number, width: TokenWidth): number {
  if (width === 1) return token;
  if (width === 2) return ((token & 0xff) << 8) | (token >>> 8);
  return (
    ((token << 24) | ((token & 0xff00) << 8) | ((token >>> 8) & 0xff00) | (token >>> 24)) >>> 0
  );
}

/** An array for tokens of a width over all of a buffer. */
export function tokensOf(width: TokenWidth, buffer: ArrayBufferLike): Tokens {
  if (width === 1) return new Uint8Array(buffer);
  return width === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
}

/** How often each token occurs. */
export interface TokenCounts {
  /** By id; as long as the highest id that occurs asks for. */
  readonly counts: Uint32Array;
  readonly separators: number;
}

/** Ids above this are too sparse for a table by id. */
const HIGHEST_ID = 2 ** 24;

/** Count tokens; undefined where ids are too high for a table. */
export function countTokens(tokens: Tokens): TokenCounts | undefined {
  const separator = separatorOf(tokens.BYTES_PER_ELEMENT as TokenWidth);
  let highest = -1;
  let separators = 0;
  for (const token of tokens) {
    if (token === separator) separators += 1;
    else if (token > highest) highest = token;
  }
  if (highest > HIGHEST_ID) return undefined;
  const counts = new Uint32Array(highest + 1);
  for (const token of tokens) {
    if (token <= highest) counts[token]! += 1;
  }
  return { counts, separators };
}

/** The ranks of the suffixes that begin with a token. */
export type TokenSegments = (token: number) => Segment;

/** Where the suffixes of each first token stand, from how often each token occurs. */
export function tokenSegments(
  tokens: TokenCounts | undefined,
  width: TokenWidth,
): TokenSegments | undefined {
  if (tokens === undefined) return undefined;
  const { counts, separators } = tokens;
  const separator = separatorOf(width);
  const keys = counts.map((_, id) => byteOrder(id, width)).sort();
  const starts = new Uint32Array(counts.length);
  let total = 0;
  for (const key of keys) {
    const id = byteOrder(key, width);
    starts[id] = total;
    total += counts[id]!;
  }
  return (token) => {
    if (token === separator) return { start: total, end: total + separators };
    if (token >= counts.length) return absent(token);
    const start = starts[token]!;
    return { start, end: start + counts[token]! };
  };

  /** Where a token would stand that is higher than all that occur: before the first one that comes after it. */
  function absent(token: number): Segment {
    const key = byteOrder(token, width);
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    const start = low === keys.length ? total : starts[byteOrder(keys[low]!, width)]!;
    return { start, end: start };
  }
}
