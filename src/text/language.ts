/**
 * Whether a text is written in the language it is said to be: by its function words, which are few, are
 * everywhere, and differ from language to language. A text is taken for another language only where that
 * language has more of them in it than its own, each counted once. A text with none, or with those that two
 * languages share, counts as what it is said to be; so does a short one with a single foreign one, which
 * many a name has ("Los Angeles", "La La Land").
 */
import { wordsPolicy } from "./policies.ts";
import { stopWordLanguages, stopWords } from "./stop-words.ts";

const functionWords: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  stopWordLanguages.map((language) => [language, stopWords(language)]),
);

/** Texts of fewer words are titles and names more often than sentences. */
const sentenceWords = 6;

/** Whether another language than this one (ISO 639-1, of `stopWordLanguages`) has more function words in a text, two more in a short one. */
export function isInAnotherLanguage(text: string, language: string): boolean {
  const words = wordsPolicy.words(text);
  const distinct = [...new Set(words)];
  const countOf = (known: ReadonlySet<string>): number =>
    distinct.filter((word) => known.has(word)).length;
  const lead = words.length < sentenceWords ? 2 : 1;
  const own = countOf(functionWords.get(language) ?? stopWords(language));
  return [...functionWords].some(
    ([other, known]) => other !== language && countOf(known) >= own + lead,
  );
}
