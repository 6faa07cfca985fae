/**
 * chrF as sacreBLEU 2.6.0 computes it: the F-score of character n-grams, n = 1 to 6, recall weighted
 * twice (Popović 2015, WMT); with `wordOrder` 2 it is chrF++ (Popović 2017). Precision and recall are
 * averaged over the orders that both texts reach. Scores are on the scale from 0 to 100.
 */
import { checkSegments, SACREBLEU_VERSION } from "./bleu.ts";
import { countNgrams, sharedCount, totalCount } from "./ngram-overlap.ts";
import { splitWhiteSpace } from "./white-space.ts";

/** What a signature names. */
export interface ChrfOptions {
  /** Longest n-gram of characters; default 6. */
  readonly characterOrder?: number;
  /** Longest n-gram of words; default 0, chrF++ has 2. */
  readonly wordOrder?: number;
  /** How much more recall counts than precision; default 2. */
  readonly beta?: number;
  readonly lowercase?: boolean;
  /** Keep white space as characters; default: dropped. */
  readonly keepSpace?: boolean;
}

/** A chrF score; the signature is sacreBLEU's, with the version whose numbers these are. */
export interface ChrfScore {
  readonly score: number;
  readonly signature: string;
}

/** N-grams of the hypothesis, of the reference, and shared, of one order. */
interface OrderCounts {
  readonly given: number;
  readonly wanted: number;
  readonly shared: number;
}

/** The chrF of one hypothesis, against the reference that suits it best. */
export function sentenceChrf(
  hypothesis: string,
  references: readonly string[],
  options: ChrfOptions = {},
): ChrfScore {
  return corpusChrf([hypothesis], [references], options);
}

/** The chrF of a corpus: the counts of all segments together. `references` holds each segment's own. */
export function corpusChrf(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: ChrfOptions = {},
): ChrfScore {
  checkSegments(hypotheses, references);
  const { characterOrder = 6, wordOrder = 0 } = options;
  const sums = new Float64Array(3 * (characterOrder + wordOrder));
  for (const [i, hypothesis] of hypotheses.entries())
    chrfStatistics(hypothesis, references[i]!, options).forEach((value, j) => (sums[j]! += value));
  return scoreChrfStatistics(sums, references[0]!.length, options);
}

/** What a segment adds to the chrF of a corpus: n-grams given, wanted and shared, order by order. */
export function chrfStatistics(
  hypothesis: string,
  references: readonly string[],
  options: ChrfOptions = {},
): readonly number[] {
  return bestCounts(hypothesis, references, options).flatMap(({ given, wanted, shared }) => [
    given,
    wanted,
    shared,
  ]);
}

/** The chrF of segments whose statistics were added up, each as often as one likes. */
export function scoreChrfStatistics(
  sums: ArrayLike<number>,
  references: number,
  options: ChrfOptions = {},
): ChrfScore {
  const orders = Array.from({ length: sums.length / 3 }, (_, i) => {
    const [given, wanted, shared] = [sums[3 * i]!, sums[3 * i + 1]!, sums[3 * i + 2]!];
    return { given, wanted, shared };
  });
  return {
    score: fScore(orders, options.beta ?? 2),
    signature: signatureOf(references, options),
  };
}

function bestCounts(
  hypothesis: string,
  references: readonly string[],
  options: ChrfOptions,
): readonly OrderCounts[] {
  const ngrams = ngramsOf(hypothesis, options);
  let best: { readonly counts: readonly OrderCounts[]; readonly score: number } | undefined;
  for (const reference of references) {
    const counts = countOrders(ngrams, ngramsOf(reference, options));
    const score = fScore(counts, options.beta ?? 2);
    if (best === undefined || score > best.score) best = { counts, score };
  }
  return best!.counts;
}

type Ngrams = readonly ReadonlyMap<string, number>[];

function countOrders(given: Ngrams, wanted: Ngrams): readonly OrderCounts[] {
  return given.map((ngrams, i) => {
    const reference = wanted[i]!;
    return {
      // An order the reference does not reach says nothing of the hypothesis.
      given: reference.size === 0 ? 0 : totalCount(ngrams),
      wanted: totalCount(reference),
      shared: sharedCount(ngrams, reference),
    };
  });
}

function ngramsOf(text: string, options: ChrfOptions): Ngrams {
  const { characterOrder = 6, wordOrder = 0, lowercase = false, keepSpace = false } = options;
  const cased = lowercase ? text.toLowerCase() : text;
  const characters = Array.from(keepSpace ? cased : splitWhiteSpace(cased).join(""));
  const words = splitWhiteSpace(cased).flatMap(separatePunctuation);
  return [
    ...orders(characterOrder).map((n) => countNgrams(characters, n, "")),
    ...orders(wordOrder).map((n) => countNgrams(words, n)),
  ];
}

function orders(highest: number): readonly number[] {
  return Array.from({ length: highest }, (_, i) => i + 1);
}

/** One punctuation mark at a word's end, else at its beginning, is a word of its own. */
function separatePunctuation(word: string): readonly string[] {
  const characters = Array.from(word);
  if (characters.length === 1) return [word];
  const [, first, rest] = /^([!-/:-@[-`{-~])(.*)$/su.exec(word) ?? [];
  const [, body, last] = /^(.*)([!-/:-@[-`{-~])$/su.exec(word) ?? [];
  if (body !== undefined) return [body, last!];
  return first === undefined ? [word] : [first, rest!];
}

function fScore(counts: readonly OrderCounts[], beta: number): number {
  const reached = counts.filter(({ given, wanted }) => given > 0 && wanted > 0);
  const mean = (share: (order: OrderCounts) => number): number =>
    reached.reduce((sum, order) => sum + share(order), 0) / reached.length;
  const precision = mean(({ shared, given }) => shared / given);
  const recall = mean(({ shared, wanted }) => shared / wanted);
  // Also where no order is reached: the means are then NaN.
  if (!(precision + recall > 0)) return 0;
  const factor = beta ** 2;
  return (100 * (1 + factor) * precision * recall) / (factor * precision + recall);
}

function signatureOf(references: number, options: ChrfOptions): string {
  const { characterOrder = 6, wordOrder = 0, lowercase = false, keepSpace = false } = options;
  return [
    `nrefs:${references}`,
    `case:${lowercase ? "lc" : "mixed"}`,
    "eff:yes",
    `nc:${characterOrder}`,
    `nw:${wordOrder}`,
    `space:${keepSpace ? "yes" : "no"}`,
    `version:${SACREBLEU_VERSION}`,
  ].join("|");
}
