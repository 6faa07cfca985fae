import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { binnedOutcome } from "#rote/stats/bins.js";
import {
  kendallDistance,
  kendallDistanceInterval,
  kendallDistanceNull,
} from "#rote/stats/kendall-distance.js";
import { clusteredSlope } from "#rote/stats/slope.js";
import { trend } from "#rote/stats/trend.js";

describe("a slope with clusters", () => {
  const x = Float64Array.of(0, 1, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9);
  const y = Float64Array.of(1, 0.5, 2, 2.5, 2, 4, 3.5, 5, 4, 6.5, 6, 9);
  const clusters = Uint32Array.of(0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 4);

  test("equals statsmodels 0.15: OLS with cov_type='cluster', use_t=True", () => {
    const found = clusteredSlope(x, y, { clusters });
    expect(found.intercept).toBeCloseTo(0.5996488147497792, 12);
    expect(found.slope).toBeCloseTo(0.7919227392449519, 12);
    expect(found.standardError).toBeCloseTo(0.05876001185993633, 12);
    expect(found.pValue).toBeCloseTo(0.00017537723170697294, 12);
    expect(found.interval!.low).toBeCloseTo(0.6287787919350674, 12);
    expect(found.interval!.high).toBeCloseTo(0.9550666865548365, 12);
    expect(found).toMatchObject({ points: 12, clusters: 5, undefinedBecause: null });
  });

  test.each([
    [[1, 2], [1, 2], "2 of at least 3 points"],
    [[1, 1, 1], [1, 2, 3], "all 3 values of x are equal"],
    [
      [1, 1, 2],
      [0, 0, 1],
      "all points lie on one line, which leaves nothing to judge its error by",
    ],
  ])("of x %j and y %j is undefined with a reason", (left, right, reason) => {
    const found = clusteredSlope(Float64Array.from(left), Float64Array.from(right));
    expect(found).toMatchObject({ slope: null, pValue: null, undefinedBecause: reason });
  });

  test("of one cluster, or of outcomes that are all equal, is undefined", () => {
    expect(clusteredSlope(x, y, { clusters: new Uint32Array(12) }).undefinedBecause).toBe(
      "all 12 points are of one cluster",
    );
    const equal = x.map(() => 3);
    expect(clusteredSlope(x, equal).undefinedBecause).toBe("all 12 values of y are equal");
  });
});

describe("an outcome in bins of a count", () => {
  const rng = createRng(1);
  const counts = Float64Array.from({ length: 500 }, (_, i) =>
    i < 100 ? 0 : Math.floor(10 ** (4 * rng.next())),
  );
  const outcome = counts.map((count) => Number(rng.next() < 0.1 + 0.2 * Math.log10(1 + count)));
  const found = binnedOutcome(counts, outcome, { rng });

  test("zeros stand by themselves and no point is lost", () => {
    expect(found.bins[0]).toMatchObject({ low: 0, high: 0, points: 100 });
    expect(found.bins.map(({ points }) => points).reduce((a, b) => a + b)).toBe(500);
    expect(found.bins).toHaveLength(6);
    for (const [i, { low }] of found.bins.entries())
      expect(low > (found.bins[i - 1]?.high ?? -1)).toBe(true);
    for (const { points } of found.bins.slice(1)) expect(Math.abs(points - 80)).toBeLessThan(20);
  });

  test("means rise, lie in their intervals, and so does the slope", () => {
    for (const { mean, interval } of found.bins) {
      expect(interval!.low).toBeLessThan(mean);
      expect(interval!.high).toBeGreaterThan(mean);
    }
    expect(found.slope.interval!.low).toBeLessThan(0.2);
    expect(found.slope.interval!.high).toBeGreaterThan(0.2);
    expect(found.slope.pValue).toBeLessThan(1e-6);
  });

  test("equal counts are not parted, and bins can be of equal width", () => {
    const tied = Float64Array.of(0, 1, 1, 1, 1, 1, 1, 2);
    const low = (by: "equal-count" | "equal-width"): readonly number[] =>
      binnedOutcome(tied, tied, { rng, bins: 4, by }).bins.map((bin) => bin.low);
    expect(low("equal-count")).toEqual([0, 1, 2]);
    const wide = binnedOutcome(Float64Array.of(1, 2, 3, 100), Float64Array.of(1, 2, 3, 4), {
      rng,
      bins: 2,
      by: "equal-width",
    });
    expect(wide.bins.map(({ points }) => points)).toEqual([3, 1]);
  });

  test("clusters widen an interval; a bin of few clusters has none", () => {
    const size = { clusters: Uint32Array.from(counts, (_, i) => Math.floor(i / 5)), rng };
    const values = Float64Array.from(counts, (_, i) => Math.floor(i / 5) % 2);
    const own = binnedOutcome(new Float64Array(500), values, { rng }).bins[0]!;
    const together = binnedOutcome(new Float64Array(500), values, size).bins[0]!;
    const width = ({ interval }: typeof own): number => interval!.high - interval!.low;
    expect(width(together)).toBeGreaterThan(1.8 * width(own));
    const few = binnedOutcome(Float64Array.of(0, 0, 3), Float64Array.of(1, 0, 1), { rng });
    expect(few.bins).toMatchObject([
      { interval: null },
      { interval: null, points: 1, clusters: 1 },
    ]);
    expect(few.slope.undefinedBecause).toBe("1 of at least 3 points");
  });

  test("what is no count is refused", () => {
    expect(() => binnedOutcome(Float64Array.of(-1), Float64Array.of(1), { rng })).toThrow(
      "count -1",
    );
    expect(() => binnedOutcome(Float64Array.of(1), Float64Array.of(NaN), { rng })).toThrow(
      "outcome NaN",
    );
    expect(() => binnedOutcome(Float64Array.of(1), new Float64Array(), { rng })).toThrow(
      "1 counts, 0 outcomes",
    );
  });
});

