import { RoteError } from "../base/errors.ts";
import type { Words } from "./policy.ts";

/** `words` neighboring words of a text. */
export interface Ngram {
  /** Normalized words joined by single spaces. */
  readonly text: string;
  /** Start of the first and end of the last word, in UTF-16 units of the original text. */
  readonly start: number;
  readonly end: number;
  readonly words: number;
  /** False where stop words were removed between its words: then its text need not occur as a phrase. */
  readonly contiguous: boolean;
}

/** Which words are left out of n-grams. */
export interface NgramOptions {
  /** Words left out before n-grams are formed; none by default. */
  readonly stopWords?: ReadonlySet<string>;
}

/** All n-grams of a text in order, repeated ones included; none where it has fewer than n words. */
export function ngrams(
  { words, offsets }: Words,
  n: number,
  { stopWords = new Set() }: NgramOptions = {},
): Ngram[] {
  if (!(Number.isSafeInteger(n) && n >= 1))
    throw new RoteError("usage", `n must be a whole number of at least 1, got ${n}`);
  const kept: number[] = [];
  for (let i = 0; i < words.length; i++) if (!stopWords.has(words[i]!)) kept.push(i);
  const result: Ngram[] = [];
  for (let i = 0; i + n <= kept.length; i++) {
    const first = kept[i]!;
    const last = kept[i + n - 1]!;
    const text = kept.slice(i, i + n).map((index) => words[index]);
    result.push({
      text: text.join(" "),
      start: offsets[2 * first]!,
      end: offsets[2 * last + 1]!,
      words: n,
      contiguous: last - first === n - 1,
    });
  }
  return result;
}
