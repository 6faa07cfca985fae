/**
 * The ∞-gram probability of a span (Wang et al. 2025, Eq. 5) under three rules for tokens of
 * probability 0, which are a small corpus's rule rather than its exception.
 */

/** A token of the span. */
export interface SpanInfinityGram {
  readonly contextCount: number;
  readonly continuationCount: number;
  readonly effectiveN: number;
  readonly backoff: number;
}

/** The span's tokens together; natural logs. */
export interface InfinityGramSpan {
  /** The strict product: −Infinity where any token has probability 0. */
  readonly infinityGram: number;
  /** The paper's rule: tokens of probability 0 are left out, −Infinity where all are. */
  readonly infinityGramPaper: number;
  /** Tokens of probability 0 back off to the longest suffix that they follow. */
  readonly infinityGramBackoff: number;
  readonly infinityGramTokens: number;
  /** Tokens of probability 0. */
  readonly infinityGramZeros: number;
  /** Mean over the tokens of 1 + the length of the suffix. */
  readonly effectiveN: number;
}

/** What of the released code's mistakes is repeated. */
export interface InfinityGramOptions {
  /** The paper's rule gives a span without any seen token probability 1, as the released code does; default 0. */
  readonly unseenAsProbabilityOne?: boolean;
}

/** Multiply the tokens of a span, at least one. */
export function infinityGramSpan(
  tokens: readonly SpanInfinityGram[],
  { unseenAsProbabilityOne = false }: InfinityGramOptions = {},
): InfinityGramSpan {
  const seen = tokens.filter(({ continuationCount }) => continuationCount > 0);
  const product = seen.reduce(
    (sum, { contextCount, continuationCount }) => sum + Math.log(continuationCount / contextCount),
    0,
  );
  const sumOf = (key: "backoff" | "effectiveN"): number =>
    tokens.reduce((sum, token) => sum + token[key], 0);
  return {
    infinityGram: seen.length === tokens.length ? product : -Infinity,
    infinityGramPaper: seen.length === 0 && !unseenAsProbabilityOne ? -Infinity : product,
    infinityGramBackoff: sumOf("backoff"),
    infinityGramTokens: tokens.length,
    infinityGramZeros: tokens.length - seen.length,
    effectiveN: sumOf("effectiveN") / tokens.length,
  };
}
