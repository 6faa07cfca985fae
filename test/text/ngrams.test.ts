import fc from "fast-check";
import { expect, test } from "vitest";
import { ngrams } from "#rote/text/ngrams.js";
import { wordsPolicy } from "#rote/text/policies.js";
import { stopWordLanguages, stopWords } from "#rote/text/stop-words.js";
import { trickyText } from "./random-text.js";

test("n-grams stand for neighboring words and keep their place in the text", () => {
  const text = "The ﬁrst, the ½!";
  const grams = ngrams(wordsPolicy.wordsWithOffsets(text), 2);
  expect(grams.map((gram) => gram.text)).toEqual(["the first", "first the", "the 1", "1 2"]);
  expect(grams.map(({ start, end }) => text.slice(start, end))).toEqual([
    "The ﬁrst",
    "ﬁrst, the",
    "the ½",
    "½",
  ]);
  expect(grams.every((gram) => gram.contiguous && gram.words === 2)).toBe(true);
});

test("a text of k words has k - n + 1 n-grams, none where it is shorter", () => {
  fc.assert(
    fc.property(trickyText, fc.integer({ min: 1, max: 5 }), (text, n) => {
      const words = wordsPolicy.wordsWithOffsets(text);
      const grams = ngrams(words, n);
      expect(grams.length).toBe(Math.max(0, words.words.length - n + 1));
      for (const gram of grams) expect(gram.text.split(" ").length).toBe(n);
    }),
  );
});

test("removed stop words leave n-grams that say they have a gap", () => {
  const words = wordsPolicy.wordsWithOffsets("the capital of France is Paris");
  const grams = ngrams(words, 2, { stopWords: stopWords("en") });
  expect(grams.map(({ text, contiguous }) => [text, contiguous])).toEqual([
    ["capital france", false],
    ["france paris", false],
  ]);
  expect(ngrams(words, 1, { stopWords: stopWords("en") }).every((gram) => gram.contiguous)).toBe(
    true,
  );
});

test("n is a whole number of at least 1", () => {
  const words = wordsPolicy.wordsWithOffsets("a b");
  expect(() => ngrams(words, 0)).toThrow(/got 0/);
  expect(() => ngrams(words, NaN)).toThrow(/got NaN/);
});

test("stop words are words as the policy writes them", () => {
  expect(stopWordLanguages).toEqual(["en", "de", "fr", "es", "it", "cs", "hu"]);
  for (const language of stopWordLanguages) {
    const list = [...stopWords(language)];
    expect(list.length).toBeGreaterThan(80);
    for (const word of list) expect(wordsPolicy.words(word)).toEqual([word]);
  }
  expect(() => stopWords("xx")).toThrow(/en, de, fr/);
});
