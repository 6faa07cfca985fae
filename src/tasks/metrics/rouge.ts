/**
 * ROUGE-N and ROUGE-L (Lin 2004) as the package rouge-score 0.1.2 computes them without a stemmer:
 * words are runs of a–z and 0–9 after lower-casing, so that a text in other letters has none.
 */
import { countNgrams, sharedCount, totalCount } from "./ngram-overlap.ts";

/** Shares in [0, 1]; all 0 where one of the texts has nothing to compare. */
export interface PrecisionRecall {
  readonly precision: number;
  readonly recall: number;
  readonly f: number;
}

/** Words of the longest common subsequence, over the words of each text. */
export function rougeL(hypothesis: string, reference: string): PrecisionRecall {
  const [given, wanted] = [rougeWords(hypothesis), rougeWords(reference)];
  return sharesOf(commonSubsequenceLength(given, wanted), given.length, wanted.length);
}

/** Shared n-grams of words, each as often as both texts have it. */
export function rougeN(hypothesis: string, reference: string, n: number): PrecisionRecall {
  const given = countNgrams(rougeWords(hypothesis), n);
  const wanted = countNgrams(rougeWords(reference), n);
  return sharesOf(sharedCount(given, wanted), totalCount(given), totalCount(wanted));
}

function rougeWords(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

function sharesOf(shared: number, given: number, wanted: number): PrecisionRecall {
  if (shared === 0) return { precision: 0, recall: 0, f: 0 };
  const [precision, recall] = [shared / given, shared / wanted];
  return { precision, recall, f: (2 * precision * recall) / (precision + recall) };
}

/** Time is the product of the lengths; memory one row. */
export function commonSubsequenceLength(one: readonly string[], other: readonly string[]): number {
  const row = new Uint32Array(other.length + 1);
  for (const word of one) {
    let diagonal = 0;
    for (let j = 1; j <= other.length; j++) {
      const above = row[j]!;
      row[j] = word === other[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]!);
      diagonal = above;
    }
  }
  return row[other.length]!;
}
