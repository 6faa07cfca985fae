import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { measureRows } from "#rote/memorization/measure-rows.js";
import { adjustEstimates } from "#rote/memorization/memorization-estimate.js";
import type { CountRow } from "#rote/memorization/rows.js";
import { kendallTauB, spearman } from "#rote/stats/correlation.js";
import { partialSpearman } from "#rote/stats/partial.js";
import { rocAuc } from "#rote/stats/roc.js";
import { estimatesOf, measure, type World, world } from "./world.ts";

describe("distributional memorization", async () => {
  const facts = world(createRng(3));
  const estimates = await measure(facts);
  const x = Float64Array.from(facts.counts, ({ codf, dfA }) => Math.log(codf / dfA));
  const y = Float64Array.from(facts.scores, ({ logLikelihood }) => logLikelihood!);

  test("gives Spearman with zeros kept and dropped and Kendall's tau-b with zeros kept", () => {
    const [kept, dropped, tau] = estimates;
    expect(kept).toMatchObject({ method: "spearman", zeros: "kept", points: 160, examples: 40 });
    expect(kept!.value).toBeCloseTo(spearman(x, y).value!, 14);
    const nonzero = (_: number, i: number): boolean => x[i]! > -Infinity;
    expect(dropped).toMatchObject({ method: "spearman", zeros: "dropped" });
    expect(dropped!.value).toBeCloseTo(spearman(x.filter(nonzero), y.filter(nonzero)).value!, 14);
    expect(dropped!.points).toBe(x.filter(nonzero).length);
    expect(tau).toMatchObject({ method: "kendall-tau-b", zeros: "kept" });
    expect(tau!.value).toBe(kendallTauB(x, y).value);
    expect(estimates).toHaveLength(3);
  });

  test("beside it: partial correlations, the two-part view and Kendall's distance", async () => {
    const all = await estimatesOf(facts);
    const controls: Readonly<Record<string, Float64Array>> = {
      length: Float64Array.from(facts.scores, ({ b }) => b.length),
      dfB: Float64Array.from(facts.counts, ({ dfB }) => dfB),
      dfA: Float64Array.from(facts.counts, ({ dfA }) => dfA),
    };
    const partials = all.filter(({ method }) => method === "partial-spearman");
    expect(partials.map((row) => [row.controls, row.constantControls])).toEqual([
      [["length"], []],
      [["dfB"], ["dfB"]],
      [["dfA"], []],
      [["length", "dfB", "dfA"], ["dfB"]],
    ]);
    for (const { controls: names, value } of partials) {
      const naive = partialSpearman(
        x,
        y,
        names.map((name) => ({ name, values: controls[name]! })),
      );
      expect(value).toBeCloseTo(naive.value!, 10);
    }
    const separation = all.find(({ measure: name }) => name === "zero-separation")!;
    const labels = Array.from(x, (value) => value > -Infinity);
    expect(separation).toMatchObject({ method: "auc", points: 160 });
    expect(separation.value).toBeCloseTo(rocAuc(y, labels).value!, 12);
    expect(separation.null!.low).toBeLessThan(0.5);
    expect(separation.null!.high).toBeGreaterThan(0.5);
    const distance = all.find(({ method }) => method === "kendall-distance")!;
    const tau = estimates[2]!;
    expect(distance.value).toBeCloseTo((1 - tau.value!) / 2, 14);
    expect(distance.interval!.low).toBeCloseTo((1 - tau.interval!.high) / 2, 14);
    expect(distance.null!.mean).toBeCloseTo((1 - tau.null!.mean) / 2, 14);
    expect(distance.pValue).toBeNull();
    expect(distance.pValueAbsentBecause).toContain("tau-b");
  });

  test("controls and zeros are chosen", async () => {
    const one = await estimatesOf(facts, { controls: ["dfA"] });
    expect(one.flatMap((row) => (row.controls.length > 0 ? [row.controls] : []))).toEqual([
      ["dfA"],
    ]);
    const dropped = await estimatesOf(facts, { zeros: "dropped" });
    expect(dropped.map(({ method, zeros, controls }) => [method, zeros, controls.length])).toEqual([
      ["spearman", "dropped", 0],
      ["kendall-tau-b", "dropped", 0],
      ["kendall-distance", "dropped", 0],
      ["partial-spearman", "dropped", 1],
      ["partial-spearman", "dropped", 1],
      ["partial-spearman", "dropped", 1],
      ["partial-spearman", "dropped", 3],
    ]);
    const kept = await estimatesOf(facts, { zeros: "kept", controls: [] });
    expect(kept.map(({ zeros }) => zeros)).not.toContain("dropped");
  });

  test("mutual information stands on both sides where a neutral context was scored", async () => {
    const rng = createRng(12);
    const scores = facts.scores.map((row) => ({ ...row, neutralLogLikelihood: -9 - rng.next() }));
    const found = await estimatesOf({ ...facts, scores });
    const row = found.find(({ measure: name }) => name === "mutual-information")!;
    const gain = scores.map((own) => own.logLikelihood! - own.neutralLogLikelihood);
    const pmi = facts.counts.map(({ codf, dfA, dfB }) => Math.log(codf / (dfA * dfB)));
    expect(row.value).toBeCloseTo(
      spearman(Float64Array.from(pmi), Float64Array.from(gain)).value!,
      12,
    );
    expect(row.null!.high).toBeLessThan(row.value!);
    const some = scores.map((own, i) => (i === 5 ? { ...own, neutralLogLikelihood: null } : own));
    const without = await estimatesOf({ ...facts, scores: some });
    expect(without.find(({ measure: name }) => name === "mutual-information")).toMatchObject({
      value: null,
      undefinedBecause:
        "inconclusive: 1 of the 160 pairs have no log-probability after the neutral context",
    });
  });

  test("every estimate with a value carries interval, p-value and null", () => {
    for (const { value, interval, pValue, null: band, undefinedBecause } of estimates) {
      expect(interval!.low).toBeLessThan(value!);
      expect(interval!.high).toBeGreaterThan(value!);
      expect(interval).toMatchObject({ level: 0.95, method: "clustered percentile bootstrap" });
      expect(pValue!).toBeLessThan(0.001);
      expect(Math.abs(band!.mean)).toBeLessThan(0.1);
      expect(band!.high).toBeLessThan(value!);
      expect(band).toMatchObject({
        ...{ pValue: 1 / 101, permutations: 100, recounted: false },
        ...{ exchange: "equal-blocks", strata: 2, fixed: 0 },
      });
      expect(undefinedBecause).toBeNull();
    }
  });

  test("has the keys of run.json's contract, and says what was resampled", () => {
    expect(Object.keys(estimates[0]!)).toEqual(
      expect.arrayContaining(
        [
          ["measure", "method", "task", "n", "model", "checkpoint", "points", "examples", "value"],
          ["interval", "pValue", "adjusted", "null", "zeros", "approximate", "undefinedBecause"],
        ].flat(),
      ),
    );
    expect(estimates[0]).toMatchObject({
      ...{ clusters: 40, clusteredBy: "example", resamples: 200, drawnClusters: 40 },
      ...{ controls: [], constantControls: [] },
    });
    expect(JSON.parse(JSON.stringify(estimates))).toEqual(estimates);
  });

  test("the same seed gives the same digits, also beside another task", async () => {
    expect(await measure(facts)).toEqual(estimates);
    const other = facts.scores.map((row) => ({ ...row, task: "other" }));
    const both = await measure({ ...facts, scores: [...other, ...facts.scores] });
    expect(both.filter(({ task }) => task === "facts")).toEqual(estimates);
    expect(await measure(facts, { rng: createRng(2) })).not.toEqual(estimates);
  });

  test("worker threads change no digit", async () => {
    // Enough work for threads to be asked: points × resamples × statistics.
    const many = { rng: createRng(1), resamples: 35_000, permutations: 5, controls: [] };
    const few = { counts: facts.counts.slice(0, 100), scores: facts.scores.slice(0, 100) };
    const alone = await estimatesOf(few, many);
    expect(await estimatesOf(few, { ...many, threads: 2 })).toEqual(alone);
  }, 60_000);

  test("groups are resampled together where the examples' own dependence asks for it", async () => {
    const scores = facts.scores.map((row) => {
      return { ...row, group: `subject ${Number(row.example.slice(1)) % 12}` };
    });
    const [kept] = await measure({ ...facts, scores }, { clusteredBy: "group" });
    expect(kept).toMatchObject({ clusters: 12, clusteredBy: "group", examples: 40 });
    expect(kept!.value).toBe(estimates[0]!.value);
    expect(kept!.interval).not.toEqual(estimates[0]!.interval);
    const two = scores.map((row, i) => ({ ...row, group: i < 80 ? "a" : "b" }));
    const [few] = await measure({ ...facts, scores: two }, { clusteredBy: "group" });
    expect(few!.undefinedBecause).toBe(
      "inconclusive: the 160 pairs of 40 examples come from 2 groups, and an interval needs at least 10",
    );
  });

  test("a worked example: ten pairs in the order of their probabilities but for one swap", async () => {
    // Codf 0 to 9 of df 10; the model swaps the two lowest. Spearman = 1 − 6·2/(10·99).
    const counts = Array.from({ length: 10 }, (_, i) => ({
      a: `a${i}`,
      b: "b",
      codf: i,
      dfA: 10,
      dfB: 20,
    }));
    const scores = counts.map(({ a, b, codf }) => ({
      ...{ example: a, task: "facts", model: "small", n: 1, a, b },
      logLikelihood: [-19, -20][codf] ?? codf - 20,
    }));
    const [kept, dropped, tau] = await measure({ counts, scores });
    expect(kept!.value).toBeCloseTo(1 - 12 / 990, 14);
    expect(tau!.value).toBeCloseTo(43 / 45, 14);
    expect(dropped).toMatchObject({ points: 9, value: null });
  });
});

