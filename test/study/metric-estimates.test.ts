import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { judgeChoices } from "#rote/study/choice-accuracy.js";
import { estimateMetric, partsOf } from "#rote/study/metric-estimates.js";
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

  test("of one example has no interval, and of none no value", () => {
    expect(estimateMetric(meanSums([1]), none(1), options)).toMatchObject({
      value: 1,
      interval: null,
    });
    expect(estimateMetric(meanSums([]), [], options)).toMatchObject({
      value: null,
      undefinedBecause: "no output was judged",
    });
    expect(estimateMetric(meanSums([Infinity]), none(1), options)).toMatchObject({
      value: null,
      undefinedBecause: "no output was judged",
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
