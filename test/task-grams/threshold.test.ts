import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { NgramVectors } from "#rote/task-grams/ngram-vectors.js";
import { Reservoir, type SampledPair } from "#rote/task-grams/pair-sample.js";
import {
  chooseThreshold,
  crossExamples,
  passCurve,
  quantileAbove,
  type Threshold,
} from "#rote/task-grams/threshold.js";
import { cosine, letterEmbedder } from "./mining.ts";

describe("reservoir", () => {
  test("every item is equally likely to be kept, however items are grouped", () => {
    const hits = new Array<number>(20).fill(0);
    const rounds = 20_000;
    for (let round = 0; round < rounds; round++) {
      const reservoir = new Reservoir<number>(5, createRng(round));
      let start = 0;
      for (const size of [1, 0, 3, 9, 7]) {
        const from = start;
        reservoir.offer(size, (i) => from + i);
        start += size;
      }
      expect(reservoir.seen).toBe(20);
      for (const item of reservoir.items) hits[item]!++;
    }
    // A share of 1/4 over 20,000 rounds has a standard error of 0.003; 4 of them for 20 items.
    for (const count of hits) expect(Math.abs(count / rounds - 0.25)).toBeLessThan(0.0125);
  });

  test("a stream that fits is kept whole", () => {
    const reservoir = new Reservoir<number>(10, createRng(1));
    reservoir.offer(4, (i) => i);
    reservoir.offer(6, (i) => 4 + i);
    expect(reservoir.items).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("null pairs", () => {
  test("join n-grams of two examples, keep the input n-gram, and are never identical", () => {
    const pair = fc.record({
      example: fc.nat(3),
      a: fc.constantFrom("a", "b", "c"),
      b: fc.constantFrom("a", "b", "c"),
    });
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 12 }), fc.nat(), (sample, seed) => {
        for (const { example, a, b } of crossExamples(sample, createRng(seed))) {
          expect(a).not.toBe(b);
          expect(sample.some((one) => one.example === example && one.a === a)).toBe(true);
          expect(sample.some((one) => one.example !== example && one.b === b)).toBe(true);
        }
      }),
    );
  });

  test("the quantile is the least value that at most the share exceeds", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (values, share) => {
          const ascending = Float64Array.from(values).sort();
          const above = (t: number): number => values.filter((value) => value > t).length;
          const threshold = quantileAbove(ascending, share);
          expect(above(threshold)).toBeLessThanOrEqual(share * values.length);
          const smaller = values.filter((value) => value < threshold);
          if (smaller.length > 0)
            expect(above(Math.max(...smaller))).toBeGreaterThan(Math.floor(share * values.length));
        },
      ),
    );
  });
});

describe("threshold", () => {
  // Inputs and outputs of an example share letters, those of different examples hardly any.
  const letters = "abcdefghijklmnopqrst";
  const sample: SampledPair[] = Array.from({ length: 400 }, (_, i) => {
    const letter = letters[i % 20]!;
    return {
      example: i % 20,
      a: letter + letters[(i * 7) % 20]!,
      b: letter + letter + String(i % 3),
    };
  });
  const calibrate = (
    threshold: "calibrated" | "none" | number,
    seed = 1,
  ): ReturnType<typeof chooseThreshold> =>
    chooseThreshold(
      sample,
      new NgramVectors(letterEmbedder()),
      { threshold, nullShare: 0.05 },
      createRng(seed),
    );
  const choose = async (...choice: Parameters<typeof calibrate>): Promise<Threshold> =>
    (await calibrate(...choice)).threshold;

  test("a stated share of null pairs passes, and real pairs pass more often", async () => {
    const { value, null: unrelated, real, curve, examples } = await choose("calibrated");
    expect(unrelated.pairs).toBe(400);
    expect(unrelated.rate).toBeLessThanOrEqual(0.05);
    expect(real.passed).toBe(sample.filter(({ a, b }) => cosine(a, b) > value!).length);
    expect(real.rate).toBeGreaterThan(unrelated.rate!);
    expect(examples).toBe(20);
    expect(curve.find(({ nullShare }) => nullShare === 0.05)).toMatchObject({
      threshold: value,
      nullRate: unrelated.rate,
      realRate: real.rate,
    });
    for (const { nullShare, nullRate } of curve) expect(nullRate).toBeLessThanOrEqual(nullShare);
  });

  test("a number and none are kept, with the rates that they give", async () => {
    const fixed = await choose(0.5);
    expect(fixed.value).toBe(0.5);
    expect(fixed.real.passed).toBe(sample.filter(({ a, b }) => cosine(a, b) > 0.5).length);
    const none = await choose("none");
    expect(none).toMatchObject({ value: undefined, real: { rate: 1 }, null: { rate: 1 } });
    expect(none.curve).toEqual(fixed.curve);
  });

  test("the curve tells both rates at every hundredth, strictly above it", async () => {
    const { similarities } = await calibrate("calibrated");
    const points = passCurve([similarities]);
    expect(points[0]).toMatchObject({ realRate: 1, nullRate: 1 });
    expect(points.at(-1)).toMatchObject({ realRate: 0, nullRate: 0 });
    const shareAbove = (values: Float64Array, threshold: number): number =>
      values.filter((value) => value > threshold).length / values.length;
    for (const { threshold, realRate, nullRate } of points) {
      expect(Math.abs(100 * threshold - Math.round(100 * threshold))).toBeLessThan(1e-9);
      expect(realRate).toBe(shareAbove(similarities.real, threshold));
      expect(nullRate).toBe(shareAbove(similarities.null, threshold));
    }
    // Those of several folds are one sample.
    expect(passCurve([similarities, similarities])).toEqual(points);
  });

  test("the same seed gives the same threshold, another seed another null", async () => {
    expect(await choose("calibrated", 3)).toEqual(await choose("calibrated", 3));
    expect((await choose("calibrated", 4)).curve).not.toEqual(
      (await choose("calibrated", 3)).curve,
    );
  });

  test("one example alone cannot be calibrated but can take a number", async () => {
    const alone = sample.filter(({ example }) => example === 0);
    const vectors = new NgramVectors(letterEmbedder());
    const choice = { nullShare: 0.01, threshold: "calibrated" as const };
    await expect(chooseThreshold(alone, vectors, choice, createRng(1))).rejects.toMatchObject({
      code: "task/empty",
      detail: { pairs: 20, examples: 1 },
    });
    const { threshold: fixed, similarities } = await chooseThreshold(
      alone,
      vectors,
      { ...choice, threshold: 0.1 },
      createRng(1),
    );
    expect(fixed.null).toEqual({ pairs: 0, passed: 0, rate: undefined });
    expect(fixed.curve).toEqual([]);
    expect(passCurve([similarities])).toEqual([]);
  });
});
