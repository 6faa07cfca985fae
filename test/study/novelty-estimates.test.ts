import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { estimateNovelty, fluencyBounds, isFluent } from "#rote/study/novelty-estimates.js";

const row = {
  ...{ task: "t", model: "m", n: 2, words: 10, pairs: 20, unknown: 0, novel: 5, novelOfKnown: 2 },
  ...{ repetition: 0, referenceLogLikelihood: -20, referenceTokens: 10, correctness: 1 },
  fluent: true,
};
const gibberish = { ...row, novel: 20, novelOfKnown: 0, fluent: false, correctness: 0 };
const options = { rng: createRng(1), resamples: 200, level: 0.95 };

test("degenerate text is told apart: novelty of all outputs, of fluent and of correct ones", () => {
  const four = [row, row, gibberish, gibberish];
  const rows = [...four, ...four, ...four].map((own, i) => ({ ...own, example: String(i) }));
  const estimates = estimateNovelty(rows, options);
  const valueOf = (outputs: string, metric: string) =>
    estimates.find((entry) => entry.outputs === outputs && entry.metric === metric)!.value;
  const perWords = "novel-pairs-per-1000-words";
  expect(valueOf("all", perWords)).toBe((1000 * 150) / 120);
  expect(valueOf("fluent", perWords)).toBe(500);
  expect(valueOf("fluent-and-correct", perWords)).toBe(500);
  expect(valueOf("all", "novel-pairs-of-known-parts-per-1000-words")).toBe(100);
  expect(valueOf("all", "fluent-share")).toBe(0.5);
  expect(valueOf("all", "reference-perplexity")).toBeCloseTo(Math.exp(2), 12);
  const whole = estimates.find(({ outputs, metric }) => outputs === "all" && metric === perWords)!;
  expect(whole).toMatchObject({ n: 2, examples: 12, clusters: 12, clusteredBy: "example" });
  expect(whole.interval!.low).toBeLessThan(whole.interval!.high);
});

test("a part without outputs has no value and says so", () => {
  const estimates = estimateNovelty([{ ...gibberish, example: "1" }], options);
  const fluent = estimates.find(({ outputs }) => outputs === "fluent")!;
  expect(fluent).toMatchObject({ value: null, undefinedBecause: "no output was judged" });
});

test("fluent is what stays within the 95 % quantiles of the gold outputs", () => {
  const gold = Array.from({ length: 101 }, (_, i) => ({ perplexity: i, repetition: i / 1000 }));
  const bounds = fluencyBounds("t", [...gold, { perplexity: null, repetition: null }]);
  expect(bounds).toEqual({ task: "t", perplexity: 95, repetition: 0.095 });
  expect(isFluent({ perplexity: 95, repetition: 0.09 }, bounds)).toBe(true);
  expect(isFluent({ perplexity: 96, repetition: 0 }, bounds)).toBe(false);
  expect(isFluent({ perplexity: 9, repetition: 0.5 }, bounds)).toBe(false);
  expect(isFluent({ perplexity: null, repetition: 0 }, bounds)).toBe(false);
});
