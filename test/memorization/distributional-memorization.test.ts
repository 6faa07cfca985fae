import { describe, expect, test } from "vitest";
import { createRng, type Rng } from "#rote/base/random.js";
import { distributionalMemorization } from "#rote/memorization/distributional-memorization.js";
import { measureRows } from "#rote/memorization/measure-rows.js";
import {
  adjustEstimates,
  type MemorizationEstimate,
} from "#rote/memorization/memorization-estimate.js";
import { blockShuffles, recountedLogProbabilities } from "#rote/memorization/null-distribution.js";
import { nullBand } from "#rote/stats/null-band.js";
import { type CountRow, joinRows, type ScoreRow } from "#rote/memorization/rows.js";
import { planShuffles } from "#rote/memorization/shuffle-plan.js";
import { kendallTauB, spearman } from "#rote/stats/correlation.js";

interface World {
  readonly counts: CountRow[];
  readonly scores: ScoreRow[];
}

/** Examples with their own input phrase and outputs of random counts; `slope` ties the model to the corpus. */
function world(rng: Rng, { examples = 40, outputs = 4, slope = 1, zeros = 0.4 } = {}): World {
  const counts: CountRow[] = [];
  const scores: ScoreRow[] = [];
  for (let i = 0; i < examples; i++) {
    const dfA = 20 + rng.int(20);
    for (let j = 0; j < outputs; j++) {
      const [a, b] = [`a${i}`, `b${i} ${j}`];
      const codf = rng.next() < zeros ? 0 : 1 + rng.int(20);
      counts.push({ a, b, codf, dfA, dfB: 50 });
      const logLikelihood = slope * Math.log((codf + 0.5) / dfA) + rng.normal() - 9;
      scores.push({ example: `e${i}`, task: "facts", model: "small", n: 2, a, b, logLikelihood });
    }
  }
  return { counts, scores };
}
const measure = (
  { counts, scores }: World,
  options: Partial<Parameters<typeof distributionalMemorization>[1]> = {},
): readonly MemorizationEstimate[] =>
  distributionalMemorization(joinRows(counts, scores), {
    rng: createRng(1),
    resamples: 200,
    permutations: 100,
    ...options,
  });

