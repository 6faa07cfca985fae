/**
 * Whether a text is written in the language it is said to be: by its function words, which are few, are
 * everywhere, and differ from language to language. A text is taken for another language only where that
 * language has more function words in it than its own, so a text with none, or one that two languages
 * share, counts as what it is said to be. A test holds, over sentences of WMT 2009 in each of the seven
 * languages, that less than 1 % are taken for another and more than 85 % are told from any other.
 */
import { wordsPolicy } from "./policies.ts";
import { stopWordLanguages, stopWords } from "./stop-words.ts";

const functionWords: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  stopWordLanguages.map((language) => [language, stopWords(language)]),
);

/** Whether another language than this one (ISO 639-1, of `stopWordLanguages`) has more function words in a text. */
export function isInAnotherLanguage(text: string, language: string): boolean {
  const words = wordsPolicy.words(text);
  const countOf = (known: ReadonlySet<string>): number =>
    words.reduce((count, word) => (known.has(word) ? count + 1 : count), 0);
  const own = countOf(functionWords.get(language) ?? stopWords(language));
  return [...functionWords].some(([other, known]) => other !== language && countOf(known) > own);
}
