/**
 * The statistics on samples whose truth is known: intervals cover, p-values are uniform where there is
 * nothing, controls take out what was planted, corrections keep what they promise. Seeds are fixed, so
 * that a test that passes passes always; what chance allows is stated where a share is compared.
 */
import { describe, expect, test } from "vitest";
import { createRng, type Rng } from "#rote/base/random.js";
import { spearman } from "#rote/stats/correlation.js";
import { benjaminiHochberg, holm } from "#rote/stats/multiple-testing.js";
import { normalUpperTail } from "#rote/stats/normal.js";
import { nullBand } from "#rote/stats/null-band.js";
import { partialSpearman } from "#rote/stats/partial.js";
import {
  clusterExchanges,
  permuteRankStatistics,
  wholeExchanges,
} from "#rote/stats/permutation.js";
import { wilsonInterval } from "#rote/stats/proportion.js";
import { estimateRankStatistics } from "#rote/stats/rank-estimate.js";
import { rankSample, type RankSample } from "#rote/stats/rank-sample.js";
import type { RankStatistic } from "#rote/stats/rank-statistic.js";
import { aucScoreInterval, rocAuc } from "#rote/stats/roc.js";
import { clusteredSlope } from "#rote/stats/slope.js";
import { trend } from "#rote/stats/trend.js";
import {
  Coverage,
  drawClusters,
  expectCovers95,
  expectShare,
  expectUniform,
  normalKendall,
  normalSpearman,
  pairMix,
} from "./simulated.ts";

/** Seconds of work that a busy machine may stretch. */
const timeout = 600_000;

const rho: RankStatistic = { kind: "spearman", x: "x", y: "y" };
const tau: RankStatistic = { kind: "kendall-tau-b", x: "x", y: "y" };

function drawPair(rng: Rng, clusterCount: number, correlation: number): RankSample {
  const { clusters, columns } = drawClusters(rng, clusterCount, pairMix(correlation));
  return rankSample({ x: columns[0]!, y: columns[1]! }, clusters);
}

/** The same points, each taken for independent. */
const withoutClusters = (sample: RankSample): RankSample => {
  const clusters = Uint32Array.from(sample.clusters, (_, i) => i);
  return { ...sample, clusters, clusterCount: clusters.length };
};

