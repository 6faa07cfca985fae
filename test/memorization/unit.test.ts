/** Points that are means over the inputs of one b (`measure.unit: mean`), against means written out. */
import { describe, expect, test } from "vitest";
import { createRng, type Rng } from "#rote/base/random.js";
import { measure } from "#rote/memorization/measure-columns.js";
import { recountedCounts } from "#rote/memorization/null-distribution.js";
import { planShuffles } from "#rote/memorization/shuffle-plan.js";
import { spearman } from "#rote/stats/correlation.js";
import { partialSpearman } from "#rote/stats/partial.js";
import { rocAuc } from "#rote/stats/roc.js";
import { estimatesOf, type World, world } from "./world.ts";

const few = { resamples: 40, permutations: 20 };

/** Every example has its own inputs and outputs, paired crosswise; `codf` of each pair. */
function crossed(
  rng: Rng,
  codf: (a: string, b: string) => number,
  { examples = 40, inputs = 3 } = {},
): World {
  const world: World = { counts: [], scores: [] };
  for (let i = 0; i < examples; i++)
    for (let k = 0; k < 2; k++) {
      const b = `b${i} ${k}`;
      const logLikelihood = 4 * rng.normal() - 9;
      for (let j = 0; j <= i % inputs; j++) {
        const a = `a${i} ${j}`;
        world.counts.push({ a, b, codf: codf(a, b), dfA: 20 + i + j, dfB: 50 + k });
        world.scores.push({ example: `e${i}`, task: "t", model: "m", n: 1, a, b, logLikelihood });
      }
    }
  return world;
}

/** Each b's mean log P(b|a) where log 0 is `zero`, or where it is undefined over the pairs that meet. */
function meansByHand({ counts, scores }: World, zero?: number): { x: number; y: number }[] {
  const byOutput = new Map<string, { logs: number[]; y: number }>();
  scores.forEach(({ example, b, logLikelihood }, i) => {
    const point = byOutput.get(`${example} ${b}`) ?? { logs: [], y: logLikelihood! };
    byOutput.set(`${example} ${b}`, point);
    const { codf, dfA } = counts[i]!;
    const log = codf === 0 ? zero : Math.log(codf / dfA);
    if (log !== undefined) point.logs.push(log);
  });
  return [...byOutput.values()].flatMap(({ logs, y }) => {
    if (logs.length === 0) return [];
    const mean = logs.sort().reduce((sum, log) => sum + log, 0) / logs.length;
    return [{ x: Number(mean.toFixed(6)), y }];
  });
}
const column = (points: readonly { x: number; y: number }[], side: "x" | "y"): Float64Array =>
  Float64Array.from(points, (point) => point[side]);
const byHand = (world: World, zero?: number): number => {
  const points = meansByHand(world, zero);
  return spearman(column(points, "x"), column(points, "y")).value!;
};

describe("a point of every b of an example", async () => {
  const rng = createRng(4);
  const rows = crossed(rng, () => (rng.next() < 0.5 ? 0 : rng.int(20)));
  const estimates = await estimatesOf(rows, { ...few, unit: "mean" });
  const [kept, dropped] = estimates;

  test("zeros kept: the order of the means where log 0 is very small, every pair in them", () => {
    expect(kept).toMatchObject({ unit: "mean", points: 80, examples: 40, zeros: "kept" });
    expect(kept!.value).toBeCloseTo(byHand(rows, -1e4), 12);
  });

  test("zeros dropped: the means over the pairs that meet, as in the released code", () => {
    expect(dropped).toMatchObject({ points: meansByHand(rows).length, zeros: "dropped" });
    expect(dropped!.value).toBeCloseTo(byHand(rows), 12);
    expect(dropped!.points).toBeLessThan(80);
  });

  test("controls are means too, and a b meets where one of its pairs does", () => {
    const points = meansByHand(rows, -1e4);
    const frequency = meansByHand({
      ...rows,
      counts: rows.counts.map((row) => ({ ...row, codf: row.dfA ** 2 })),
    });
    const partial = partialSpearman(column(points, "x"), column(points, "y"), [
      { name: "dfA", values: column(frequency, "x") },
    ]);
    const own = (name: string) => estimates.find(({ controls }) => controls.join() === name)!;
    expect(own("dfA").value).toBeCloseTo(partial.value!, 10);
    expect(own("dfB").points).toBe(80);
    const auc = estimates.find(({ method }) => method === "auc")!;
    const labels = points.map(({ x }) => x > -1e4);
    expect(auc.value).toBeCloseTo(rocAuc(column(points, "y"), labels).value!, 12);
  });
});

