/**
 * The ∞-gram model of a corpus (Liu et al. 2024, COLM): each token of a text behind the longest suffix
 * of all that stands before it which the corpus holds. Nothing is cut, smoothed or dropped: a token
 * that never follows its suffix has the count 0.
 *
 * Such a token has a probability all the same where one backs off: that behind the longest suffix which
 * it does follow (Brants et al. 2007, without their discount, so that the probabilities of a context's
 * tokens do not add up to 1); one that the corpus lacks counts like a token seen once beside all others.
 */
import type { NgramIndex } from "./ngram-index.ts";

/** A token under the ∞-gram model. */
export interface InfinityGramToken {
  /** Occurrences of the suffix, at least 1 in an index that is not empty. */
  readonly contextCount: number;
  /** Occurrences of the suffix with the token behind it. */
  readonly continuationCount: number;
  /** 1 + tokens of the suffix: n of the paper's Eq. 5. */
  readonly effectiveN: number;
  /** Natural log of the token's probability with back-off; finite. */
  readonly backoff: number;
}

/** What the model needs of an index. */
export type InfinityGramIndex = Pick<
  NgramIndex,
  "count" | "infinityGram" | "longestSuffix" | "tokenCount"
>;

/** The tokens from `start` on, each given all before it. */
export function infinityGramTokens(
  index: InfinityGramIndex,
  ids: Int32Array,
  start: number,
): readonly InfinityGramToken[] {
  return Array.from({ length: ids.length - start }, (_, i) => tokenAt(index, ids, start + i));
}

function tokenAt(index: InfinityGramIndex, ids: Int32Array, place: number): InfinityGramToken {
  const found = index.infinityGram(ids.subarray(0, place), ids[place]!);
  const { contextCount, continuationCount, suffixLength } = found;
  const backoff =
    continuationCount > 0
      ? Math.log(continuationCount / contextCount)
      : backedOff(index, ids.subarray(0, place + 1));
  return { contextCount, continuationCount, effectiveN: suffixLength + 1, backoff };
}

/** The last token behind the longest suffix that it follows. */
function backedOff(index: InfinityGramIndex, ids: Int32Array): number {
  const length = index.longestSuffix(ids);
  if (length === 0) return -Math.log(index.tokenCount + 1);
  const ngram = ids.subarray(ids.length - length);
  return Math.log(index.count(ngram) / index.count(ngram.subarray(0, -1)));
}
