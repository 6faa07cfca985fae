import { describe, expect, test } from "vitest";
import { createRng, type Rng } from "#rote/base/random.js";
import { equalSizeValues } from "#rote/stats/equal-size.js";
import { bootstrapRankStatistics } from "#rote/stats/rank-bootstrap.js";
import { quantile } from "#rote/stats/quantile.js";
import {
  defaultResamples,
  estimateRankStatistics,
  type RankEstimate,
} from "#rote/stats/rank-estimate.js";
import { rankSample, type RankSample } from "#rote/stats/rank-sample.js";
import type { RankStatistic } from "#rote/stats/rank-statistic.js";

const rho: RankStatistic = { kind: "spearman", x: "x", y: "y" };
const tau: RankStatistic = { kind: "kendall-tau-b", x: "x", y: "y" };

/** Clusters of `size` points that share most of x and of y; normal, with correlation `share` in both parts. */
function clustered(rng: Rng, clusterCount: number, size: number, share: number): RankSample {
  const rest = Math.sqrt(1 - share * share);
  const x = new Float64Array(clusterCount * size);
  const y = new Float64Array(clusterCount * size);
  for (let cluster = 0; cluster < clusterCount; cluster++) {
    const sharedX = rng.normal();
    const sharedY = share * sharedX + rest * rng.normal();
    for (let i = cluster * size; i < (cluster + 1) * size; i++) {
      const ownX = rng.normal();
      x[i] = sharedX + 0.5 * ownX;
      y[i] = sharedY + 0.5 * (share * ownX + rest * rng.normal());
    }
  }
  return rankSample(
    { x, y },
    Uint32Array.from(x, (_, i) => Math.floor(i / size)),
  );
}

test("an m-out-of-n interval of Kendall's is as wide as the whole one", async () => {
  const sample = clustered(createRng(2), 300, 2, 0.5);
  const width = async (kendallPoints: number): Promise<number> => {
    const [found] = await estimateRankStatistics(sample, [tau], {
      rng: createRng(1),
      resamples: 400,
      kendallPoints,
    });
    const { low, high } = found!.interval!;
    expect(low).toBeLessThan(found!.value!);
    expect(high).toBeGreaterThan(found!.value!);
    return high - low;
  };
  const ratio = (await width(150)) / (await width(600));
  expect(ratio).toBeGreaterThan(0.85);
  expect(ratio).toBeLessThan(1.18);
});

test("says how many clusters it drew and by what method", async () => {
  const sample = clustered(createRng(2), 40, 2, 0.5);
  const options = { rng: createRng(1), resamples: 50, kendallPoints: 20 };
  const [spearmans, kendalls] = await estimateRankStatistics(sample, [rho, tau], options);
  expect(spearmans).toMatchObject({
    drawnClusters: 40,
    interval: { method: "clustered percentile bootstrap" },
  });
  expect(kendalls).toMatchObject({
    ...{ points: 80, clusters: 40, drawnClusters: 10, resamples: 50 },
    interval: { method: "clustered m-out-of-n percentile bootstrap" },
  });
  expect(spearmans!.value).not.toBeNull();
  expect([100_000, 100_001].map(defaultResamples)).toEqual([10_000, 1000]);
});

test("the values over the resamples come along, those of smaller ones brought to full size", async () => {
  const sample = clustered(createRng(2), 40, 2, 0.5);
  const options = { resamples: 50, kendallPoints: 20, kendallResamples: 30 };
  const [spearmans, kendalls] = await estimateRankStatistics(sample, [rho, tau], {
    ...{ ...options, rng: createRng(1) },
  });
  expect([spearmans!.resamples, kendalls!.resamples]).toEqual([50, 30]);
  const stream = createRng(1).fork("10 clusters");
  const [drawn] = await bootstrapRankStatistics(sample, [tau], {
    ...{ rng: stream, resamples: 30, draws: 10 },
  });
  const { value, replicates } = kendalls!;
  replicates.forEach((own, i) => {
    expect(own - value!).toBeCloseTo((drawn![i]! - value!) / 2, 12);
  });
  expect(quantile(replicates.slice().sort(), 0.025)).toBeCloseTo(kendalls!.interval!.low, 12);
});

