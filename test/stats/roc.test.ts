import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { denseRanks } from "#rote/stats/ranks.js";
import { aucScoreInterval, rocAuc, rocAucUnderWeights } from "#rote/stats/roc.js";

// A tiny alphabet with both infinities: ties are common.
const point = fc.record({
  score: fc.constantFrom(-Infinity, -1, 0, 0.5, 2, Infinity),
  label: fc.boolean(),
  weight: fc.nat(3),
});
type Points = readonly { score: number; label: boolean; weight: number }[];

/** Every pair of a positive and a negative, one by one. */
function naiveAuc(points: Points): number {
  const expanded = points.flatMap((each) => Array.from({ length: each.weight }, () => each));
  const negatives = expanded.filter(({ label }) => !label);
  const wins = expanded
    .filter(({ label }) => label)
    .flatMap((positive) =>
      negatives.map(({ score }) =>
        positive.score === score ? 0.5 : Number(positive.score > score),
      ),
    );
  return wins.reduce((sum, win) => sum + win, 0) / wins.length;
}

test("the weighted AUC equals the count over all pairs of repeated points", () => {
  fc.assert(
    fc.property(fc.array(point, { maxLength: 25 }), (points) => {
      const scores = Float64Array.from(points, ({ score }) => score);
      const weights = Float64Array.from(points, ({ weight }) => weight);
      const labels = points.map(({ label }) => label);
      if (points.length === 0) return;
      const value = rocAucUnderWeights(denseRanks(scores), labels)(weights);
      const naive = naiveAuc(points);
      if (Number.isNaN(naive)) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(naive, 12);
    }),
    { numRuns: 2000 },
  );
});

/** Ratings of 58 normal and 51 abnormal images, from 1 (surely normal) to 5. */
const normal = [33, 6, 6, 11, 2];
const abnormal = [3, 2, 2, 11, 33];

test("ratings of images have AUC 0.893 (Hanley & McNeil 1982, table I)", () => {
  const ratings = [normal, abnormal].flatMap((counts, side) =>
    counts.flatMap((count, rating) =>
      Array.from({ length: count }, () => ({ score: rating + 1, label: side === 1 })),
    ),
  );
  const scores = Float64Array.from(ratings, ({ score }) => score);
  const { value } = rocAuc(
    scores,
    ratings.map(({ label }) => label),
  );
  expect(value).toBeCloseTo(0.893, 3);
});

test("the example of scikit-learn's roc_auc_score has AUC 0.75", () => {
  const scores = Float64Array.of(0.1, 0.4, 0.35, 0.8);
  expect(rocAuc(scores, [false, false, true, true])).toEqual({ value: 0.75 });
});

test("an AUC without positives or negatives is undefined with a reason", () => {
  expect(rocAuc(Float64Array.of(1, 2), [true, true])).toEqual({
    value: undefined,
    undefinedBecause: "2 of 2 are positive",
  });
});

describe("the score interval", () => {
  const sizes = { positives: 51, negatives: 58 };

  test("is about two standard errors wide where the AUC is in the middle (0.032 in Hanley & McNeil)", () => {
    const { low, high } = aucScoreInterval(0.893, sizes);
    expect((high - low) / (2 * 1.96)).toBeCloseTo(0.032, 2);
    expect(low).toBeLessThan(0.893 - 0.05);
    expect(high).toBeGreaterThan(0.893 + 0.04);
  });

  test("is mirrored at one half, and open to one side at 0 and 1", () => {
    const [low, high] = [aucScoreInterval(0.2, sizes), aucScoreInterval(0.8, sizes)];
    expect(low.low).toBeCloseTo(1 - high.high, 10);
    const perfect = aucScoreInterval(1, { positives: 20, negatives: 20 });
    expect(perfect.high).toBe(1);
    expect(perfect.low).toBeGreaterThan(0.8);
    expect(perfect.low).toBeLessThan(0.97);
    expect(aucScoreInterval(0, { positives: 20, negatives: 20 }).high).toBeCloseTo(1 - perfect.low);
  });

  test("refuses what is no AUC", () => {
    expect(() => aucScoreInterval(NaN, sizes)).toThrow("no interval of AUC NaN");
  });
});