describe("95 % intervals cover 93 to 97 %", { timeout }, () => {
  test("the clustered bootstrap of Spearman's, partial and of an AUC", async () => {
    const rng = createRng(1);
    const [xz, yz, xy] = [0.6, 0.5, 0.5];
    const second = (xy - xz * yz) / 0.8;
    const mix = [[1], [xz, 0.8], [yz, second, Math.sqrt(1 - yz ** 2 - second ** 2)]];
    const [sxy, sxz, syz] = [xy, xz, yz].map(normalSpearman) as [number, number, number];
    const statistics: readonly RankStatistic[] = [
      rho,
      { kind: "partial-spearman", x: "x", y: "y", controls: ["z"] },
      { kind: "auc", score: "y", label: "positive" },
    ];
    const coverages = [
      new Coverage(sxy),
      new Coverage((sxy - sxz * syz) / Math.sqrt((1 - sxz ** 2) * (1 - syz ** 2))),
      // The chance that of two points of different sign in x the positive one has the larger y.
      new Coverage(0.5 + (2 / Math.PI) * Math.asin(xy / Math.SQRT2)),
    ];
    for (let run = 0; run < 1000; run++) {
      const { clusters, columns } = drawClusters(rng, 60, mix);
      const [z, x, y] = columns as [Float64Array, Float64Array, Float64Array];
      const positive = x.map((value) => Number(value > 0));
      const found = await estimateRankStatistics(
        rankSample({ x, y, z, positive }, clusters),
        statistics,
        { rng: rng.fork(`${run}`), resamples: 499 },
      );
      found.forEach(({ interval }, i) => {
        coverages[i]!.add(interval!);
      });
    }
    for (const coverage of coverages) expectCovers95(coverage);
  });

  test("of Kendall's tau-b, drawn whole and m out of n", async () => {
    const rng = createRng(2);
    const [whole, part] = [1e9, 60].map((kendallPoints) => ({
      kendallPoints,
      coverage: new Coverage(normalKendall(0.5)),
    }));
    for (let run = 0; run < 500; run++) {
      const sample = drawPair(rng, 60, 0.5);
      for (const { kendallPoints, coverage } of [whole!, part!]) {
        const options = { rng: rng.fork(`${run}`), resamples: 299, kendallPoints };
        const [found] = await estimateRankStatistics(sample, [tau], options);
        coverage.add(found!.interval!);
      }
    }
    expectCovers95(whole!.coverage);
    expectCovers95(part!.coverage);
  });

  test("points drawn without their clusters cover far less", async () => {
    const rng = createRng(3);
    const coverage = new Coverage(normalSpearman(0.5));
    for (let run = 0; run < 300; run++) {
      const sample = withoutClusters(drawPair(rng, 60, 0.5));
      const options = { rng: rng.fork(`${run}`), resamples: 199 };
      const [found] = await estimateRankStatistics(sample, [rho], options);
      coverage.add(found!.interval!);
    }
    expect(coverage.share).toBeLessThan(0.9);
  });

  test("the clustered slope", () => {
    const rng = createRng(4);
    const coverage = new Coverage(0.5);
    for (let run = 0; run < 2000; run++) {
      const { clusters, columns } = drawClusters(rng, 60, pairMix(0.5));
      coverage.add(clusteredSlope(columns[0]!, columns[1]!, { clusters }).interval!);
    }
    expectCovers95(coverage);
  });

  test("Wilson's interval, on average over shares and without chance", () => {
    const trials = 40;
    const intervals = Array.from({ length: trials + 1 }, (_, k) => wilsonInterval(k, trials));
    const shares = Array.from({ length: 199 }, (_, i) => (i + 1) / 200);
    const covered = shares.map((share) => {
      let [chance, sum] = [(1 - share) ** trials, 0];
      intervals.forEach(({ low, high }, k) => {
        if (low <= share && share <= high) sum += chance;
        chance *= ((trials - k) / (k + 1)) * (share / (1 - share));
      });
      return sum;
    });
    const mean = covered.reduce((sum, chance) => sum + chance, 0) / shares.length;
    expect(mean).toBeGreaterThan(0.945);
    expect(mean).toBeLessThan(0.96);
  });

  test("Newcombe's interval of an AUC of exponential scores, whose variance it takes", () => {
    const rng = createRng(5);
    const size = { positives: 25, negatives: 35 };
    const labels = Array.from({ length: 60 }, (_, i) => i < size.positives);
    for (const auc of [0.75, 0.9]) {
      const coverage = new Coverage(auc);
      // An exponential variate of mean m is above one of mean 1 with probability m / (1 + m).
      const mean = auc / (1 - auc);
      for (let run = 0; run < 1500; run++) {
        const scores = Float64Array.from(
          labels,
          (label) => -Math.log(1 - rng.next()) * (label ? mean : 1),
        );
        coverage.add(aucScoreInterval(rocAuc(scores, labels).value!, size));
      }
      expectCovers95(coverage);
    }
  });

  test("a dozen clusters are few: the percentile interval is somewhat too narrow", async () => {
    const rng = createRng(20);
    const coverage = new Coverage(normalSpearman(0.5));
    for (let run = 0; run < 1000; run++) {
      const options = { rng: rng.fork(`${run}`), resamples: 499 };
      const [found] = await estimateRankStatistics(drawPair(rng, 12, 0.5), [rho], options);
      if (found!.interval !== null) coverage.add(found!.interval);
    }
    expect(coverage.share).toBeGreaterThan(0.9);
    expect(coverage.share).toBeLessThan(0.95);
  });
});

