import { expect, test } from "vitest";
import { countNovelty, repetition } from "#rote/memorization/novelty.js";

test("a pair is novel where no document holds both, and unknown where none holds its input side", () => {
  const together = { codf: 2, dfA: 5, dfB: 3 };
  const apart = { codf: 0, dfA: 5, dfB: 3 };
  const invented = { codf: 0, dfA: 5, dfB: 0 };
  const unknown = { codf: 0, dfA: 0, dfB: 3 };
  expect(countNovelty([together, apart, invented, unknown])).toEqual({
    pairs: 4,
    unknown: 1,
    novel: 2,
    novelOfKnown: 1,
  });
  expect(countNovelty([])).toEqual({ pairs: 0, unknown: 0, novel: 0, novelOfKnown: 0 });
});

test("repetition is the share of bigrams that stood before", () => {
  expect(repetition("a b c d".split(" "))).toBe(0);
  // a b | b a | a b | b a: two of four are new.
  expect(repetition("a b a b a".split(" "))).toBe(0.5);
  expect(repetition(["alone"])).toBeNull();
});
