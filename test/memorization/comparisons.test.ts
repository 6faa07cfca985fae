import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { estimatesOf, world } from "./world.ts";

describe("comparisons", async () => {
  const facts = world(createRng(3), { examples: 60 });
  const rng = createRng(11);
  const models = { small: 3, medium: 1, large: 0 };
  const parameters = (model: string): number | undefined =>
    ({ small: 1e6, medium: 1e7, large: 1e8 })[model];
  const scores = Object.entries(models).flatMap(([model, noise]) =>
    facts.scores.flatMap((row, i) => {
      const logLikelihood = row.logLikelihood! + noise * rng.normal();
      const own = { ...row, model, logLikelihood };
      // Twenty examples have no pair at n = 3.
      return i < 160 ? [own, { ...own, n: 3 }] : [own];
    }),
  );
  const estimates = await estimatesOf({ ...facts, scores }, { parameters, permutations: 60 });
  const leading = (model: string, n: number) =>
    estimates.find((row) => row.model === model && row.n === n && row.method === "spearman")!;
  const ofMeasure = (name: string) => estimates.filter(({ measure: own }) => own === name);

  test("each model against the largest, each n against the first, over the same resamples", () => {
    const differences = ofMeasure("model-difference");
    expect(differences.map(({ model, n, against }) => [model, n, against])).toEqual([
      ["small", 2, { model: "large", n: 2 }],
      ["medium", 2, { model: "large", n: 2 }],
      ["small", 3, { model: "large", n: 3 }],
      ["medium", 3, { model: "large", n: 3 }],
    ]);
    for (const { model, n, value, interval, null: band, pValue } of differences) {
      expect(value).toBeCloseTo(leading(model, n).value! - leading("large", n).value!, 14);
      expect(interval!.high).toBeLessThan(0);
      expect(pValue!).toBeLessThan(0.01);
      expect(band!.mean).toBeCloseTo(
        leading(model, n).null!.mean - leading("large", n).null!.mean,
        12,
      );
    }
    const lengths = ofMeasure("length-difference");
    expect(lengths.map(({ model, n, against }) => [model, n, against!.n])).toEqual([
      ["small", 3, 2],
      ["medium", 3, 2],
      ["large", 3, 2],
    ]);
    for (const { interval, points, model } of lengths) {
      // Two thirds of the same points: far narrower than the intervals of the two.
      const own = leading(model, 3).interval!;
      expect(interval!.high - interval!.low).toBeLessThan(own.high - own.low);
      expect(points).toBe(160);
    }
  });

  test("a pair of equal models differs by nothing, without a doubt", async () => {
    const twins = facts.scores.flatMap((row) => [row, { ...row, model: "twin" }]);
    const found = await estimatesOf({ ...facts, scores: twins });
    const row = found.find(({ measure: name }) => name === "model-difference")!;
    expect(row).toMatchObject({ value: 0, interval: { low: 0, high: 0 }, pValue: 1 });
  });

  test("what every resample repeats has no p-value, and a trend the clusters of its smallest part", async () => {
    // One model in the corpus's order, one against it: 1 and −1 in every resample.
    const counts = facts.counts.map((row) => ({ ...row, dfA: 40 }));
    const exact = { up: 1, down: -1, middle: 0 };
    const scores = Object.entries(exact).flatMap(([model, sign]) =>
      facts.scores.flatMap((row, i) => {
        if (model === "middle" && i < 40) return [];
        return [{ ...row, model, logLikelihood: sign === 0 ? i % 7 : sign * counts[i]!.codf }];
      }),
    );
    const sizes = (model: string) => ({ up: 10, middle: 100, down: 1000 })[model];
    const found = await estimatesOf({ counts, scores }, { parameters: sizes, permutations: 20 });
    const [up] = found.filter(({ measure: name }) => name === "model-difference");
    expect(up).toMatchObject({
      model: "up",
      value: 2,
      interval: { low: 2, high: 2 },
      pValue: null,
    });
    expect(up!.pValueAbsentBecause).toContain("the same in every resample");
    const [row] = found.filter(({ measure: name }) => name === "size-trend");
    expect(row).toMatchObject({ points: 200, examples: 50, clusters: 50, drawnClusters: 50 });
  });

  test("the trend over sizes is the slope over log10 of the parameters, with a null", () => {
    const [row, ...others] = ofMeasure("size-trend");
    expect(others).toHaveLength(1);
    expect(row).toMatchObject({ n: 2, model: "large", models: ["small", "medium", "large"] });
    const slope = (leading("large", 2).value! - leading("small", 2).value!) / 2;
    expect(row!.value).toBeCloseTo(slope, 12);
    expect(row!.interval!.low).toBeGreaterThan(0);
    expect(row!.null!.high).toBeLessThan(row!.value!);
  });

  test("checkpoints stand against the last of their training, which has a trend over its steps", async () => {
    const steps = { a1: 3, a10: 2, a100: 0.5, a: 0 };
    const suite = Object.entries(steps).flatMap(([model, noise]) =>
      facts.scores.map((row) => ({
        ...{ ...row, model, checkpoint: model === "a" ? null : `step ${model.slice(1)}` },
        logLikelihood: row.logLikelihood! + noise * rng.normal(),
      })),
    );
    const training = (model: string) => ({
      ...{ training: "a", step: model === "a" ? 1000 : Number(model.slice(1)) },
    });
    const found = await estimatesOf({ ...facts, scores: suite }, { training, permutations: 20 });
    const of = (name: string) => found.filter(({ measure: own }) => own === name);
    expect(of("model-difference").map(({ model, against }) => [model, against!.model])).toEqual([
      ["a1", "a"],
      ["a10", "a"],
      ["a100", "a"],
    ]);
    expect(of("size-trend")).toEqual([]);
    const [row, ...others] = of("checkpoint-trend");
    expect(others).toEqual([]);
    expect(row).toMatchObject({ model: "a", models: ["a1", "a10", "a100", "a"] });
    expect(row!.over).toEqual([1, 10, 100, 1000]);
    const value = (model: string) =>
      found.find((own) => own.model === model && own.method === "spearman")!.value!;
    const slope = (1.5 * (value("a") - value("a1")) + 0.5 * (value("a100") - value("a10"))) / 5;
    expect(row!.value).toBeCloseTo(slope, 12);
    expect(row!.interval!.low).toBeGreaterThan(0);
    expect(row!.null!.high).toBeLessThan(row!.value!);
  });

  test("checkpoints of one model's name are told apart by what they name, and step 0 has no logarithm", async () => {
    const suite = ["0", "5", "50", "step500"].flatMap((checkpoint, i) =>
      facts.scores.map((row) => ({
        ...{ ...row, model: "m", checkpoint },
        logLikelihood: row.logLikelihood! + (3 - i) * rng.normal(),
      })),
    );
    const found = await estimatesOf({ ...facts, scores: suite }, { permutations: 20 });
    const trends = found.filter(({ measure: own }) => own === "checkpoint-trend");
    expect(trends.map(({ over }) => over)).toEqual([[5, 50, 500]]);
    const differences = found.filter(({ measure: own }) => own === "model-difference");
    expect(differences.map(({ checkpoint, against }) => [checkpoint, against!.checkpoint])).toEqual(
      [
        ["0", "step500"],
        ["5", "step500"],
        ["50", "step500"],
      ],
    );
  });

  test("groups of unequal size are given at one number of examples", () => {
    const [large, small] = [leading("large", 2), leading("large", 3)];
    expect(large.equalSize).toMatchObject({ clusters: 40, subsamples: 200 });
    expect(large.equalSize!.low).toBeLessThan(large.value!);
    expect(large.equalSize!.high).toBeGreaterThan(large.value!);
    expect(small.equalSize!.value).toBeCloseTo(small.value!, 12);
  });

  test("what has no correlation has no difference, and says so", async () => {
    const silent = scores.map((row) =>
      row.model === "small" ? { ...row, logLikelihood: -1 } : row,
    );
    const found = await estimatesOf({ ...facts, scores: silent }, { parameters });
    const reasons = found
      .filter((row) => ["model-difference", "size-trend"].includes(row.measure) && row.n === 2)
      .map(({ undefinedBecause }) => undefinedBecause);
    expect(reasons).toEqual([
      "inconclusive: small at n = 2 has no correlation",
      null,
      "inconclusive: small at n = 2 has no correlation",
    ]);
  });
});
