import { expect, test } from "vitest";
import type { MemorizationEstimate } from "#rote/memorization/memorization-estimate.js";
import { headline, verdicts } from "#rote/study/headline.js";

const interval = (low: number, high: number) => ({ low, high, level: 0.95, method: "bootstrap" });
const leading = {
  ...{ measure: "distributional-memorization", method: "spearman", task: "t", n: 3, model: "m" },
  ...{ checkpoint: null, zeros: "kept", controls: [], value: 0.4, interval: interval(0.3, 0.5) },
  ...{ points: 30_936, examples: 1, adjusted: { holm: 1e-9, bh: 1e-9 }, undefinedBecause: null },
  null: { low: 0.1, high: 0.2 },
} as unknown as MemorizationEstimate;
const controlled = (low: number, high: number) => ({
  ...{ ...leading, method: "partial-spearman" as const, value: (low + high) / 2 },
  ...{ controls: ["length", "dfB", "dfA"] as const, interval: interval(low, high) },
});
const judged = (...estimates: readonly MemorizationEstimate[]) =>
  verdicts([{ name: "t", n: [3] }], "m", [leading, ...estimates]);

test("a sign that holds with all controls fixed stands alone; what controls explain is told beside it", () => {
  const alone =
    "t: Spearman 0.40, 95 % interval 0.30 to 0.50, 30,936 pairs of 1 example, n = 3, model m, shuffled pairs 0.10 to 0.20";
  expect(judged()[0]!.sentence).toBe(alone);
  expect(judged(controlled(0.02, 0.2))[0]!.sentence).toBe(alone);
  const [explained] = judged(controlled(0.2, 0.4), controlled(-0.16, 0.12));
  expect(explained).toMatchObject({ finding: "follows the corpus", value: 0.4 });
  expect(explained!.sentence).toBe(
    `${alone}; with length, dfB, dfA held fixed −0.02, −0.16 to 0.12`,
  );
  expect(headline([explained!])).toContain("held fixed −0.02, −0.16 to 0.12");
});

test("the same of another task, model, n or view explains nothing", () => {
  const other = controlled(-0.1, 0.1);
  const [verdict] = judged(
    { ...other, task: "u" },
    { ...other, model: "l" },
    { ...other, n: 5 },
    { ...other, zeros: "dropped" },
  );
  expect(verdict!.sentence).not.toContain("held fixed");
});
