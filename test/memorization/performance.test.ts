import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { performanceByFrequency, slopeEstimate } from "#rote/memorization/performance.js";

const names = { task: "t", n: 1, model: "m", checkpoint: null, metric: "exact-match" };
const slopeOf = (outcomes: readonly (readonly [frequency: number, correctness: number])[]) => {
  const examples = outcomes.map(([frequency, correctness], i) => ({
    ...{ example: String(i), frequency, correctness },
  }));
  return slopeEstimate(performanceByFrequency(examples, { rng: createRng(1), ...names }), names);
};
const none = { value: null, interval: null, pValue: null };

test("a slope of fewer than ten clusters is inconclusive", () => {
  const few = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => [i, i % 2] as const);
  expect(slopeOf(few)).toMatchObject({
    ...none,
    undefinedBecause:
      "inconclusive: the 9 points come from 9 examples, and an interval needs at least 10",
  });
  const examples = few.map(([frequency, correctness], i) => ({
    ...{ example: String(i), frequency, correctness },
  }));
  const { slope } = performanceByFrequency(examples, { rng: createRng(1), ...names });
  expect(slope).toMatchObject({ slope: null, intercept: null, interval: null, clusters: 9 });
  expect(slope.undefinedBecause).toContain("9 examples");
  expect(slopeOf([...few, [10, 0]])).toMatchObject({ clusters: 10, undefinedBecause: null });
});

test("points on one line bear no slope", () => {
  const line = [1, 1, 10].map((frequency) => [frequency, Math.log10(frequency)] as const);
  expect(slopeOf(line)).toMatchObject({
    ...none,
    undefinedBecause:
      "inconclusive: all points lie on one line, which leaves nothing to judge its error by",
  });
});

test("examples without a mined pair and unjudged outputs are left out, and counted", () => {
  const outcomes = Array.from({ length: 30 }, (_, i) => ({
    ...{ example: String(i), frequency: i % 7, correctness: i % 2 },
  }));
  const others = [
    { example: "no pair", frequency: null, correctness: 1 },
    { example: "unjudged", frequency: 3, correctness: NaN },
    { example: "neither", frequency: null, correctness: NaN },
  ];
  const options = { rng: createRng(1), ...names };
  const found = performanceByFrequency([...outcomes, ...others], options);
  expect(found).toMatchObject({ points: 30, leftOut: { withoutPairs: 1, unjudged: 2 } });
  const { leftOut: _, ...same } = found;
  expect(performanceByFrequency(outcomes, options)).toMatchObject(same);
  const none = performanceByFrequency(others, options);
  expect(none).toMatchObject({ points: 0, bins: [], leftOut: { withoutPairs: 1, unjudged: 2 } });
  expect(slopeEstimate(none, names)).toMatchObject({ value: null, interval: null, pValue: null });
});