describe("what cannot be concluded says why", () => {
  const facts = world(createRng(5), { examples: 12, outputs: 2 });
  const alike = (change: Partial<CountRow>): World => ({
    ...facts,
    counts: facts.counts.map((row) => ({ ...row, ...change })),
  });
  test.each([
    [
      "few pairs",
      { ...facts, scores: facts.scores.slice(0, 9) },
      "9 pairs, and a correlation needs at least 10",
    ],
    [
      "few examples",
      { ...facts, scores: facts.scores.slice(0, 14) },
      "the 14 pairs come from 7 examples",
    ],
    ["no co-occurrence", alike({ codf: 0 }), "none of the 24 pairs co-occurs"],
    ["one probability", alike({ codf: 5, dfA: 20 }), "the same probability in the corpus, 0.25"],
    [
      "one log-probability",
      { ...facts, scores: facts.scores.map((row) => ({ ...row, logLikelihood: -3 })) },
      "the same log-probability, -3",
    ],
    [
      "one pair that co-occurs",
      { ...facts, counts: facts.counts.map((row, i) => ({ ...row, codf: i === 0 ? 3 : 0 })) },
      "one side does not vary at all",
    ],
  ])("%s", async (_, rows, reason) => {
    const [estimate] = await measure(rows);
    expect(estimate).toMatchObject({ value: null, interval: null, pValue: null, null: null });
    expect(estimate!.undefinedBecause).toMatch(/^inconclusive: /);
    expect(estimate!.undefinedBecause).toContain(reason);
  });

  test("a missing p-value is no test of the family", async () => {
    const estimates = await measure({
      ...facts,
      counts: facts.counts.map((row) => ({ ...row, codf: row.codf && 5, dfA: 20 })),
    });
    const adjusted = adjustEstimates(estimates);
    expect(estimates.map(({ value }) => value === null)).toEqual([false, true, false]);
    expect(adjusted[1]!.adjusted).toEqual({ holm: null, bh: null });
    const pValues = [estimates[0]!.pValue!, estimates[2]!.pValue!];
    expect(adjusted[0]!.adjusted.bh).toBe(
      pValues[0]! <= pValues[1]! ? Math.min(2 * pValues[0]!, pValues[1]!) : pValues[0],
    );
  });
});

