import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { recountedCounts } from "#rote/memorization/null-distribution.js";
import { type CountRow, joinRows, type ScoreRow } from "#rote/memorization/rows.js";
import { planShuffles } from "#rote/memorization/shuffle-plan.js";
import { verdicts } from "#rote/study/headline.js";
import { spearman } from "#rote/stats/correlation.js";
import { nullBand } from "#rote/stats/null-band.js";
import { estimatesOf, measure, type World, world } from "./world.ts";

describe("nulls", () => {
  test("examples are exchanged in strata, by size, or with any: the strictest that moves them", async () => {
    const sizes = (size: (example: number) => number): World => {
      const rng = createRng(6);
      const [counts, scores]: [CountRow[], ScoreRow[]] = [[], []];
      for (let i = 0; i < 60; i++)
        for (let j = 0; j < size(i); j++) {
          const [a, b] = [`a${i}`, `b${i} ${j}`];
          counts.push({ a, b, codf: rng.int(9), dfA: 10 + i, dfB: 50 });
          const logLikelihood = -rng.next();
          scores.push({ example: `e${i}`, task: "t", model: "m", n: 1, a, b, logLikelihood });
        }
      return { counts, scores };
    };
    const nullOf = async (rows: World) => (await measure(rows))[0]!.null!;
    expect(await nullOf(sizes(() => 3))).toMatchObject({ exchange: "equal-blocks", strata: 3 });
    // Every size once in each stratum.
    const bySize = await nullOf(sizes((i) => 1 + (i % 20)));
    expect(bySize).toMatchObject({ exchange: "equal-blocks", strata: 1, fixed: 0 });
    expect(await nullOf(sizes((i) => 1 + i))).toMatchObject({
      exchange: "whole-blocks",
      strata: 1,
    });
  });

  test("shuffles that exchange nothing are no null, and what they belong to is inconclusive", async () => {
    // One input phrase stands in every example: no other can take its place.
    const rng = createRng(3);
    const counts = Array.from({ length: 40 }, (_, i) => {
      return { a: "the capital", b: `b${i}`, codf: 1 + i, dfA: 50, dfB: 50 };
    });
    const scores = counts.map(({ a, b, codf }, i) => ({
      ...{ example: `e${i}`, task: "facts", n: 2, a, b },
      logLikelihood: codf + 3 * rng.normal(),
    }));
    const models = ["large", "small"].flatMap((model) =>
      scores.map((score) => ({ ...score, model, logLikelihood: score.logLikelihood * rng.next() })),
    );
    const plan = planShuffles(models, () => 50, { rng: createRng(1), permutations: 20 });
    expect(plan.conflicts).toBe(1);
    const recounted = {
      plan,
      df: new Float64Array(plan.phrases.length).fill(50),
      codf: Float64Array.from(
        { length: plan.pairs.length / 2 },
        (_, i) => 1 + Number(plan.phrases[plan.pairs[2 * i + 1]!]!.slice(1)),
      ),
    };
    const estimates = await estimatesOf({ counts, scores: models }, { shuffles: () => recounted });
    const [first] = estimates;
    expect(first).toMatchObject({ null: null, undefinedBecause: null });
    expect(first!.value).toBeGreaterThan(0.3);
    expect(first!.interval).not.toBeNull();
    expect(first!.nullAbsentBecause).toMatch("no input can be exchanged");
    expect(estimates.every((each) => each.null === null)).toBe(true);
    const difference = estimates.find((each) => each.measure === "model-difference")!;
    expect(difference.nullAbsentBecause).toBe("small at n = 2 has no null");
    const [verdict] = verdicts([{ name: "facts", n: [2] }], "large", estimates);
    expect(verdict!.finding).toBe("inconclusive");
    expect(verdict!.sentence).toMatch(/40 pairs of 40 examples.* has no null .*: no input can be/);
  });

  test("permutations that all give one value are no null, whatever was exchanged", async () => {
    // Every input has the counts of every other.
    const rows = world(createRng(4), { zeros: 0 });
    const counts = rows.counts.map((row, i) => ({ ...row, codf: 1 + (i % 4), dfA: 20 }));
    const blocks = await estimatesOf({ ...rows, counts });
    expect(blocks[0]).toMatchObject({ null: null });
    expect(blocks[0]!.nullAbsentBecause).toMatch("100 permutations have one value");
  });

  test("the p-value counts null values at least as far from their mean (by hand)", () => {
    const band = nullBand(0.5, Float64Array.of(-0.4, -0.5, 0.1, 0.3, 0.5, NaN));
    // Mean 0; at least 0.5 away: -0.5 and 0.5.
    expect(band).toMatchObject({ mean: 0, pValue: 3 / 6, permutations: 5 });
    expect(nullBand(0.5, Float64Array.of(NaN, NaN, 1))).toBeUndefined();
  });

  test("p-values of unrelated data are spread over (0, 1]", async () => {
    const pValues: number[] = [];
    for (let run = 0; run < 60; run++) {
      const unrelated = world(createRng(run), { slope: 0 });
      const [estimate] = await measure(unrelated, { resamples: 20, controls: [] });
      pValues.push(estimate!.null!.pValue);
    }
    const below = pValues.filter((p) => p <= 0.2).length;
    expect(below).toBeGreaterThanOrEqual(4);
    expect(below).toBeLessThanOrEqual(22);
  });

  test("recounted shuffles take the counts of the exchanged pairs", async () => {
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
    for (const values of recountedCounts(recounted, columns)) {
      pairs.forEach(({ a, b }, i) => {
        const image = plan.images[permutation * plan.phrases.length + plan.phrases.indexOf(a)]!;
        expect(values.codf[i]).toBe(codf(plan.phrases[image]!, b));
        expect(values.dfA[i]).toBe(8);
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
    const estimates = await estimatesOf({ counts, scores }, { shuffles: () => recounted });
    for (const { null: band } of estimates) {
      expect(band).toMatchObject({ recounted: true, permutations: 50, conflicts: plan.conflicts });
      expect(band).toMatchObject({ exchange: "recounted", points: 60, strata: plan.strata });
      expect(band!.pValue).toBeCloseTo(1 / 51, 12);
    }
    const stranger = { a: ["a1"], b: ["b77"] };
    expect(() => [...recountedCounts(recounted, stranger)]).toThrow('without "b77"');

    // Each value is the statistic of the exchanged counts: the mean of all of them is the null's.
    const y = Float64Array.from(scores, ({ logLikelihood }) => logLikelihood);
    const naive = { kept: 0, dropped: 0 };
    for (const { codf: counted, dfA } of recountedCounts(recounted, columns)) {
      const x = counted.map((count, i) => Math.log(count / dfA[i]!));
      const nonzero = (_: number, i: number): boolean => counted[i]! > 0;
      naive.kept += spearman(x, y).value! / 50;
      naive.dropped += spearman(x.filter(nonzero), y.filter(nonzero)).value! / 50;
    }
    expect(estimates[0]!.null!.mean).toBeCloseTo(naive.kept, 12);
    expect(estimates[1]!.null!.mean).toBeCloseTo(naive.dropped, 12);

    const examples = new Set(pairs.slice(0, 30).map(({ example }) => example));
    const half = planShuffles(pairs.slice(0, 30), () => 8, { rng: createRng(1), permutations: 20 });
    const sampled = {
      ...{ plan: half, examples, df: new Float64Array(half.phrases.length).fill(8) },
      codf: Float64Array.from({ length: half.pairs.length / 2 }, (_, i) => i % 5),
    };
    const some = await estimatesOf({ counts, scores }, { shuffles: () => sampled });
    expect(some[0]).toMatchObject({ points: 60, null: { recounted: true, points: 30 } });
  });

  test("shuffles that never co-occur give way to exchanged examples", async () => {
    const facts = world(createRng(3));
    const plan = planShuffles(facts.scores, () => 20, { rng: createRng(1), permutations: 20 });
    const df = new Float64Array(plan.phrases.length).fill(20);
    const shuffles = { plan, df, codf: new Float64Array(plan.pairs.length / 2) };
    for (const { null: band } of await measure(facts, { shuffles: () => shuffles }))
      expect(band).toMatchObject({ recounted: false, permutations: 100 });
  });
});

describe("∞-gram probabilities", () => {
  test("stand by rule over the points that have them, with a null of exchanged examples", async () => {
    const facts = world(createRng(3));
    const rng = createRng(13);
    const scores = facts.scores.map((row, i) => {
      const paper = row.logLikelihood! + rng.normal();
      const strict = i % 4 === 0 ? -Infinity : paper;
      const own = {
        infinityGram: strict,
        infinityGramPaper: paper,
        infinityGramBackoff: paper - 1,
      };
      return i < 8 ? { ...row, infinityGram: null } : { ...row, ...own };
    });
    const recounted = planShuffles(scores, () => 20, { rng: createRng(1), permutations: 20 });
    const df = new Float64Array(recounted.phrases.length).fill(20);
    const codf = Float64Array.from({ length: recounted.pairs.length / 2 }, (_, i) => i % 7);
    const shuffles = () => ({ plan: recounted, df, codf });
    const found = await estimatesOf({ ...facts, scores }, { shuffles });
    const rows = found.filter(({ measure: name }) => name === "infinity-gram-memorization");
    expect(rows.map(({ rule }) => rule)).toEqual(["strict", "paper", "back-off"]);
    const y = Float64Array.from(scores.slice(8), ({ logLikelihood }) => logLikelihood!);
    const strict = Float64Array.from(scores.slice(8), (row) => row.infinityGram!);
    expect(rows[0]).toMatchObject({ points: 152, examples: 38, null: { recounted: false } });
    expect(rows[0]!.value).toBeCloseTo(spearman(strict, y).value!, 13);
    expect(rows[1]!.value).toBe(rows[2]!.value);
    expect(rows[1]!.value!).toBeGreaterThan(rows[0]!.value!);
    expect(found[0]).toMatchObject({ points: 160, null: { recounted: true } });
    const { drops } = joinRows(facts.counts, scores);
    expect(drops).toContainEqual({ task: "facts", n: 2, reason: "no-infinity-gram", count: 8 });
  });

  test("are told where they do not vary", async () => {
    const facts = world(createRng(3));
    const same = { infinityGram: -Infinity, infinityGramPaper: -1, infinityGramBackoff: -2 };
    const scores = facts.scores.map((row) => ({ ...row, ...same }));
    const found = await estimatesOf({ ...facts, scores });
    const rows = found.filter(({ measure: name }) => name === "infinity-gram-memorization");
    expect(rows[0]!.undefinedBecause).toBe(
      "inconclusive: all 160 pairs have the same ∞-gram probability, 0",
    );
  });
});
