/**
 * `rote/text`: how text becomes words, n-grams with their places, stop words.
 *
 * ```ts
 * import { ngrams, wordsPolicy } from "rote/text";
 *
 * const words = wordsPolicy.wordsWithOffsets("Don't stop!");
 * console.log(ngrams(words, 2).map(({ text }) => text)); // [ 'don t', 't stop' ]
 * ```
 */
export { ngrams, type Ngram, type NgramOptions } from "./ngrams.ts";
export {
  charactersPolicy,
  exactWordsPolicy,
  phraseKey,
  textPolicy,
  wordsPolicy,
} from "./policies.ts";
export type { SplitText, TextPolicy, Words } from "./policy.ts";
export { stopWordLanguages, stopWords } from "./stop-words.ts";
