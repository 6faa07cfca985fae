/** How large a shard may be: known before hours are spent on one that cannot be finished. */
import { constants } from "node:buffer";
import { RoteError } from "../../base/errors.ts";
import type { TokenWidth } from "./format.ts";
import { partSortingBytes } from "./sort-in-parts.ts";

/** Positions are sorted as numbers of 32 bits. */
const MOST_TOKENS = 2 ** 32 - 2;

/** The largest shard of a build, as far as it is known. */
export interface LargestShard {
  /** Separators included. */
  readonly tokens: number;
  /** Bytes a token, at least. */
  readonly width: TokenWidth;
  /** Bytes a token as it is written. */
  readonly writtenWidth: TokenWidth;
  /** Shards of the build. */
  readonly shards: number;
  /** Bytes that sorting may take. */
  readonly memory: number;
}

/** Refuse a shard that cannot be sorted: its tokens are read in one piece, and sorted within the memory. */
export function requireSortable({ tokens, shards, memory, ...widths }: LargestShard): void {
  const { width, writtenWidth } = widths;
  const most = Math.min(MOST_TOKENS, Math.floor(constants.MAX_LENGTH / writtenWidth));
  if (tokens > most)
    throw new RoteError(
      "count/limit",
      `a shard of ${tokens} tokens of ${writtenWidth} bytes is too large to sort, of at most ${most}; ${moreShards((shards * tokens) / most)}`,
      { tokens, most },
    );
  const least = partSortingBytes(tokens, width);
  if (least > memory)
    throw new RoteError(
      "count/limit",
      `sorting a shard of ${tokens} tokens takes at least ${Math.ceil(least / 1e6)} MB of memory, and ${Math.floor(memory / 1e6)} MB may be taken; ` +
        `allow more with --memory, or ${moreShards((shards * least) / memory)}`,
      { tokens, needed: least, memory },
    );
}

function moreShards(needed: number): string {
  return `ask for at least ${Math.ceil(needed)} --shards, and remove the unfinished folder if there is one`;
}
