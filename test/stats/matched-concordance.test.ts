import { expect, test } from "vitest";
import { matchedConcordance } from "#rote/stats/matched-concordance.js";

test("a concordance of matched pairs counts pairs alike on one axis and apart on the other", () => {
  const doses = Float64Array.from({ length: 12 }, (_, i) => (i < 6 ? 4 : 8));
  const chances = Float64Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 0.5 : 0.1));
  const ones = new Float64Array(12).fill(1);
  const concordance = (scores: Float64Array): number => {
    let [won, pairs] = [0, 0];
    for (let i = 0; i < 12; i++)
      for (let j = 0; j < 12; j++)
        if (chances[i] === chances[j] && doses[i]! > doses[j]!) {
          pairs += 1;
          won += (1 + Math.sign(scores[i]! - scores[j]!)) / 2;
        }
    return won / pairs;
  };
  for (const scores of [doses, chances, Float64Array.from({ length: 12 }, (_, i) => (i * 5) % 7)])
    expect(matchedConcordance(scores, doses, chances)!(ones)).toBeCloseTo(concordance(scores), 12);
  expect(matchedConcordance(chances, doses, chances)!(ones)).toBe(0.5);
  expect(
    matchedConcordance(
      doses,
      doses,
      chances.map((_, i) => 2 ** i),
    ),
  ).toBeUndefined();
});

test("how alike and how different the points of a pair are can be said", () => {
  const axis = Float64Array.from({ length: 8 }, (_, i) => 2 ** i);
  const held = Float64Array.from(axis, (_, i) => 1 + i / 100);
  const ones = new Float64Array(8).fill(1);
  expect(matchedConcordance(axis, axis, held)!(ones)).toBe(1);
  expect(matchedConcordance(axis, axis, held, { alike: 1 })).toBeUndefined();
  expect(matchedConcordance(axis, axis, held, { different: 300 })).toBeUndefined();
});

test("an axis without a logarithm is refused", () => {
  const axis = Float64Array.of(1, 0);
  expect(() => matchedConcordance(axis, axis, axis)).toThrow("value 2 of an axis is 0");
});