describe("distributional memorization", () => {
  const facts = world(createRng(3));
  const estimates = measure(facts);

  test("gives Spearman with zeros kept and dropped and Kendall's tau-b with zeros kept", () => {
    const x = Float64Array.from(facts.counts, ({ codf, dfA }) => Math.log(codf / dfA));
    const y = Float64Array.from(facts.scores, ({ logLikelihood }) => logLikelihood!);
    const [kept, dropped, tau] = estimates;
    expect(kept).toMatchObject({ method: "spearman", zeros: "kept", points: 160, examples: 40 });
    expect(kept!.value).toBe(spearman(x, y).value);
    const nonzero = (_: number, i: number): boolean => x[i]! > -Infinity;
    expect(dropped).toMatchObject({ method: "spearman", zeros: "dropped" });
    expect(dropped!.value).toBe(spearman(x.filter(nonzero), y.filter(nonzero)).value);
    expect(dropped!.points).toBe(x.filter(nonzero).length);
    expect(tau).toMatchObject({ method: "kendall-tau-b", zeros: "kept" });
    expect(tau!.value).toBe(kendallTauB(x, y).value);
    expect(estimates).toHaveLength(3);
  });

  test("every estimate with a value carries interval, p-value and null", () => {
    for (const { value, interval, pValue, null: band, undefinedBecause } of estimates) {
      expect(interval!.low).toBeLessThan(value!);
      expect(interval!.high).toBeGreaterThan(value!);
      expect(interval).toMatchObject({ level: 0.95, method: "clustered percentile bootstrap" });
      expect(pValue!).toBeLessThan(0.001);
      expect(Math.abs(band!.mean)).toBeLessThan(0.1);
      expect(band!.high).toBeLessThan(value!);
      expect(band).toMatchObject({ pValue: 1 / 101, permutations: 100, recounted: false });
      expect(undefinedBecause).toBeNull();
    }
  });

  test("has exactly the keys of run.json's contract", () => {
    expect(Object.keys(estimates[0]!).sort()).toEqual(
      [
        ["measure", "method", "task", "n", "model", "checkpoint", "points", "examples", "value"],
        ["interval", "pValue", "adjusted", "null", "zeros", "approximate", "undefinedBecause"],
      ]
        .flat()
        .sort(),
    );
    expect(JSON.parse(JSON.stringify(estimates))).toEqual(estimates);
  });

  test("the same seed gives the same digits, also beside another task", () => {
    expect(measure(facts)).toEqual(estimates);
    const other = facts.scores.map((row) => ({ ...row, task: "other" }));
    const both = measure({ ...facts, scores: [...other, ...facts.scores] });
    expect(both.filter(({ task }) => task === "facts")).toEqual(estimates);
    expect(measure(facts, { rng: createRng(2) })).not.toEqual(estimates);
  });

  test("a worked example: ten pairs in the order of their probabilities but for one swap", () => {
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
    const [kept, dropped, tau] = measure({ counts, scores });
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
  ])("%s", (_, rows, reason) => {
    const [estimate] = measure(rows);
    expect(estimate).toMatchObject({ value: null, interval: null, pValue: null, null: null });
    expect(estimate!.undefinedBecause).toMatch(/^inconclusive: /);
    expect(estimate!.undefinedBecause).toContain(reason);
  });

  test("a missing p-value is no test of the family", () => {
    const estimates = measure({
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

test("rows from anywhere: estimates adjusted over the whole report, and every drop", () => {
  const facts = world(createRng(3));
  const scores = facts.scores.concat(
    facts.scores.map((row) => ({ ...row, model: "large", logLikelihood: null })),
  );
  const { estimates, drops } = measureRows(facts.counts, scores, {
    rng: createRng(1),
    resamples: 200,
    permutations: 100,
  });
  const small = measure(facts);
  expect(estimates.slice(0, 3)).toEqual(adjustEstimates(small));
  expect(estimates.slice(3).map(({ undefinedBecause }) => undefinedBecause)).toEqual(
    Array(3).fill("inconclusive: 0 pairs, and a correlation needs at least 10"),
  );
  expect(estimates[0]!.adjusted.holm).toBeGreaterThanOrEqual(estimates[0]!.pValue!);
  expect(drops.filter(({ reason }) => reason === "unmatched")).toEqual([
    { task: "facts", n: 2, reason: "unmatched", count: 0, model: "small" },
    { task: "facts", n: 2, reason: "unmatched", count: 160, model: "large" },
  ]);
});

describe("nulls", () => {
  test("exchanged blocks use every value once and keep blocks of one size together", () => {
    const example = Uint32Array.of(0, 1, 0, 2, 1, 2);
    const x = Float64Array.of(10, 20, 11, 30, 21, 31);
    for (const shuffled of blockShuffles(x, example, { permutations: 20, rng: createRng(1) })) {
      expect([...shuffled].sort()).toEqual([10, 11, 20, 21, 30, 31]);
      for (const id of [0, 1, 2]) {
        const [first, second] = [...shuffled].filter((_, i) => example[i] === id);
        expect(second! - first!).toBe(1);
      }
    }
  });

  test("blocks of unequal size are dealt out in order", () => {
    const x = Float64Array.of(1, 2, 3, 4);
    const seen = new Set<string>();
    for (const shuffled of blockShuffles(x, Uint32Array.of(0, 0, 0, 1), {
      permutations: 20,
      rng: createRng(1),
    }))
      seen.add(shuffled.join(" "));
    expect(seen).toEqual(new Set(["1 2 3 4", "4 1 2 3"]));
  });

  test("the p-value counts null values at least as far from their mean (by hand)", () => {
    const band = nullBand(0.5, Float64Array.of(-0.4, -0.5, 0.1, 0.3, 0.5, NaN));
    // Mean 0; at least 0.5 away: -0.5 and 0.5.
    expect(band).toMatchObject({ mean: 0, pValue: 3 / 6, permutations: 5 });
    expect(nullBand(0.5, Float64Array.of(NaN, NaN, 1))).toBeUndefined();
  });

  test("p-values of unrelated data are spread over (0, 1]", () => {
    const pValues = Array.from({ length: 60 }, (_, run) => {
      const [estimate] = measure(world(createRng(run), { slope: 0 }), { resamples: 20 });
      return estimate!.null!.pValue;
    });
    const below = pValues.filter((p) => p <= 0.2).length;
    expect(below).toBeGreaterThanOrEqual(4);
    expect(below).toBeLessThanOrEqual(22);
  });

  test("recounted shuffles take the counts of the exchanged pairs", () => {
    // Any pair (ai, bj) has codf (i + 2j) mod 5, so the exchanged pairs' values are known.
    const codf = (a: string, b: string): number =>
      (Number(a.slice(1)) + 2 * Number(b.slice(1))) % 5;
    const pairs = Array.from({ length: 60 }, (_, i) => ({
      example: `e${i}`,
      a: `a${i}`,
      b: `b${i % 9}`,
    }));
    const plan = planShuffles(pairs, (p) => (p.startsWith("a") ? 8 : 9), {
      rng: createRng(1),
      permutations: 50,
    });
    const recounted = {
      plan,
      df: Float64Array.from(plan.phrases, (p) => (p.startsWith("a") ? 8 : 9)),
      codf: Float64Array.from({ length: plan.pairs.length / 2 }, (_, i) =>
        codf(plan.phrases[plan.pairs[2 * i]!]!, plan.phrases[plan.pairs[2 * i + 1]!]!),
      ),
    };
    const columns = { a: pairs.map(({ a }) => a), b: pairs.map(({ b }) => b) };
    let permutation = 0;
    for (const values of recountedLogProbabilities(recounted, columns)) {
      pairs.forEach(({ a, b }, i) => {
        const image = plan.images[permutation * plan.phrases.length + plan.phrases.indexOf(a)]!;
        expect(values[i]).toBe(Math.log(codf(plan.phrases[image]!, b) / 8));
      });
      permutation++;
    }
    expect(permutation).toBe(50);

    const counts = pairs.map(({ a, b }) => ({ a, b, codf: codf(a, b), dfA: 8, dfB: 9 }));
    const rng = createRng(2);
    const scores = pairs.map((pair) => ({
      ...{ ...pair, task: "facts", model: "small", n: 1 },
      logLikelihood: codf(pair.a, pair.b) + rng.normal(),
    }));
    const estimates = measure({ counts, scores }, { shuffles: () => recounted });
    for (const { null: band } of estimates) {
      expect(band).toMatchObject({ recounted: true, permutations: 50, conflicts: plan.conflicts });
      expect(band!.pValue).toBeCloseTo(1 / 51, 12);
    }
    const stranger = { a: ["a1"], b: ["b77"] };
    expect(() => [...recountedLogProbabilities(recounted, stranger)]).toThrow('without "b77"');
  });

  test("shuffles that never co-occur give way to exchanged examples", () => {
    const facts = world(createRng(3));
    const plan = planShuffles(facts.scores, () => 20, { rng: createRng(1), permutations: 20 });
    const df = new Float64Array(plan.phrases.length).fill(20);
    const shuffles = { plan, df, codf: new Float64Array(plan.pairs.length / 2) };
    for (const { null: band } of measure(facts, { shuffles: () => shuffles }))
      expect(band).toMatchObject({ recounted: false, permutations: 100 });
  });
});
