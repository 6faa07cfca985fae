import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { nullBand } from "#rote/stats/null-band.js";
import { type SpecificationCurve, specificationCurves } from "#rote/study/sweep/curve.js";
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
      others: 3,
      median: 0.2,
      range: {
        lowest: -0.3,
        lower: expect.closeTo(0, 12) as number,
        upper: expect.closeTo(0.35, 12) as number,
        highest: 0.5,
      },
      ...{ sameSign: 3, intervalAboveZero: 2, intervalBelowZero: 1, aboveNull: 2, belowNull: 1 },
      findings: { above: 2, below: 1, "no sign": 1 },
      // 0.05 · 5 / 2, and 0.05 · 5 / 1
      chance: {
        above: expect.closeTo(0.125, 12) as number,
        below: expect.closeTo(0.25, 12) as number,
      },
      // Of 0.01, 0.02, 0.03, 0.4 and 1
      combinedP: 0.06,
      study: { value: 0.5, finding: "above" },
      ...{ agreeing: 1, robustness: "inconclusive" },
    },
  ]);
});

/** The study's own specification, others that agree and that do not, and some that could not be estimated. */
function curveFrom(finding: Finding, agree: number, others: number, missing = 0): Specification[] {
  const other = finding === "no sign" ? "above" : "no sign";
  return [
    specification(0.4, finding, { isStudy: true }),
    ...Array.from({ length: agree }, () => specification(0.4, finding)),
    ...Array.from({ length: others }, () => specification(0.1, other)),
    ...Array.from({ length: missing }, () => specification(null, null)),
  ];
}

test.each([
  ["above", 9, 1, "holds"],
  ["above", 8, 2, "depends on choices"],
  ["above", 2, 8, "depends on choices"],
  ["above", 1, 9, "overturned"],
  ["no sign", 9, 1, "no sign either"],
  ["no sign", 0, 10, "depends on choices"],
] as const)("%s: %i others that agree and %i that do not: %s", (finding, agree, others, word) => {
  const [curve] = specificationCurves(curveFrom(finding, agree, others), 0.95);
  expect(curve).toMatchObject({ robustness: word, agreeing: agree, others: agree + others });
});

test.each([
  [0, 71, "the study's own specification alone"],
  [9, 0, "fewer than ten others"],
  [20, 22, "less than half of the specifications"],
])("%i estimated beside the study's, %i not: %s says nothing", (agree, missing) => {
  const [curve] = specificationCurves(curveFrom("above", agree, 0, missing), 0.95);
  expect(curve).toMatchObject({ robustness: "inconclusive", agreeing: agree });
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

interface NullCurves {
  /** Correlation of the specifications. */
  readonly dependence: number;
  readonly shuffles: number;
  /** Specifications of a larger p-value cannot be estimated: at worst only what differs most from its shuffles can. */
  readonly keeps: number;
}

/** Curves of normal values, each among shuffles from its own distribution. */
function curvesUnderNull({ dependence, shuffles, keeps }: NullCurves): SpecificationCurve[] {
  const rng = createRng(7);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
  return Array.from({ length: 1000 }, () => {
    const shared = Array.from({ length: shuffles + 1 }, normal);
    const specifications = Array.from({ length: 9 }, () => {
      const [value, ...values] = shared.map((each) =>
        dependence === 1
          ? each
          : Math.sqrt(dependence) * each + Math.sqrt(1 - dependence) * normal(),
      );
      const band = nullBand(value!, values)!;
      return band.pValue > keeps
        ? specification(null, null)
        : specification(value!, "no sign", { null: band });
    });
    return specificationCurves(specifications, 0.95)[0]!;
  });
}

// Meinshausen, Meier & Bühlmann 2009, Theorem 3.1: valid however the p-values hang together.
test.each<NullCurves>(
  [0, 0.5, 1].flatMap((dependence) =>
    [20, 100].flatMap((shuffles) => [1, 0.3].map((keeps) => ({ dependence, shuffles, keeps }))),
  ),
)("under the null neither p nor chance is small more often than it says: %o", (own) => {
  const curves = curvesUnderNull(own);
  const shareOf = (
    quantity: (curve: SpecificationCurve) => number | null,
    wanted: number,
  ): number =>
    curves.filter((curve) => (quantity(curve) ?? 1) <= wanted + 1e-12).length / curves.length;
  for (const level of [0.025, 0.05, 0.1, 0.2]) {
    expect(shareOf(({ combinedP }) => combinedP, level)).toBeLessThanOrEqual(level);
    expect(shareOf(({ chance }) => chance.above, level)).toBeLessThanOrEqual(level);
    expect(shareOf(({ chance }) => chance.below, level)).toBeLessThanOrEqual(level);
  }
});

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
