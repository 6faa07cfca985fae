import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { kendallTauB, spearman } from "#rote/stats/correlation.js";
import {
  clusterExchanges,
  fixedShare,
  permuteRankStatistics,
  wholeExchanges,
} from "#rote/stats/permutation.js";
import { partialSpearman } from "#rote/stats/partial.js";
import { rankSample } from "#rote/stats/rank-sample.js";
import type { RankStatistic } from "#rote/stats/rank-statistic.js";

const statistics: readonly RankStatistic[] = [
  { kind: "spearman", x: "x", y: "y" },
  { kind: "kendall-tau-b", x: "x", y: "y" },
];

const clusters = Uint32Array.of(0, 0, 1, 1, 2, 3, 3, 4, 5, 5);
const strata = Uint32Array.of(0, 0, 0, 0, 0, 1, 1, 0, 1, 1);
const shape = { clusters, clusterCount: 6 };

test("whole clusters are exchanged with clusters of their size and stratum", () => {
  const seen = new Set<string>();
  for (const order of clusterExchanges(shape, { rng: createRng(1), permutations: 100 }, strata)) {
    expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    order.forEach((from, i) => {
      expect(strata[from]).toBe(strata[i]);
      if (i > 0 && clusters[i] === clusters[i - 1]) expect(from).toBe(order[i - 1]! + 1);
    });
    seen.add(order.join());
  }
  // Three pairs of clusters, each as it was or exchanged.
  expect(seen.size).toBe(8);
});

test("clusters that have no other like them are said to stand still", () => {
  expect(fixedShare(shape, strata)).toBe(0);
  expect(fixedShare({ clusters: Uint32Array.of(0, 0, 1), clusterCount: 2 })).toBe(1);
});

test("of clusters of many sizes each takes values of one other, and those of one size swap exactly", () => {
  const unequal = { clusters: Uint32Array.of(0, 0, 0, 1, 2, 2), clusterCount: 3 };
  const givers = new Set<string>();
  for (const order of wholeExchanges(unequal, { rng: createRng(1), permutations: 60 })) {
    const from = [...order].map((point) => unequal.clusters[point]!);
    expect([new Set(from.slice(0, 3)).size, new Set(from.slice(4)).size]).toEqual([1, 1]);
    givers.add([from[0], from[3], from[4]].join(" "));
  }
  expect(givers.size).toBe(6);
  const equal = { clusters: Uint32Array.of(0, 1, 0, 2, 1, 2), clusterCount: 3 };
  for (const order of wholeExchanges(equal, { rng: createRng(1), permutations: 20 })) {
    expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    for (const cluster of [0, 1, 2]) {
      const from = [...order].filter((_, i) => equal.clusters[i] === cluster);
      expect(equal.clusters[from[0]!]).toBe(equal.clusters[from[1]!]);
    }
  }
});

test("columns move together, and points left out take their place with them", () => {
  const rng = createRng(8);
  const [x, z, y] = [0, 1, 2].map(() => Float64Array.from(clusters, () => rng.normal()));
  const keep = Uint8Array.from(clusters, (_, i) => Number(i % 3 > 0));
  const sample = rankSample({ x: x!, z: z!, y: y! }, clusters);
  const orders = Array.from(
    wholeExchanges(shape, { rng: createRng(2), permutations: 20 }),
    (order) => order.slice(),
  );
  const partial: RankStatistic = { kind: "partial-spearman", x: "x", y: "y", controls: ["z"] };
  const [rho, partials] = permuteRankStatistics(
    sample,
    [statistics[0]!, partial],
    { columns: ["x", "z"], keep },
    orders,
  );
  orders.forEach((order, i) => {
    const taken = [...order.keys()].filter((point) => keep[order[point]!] === 1);
    const moved = (values: Float64Array) =>
      Float64Array.from(taken, (point) => values[order[point]!]!);
    const still = Float64Array.from(taken, (point) => y![point]!);
    expect(rho![i]).toBeCloseTo(spearman(moved(x!), still).value!, 12);
    const naive = partialSpearman(moved(x!), still, [{ name: "z", values: moved(z!) }]);
    expect(partials![i]).toBeCloseTo(naive.value!, 10);
  });
});

test("null values equal the statistics of the exchanged values", () => {
  const rng = createRng(4);
  const [x, y] = [0, 1].map(() => Float64Array.from(clusters, () => rng.int(5)));
  const sample = rankSample({ x: x!, y: y! }, clusters);
  const orders = Array.from(
    clusterExchanges(shape, { rng: createRng(2), permutations: 20 }),
    (order) => order.slice(),
  );
  const [rho, tau] = permuteRankStatistics(sample, statistics, "x", orders);
  orders.forEach((order, i) => {
    const exchanged = Float64Array.from(order, (from) => x![from]!);
    expect(exchanged).toHaveLength(10);
    expect(rho![i]).toBeCloseTo(spearman(exchanged, y!).value!, 12);
    expect(tau![i]).toBeCloseTo(kendallTauB(exchanged, y!).value!, 12);
  });
});

test("no permutation, and a column that is not there, are refused", () => {
  expect(() => [...clusterExchanges(shape, { rng: createRng(1), permutations: 0 })]).toThrow(
    "at least 1, got 0",
  );
  const sample = rankSample(
    { x: Float64Array.of(1, 2), y: Float64Array.of(1, 2) },
    Uint32Array.of(0, 1),
  );
  expect(() => permuteRankStatistics(sample, statistics, "z", [])).toThrow('no column "z"');
});