test("the test of an AUC asks whether it is one half", async () => {
  const rng = createRng(4);
  const label = Float64Array.from({ length: 200 }, () => rng.int(2));
  const [same, other] = [label.map(() => rng.normal()), label.map((own) => own + rng.normal())];
  const sample = rankSample(
    { label, same, other },
    Uint32Array.from(label, (_, i) => i),
  );
  const [none, some] = await estimateRankStatistics(
    sample,
    [
      { kind: "auc", score: "same", label: "label" },
      { kind: "auc", score: "other", label: "label" },
    ],
    { rng, resamples: 300 },
  );
  expect(none!.pValue).toBeGreaterThan(0.05);
  expect(some!.pValue).toBeLessThan(1e-6);
  expect(some!.interval!.low).toBeGreaterThan(0.5);
});

describe("a degenerate sample has a reason instead of a number", () => {
  const each = (length: number): Uint32Array => Uint32Array.from({ length }, (_, i) => i);
  const rising = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => i);
  const estimate = async (
    x: Float64Array,
    clusters: Uint32Array,
    statistic: RankStatistic = rho,
  ): Promise<RankEstimate> => {
    const sample = rankSample({ x, y: rising(x.length) }, clusters);
    const [found] = await estimateRankStatistics(sample, [statistic], {
      rng: createRng(1),
      resamples: 100,
    });
    return found!;
  };

  test.each([
    ["all zero", rising(20).fill(-Infinity), each(20), "all 20 values of x are equal"],
    ["one cluster", rising(20), new Uint32Array(20), "the 20 points come from 1 cluster"],
    ["nine clusters", rising(9), each(9), "the 9 points come from 9 clusters"],
    ["no point", rising(0), each(0), "0 of at least 3 points"],
    [
      "one point that differs",
      rising(20).fill(0).fill(1, 19),
      each(20),
      "rests on too few clusters",
    ],
  ])("%s", async (_, x, clusters, reason) => {
    const found = await estimate(x, clusters);
    expect(found).toMatchObject({ value: null, interval: null, pValue: null });
    expect(found.undefinedBecause).toContain(reason);
  });

  test("a control that is x itself", async () => {
    const own: RankStatistic = { kind: "partial-spearman", x: "x", y: "y", controls: ["x"] };
    const found = await estimate(rising(20), each(20), own);
    expect(found.undefinedBecause).toBe("the controls leave nothing that varies");
  });

  test("a perfect correlation has a value, and an interval of no width", async () => {
    const found = await estimate(rising(20), each(20));
    expect(found).toMatchObject({ value: 1, interval: { low: 1, high: 1 }, pValue: 0 });
  });
});

describe("at one size", () => {
  const large = clustered(createRng(5), 120, 3, 0.5);
  const small = clustered(createRng(6), 30, 3, 0.5);
  const samples = [large, small].map((sample) => ({ sample, statistic: rho }));

  test("the smallest sample keeps its value and the large one spreads", async () => {
    const [cut, whole] = await equalSizeValues(samples, { rng: createRng(7) });
    const [same] = await bootstrapRankStatistics(small, [rho], {
      ...{ rng: createRng(1), resamples: 1, replacement: false },
    });
    expect(whole).toMatchObject({ clusters: 30, low: same![0], high: same![0], subsamples: 200 });
    expect(cut!.high! - cut!.low!).toBeGreaterThan(0.1);
    expect(cut!.clusters).toBe(30);
  });

  test("more clusters than the smallest has are refused", async () => {
    await expect(equalSizeValues(samples, { rng: createRng(7), clusters: 31 })).rejects.toThrow(
      "the smallest has 30",
    );
  });
});
