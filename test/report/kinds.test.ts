import { describe, expect, test } from "vitest";
import { wilsonInterval } from "#rote/stats/proportion.js";
import {
  agreement,
  type KindEstimate,
  taskKind,
  type ZeroPerformance,
} from "#rote/study/task-kinds.js";
import { zeroPerformance } from "#rote/study/zero-performance.js";

const estimate = (
  measure: string,
  method: string,
  low: number,
  more: object = {},
): KindEstimate => ({
  ...{ measure, method, zeros: "kept", value: low + 0.1, adjusted: { holm: 0.001 } },
  ...{ interval: { low, high: low + 0.2, level: 0.95 }, null: { low: -0.1, high: 0.1 } },
  ...more,
});
const mem = (low: number): KindEstimate => estimate("distributional-memorization", "spearman", low);
const controlled = (low: number): KindEstimate =>
  estimate("distributional-memorization", "partial-spearman", low, { controls: ["length", "dfB"] });
const slope = (low: number): KindEstimate =>
  estimate("frequency-slope", "clustered-slope", low, { null: null });
const zero = (low: number, more: Partial<ZeroPerformance> = {}): ZeroPerformance => ({
  ...{ mean: low + 0.1, interval: { low, high: low + 0.2 }, examples: 40, chance: 0.25 },
  ...{ withoutPairs: 0, overall: { low: 0.5, high: 0.6 }, ...more },
});

describe("a task's kind", () => {
  test.each([
    ["recall", [mem(0.4), controlled(0.3), slope(0.1)], zero(0.1)],
    ["recall", [mem(0.4)], zero(0.1)],
    ["recall", [{ ...mem(0.4), zeros: "dropped" }], zero(0.1)],
    ["both", [mem(0.4), controlled(0.3), slope(-0.1)], zero(0.5)],
    ["skill", [mem(-0.1), controlled(-0.1), slope(-0.1)], zero(0.5)],
    ["skill", [mem(-0.1)], zero(0.5)],
    ["recall", [mem(-0.1), slope(0.1)], zero(0.1)],
    ["both", [mem(0.4), controlled(-0.1), slope(0.1)], zero(0.5)],
    ["inconclusive", [mem(0.4), controlled(-0.1)], zero(0.1)],
    ["inconclusive", [mem(0.4), slope(-0.5)], zero(0.5)],
    ["inconclusive", [mem(-0.1), controlled(0.3)], zero(0.5)],
    ["inconclusive", [mem(-0.1)], zero(0.1)],
    ["inconclusive", [mem(0.4)], undefined],
    ["inconclusive", [mem(0.4)], zero(0.1, { chance: undefined })],
    ["inconclusive", [mem(0.4)], zero(0.1, { overall: { low: 0.2, high: 0.3 } })],
    ["inconclusive", [], zero(0.5)],
  ] as const)("is %s by its rule (case %#)", (kind, estimates, atZero) => {
    expect(taskKind({ estimates, atZero }).kind).toBe(kind);
  });

  test("no sign stands on a p that does not survive correction, or within the null", () => {
    const [sure] = [mem(0.4)];
    const weak = { ...sure, adjusted: { holm: 0.2 } };
    const within = { ...sure, null: { low: 0.3, high: 0.9 } };
    for (const own of [weak, within])
      expect(taskKind({ estimates: [own], atZero: zero(0.1) }).signs.memorization).toBe("0");
  });

  test("the partial correlation with the most controls is the one that counts", () => {
    const single = { ...controlled(0.3), controls: ["length"] };
    const all = { ...controlled(-0.1), controls: ["length", "dfB", "dfA"] };
    const found = taskKind({ estimates: [mem(0.4), single, all], atZero: zero(0.1) });
    expect(found).toMatchObject({ kind: "inconclusive", signs: { controlled: "0" } });
    expect(found.because).toBe("Mem +, which alone shows no dependence");
  });

  test("is held against the task's construction where it decides", () => {
    expect(agreement("recall", "memory")).toBe("agrees");
    expect(agreement("both", "memory")).toBe("contradicts");
    expect(agreement("both", "rule")).toBe("agrees");
    expect(agreement("recall", "mixed")).toBe("possible");
    expect(agreement("inconclusive", "rule")).toBe("not told");
  });
});

describe("performance where the corpus states nothing", () => {
  const examples = (zeros: number, choices?: number) =>
    Array.from({ length: 60 }, (_, i) => ({
      ...{ id: String(i), pairs: 2 },
      reference: i % 3 === 0 ? "Yes " : `answer ${i}`,
      ...{ frequency: i < zeros ? 0 : i + 1, correctness: i % 2, choices },
    }));

  test("has its interval, that of all examples, and what a constant answer would score", () => {
    const found = zeroPerformance(examples(20))!;
    expect(found).toMatchObject({ mean: 0.5, examples: 20, chance: 7 / 20 });
    const ends = ({ low, high }: { low: number; high: number }) => [low, high];
    expect(ends(found.interval!)).toEqual(ends(wilsonInterval(10, 20)));
    expect(ends(found.overall!)).toEqual(ends(wilsonInterval(30, 60)));
  });

  test("is judged against guessing where answers were chosen", () => {
    expect(zeroPerformance(examples(20, 4))!.chance).toBe(0.25);
  });

  test("is judged against the constant answer that suits its own examples where that is higher", () => {
    const alike = examples(20).map((own) =>
      own.frequency === 0 ? { ...own, reference: "no" } : own,
    );
    expect(zeroPerformance(alike)!.chance).toBe(1);
  });

  test("takes any number of distinct references", () => {
    const [one] = examples(1);
    const many = Array.from({ length: 200_000 }, (_, i) => ({
      ...one!,
      ...{ id: String(i), reference: `answer ${i}`, correctness: i % 2 },
    }));
    expect(zeroPerformance(many)!.chance).toBe(1 / 200_000);
  });

  test("leaves out examples without a mined pair and says how many", () => {
    const bare = examples(20).map((own, i) => (i < 5 ? { ...own, pairs: 0 } : own));
    const found = zeroPerformance(bare)!;
    expect(found).toMatchObject({ examples: 15, withoutPairs: 5 });
    expect(found).toEqual({ ...zeroPerformance(bare.slice(5)), withoutPairs: 5 });
    expect(zeroPerformance(bare.slice(0, 5))).toBeUndefined();
  });

  test("takes groups for independent where the study clusters by group", () => {
    const grouped = (groups: number) =>
      examples(40).map((own, i) => ({
        ...own,
        group: String(i % groups),
        correctness: (i % groups) % 2,
      }));
    const byGroup = (groups: number) => zeroPerformance(grouped(groups), { clusteredBy: "group" })!;
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    expect(byGroup(9).interval).toBeNull();
    expect(byGroup(10).interval).toMatchObject({ method: "clustered wilson" });
    expect(width(byGroup(10).interval!)).toBeGreaterThan(
      1.5 * width(zeroPerformance(grouped(10))!.interval!),
    );
  });

  test("has no chance where answers are graded, no interval of few, and is nothing of none", () => {
    const graded = examples(20).map((example) => ({ ...example, correctness: 0.3 }));
    expect(zeroPerformance(graded)!.chance).toBeUndefined();
    expect(zeroPerformance(examples(9))!.interval).toBeNull();
    expect(zeroPerformance(examples(0))).toBeUndefined();
  });
});