test("where every b has one a, the units give the same digits", async () => {
  const rows = world(createRng(3));
  const [pair, mean] = await Promise.all(
    (["pair", "mean"] as const).map((unit) => estimatesOf(rows, { ...few, unit })),
  );
  expect(mean!.map((row) => ({ ...row, unit: "pair" }))).toEqual(pair);
});

test("shuffled inputs are counted pair by pair, and their means taken", async () => {
  const rng = createRng(5);
  const codf = (a: string, b: string): number =>
    (7 * a.length + 3 * b.length + a.charCodeAt(1) * b.charCodeAt(1)) % 6;
  const rows = crossed(rng, codf);
  const df = new Map(
    rows.counts.flatMap(
      ({ a, b, dfA, dfB }) =>
        [
          [a, dfA],
          [b, dfB],
        ] as const,
    ),
  );
  const plan = planShuffles(rows.scores, (phrase) => df.get(phrase)!, {
    rng: createRng(1),
    permutations: 25,
  });
  const recounted = {
    plan,
    df: Float64Array.from(plan.phrases, (phrase) => df.get(phrase)!),
    codf: Float64Array.from({ length: plan.pairs.length / 2 }, (_, i) =>
      codf(plan.phrases[plan.pairs[2 * i]!]!, plan.phrases[plan.pairs[2 * i + 1]!]!),
    ),
  };
  const estimates = await estimatesOf(rows, { ...few, unit: "mean", shuffles: () => recounted });
  const phrases = { a: rows.scores.map(({ a }) => a), b: rows.scores.map(({ b }) => b) };
  const sums = [0, 0];
  for (const shuffled of recountedCounts(recounted, phrases)) {
    const counts = rows.counts.map((row, i) => ({
      ...{ ...row, codf: shuffled.codf[i]!, dfA: shuffled.dfA[i]! },
    }));
    sums[0]! += byHand({ ...rows, counts }, -1e4) / 25;
    sums[1]! += byHand({ ...rows, counts }) / 25;
  }
  expect(estimates[0]!.null).toMatchObject({ recounted: true, points: 80, permutations: 25 });
  expect(estimates[0]!.null!.mean).toBeCloseTo(sums[0]!, 12);
  expect(estimates[1]!.null!.mean).toBeCloseTo(sums[1]!, 12);
});

test("arrays say which b is whose", async () => {
  const rng = createRng(4);
  const { counts, scores } = crossed(rng, () => (rng.next() < 0.5 ? 0 : rng.int(20)));
  const arrays = {
    ...{ example: scores.map(({ example }) => example), output: scores.map(({ b }) => b) },
    codf: counts.map(({ codf }) => codf),
    dfA: counts.map(({ dfA }) => dfA),
    dfB: counts.map(({ dfB }) => dfB),
    logLikelihood: { m: scores.map(({ logLikelihood }) => logLikelihood) },
  };
  const options = { ...few, unit: "mean" } as const;
  const { estimates, drops } = await measure(arrays, options);
  expect(estimates[0]!.value).toBeCloseTo(byHand({ counts, scores }, -1e4), 12);
  // Drops are of pairs whatever a point is.
  expect(drops.find(({ reason }) => reason === "scored")!.count).toBe(scores.length);
  await expect(measure({ ...arrays, output: undefined }, options)).rejects.toThrow("`output`");
  const dfB = arrays.dfB.map((count, i) => count + i);
  await expect(measure({ ...arrays, dfB }, options)).rejects.toThrow("one count of documents");
});

test("why there is no estimate speaks of the b", async () => {
  const none = crossed(createRng(1), () => 0);
  const [first] = await estimatesOf(none, { ...few, unit: "mean" });
  expect(first!.undefinedBecause).toContain("none of the 80 output n-grams co-occurs");
});