describe("p-values are uniform where there is nothing", { timeout }, () => {
  test("Fisher's z over the resamples", async () => {
    const rng = createRng(6);
    const pValues: number[] = [];
    for (let run = 0; run < 800; run++) {
      const options = { rng: rng.fork(`${run}`), resamples: 299 };
      const [found] = await estimateRankStatistics(drawPair(rng, 60, 0), [rho], options);
      pValues.push(found!.pValue!);
    }
    expectUniform(pValues);
  });

  /** p of one permutation test; without orders, of exchanges of clusters of one size. */
  function permuted(
    sample: RankSample,
    rng: Rng,
    orders: Iterable<Uint32Array> = clusterExchanges(sample, { rng, permutations: 99 }),
  ): number {
    const [values] = permuteRankStatistics(sample, [rho], "x", orders);
    const observed = permuteRankStatistics(sample, [rho], "x", [
      Uint32Array.from(sample.clusters, (_, i) => i),
    ]);
    return nullBand(observed[0]![0]!, values!)!.pValue;
  }

  /** Points in strata that x and y share. */
  function stratified(rng: Rng): { sample: RankSample; strata: Uint32Array } {
    const strata = Uint32Array.from({ length: 60 }, () => rng.int(3));
    const [x, y] = [0, 1].map(() => Float64Array.from(strata, (level) => level + rng.normal()));
    const clusters = Uint32Array.from(strata, (_, i) => i);
    return { sample: rankSample({ x: x!, y: y! }, clusters), strata };
  }

  test("permutations within strata that both sides share", () => {
    const rng = createRng(7);
    const pValues = Array.from({ length: 1000 }, () => {
      const { sample, strata } = stratified(rng);
      return permuted(sample, rng, clusterExchanges(sample, { rng, permutations: 99 }, strata));
    });
    expectUniform(pValues, 100);
  });

  test("but without the strata what both sides share looks like a finding", () => {
    const rng = createRng(8);
    const found = Array.from({ length: 100 }, () => permuted(stratified(rng).sample, rng));
    expect(found.filter((p) => p <= 0.05).length).toBeGreaterThan(50);
  });

  test("permutations of whole clusters, of one to three points", () => {
    const rng = createRng(9);
    const pValues = Array.from({ length: 1000 }, () => permuted(drawPair(rng, 45, 0), rng));
    expectUniform(pValues, 100);
  });

  test("but points exchanged without their clusters find too much", () => {
    const rng = createRng(10);
    const found = Array.from({ length: 300 }, () =>
      permuted(withoutClusters(drawPair(rng, 45, 0)), rng),
    );
    expect(found.filter((p) => p <= 0.05).length / 300).toBeGreaterThan(0.1);
  });

  test("clusters that take the values of others of any size find no more than they may", () => {
    const rng = createRng(11);
    const found = Array.from({ length: 1000 }, () => {
      const sample = drawPair(rng, 45, 0);
      return permuted(sample, rng, wholeExchanges(sample, { rng, permutations: 99 }));
    });
    const share = found.filter((p) => p <= 0.05).length / 1000;
    expect(share).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 1000));
    expect(share).toBeGreaterThan(0.02);
  });

  test("the clustered slope's", () => {
    const rng = createRng(12);
    const pValues = Array.from({ length: 2000 }, () => {
      const { clusters, columns } = drawClusters(rng, 60, pairMix(0));
      return clusteredSlope(columns[0]!, columns[1]!, { clusters }).pValue!;
    });
    expectUniform(pValues);
  });

  test("a trend's over models that share their examples", () => {
    const rng = createRng(13);
    const pValues = Array.from({ length: 1000 }, () => {
      // Values and replicates deviate alike: a shared part of 0.1, an own one of 0.05.
      const common = 0.1 * rng.normal();
      const shared = Float64Array.from({ length: 200 }, () => 0.1 * rng.normal());
      const models = [1e6, 1e7, 1e8, 1e9].map((size) => {
        const value = 0.3 + common + 0.05 * rng.normal();
        return { size, value, replicates: shared.map((own) => own + 0.05 * rng.normal()) };
      });
      return trend(models).pValue!;
    });
    expectUniform(pValues);
  });
});

