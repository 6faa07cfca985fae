import { expect, test } from "vitest";
import { infinityGramSpan, type SpanInfinityGram } from "#rote/memorization/infinity-gram.js";

const seen: SpanInfinityGram = {
  contextCount: 8,
  continuationCount: 2,
  effectiveN: 4,
  backoff: Math.log(2 / 8),
};
const unseen: SpanInfinityGram = {
  contextCount: 3,
  continuationCount: 0,
  effectiveN: 2,
  backoff: Math.log(1 / 100),
};

test("without a zero the three rules agree", () => {
  const span = infinityGramSpan([seen, { ...seen, effectiveN: 1 }]);
  expect(span.infinityGram).toBeCloseTo(2 * Math.log(1 / 4), 12);
  expect(span.infinityGramPaper).toBe(span.infinityGram);
  expect(span.infinityGramBackoff).toBe(span.infinityGram);
  expect(span).toMatchObject({ infinityGramTokens: 2, infinityGramZeros: 0, effectiveN: 2.5 });
});

test("a zero makes the strict product 0, is left out by the paper's rule, and backs off", () => {
  expect(infinityGramSpan([seen, unseen])).toEqual({
    infinityGram: -Infinity,
    infinityGramPaper: Math.log(1 / 4),
    infinityGramBackoff: Math.log(1 / 4) + Math.log(1 / 100),
    infinityGramTokens: 2,
    infinityGramZeros: 1,
    effectiveN: 3,
  });
});

test("a span of zeros alone has the paper's probability 0, never 1 as in the released code", () => {
  const span = infinityGramSpan([unseen, unseen]);
  expect([span.infinityGram, span.infinityGramPaper]).toEqual([-Infinity, -Infinity]);
  expect(span.infinityGramBackoff).toBeCloseTo(-2 * Math.log(100), 12);
});
