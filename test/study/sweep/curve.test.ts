import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { specificationCurves } from "#rote/study/sweep/curve.js";
import { oneFactorAtATime } from "#rote/study/sweep/one-factor.js";
import type { Finding, Specification } from "#rote/study/sweep/specifications.js";

const options = {
  ...{ threshold: "none", n: "2", embedder: "corpus", stopWords: "kept", unit: "pair" },
  zeros: "kept",
  corpus: "c",
};

function specification(
  value: number | null,
  finding: Finding | null,
  { pValue = 0.5, ...more }: Partial<Specification> & { pValue?: number } = {},
): Specification {
  const [low, high] = finding === "above" ? [0.01, 1] : finding === "below" ? [-1, -0.01] : [-1, 1];
  const band = { mean: 0, low: -0.2, high: 0.2, pValue, permutations: 99 };
  return {
    ...{ task: "t", model: "m", checkpoint: null, options, isStudy: false, variant: "v", value },
    interval: value === null ? null : { low, high, level: 0.95, method: "percentile" },
    ...{ pValue, null: value === null ? null : band, points: 20, examples: 10, finding },
    ...{ undefinedBecause: value === null ? "inconclusive: few" : null, drops: {} },
    ...more,
  };
}

test("a curve counts signs, intervals, bands and agreement of what could be estimated", () => {
  const curve = [
    specification(0.5, "above", { isStudy: true, pValue: 0.01 }),
    specification(0.3, "above", { pValue: 0.02 }),
    specification(0.1, "no sign", { pValue: 0.4 }),
    specification(-0.3, "below", { pValue: 0.03 }),
    specification(null, null),
  ];
  expect(specificationCurves(curve, 0.95)).toEqual([
    {
      ...{ task: "t", model: "m", checkpoint: null, specifications: 5, estimated: 4 },
      median: 0.2,
      range: {
        lowest: -0.3,
        lower: expect.closeTo(0, 12) as number,
        upper: expect.closeTo(0.35, 12) as number,
        highest: 0.5,
      },
      ...{ sameSign: 3, intervalAboveZero: 2, intervalBelowZero: 1, aboveNull: 2, belowNull: 1 },
      findings: { above: 2, below: 1, "no sign": 1 },
      // 0.025 · 4 / 2, and 0.025 · 4 / 1
      chance: {
        above: expect.closeTo(0.05, 12) as number,
        below: expect.closeTo(0.1, 12) as number,
      },
      combinedP: 0.04,
      study: { value: 0.5, finding: "above" },
      ...{ agreeing: 2, robustness: "depends on choices" },
    },
  ]);
});

test.each([
  [9, 1, "holds"],
  [8, 2, "depends on choices"],
  [2, 8, "depends on choices"],
  [1, 9, "overturned"],
])("%i that agree and %i that do not: %s", (agree, others, robustness) => {
  const curve = [
    ...Array.from({ length: agree }, (_, i) => specification(0.4, "above", { isStudy: i === 0 })),
    ...Array.from({ length: others }, () => specification(0.1, "no sign")),
  ];
  expect(specificationCurves(curve, 0.95)[0]!.robustness).toBe(robustness);
});

test("where the study's own choices give no estimate nothing is concluded", () => {
  const curve = [specification(null, null, { isStudy: true }), specification(0.4, "above")];
  expect(specificationCurves(curve, 0.95)[0]).toMatchObject({
    ...{ robustness: "inconclusive", agreeing: 0, study: { value: null, finding: null } },
  });
  expect(specificationCurves([specification(null, null)], 0.95)[0]).toMatchObject({
    ...{ median: null, range: null, combinedP: null, estimated: 0, study: null },
  });
});

// Meinshausen, Meier & Bühlmann 2009, Theorem 3.1: valid however the p-values hang together.
test.each([0, 0.5, 0.95])(
  "twice the median p-value is below 0.05 in at most 5 %% of curves under the null (dependence %d)",
  (dependence) => {
    const rng = createRng(7);
    const uniform = (shared: number): number => (rng.next() < dependence ? shared : rng.next());
    const rejected = Array.from({ length: 4000 }, () => {
      const shared = rng.next();
      const curve = Array.from({ length: 21 }, () =>
        specification(0, "no sign", { pValue: uniform(shared) }),
      );
      return specificationCurves(curve, 0.95)[0]!.combinedP! <= 0.05;
    }).filter(Boolean).length;
    expect(rejected / 4000).toBeLessThan(0.06);
  },
);

test("one choice is changed at a time, all others stay the study's", () => {
  const own = specification(0.5, "above", { isStudy: true });
  const longer = specification(0.4, "above", { options: { ...options, n: "3" } });
  const both = specification(0.1, "no sign", { options: { ...options, n: "3", unit: "mean" } });
  const mean = specification(0.2, "no sign", { options: { ...options, unit: "mean" } });
  const factors = oneFactorAtATime([both, own, longer, mean]);
  expect(
    factors.filter(({ axis }) => axis === "n").map(({ specification }) => specification),
  ).toEqual([own, longer]);
  expect(factors.filter(({ axis }) => axis === "unit").map(({ option }) => option)).toEqual([
    "pair",
    "mean",
  ]);
  expect(factors.some(({ specification }) => specification === both)).toBe(false);
  expect(oneFactorAtATime([longer])).toEqual([]);
});