describe("the partial correlation", () => {
  /** x and y follow z as strongly as each other, and one another by `tie` besides. */
  function confounded(rng: Rng, tie: number): { raw: number; value: number; pValue: number } {
    const z = Float64Array.from({ length: 80 }, () => rng.normal());
    const x = z.map((value) => value + rng.normal());
    const y = z.map((value, i) => value + rng.normal() + tie * (x[i]! - value));
    const { value, pValue } = partialSpearman(x, y, [{ name: "z", values: z }]);
    return { raw: spearman(x, y).value!, value: value!, pValue: pValue! };
  }
  const runs = 1500;
  const many = (seed: number, tie: number) => {
    const rng = createRng(seed);
    return Array.from({ length: runs }, () => confounded(rng, tie));
  };
  const meanOf = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;

  test("takes out a planted confound, and its p-values are uniform then", () => {
    const found = many(14, 0);
    const raw = meanOf(found.map(({ raw }) => raw));
    expect(raw).toBeGreaterThan(0.45);
    // Ranks of normal variates leave 0.02 of it at 80 points (0.01 at many), however large the sample of runs.
    expect(Math.abs(meanOf(found.map(({ value }) => value)))).toBeLessThan(0.05 * raw);
    expectUniform(found.map(({ pValue }) => pValue));
  });

  test("leaves what is there besides", () => {
    const found = many(15, 0.5);
    expect(meanOf(found.map(({ value }) => value))).toBeGreaterThan(0.35);
    expect(found.filter(({ pValue }) => pValue <= 0.05).length / runs).toBeGreaterThan(0.9);
  });
});

describe("many tests at once", () => {
  const runs = 3000;
  const [nulls, effects] = [15, 5];

  /** One-sided p-values of a family of which the first 15 have no effect, the others one of 3; `common` is what tests share. */
  function family(rng: Rng, common: number): readonly number[] {
    const shared = rng.normal();
    return Array.from({ length: nulls + effects }, (_, i) => {
      const noise = Math.sqrt(common) * shared + Math.sqrt(1 - common) * rng.normal();
      return normalUpperTail(noise + (i < nulls ? 0 : 3));
    });
  }

  interface Outcome {
    /** Share of families with a false finding. */
    familyError: number;
    /** Mean share of false ones among the findings, 0 where there are none. */
    falseDiscovery: number;
    /** Share of the effects found. */
    power: number;
  }

  function outcome(adjust: typeof holm, seed: number, common: number): Outcome {
    const rng = createRng(seed);
    const total = { familyError: 0, falseDiscovery: 0, power: 0 };
    for (let run = 0; run < runs; run++) {
      const rejected = adjust(family(rng, common)).map((p) => p! <= 0.05);
      const wrong = rejected.slice(0, nulls).filter(Boolean).length;
      const right = rejected.slice(nulls).filter(Boolean).length;
      total.familyError += Number(wrong > 0) / runs;
      total.falseDiscovery += wrong / Math.max(1, wrong + right) / runs;
      total.power += right / effects / runs;
    }
    return total;
  }

  test("Holm keeps a false finding to one family in twenty, under dependence too", () => {
    for (const common of [0, 0.5]) {
      const { familyError, power } = outcome(holm, 16, common);
      // Three standard errors of a share of 5 %.
      expect(familyError).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
      expect(power).toBeGreaterThan(0.4);
    }
  });

  test("Holm is no stricter than it says: of families without any effect one in twenty errs", () => {
    const rng = createRng(17);
    let wrong = 0;
    for (let run = 0; run < runs; run++)
      if (holm(Array.from({ length: 20 }, () => rng.next())).some((p) => p! <= 0.05)) wrong++;
    expectShare(wrong / runs, 1 - 0.9975 ** 20, runs);
  });

  test("Benjamini & Hochberg keep false findings to their share: 5 % of the true nulls' part", () => {
    const { falseDiscovery, power } = outcome(benjaminiHochberg, 18, 0);
    // Exactly 0.05 · 15 / 20 for independent tests (their theorem 1); its spread is below that of a 0/1 share.
    expectShare(falseDiscovery, (0.05 * nulls) / (nulls + effects), runs);
    expect(power).toBeGreaterThan(outcome(holm, 18, 0).power);
    expect(outcome(benjaminiHochberg, 19, 0.5).falseDiscovery).toBeLessThan(0.05);
  });
});
