import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { WordIds } from "#rote/counting/ngram-index/word-ids.js";

test("words have the numbers a map gives them, in the order of their first appearance", () => {
  const rng = createRng("word-ids");
  const letters = ["a", "b", "é", "\u6771", "\u{1f600}", "\ud800"];
  const drawWord = (): string =>
    Array.from({ length: 1 + rng.int(5) }, () => letters[rng.int(letters.length)]!).join("");
  const ids = new WordIds();
  const twin = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const word = drawWord();
    expect(ids.find(word)).toBe(twin.get(word));
    const before = ids.size;
    const number = twin.get(word) ?? twin.size;
    twin.set(word, number);
    expect(ids.add(`<${word}>`, 1, 1 + word.length)).toBe(number);
    expect(ids.size).toBe(number === before ? before + 1 : before);
  }
  expect(ids.size).toBeGreaterThan(2000);
  for (const [word, number] of twin)
    expect([ids.find(word), ids.word(number)]).toEqual([number, word]);
});
