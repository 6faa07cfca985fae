/**
 * Questions to an n-gram index: where tokens occur, how often, what follows them, in which documents.
 * All answers are exact unless they say `approximate`. Everything is synchronous; nothing is changed.
 */
import { RoteError } from "../../base/errors.ts";
import { separatorOf, type IndexDescription, type TokenWidth } from "./format.ts";
import { nextTokens, type NextTokens, type NextTokensOptions } from "./next-tokens.ts";
import type { Segment, Shard } from "./shard.ts";
import { findSegment, narrow, occurs } from "./suffix-search.ts";

/** What an index is. */
export interface IndexTraits {
  readonly tokenWidth: TokenWidth;
  /** The id under which distributions report a document's end. */
  readonly endOfDocument: number;
  /** Whether the tokens of each document stand in reverse order. Questions and answers never do. */
  readonly reversed: boolean;
  /** Of each directory that has one, in their order. */
  readonly descriptions: readonly IndexDescription[];
  readonly directories: readonly string[];
}

/** Where tokens occur. */
export interface Occurrences {
  readonly count: number;
  /** Ranks in each shard's suffix array. */
  readonly segments: readonly Segment[];
}

/** How often a token follows a context. */
export interface Probability {
  readonly contextCount: number;
  readonly continuationCount: number;
  /** Undefined where the context does not occur. */
  readonly probability: number | undefined;
}

/** What an answer says about the context it used. */
export interface LongestSuffix {
  /** Tokens of the longest suffix of the context that occurs. */
  readonly suffixLength: number;
}

/** An open index. */
export class NgramIndex implements Disposable {
  readonly traits: IndexTraits;
  readonly shards: readonly Shard[];
  /** Separators included, one a document. */
  readonly tokenCount: number;
  readonly documentCount: number;

  constructor(shards: readonly Shard[], traits: IndexTraits) {
    this.shards = shards;
    this.traits = traits;
    this.tokenCount = shards.reduce((sum, { tokenCount }) => sum + tokenCount, 0);
    this.documentCount = shards.reduce((sum, { documentCount }) => sum + documentCount, 0);
  }

  /** Occurrences of tokens one behind another; of none, the tokens of the index with their separators. */
  count(tokens: ArrayLike<number>): number {
    const query = this.toQuery(tokens);
    let count = 0;
    for (const shard of this.shards) {
      const { start, end } = findSegment(shard, query);
      count += end - start;
    }
    return count;
  }

  /** The same, and where in the suffix arrays they stand. */
  find(tokens: ArrayLike<number>): Occurrences {
    return this.#find(this.toQuery(tokens));
  }

  /**
   * How often `continuation` stands behind the tokens of `context`. The index's id for a document's end
   * stands where documents end, as `nextTokens` reports it.
   */
  probability(context: ArrayLike<number>, continuation: number): Probability {
    return this.#probability(this.toQuery(context), this.toQuery([continuation])[0]!);
  }

  /** What stands behind the tokens of `context`. */
  nextTokens(context: ArrayLike<number>, options: NextTokensOptions = {}): NextTokens {
    return this.#nextTokens(this.toQuery(context), options);
  }

  /** The same behind the longest suffix of `context` that occurs: the ∞-gram estimate. */
  infinityGram(context: ArrayLike<number>, continuation: number): Probability & LongestSuffix {
    const suffix = this.#longestSuffix(this.toQuery(context));
    const token = this.toQuery([continuation])[0]!;
    return { ...this.#probability(suffix, token), suffixLength: suffix.length };
  }

  /** How many of the last tokens occur one behind another: 0 where not even the last does. */
  longestSuffix(tokens: ArrayLike<number>): number {
    return this.#longestSuffix(this.toQuery(tokens)).length;
  }

  /** What stands behind the longest suffix of `context` that occurs. */
  infinityGramNextTokens(
    context: ArrayLike<number>,
    options: NextTokensOptions = {},
  ): NextTokens & LongestSuffix {
    const suffix = this.#longestSuffix(this.toQuery(context));
    return { ...this.#nextTokens(suffix, options), suffixLength: suffix.length };
  }

  /** Tokens as they stand in the shards: checked, and in an index of reversed documents reversed. */
  toQuery(tokens: ArrayLike<number>): Uint32Array {
    const query = Uint32Array.from(tokens);
    const highest = separatorOf(this.traits.tokenWidth);
    for (let i = 0; i < query.length; i++)
      if (query[i] !== tokens[i] || query[i]! > highest) throw outOfRange(tokens[i], highest);
    return this.traits.reversed ? query.reverse() : query;
  }

  [Symbol.dispose](): void {
    for (const shard of this.shards) shard[Symbol.dispose]();
  }

  #find(query: Uint32Array): Occurrences {
    const segments = this.shards.map((shard) => findSegment(shard, query));
    return { count: segments.reduce((sum, { start, end }) => sum + end - start, 0), segments };
  }

  #probability(context: Uint32Array, token: number): Probability {
    const { count: contextCount, segments } = this.#find(context);
    const { endOfDocument, tokenWidth } = this.traits;
    const separator = separatorOf(tokenWidth);
    let continuationCount = this.#countBehind(context, segments, token);
    if (token === endOfDocument || token === separator)
      continuationCount += this.#countShardEnds(context);
    if (token === endOfDocument && token !== separator)
      continuationCount += this.#countBehind(context, segments, separator);
    const probability = contextCount === 0 ? undefined : continuationCount / contextCount;
    return { contextCount, continuationCount, probability };
  }

  #countBehind(context: Uint32Array, segments: readonly Segment[], token: number): number {
    if (this.traits.reversed) return this.#find(Uint32Array.of(token, ...context)).count;
    let count = 0;
    for (const [i, shard] of this.shards.entries()) {
      const { start, end } = narrow(shard, segments[i]!, context.length, token);
      count += end - start;
    }
    return count;
  }

  /** Shards whose last document ends with the context: no separator stands behind it. */
  #countShardEnds(context: Uint32Array): number {
    if (this.traits.reversed || context.length === 0) return 0;
    return this.shards.filter((shard) => endsWith(shard, context)).length;
  }

  #nextTokens(context: Uint32Array, options: NextTokensOptions): NextTokens {
    const { segments } = this.#find(context);
    return nextTokens(this.shards, { segments, length: context.length }, this.traits, options);
  }

  /** The longest suffix of a context that occurs in any shard: lengths are doubled, then halved between. */
  #longestSuffix(context: Uint32Array): Uint32Array {
    const { reversed } = this.traits;
    const suffix = (length: number): Uint32Array =>
      reversed ? context.subarray(0, length) : context.subarray(context.length - length);
    const has = (length: number): boolean => {
      const query = suffix(length);
      return this.shards.some((shard) => occurs(shard, query));
    };
    let found = 0;
    let beyond = 1;
    while (beyond <= context.length && has(beyond)) {
      found = beyond;
      beyond = Math.min(2 * beyond, Math.max(context.length, beyond + 1));
    }
    while (found + 1 < beyond) {
      const middle = Math.floor((found + beyond) / 2);
      if (has(middle)) found = middle;
      else beyond = middle;
    }
    return suffix(found);
  }
}

function endsWith(shard: Shard, tokens: Uint32Array): boolean {
  const start = shard.tokenCount - tokens.length;
  return start >= 0 && tokens.every((token, i) => shard.tokenAt(start + i) === token);
}

function outOfRange(token: number | undefined, highest: number): RoteError {
  return new RoteError(
    "usage",
    `a token of this index is a whole number from 0 to ${highest}, got ${String(token)}`,
    { token, highest },
  );
}