test("rows from anywhere: estimates adjusted over the whole report, and every drop", async () => {
  const facts = world(createRng(3));
  const scores = facts.scores.concat(
    facts.scores.map((row) => ({ ...row, model: "large", logLikelihood: null })),
  );
  const { estimates, drops, family } = await measureRows(facts.counts, scores, {
    rng: createRng(1),
    resamples: 200,
    permutations: 100,
  });
  const small = (await estimatesOf(facts)).map(({ value, pValue }) => [value, pValue]);
  const own = estimates.filter(({ model, against }) => model === "small" && against === undefined);
  expect(own.map(({ value, pValue }) => [value, pValue])).toEqual(small);
  const large = estimates.filter(({ model }) => model === "large");
  expect(new Set(large.map(({ undefinedBecause }) => undefinedBecause))).toEqual(
    new Set([
      "inconclusive: 0 pairs, and a correlation needs at least 10",
      "inconclusive: large at n = 2 has no correlation",
    ]),
  );
  const adjusted = estimates.map((row) => row.adjusted);
  expect(adjusted).toEqual(adjustEstimates(estimates).map((row) => row.adjusted));
  expect(family).toEqual({
    tests: estimates.filter(({ pValue }) => pValue !== null).length,
    missing: estimates.filter(({ pValue }) => pValue === null).length,
  });
  expect(drops.filter(({ reason }) => reason === "unmatched")).toEqual([
    { task: "facts", n: 2, reason: "unmatched", count: 0, model: "small" },
    { task: "facts", n: 2, reason: "unmatched", count: 160, model: "large" },
  ]);
});

test("a log-probability that is not a number is a drop of its own", async () => {
  const facts = world(createRng(3));
  const scores = facts.scores.map((row, i) => (i === 4 ? { ...row, logLikelihood: NaN } : row));
  const { estimates, drops } = await measureRows(facts.counts, scores, {
    ...{ rng: createRng(1), resamples: 50, permutations: 20 },
  });
  expect(estimates[0]).toMatchObject({ points: 159, undefinedBecause: null });
  expect(drops).toContainEqual({ task: "facts", n: 2, reason: "not-a-number", count: 1 });
});
