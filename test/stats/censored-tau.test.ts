/** Kendall's tau-b with values known only to lie below a limit. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { censoredTauB } from "#rote/stats/censored-tau.js";
import { kendallTauB } from "#rote/stats/correlation.js";
import { createRng } from "#rote/base/random.js";
import { estimateRankStatistics } from "#rote/stats/rank-estimate.js";
import { rankSample } from "#rote/stats/rank-sample.js";
import { RankStatistics } from "#rote/stats/rank-statistic.js";

/** Every pair of points by itself. */
function naive(x: readonly number[], known: readonly boolean[], y: readonly number[]): number {
  let [score, ordered, untied] = [0, 0, 0];
  for (let i = 0; i < x.length; i++)
    for (let j = 0; j < i; j++) {
      const sign = orderOf(x[i]!, known[i]!, x[j]!, known[j]!);
      score += sign * Math.sign(y[i]! - y[j]!);
      ordered += Math.abs(sign);
      untied += Number(y[i] !== y[j]);
    }
  return score / Math.sqrt(ordered * untied);
}

/** 1 where the first is certainly larger, −1 where it is certainly smaller, 0 where one cannot say. */
function orderOf(x: number, knownX: boolean, y: number, knownY: boolean): number {
  if (knownX && knownY) return Math.sign(x - y);
  if (knownX && x >= y) return 1;
  return knownY && y >= x ? -1 : 0;
}

// Few values make ties, and limits equal to values.
const point = fc.record({ x: fc.nat(5), known: fc.boolean(), y: fc.nat(4) });

test("is what counting every pair gives, also where points stand several times", () => {
  const weighted = fc.tuple(point, fc.nat(2));
  fc.assert(
    fc.property(fc.array(weighted, { minLength: 2, maxLength: 25 }), (points) => {
      const repeated = points.flatMap(([own, times]) => Array<typeof own>(times).fill(own));
      const expected = naive(
        repeated.map(({ x }) => x),
        repeated.map(({ known }) => known),
        repeated.map(({ y }) => y),
      );
      const side = (name: "x" | "y"): number[] => repeated.map((own) => own[name]);
      const labels = repeated.map(({ known }) => known);
      const { value } = censoredTauB(side("x"), labels, side("y"));
      if (!Number.isFinite(expected)) expect(value).toBeUndefined();
      else expect(value).toBeCloseTo(expected, 12);
      // Weights mean the same as repetitions, where both kinds of points are there.
      const all = points.map(([own]) => own);
      if (!all.some(({ known }) => known) || !all.some(({ known }) => !known)) return;
      const sample = rankSample(
        {
          x: Float64Array.from(all, (own) => own.x),
          known: Float64Array.from(all, (own) => Number(own.known)),
          y: Float64Array.from(all, (own) => own.y),
        },
        Uint32Array.from(all.keys()),
      );
      const statistic = { kind: "censored-tau-b", x: "x", known: "known", y: "y" } as const;
      const [found] = new RankStatistics(sample, [statistic]).values(
        Float64Array.from(points, ([, times]) => times),
      );
      if (Number.isFinite(expected)) expect(found).toBeCloseTo(expected, 12);
      else expect(found).toBeNaN();
    }),
    { numRuns: 1000 },
  );
});

describe("twelve points of which five are limits", () => {
  const x = [1, 1, 2, 3, 3, 4, 5, 5, 6, 8, 10, 10];
  const y = [2, 3, 1, 4, 4, 6, 2, 7, 5, 9, 3, 8];
  const limits = [0, 3, 6, 8, 10];
  const known = x.map((_, i) => !limits.includes(i));

  test("as cenken of R's NADA 1.6 counts them", () => {
    // S = 32 of 66 pairs, 39 of them ordered in x and 63 in y: cenken prints S / 66 = 0.4848485.
    const { value } = censoredTauB(x, known, y);
    expect(value).toBeCloseTo(0.6455760348467225, 12);
    expect((value! * Math.sqrt(39 * 63)) / 66).toBeCloseTo(0.48484848484848486, 12);
  });

  test("nothing censored is tau-b (SciPy 1.17: 0.48001536)", () => {
    const none = x.map(() => true);
    expect(censoredTauB(x, none, y).value).toBe(kendallTauB(x, y).value);
    expect(kendallTauB(x, y).value).toBeCloseTo(0.4800153607373193, 12);
  });

  test("limits alone, and no point, are told", () => {
    const all = x.map(() => false);
    expect(censoredTauB(x, all, y).undefinedBecause).toContain("no two points");
    expect(censoredTauB([], [], []).undefinedBecause).toContain("no two points");
  });
});

test("limits that fall anywhere leave the order of the rest, with interval and test", async () => {
  // y follows x; half of x is seen as a limit above it.
  const rng = createRng(7);
  const truth = Float64Array.from({ length: 200 }, () => rng.normal());
  const known = truth.map(() => Number(rng.next() < 0.5));
  const x = truth.map((own, i) => (known[i] === 1 ? own : own + rng.next()));
  const y = truth.map((own) => own + 0.5 * rng.normal());
  const sample = rankSample({ x, known, y }, Uint32Array.from(x.keys()));
  const statistic = { kind: "censored-tau-b", x: "x", known: "known", y: "y" } as const;
  const [found] = await estimateRankStatistics(sample, [statistic], { rng: createRng(1) });
  // What one cannot order counts as ties, which draws the value towards 0.
  expect(found!.value).toBeGreaterThan(0.4);
  expect(found!.value).toBeLessThan(kendallTauB(truth, y).value!);
  expect(found!.interval!.low).toBeLessThan(found!.value!);
  expect(found!.interval!.high).toBeGreaterThan(found!.value!);
  expect(found!.pValue).toBeLessThan(1e-6);
  expect(found!.resamples).toBe(1000);
});
