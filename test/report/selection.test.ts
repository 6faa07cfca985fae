import { describe, expect, test } from "vitest";
import { decimal, parameterCount, probability, share } from "#rote/report/format.js";
import { html } from "#rote/report/html.js";
import type { RunRecord } from "#rote/report/run-record.js";
import {
  endsOfTraining,
  modelsBySize,
  sampleEvenly,
  summarizePairs,
  tellingPairs,
} from "#rote/report/selection.js";
import { largestModel } from "#rote/study/headline.js";
import { judge } from "#rote/report/verdict.js";

const pair = (a: string, codf: number, logLikelihood: number) => ({
  ...{ task: "t", example: a, n: 1, a, b: "b", codf, dfA: 10, dfB: 20, logLikelihood, tokens: 1 },
});

test("pairs are told apart by corpus and model", () => {
  const pairs = summarizePairs([
    pair("likely", 9, -1),
    pair("unlikely", 8, -9),
    pair("guessed", 0, -2),
    pair("neither", 0, -8),
    { ...pair("unseen", 0, -1), dfA: 0 },
  ]);
  const groups = tellingPairs(pairs, 1).map(({ group, pairs: [first] }) => [group, first?.a]);
  expect(groups).toEqual([
    ["told and most expected", "likely"],
    ["told, least expected", "unlikely"],
    ["never told, most expected", "guessed"],
  ]);
});

test("a pair of several examples is one row with their mean", () => {
  const [summary] = summarizePairs([pair("x", 5, -1), pair("x", 5, -2), pair("x", 5, -6)]);
  expect(summary).toMatchObject({ examples: 3, probability: 0.5 });
  expect(summary?.logLikelihood).toBeCloseTo(-3, 12);
});

test("a sample keeps the order, has the size, and is the same every time", () => {
  const items = Array.from({ length: 100 }, (_, i) => i);
  const sample = sampleEvenly(items, 10);
  expect(sample).toHaveLength(10);
  expect([...sample].sort((x, y) => x - y)).toEqual(sample);
  expect(sampleEvenly(items, 10)).toEqual(sample);
  expect(sampleEvenly(items, 100)).toEqual(items);
});

describe("verdict", () => {
  const estimate = (
    value: number,
    [low, high]: readonly [number, number],
    holm: number,
    pValue: number,
  ) => ({
    ...{ measure: "m", method: "spearman", task: "t", n: 1, model: "x", checkpoint: undefined },
    ...{ points: 100, examples: 50, value, pValue: undefined, holm, bh: undefined },
    ...{ nullAbsentBecause: undefined, controls: [], rule: undefined, against: undefined },
    interval: { low, high, level: 0.95, method: "bootstrap" },
    null: { mean: 0, low: -0.1, high: 0.1, pValue, permutations: 200, exchanged: false },
    ...{ zeros: "kept", approximate: false, undefinedBecause: undefined },
    ...{ corpus: undefined, minedOn: undefined, models: [], over: [] },
  });
  const clear = estimate(0.5, [0.3, 0.7], 0.001, 0.005);
  test.each([
    [clear, "follows the corpus", ""],
    [estimate(-0.5, [-0.7, -0.3], 0.001, 0.005), "runs against the corpus", ""],
    [estimate(0.09, [0.02, 0.16], 0.01, 0.2), "no sign", "shuffled pairs give as much"],
    [
      estimate(0.5, [0.3, 0.7], 0.06, 0.005),
      "no sign",
      "a dependence of up to 0.70 is not excluded",
    ],
    [estimate(0.02, [-0.15, 0.1], 1, 0.5), "no sign", "a dependence of up to 0.15 is not excluded"],
    [
      { ...estimate(0.1, [-0.05, 0.24], 1, 0.5), null: { ...clear.null, low: 0.4, high: 0.6 } },
      "no sign",
      "a dependence of up to 0.24 is not excluded; shuffled pairs give more",
    ],
    [{ ...clear, null: undefined }, "inconclusive", "the estimate has no null to compare it with"],
    [{ ...clear, value: undefined, undefinedBecause: "too few" }, "inconclusive", "too few"],
  ])("%# %o", (given, finding, remark) => {
    expect(judge(given)).toEqual({ finding, remark });
  });
});

test("numbers as they are printed", () => {
  expect([0.305, -0.001, -0.5, 1].map((value) => decimal(value))).toEqual([
    "0.30",
    "0.00",
    "−0.50",
    "1.00",
  ]);
  expect([0.0001, 0.0213, 1].map(probability)).toEqual(["< 0.001", "0.021", "1.000"]);
  expect([0, 1, 0.25, 0.003125, 0.0000123].map(share)).toEqual([
    "0",
    "1",
    "0.25",
    "0.00313",
    "1.2e-5",
  ]);
  expect([360_000, 1_310_000, 69_000_000, 6_900_000_000].map(parameterCount)).toEqual([
    ...["0.36M", "1.3M", "69M", "6.9B"],
  ]);
});

test("templates escape text and keep HTML", () => {
  const inner = html`<b>${'<i> & "q"'}</b>`;
  expect(html`<p>${inner}${undefined}${["a", 1]}</p>`.text).toBe(
    "<p><b>&lt;i&gt; &amp; &quot;q&quot;</b>a1</p>",
  );
});

test("the largest model is the headline's: of equal ones the first, of checkpoints the last", () => {
  const identity = { family: "gpt-neox", sha256: null };
  const models = [
    { ...identity, name: "small", parameters: 1 },
    { ...identity, name: "a@5", parameters: 2, checkpoint: "step 5", step: 5, training: "a" },
    { ...identity, name: "a@40", parameters: 2, checkpoint: "step 40", step: 40, training: "a" },
    { ...identity, name: "a", parameters: 2, step: 50, training: "a" },
    { ...identity, name: "b", parameters: 2 },
  ];
  const runOf = (own: typeof models): RunRecord =>
    ({
      identities: { models: own },
      estimates: own.map((model) => ({
        model: model.name,
        checkpoint: "checkpoint" in model ? model.checkpoint : undefined,
      })),
    }) as unknown as RunRecord;
  for (const own of [models, models.slice(0, 3), models.slice(1, 3).reverse(), models.slice(3)])
    expect(modelsBySize(runOf(own)).at(-1)).toBe(largestModel(own));
  expect([...endsOfTraining(runOf(models))]).toEqual(["small", "a", "b"]);
  expect([...endsOfTraining(runOf(models.slice(1, 3)))]).toEqual(["a@40"]);
});
