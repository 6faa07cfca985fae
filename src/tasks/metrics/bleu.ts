/**
 * BLEU as sacreBLEU 2.6.0 computes it: the geometric mean of clipped n-gram precisions, n = 1 to 4,
 * times a brevity penalty (Papineni et al. 2002, ACL). Scores are on the scale from 0 to 100.
 *
 * Orders without a match are smoothed (Chen & Cherry 2014, WMT): `exp` halves an invented match
 * each time (NIST), `floor` and `add-k` add a constant, `none` makes the score 0. Smoothing never
 * helps where no word matches at all.
 */
import { RoteError } from "../../base/errors.ts";
import { type BleuSmoothing, smoothingDefaults, smoothPrecisions } from "./bleu-smoothing.ts";
import { type BleuTokenizer, tokenizeSegment } from "./bleu-tokenizers.ts";
import { countNgrams, highestCounts, sharedCount, totalCount } from "./ngram-overlap.ts";

/** What a signature names. */
export interface BleuOptions {
  readonly tokenizer?: BleuTokenizer;
  readonly lowercase?: boolean;
  readonly smoothing?: BleuSmoothing;
  /** Constant of `floor` (default 0.1) and `add-k` (default 1). */
  readonly smoothingValue?: number;
  /** Leave out orders longer than the hypothesis; sacreBLEU's default for sentences alone. */
  readonly effectiveOrder?: boolean;
}

/** A BLEU score and what it is made of; lists have an entry for each order, 1 to 4. */
export interface BleuScore {
  readonly score: number;
  readonly counts: readonly number[];
  readonly totals: readonly number[];
  /** In per cent, smoothed. */
  readonly precisions: readonly number[];
  readonly brevityPenalty: number;
  /** Words of the hypotheses, and of the references closest to them in length. */
  readonly hypothesisLength: number;
  readonly referenceLength: number;
  /** sacreBLEU's, with the version whose numbers these are. */
  readonly signature: string;
}

const ORDERS = [1, 2, 3, 4] as const;

/** sacreBLEU's version that the metrics of this folder agree with. */
export const SACREBLEU_VERSION = "2.6.0";

/** BLEU of one hypothesis against one or more references, of effective order by default. */
export function sentenceBleu(
  hypothesis: string,
  references: readonly string[],
  options: BleuOptions = {},
): BleuScore {
  return corpusBleu([hypothesis], [references], { effectiveOrder: true, ...options });
}

/** BLEU of a corpus: the counts of all segments together. `references` holds each segment's own. */
export function corpusBleu(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: BleuOptions = {},
): BleuScore {
  checkSegments(hypotheses, references);
  const sums = new Float64Array(BLEU_STATISTICS);
  for (const [i, hypothesis] of hypotheses.entries())
    bleuStatistics(hypothesis, references[i]!, options).forEach((value, j) => (sums[j]! += value));
  return scoreBleuStatistics(sums, references[0]!.length, options);
}

/** Throws `usage` where a segment has no reference, or another number of them than the first. */
export function checkSegments(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
): void {
  if (hypotheses.length !== references.length || hypotheses.length === 0)
    throw new RoteError(
      "usage",
      `${hypotheses.length} hypotheses and references of ${references.length} segments; each hypothesis needs its references, and there must be one at least`,
    );
  const [first] = references;
  const odd = references.findIndex(({ length }) => length === 0 || length !== first!.length);
  if (odd === -1) return;
  throw new RoteError(
    "usage",
    `segment ${odd + 1} has ${references[odd]!.length} references and the first ${first!.length}; give each segment the same number, one at least`,
  );
}

/** Numbers that a segment adds to a corpus: matches of each order, n-grams of each, the two lengths. */
const BLEU_STATISTICS = 2 * ORDERS.length + 2;

/** What a segment adds to the BLEU of a corpus: matches of orders 1 to 4, n-grams of them, words given, words wanted. */
export function bleuStatistics(
  hypothesis: string,
  references: readonly string[],
  { tokenizer = "13a", lowercase = false }: BleuOptions = {},
): readonly number[] {
  const words = (text: string): readonly string[] =>
    tokenizeSegment(lowercase ? text.toLowerCase() : text, tokenizer);
  const given = words(hypothesis);
  const wanted = references.map(words);
  const ngrams = ORDERS.map((n) => countNgrams(given, n));
  const matches = ORDERS.map((n, i) =>
    sharedCount(ngrams[i]!, highestCounts(wanted.map((reference) => countNgrams(reference, n)))),
  );
  const lengths = wanted.map(({ length }) => length);
  return [...matches, ...ngrams.map(totalCount), given.length, closest(given.length, lengths)];
}

/** The length nearest to `length`, the smaller of two equally near. */
function closest(length: number, lengths: readonly number[]): number {
  return lengths.reduce((best, next) => {
    const [old, now] = [Math.abs(best - length), Math.abs(next - length)];
    return now < old || (now === old && next < best) ? next : best;
  });
}

/** The BLEU of segments whose statistics were added up, each as often as one likes. */
export function scoreBleuStatistics(
  sums: ArrayLike<number>,
  references: number,
  options: BleuOptions = {},
): BleuScore {
  const all = Array.from(sums);
  const [counts, totals] = [all.slice(0, ORDERS.length), all.slice(ORDERS.length, -2)];
  const [hypothesisLength, referenceLength] = [all.at(-2)!, all.at(-1)!];
  const { smoothing = "exp", effectiveOrder = false } = options;
  const value = smoothingValueOf(options);
  const { order, ...smoothed } = smoothPrecisions(
    { counts, totals },
    smoothing,
    value,
    effectiveOrder,
  );
  const brevityPenalty = brevityPenaltyOf(hypothesisLength, referenceLength);
  const averaged = smoothed.precisions.slice(0, order);
  // The logarithm of a precision of 0 makes the mean 0.
  const logMean = averaged.reduce((sum, precision) => sum + Math.log(precision), 0) / order;
  return {
    score: brevityPenalty * Math.exp(logMean),
    ...smoothed,
    brevityPenalty,
    hypothesisLength,
    referenceLength,
    signature: signatureOf(references, options),
  };
}

function brevityPenaltyOf(hypothesisLength: number, referenceLength: number): number {
  if (hypothesisLength >= referenceLength) return 1;
  return hypothesisLength === 0 ? 0 : Math.exp(1 - referenceLength / hypothesisLength);
}

function smoothingValueOf({ smoothing = "exp", smoothingValue }: BleuOptions): number {
  const needs = smoothing === "floor" || smoothing === "add-k";
  return needs ? (smoothingValue ?? smoothingDefaults[smoothing]) : 0;
}

function signatureOf(references: number, options: BleuOptions): string {
  const { tokenizer = "13a", lowercase = false, smoothing = "exp" } = options;
  const needs = smoothing === "floor" || smoothing === "add-k";
  const value = needs ? `[${smoothingValueOf(options).toFixed(2)}]` : "";
  return [
    `nrefs:${references}`,
    `case:${lowercase ? "lc" : "mixed"}`,
    `eff:${options.effectiveOrder === true ? "yes" : "no"}`,
    `tok:${tokenizer}`,
    `smooth:${smoothing}${value}`,
    `version:${SACREBLEU_VERSION}`,
  ].join("|");
}
