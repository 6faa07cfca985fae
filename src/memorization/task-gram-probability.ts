import { RoteError } from "../base/errors.ts";

/**
 * The task-gram language model (Wang et al. 2025, Eq. 1) over documents: P(b|a) = codf(a,b) / df(a),
 * in [0, 1] by construction. A pair that never co-occurs has probability zero and log-probability
 * -Infinity: the lowest rank, not a missing value. Without a document that holds a, P is undefined.
 */
export function logProbability(codf: number, dfA: number): number {
  if (!(dfA > 0)) throw new RangeError(`P(b|a) is undefined for df(a) = ${dfA}`);
  return Math.log(codf / dfA);
}

/** How P(b|a) is smoothed. */
export interface Smoothing {
  /** Documents' worth of the corpus at large that are added to those of a; above 0. */
  readonly alpha: number;
  /** Documents of the corpus: N. */
  readonly documents: number;
}

/** The smoothing of a constant, none where it is 0 or not given. Throws where the corpus's documents are not known. */
export function smoothingOf(
  alpha: number | undefined,
  documents: number | undefined,
): Smoothing | undefined {
  if (alpha === undefined || alpha === 0) return undefined;
  if (!(alpha > 0 && alpha < Infinity))
    throw new RoteError("usage", `the constant of smoothing must be at least 0, got ${alpha}`);
  if (documents !== undefined && documents >= 1) return { alpha, documents };
  throw new RoteError(
    "usage",
    `P(b|a) is smoothed with b's share of all documents: say how many documents the corpus has`,
  );
}

/** What `smoothed` computes, as results state it. */
export const smoothingFormula = "(codf + α·df(b)/N) / (df(a) + α)";

/**
 * P(b|a) drawn towards b's share of all documents, as if α documents of the corpus at large held a: an
 * additive smoothing with the unigram distribution as its prior. 0 only where no document holds b.
 */
export function smoothed(
  codf: number,
  dfA: number,
  dfB: number,
  { alpha, documents }: Smoothing,
): number {
  return (codf + (alpha * dfB) / documents) / (dfA + alpha);
}
