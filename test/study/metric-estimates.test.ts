import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { judgeChoices } from "#rote/study/choice-accuracy.js";
import { estimateMetric, partsOf } from "#rote/study/metric-estimates.js";
import { wilsonInterval } from "#rote/stats/proportion.js";
import { meanSums } from "#rote/tasks/metrics/example-sums.js";

const options = { rng: createRng(1), resamples: 2000, level: 0.95 };
const none = (size: number): null[] => Array.from({ length: size }, () => null);

describe("parts of a task", () => {
  const groups = ["virology", "virology", "econometrics", "formal_logic"];
  const examples = groups.map((group) => ({ group }));
  test("MMLU has itself, the paper's two lists and its subjects", () => {
    const parts = partsOf({ name: "mmlu", format: "mmlu" }, examples);
    expect(parts.map(({ part, examples: own }) => [part.kind, part.name, own])).toEqual([
      ["task", "mmlu", [0, 1, 2, 3]],
      ["list", "knowledge", [0, 1]],
      ["list", "reasoning", [2]],
      ["group", "econometrics", [2]],
      ["group", "formal_logic", [3]],
      ["group", "virology", [0, 1]],
    ]);
  });
  test("a task without groups, or with one, is one part", () => {
    expect(partsOf({ name: "t" }, [{}, {}])).toHaveLength(1);
    expect(partsOf({ name: "t" }, [{ group: "a" }, { group: "a" }])).toHaveLength(1);
  });
});

describe("a metric's estimate", () => {
  const values = Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? 1 : 0));
  test("has about the normal interval where examples are independent", () => {
    const { value, interval, clusteredBy } = estimateMetric(meanSums(values), none(100), options);
    expect([value, clusteredBy]).toEqual([0.25, "example"]);
    const half = 1.96 * Math.sqrt((0.25 * 0.75) / 100);
    expect(interval!.low).toBeCloseTo(0.25 - half, 1);
    expect(interval!.high).toBeCloseTo(0.25 + half, 1);
  });

  test("is wider where whole groups are right or wrong together", () => {
    const together = Array.from({ length: 100 }, (_, i) => (Math.floor(i / 10) % 4 === 0 ? 1 : 0));
    const groups = together.map((_, i) => `group ${Math.floor(i / 10)}`);
    const width = ({ interval }: ReturnType<typeof estimateMetric>): number =>
      interval!.high - interval!.low;
    const clustered = estimateMetric(meanSums(together), groups, options);
    expect(clustered).toMatchObject({ clusters: 10, clusteredBy: "group", examples: 100 });
    const alone = estimateMetric(meanSums(together), none(100), options);
    expect(width(clustered)).toBeGreaterThan(2 * width(alone));
  });

  test("of a share is not certain where all are right: Wilson's interval", () => {
    const { value, interval } = estimateMetric(meanSums(none(20).map(() => 1)), none(20), options);
    expect([value, interval!.high]).toEqual([1, 1]);
    expect(interval!.low).toBeCloseTo(wilsonInterval(20, 20).low, 12);
    const many = estimateMetric(meanSums(values), none(100), options);
    expect(many.interval!.low).toBeCloseTo(wilsonInterval(25, 100).low, 12);
  });

  test("that is no share is resampled", () => {
    const scaled = { ...meanSums(values.map((value) => 100 * value)), signature: "scale" };
    expect(estimateMetric(scaled, none(100), options).interval!.method).toBe(
      "clustered percentile bootstrap",
    );
  });

  test("of fewer than ten clusters has no interval and says why", () => {
    const few = estimateMetric(meanSums(values.slice(0, 9)), none(9), options);
    expect(few).toMatchObject({
      interval: null,
      intervalAbsentBecause: "an interval needs at least 10 examples, and there are 9",
    });
    const groups = values.map((_, i) => `group ${i % 9}`);
    const grouped = estimateMetric(meanSums(values), groups, options);
    expect(grouped).toMatchObject({ value: 0.25, interval: null, clusters: 9 });
    const ten = values.map((_, i) => `group ${i % 10}`);
    expect(estimateMetric(meanSums(values), ten, options).interval!.method).toBe(
      "clustered wilson",
    );
  });

  test("that has no value says why", () => {
    const because = (rows: readonly (readonly number[])[]) =>
      estimateMetric(
        { rows, score: (sums) => sums[0]! / sums[1]!, signature: null },
        none(rows.length),
        options,
      );
    expect(because([])).toMatchObject({ value: null, undefinedBecause: "no output was judged" });
    expect(because([[Infinity, 1]])).toMatchObject({
      value: null,
      undefinedBecause: "it is not finite: what 1 of the 1 outputs adds is infinite",
    });
    expect(because([...Array.from({ length: 3 }, () => [NaN, 1]), [1, 1]])).toMatchObject({
      value: null,
      undefinedBecause: "3 of the 4 outputs could not be judged",
    });
    expect(
      because([
        [0, 0],
        [0, 0],
      ]),
    ).toMatchObject({
      value: null,
      undefinedBecause: "nothing that it counts is in the 2 outputs, and 0 / 0 is no number",
    });
  });
});

describe("choices", () => {
  const row = (choice: number, text: string, logLikelihood: number | null, letter: number) => ({
    ...{ task: "t", example: "1", group: null, model: "m", choice, text },
    correct: choice === 1,
    logLikelihood,
    letterLogLikelihood: letter,
  });
  const rows = [row(0, "ox", -2, -3), row(1, "a long answer", -6, -1), row(2, "äää", -2.5, -2)];
  test("by text, per character, per byte and by letter may differ", () => {
    expect(judgeChoices(rows, "choice-text")).toBe(0);
    expect(judgeChoices(rows, "choice-text-per-character")).toBe(1);
    expect(judgeChoices(rows, "choice-text-per-byte")).toBe(0);
    expect(judgeChoices(rows, "choice-letter")).toBe(1);
  });
  test("an example with a choice that was not scored is not judged", () => {
    expect(judgeChoices([...rows, row(3, "x", null, -9)], "choice-text")).toBeUndefined();
    expect(judgeChoices([...rows, row(3, "x", null, -9)], "choice-letter")).toBe(1);
  });
});
