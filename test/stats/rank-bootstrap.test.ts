import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRng, type Rng } from "#rote/base/random.js";
import { clusteredBootstrap } from "#rote/stats/bootstrap.js";
import {
  kendallTauB,
  kendallTauBUnderWeights,
  spearman,
  spearmanUnderWeights,
} from "#rote/stats/correlation.js";
import { partialSpearman } from "#rote/stats/partial.js";
import { bootstrapRankStatistics } from "#rote/stats/rank-bootstrap.js";
import { rankSample } from "#rote/stats/rank-sample.js";
import { type RankStatistic, RankStatistics } from "#rote/stats/rank-statistic.js";
import { denseRanks } from "#rote/stats/ranks.js";
import { rocAuc } from "#rote/stats/roc.js";

const statistics: readonly RankStatistic[] = [
  { kind: "spearman", x: "corpus", y: "small" },
  { kind: "spearman", x: "corpus", y: "large" },
  { kind: "kendall-tau-b", x: "corpus", y: "large" },
  { kind: "partial-spearman", x: "corpus", y: "large", controls: ["length"] },
  { kind: "auc", score: "large", label: "seen" },
];

type Name = "corpus" | "small" | "large" | "length" | "seen";
type Point = Readonly<Record<Name | "weight", number>>;
const value = fc.constantFrom(-Infinity, -2, 0, 0.5, 3);
const point: fc.Arbitrary<Point> = fc.record({
  ...{ corpus: value, small: value, large: value, length: fc.nat(3) },
  ...{ seen: fc.nat(1), weight: fc.nat(3) },
});

const columnsOf = (points: readonly Point[]): Record<Name, Float64Array> => ({
  corpus: Float64Array.from(points, ({ corpus }) => corpus),
  small: Float64Array.from(points, ({ small }) => small),
  large: Float64Array.from(points, ({ large }) => large),
  length: Float64Array.from(points, ({ length }) => length),
  seen: Float64Array.from(points, ({ seen }) => seen),
});

/** Each statistic of the points written out, by the functions that know no weights. */
function naiveValues(points: readonly Point[]): readonly number[] {
  const { corpus, small, large, length, seen } = columnsOf(
    points.flatMap((entry) => Array.from({ length: entry.weight }, () => entry)),
  );
  return [
    spearman(corpus, small).value ?? NaN,
    spearman(corpus, large).value ?? NaN,
    kendallTauB(corpus, large).value ?? NaN,
    partialSpearman(corpus, large, [{ name: "length", values: length }]).value ?? NaN,
    rocAuc(
      large,
      Array.from(seen, (label) => label === 1),
    ).value ?? NaN,
  ];
}

test("statistics under weights equal those of the points written out", () => {
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 25 }), (points) => {
      const copies = points.reduce((sum, { weight }) => sum + weight, 0);
      // Where the label varies in no copy an AUC has no pair, and below four a partial has no freedom.
      if (copies < 4) return;
      const sample = rankSample(columnsOf(points), new Uint32Array(points.length));
      const weights = Float64Array.from(points, ({ weight }) => weight);
      const values = new RankStatistics(sample, statistics).values(weights);
      naiveValues(points).forEach((expected, i) => {
        if (Number.isNaN(expected)) expect(values[i]).toBeNaN();
        else expect(values[i]).toBeCloseTo(expected, 10);
      });
    }),
    { numRuns: 1000 },
  );
});

/** Answers of `size` pairs each, dependent within. */
function clusteredPoints(rng: Rng, clusterCount: number, size: number): readonly Point[] {
  return Array.from({ length: clusterCount }, () => {
    const shared = rng.normal();
    return Array.from({ length: size }, () => {
      const corpus = Math.round(3 * (shared + rng.normal()));
      const small = Math.round(4 * (shared + rng.normal()));
      const large = corpus + 4 * rng.normal();
      return { corpus, small, large, length: rng.int(5), seen: Number(corpus > 0), weight: 1 };
    });
  }).flat();
}

const points = clusteredPoints(createRng(3), 30, 4);
const clusters = Uint32Array.from(points, (_, i) => i >> 2);
const sample = rankSample(columnsOf(points), clusters);

test("replicates are those of the bootstrap of one statistic at a time", async () => {
  const replicates = await bootstrapRankStatistics(sample, statistics, {
    rng: createRng(5),
    resamples: 30,
  });
  const { corpus, small, large } = columnsOf(points);
  const [x, ySmall, yLarge] = [denseRanks(corpus), denseRanks(small), denseRanks(large)];
  [
    spearmanUnderWeights(x, ySmall),
    spearmanUnderWeights(x, yLarge),
    kendallTauBUnderWeights(x, yLarge),
  ].forEach((statistic, i) => {
    const own = clusteredBootstrap(statistic, clusters, 30, { rng: createRng(5), resamples: 30 });
    own.forEach((expected, resample) => {
      expect(replicates[i]![resample]).toBeCloseTo(expected, 12);
    });
  });
});

test("the same bytes with no, one and three threads", async () => {
  const run = (threads: number): Promise<readonly Float64Array[]> =>
    bootstrapRankStatistics(sample, statistics, { rng: createRng(6), resamples: 41, threads });
  const here = await run(0);
  expect(await run(1)).toEqual(here);
  expect(await run(3)).toEqual(here);
});

describe("drawing", () => {
  const one: readonly RankStatistic[] = [{ kind: "spearman", x: "corpus", y: "large" }];

  test("a subsample of all clusters is the sample", async () => {
    const options = { rng: createRng(1), resamples: 3, replacement: false };
    const [values] = await bootstrapRankStatistics(sample, one, options);
    const observed = new RankStatistics(sample, one).values()[0];
    expect([...values!]).toEqual([observed, observed, observed]);
  });

  test("fewer clusters spread wider", async () => {
    const spread = async (draws: number): Promise<number> => {
      const [values] = await bootstrapRankStatistics(sample, one, {
        rng: createRng(1),
        resamples: 300,
        draws,
      });
      return Math.max(...values!) - Math.min(...values!);
    };
    expect(await spread(8)).toBeGreaterThan(1.3 * (await spread(30)));
  });

  test("no resample, or more clusters than there are, is refused", async () => {
    const rng = createRng(1);
    await expect(bootstrapRankStatistics(sample, one, { rng, resamples: 0 })).rejects.toThrow(
      "at least 1, got 0",
    );
    await expect(
      bootstrapRankStatistics(sample, one, { rng, draws: 31, replacement: false }),
    ).rejects.toThrow("31 clusters cannot be drawn from 30");
  });

  test("stops where it is aborted", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(
      bootstrapRankStatistics(sample, one, { rng: createRng(1), signal }),
    ).rejects.toThrow("enough");
  });
});

describe("a sample says what is wrong with it", () => {
  test.each([
    [{ x: Float64Array.of(1, NaN) }, [0, 1], 'value 2 of "x" is not a number'],
    [{ x: Float64Array.of(1) }, [0, 1], 'column "x" has 1 values for 2 points'],
  ])("%j", (columns, own, message) => {
    expect(() => rankSample(columns, Uint32Array.from(own))).toThrow(message);
  });

  test("a column it does not have", () => {
    const unknown: RankStatistic = { kind: "spearman", x: "corpus", y: "medium" };
    expect(() => new RankStatistics(sample, [unknown])).toThrow('reads the column "medium"');
  });
});
