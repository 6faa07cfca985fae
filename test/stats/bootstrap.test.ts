import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import {
  bootstrapPValue,
  clusteredBootstrap,
  fisherZPValue,
  percentileInterval,
} from "#rote/stats/bootstrap.js";
import { spearman, spearmanUnderWeights } from "#rote/stats/correlation.js";
import { benjaminiHochberg, holm } from "#rote/stats/multiple-testing.js";
import { normalUpperTail } from "#rote/stats/normal.js";
import { wilsonInterval } from "#rote/stats/proportion.js";
import { denseRanks } from "#rote/stats/ranks.js";
import { quantile } from "#rote/stats/quantile.js";
import { mean, standardDeviation } from "#rote/stats/summary.js";

/** Points that share their cluster's values, so that only clusters are independent. */
function clustered(
  seed: number,
  clusterCount: number,
  size: number,
  slope: number,
): {
  x: Float64Array;
  y: Float64Array;
  clusters: Uint32Array;
} {
  const rng = createRng(seed);
  const x: number[] = [];
  const y: number[] = [];
  const clusters: number[] = [];
  for (let cluster = 0; cluster < clusterCount; cluster++) {
    const [sharedX, sharedY] = [rng.normal(), rng.normal()];
    for (let i = 0; i < size; i++) {
      x.push(sharedX + 0.3 * rng.normal());
      y.push(slope * x.at(-1)! + sharedY + 0.3 * rng.normal());
      clusters.push(cluster);
    }
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y), clusters: Uint32Array.from(clusters) };
}

test("a replicate equals the statistic of the drawn clusters written out", () => {
  const { x, y, clusters } = clustered(1, 12, 3, 0.5);
  const replicates = clusteredBootstrap(
    spearmanUnderWeights(denseRanks(x), denseRanks(y)),
    clusters,
    12,
    {
      rng: createRng(5),
      resamples: 20,
    },
  );
  const rng = createRng(5);
  for (const replicate of replicates) {
    const points = Array.from({ length: 12 }, () => rng.int(12)).flatMap((drawn) =>
      [...clusters.keys()].filter((i) => clusters[i] === drawn),
    );
    const naive = spearman(
      Float64Array.from(points, (i) => x[i]!),
      Float64Array.from(points, (i) => y[i]!),
    );
    expect(replicate).toBeCloseTo(naive.value!, 12);
  }
});

test("the p-value of Fisher's z by hand: value 0.5, replicates' z of 0.4 and 0.6", () => {
  const replicates = Float64Array.of(Math.tanh(0.4), NaN, Math.tanh(0.6));
  const error = Math.sqrt(0.02); // deviations ±0.1, divisor 1
  expect(fisherZPValue(0.5, replicates, 100)).toBeCloseTo(
    2 * normalUpperTail(Math.atanh(0.5) / error),
    12,
  );
  expect(fisherZPValue(0, replicates, 100)).toBe(1);
  expect(fisherZPValue(1, Float64Array.of(1, 1, 1), 100)).toBe(0);
});

test("a value is held against its error over the replicates, where there is one", () => {
  // Standard deviation 2, z = 1: twice the normal's upper tail.
  expect(bootstrapPValue(2, Float64Array.of(1, NaN, 3, 5))).toBeCloseTo(0.31731050786291415, 12);
  expect(bootstrapPValue(0, Float64Array.of(1, 1))).toBe(1);
  expect(bootstrapPValue(0.3, Float64Array.of(0.3, 0.1 + 0.2))).toBeNull();
  expect(bootstrapPValue(0.3, Float64Array.of(NaN))).toBeNull();
});

test("one resample, or a level of 1, is refused", () => {
  const cluster = Uint32Array.of(0);
  expect(() =>
    clusteredBootstrap(() => 0, cluster, 1, { rng: createRng(1), resamples: 1 }),
  ).toThrow("at least 2, got 1");
  expect(() => percentileInterval(Float64Array.of(1), { level: 1 })).toThrow("strictly between");
});

test("an interval without a defined replicate is undefined", () => {
  expect(percentileInterval(Float64Array.of(NaN, NaN))).toBeUndefined();
});

test("quantiles are interpolated between neighbors (numpy.quantile)", () => {
  const values = Float64Array.of(1, 2, 4, 8);
  expect([0, 0.25, 0.5, 0.75, 1].map((p) => quantile(values, p))).toEqual([1, 1.75, 3, 5, 8]);
  expect(quantile(Float64Array.of(-Infinity, -Infinity, 1), 0.25)).toBe(-Infinity);
  expect(quantile(new Float64Array(), 0.5)).toBeNaN();
});

test("mean and standard deviation of 2, 4, 4, 4, 5, 5, 7, 9", () => {
  const values = Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9);
  expect(mean(values)).toBe(5);
  expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 14);
  expect(standardDeviation(Float64Array.of(1))).toBeNaN();
});

test("missing p-values stay missing and are no tests", () => {
  expect(holm([0.02, null, 0.01])).toEqual([0.02, null, 0.02]);
  expect(benjaminiHochberg([0.02, null, 0.01])).toEqual([0.02, null, 0.02]);
  expect(holm([])).toEqual([]);
  expect(() => holm([1.2])).toThrow("between 0 and 1");
});

test("a proportion outside its trials is refused", () => {
  expect(() => wilsonInterval(3, 2)).toThrow("got 3 of 2");
});