describe("a trend over models", () => {
  const rng = createRng(3);
  /** Values that share most of their noise, as models do that are measured on the same examples. */
  const models = (rise: number): Parameters<typeof trend>[0] => {
    const shared = Float64Array.from({ length: 500 }, () => 0.1 * rng.normal());
    return [1e7, 1e8, 1e9, 1e10].map((size, i) => ({
      ...{ size, value: 0.2 + rise * i },
      replicates: shared.map((noise) => 0.2 + rise * i + noise + 0.01 * rng.normal()),
    }));
  };

  test("is the change per tenfold size, with what models share taken out", () => {
    const found = trend(models(0.05));
    expect(found.slope).toBeCloseTo(0.05, 12);
    expect(found.interval!.low).toBeGreaterThan(0.03);
    expect(found.interval!.high).toBeLessThan(0.07);
    expect(found.pValue).toBeLessThan(1e-6);
  });

  test("of equal values is none", () => {
    expect(trend(models(0))).toMatchObject({ models: 4, undefinedBecause: null });
    expect(trend(models(0)).pValue).toBeGreaterThan(0.5);
    // What is left of products that do not cancel exactly is no slope.
    const equal = [360_000, 1_310_000, 4_190_000].map((size) => {
      return { size, value: 0.1 + 0.2, replicates: Float64Array.of(0.7, 0.1 / 3, 0.3) };
    });
    const none = { slope: 0, interval: { low: 0, high: 0 }, pValue: 1 };
    expect(trend(equal)).toMatchObject(none);
  });

  test("says what it lacks", () => {
    expect(trend(models(1).slice(0, 2)).undefinedBecause).toBe("2 of at least 3 models");
    const alike = models(1).map((model) => ({ ...model, size: 10 }));
    expect(trend(alike).undefinedBecause).toBe("all 4 models have size 10");
    const empty = models(1).map((model) => ({ ...model, replicates: Float64Array.of(NaN, NaN) }));
    expect(trend(empty).undefinedBecause).toBe("fewer than two resamples give every model a value");
    expect(() => trend([{ ...models(1)[0]!, value: NaN }])).toThrow("has value NaN");
  });
});

test("Kendall's distance turns tau, its interval and its null round", () => {
  expect([1, 0, -1].map(kendallDistance)).toEqual([0, 0.5, 1]);
  const interval = { low: 0.2, high: 0.6, level: 0.95, method: "m" };
  expect(kendallDistanceInterval(interval)).toEqual({
    low: 0.2,
    high: 0.4,
    level: 0.95,
    method: "m",
  });
  const band = { mean: 0, low: -0.2, high: 0.2, pValue: 0.03, permutations: 99 };
  expect(kendallDistanceNull(band)).toEqual({ ...band, mean: 0.5, low: 0.4, high: 0.6 });
});
