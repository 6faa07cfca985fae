import { describe, expect, test } from "vitest";
import { builtInMeasures } from "#rote/lab/calibration/built-in-measures.js";
import { calibrate, type CalibrationCard } from "#rote/lab/calibration/calibrate.js";
import { thresholdOf } from "#rote/lab/calibration/false-positives.js";
import type { MeasureGrade } from "#rote/lab/calibration/grade-measure.js";
import { itemMeasure, type Measure } from "#rote/lab/calibration/measure.js";
import type { ManifestItem } from "#rote/lab/truth/manifest-items.js";
import type { RecallRow } from "#rote/lab/truth/measure-recall.js";
import { normalQuantile } from "#rote/stats/normal.js";
import { TruthTable } from "#rote/lab/truth/truth-table.js";
import { associations, facts, noise, readings, rowsOf } from "./synthetic-world.ts";

const settings = { seed: 1, resamples: 120 };

async function card(
  items: readonly ManifestItem[],
  rows: readonly RecallRow[],
  measures: readonly Measure[] = builtInMeasures,
): Promise<CalibrationCard> {
  const truth = await TruthTable.of(rows);
  return calibrate({ items, truth, corpus: readings(items), measures, ...settings }).card;
}

const gradeOf = ({ grades }: CalibrationCard, measure: string): MeasureGrade => {
  const found = grades.find((grade) => grade.measure === measure);
  expect(found, measure).toBeDefined();
  return found!;
};

describe("a model that recalls by the dose", () => {
  const items = facts();
  const fresh = noise("fresh");
  /** The same quantiles of the normal distribution at each dose, so that the AUC is no matter of luck. */
  const spread = ({ item }: ManifestItem): number =>
    0.5 * normalQuantile((Number(item.split("-")[2]) + 0.5) / 40);
  const rows = [
    ...rowsOf(items, {}, (item) => -6 + Math.log2(1 + item.dose) + spread(item)),
    ...rowsOf(items, { arm: "standard" }, () => -6 + 0.5 * fresh()),
  ];

  test("log-likelihood has an AUC that rises with the dose, as the normal distribution has it", async () => {
    const { auc, spearman, items: count } = gradeOf(await card(items, rows), "log-likelihood");
    expect(count).toBe(items.length);
    // Means differ by log2(2) = 1 and the deviation of a difference is 0.5·√2: Φ(√2) = 0.921.
    expect(auc[0]).toMatchObject({ dose: 1, to: 1 });
    expect(auc[0]!.auc.value).toBeCloseTo(0.921, 2);
    expect(auc[0]!.auc.interval!.low).toBeLessThan(0.921);
    expect(auc[0]!.auc.interval!.high).toBeGreaterThan(0.921);
    // Perfect separation of 40 and 40 is not certainty.
    expect(auc.at(-1)!.auc.value).toBe(1);
    expect(auc.at(-1)!.auc.interval!.low).toBeLessThan(0.99);
    expect(spearman.dose.value).toBeGreaterThan(0.9);
    expect(spearman).not.toHaveProperty("probability");
  });

  test("a threshold from the standard model lets about 5 % of the controls pass, and most of a high dose", async () => {
    const { threshold } = gradeOf(await card(items, rows), "log-likelihood");
    expect(threshold).toMatchObject({ thresholdFrom: "standard model", behind: items.length });
    const { value, interval } = threshold!.falsePositives;
    expect(value).toBeLessThan(0.2);
    expect(interval!.low).toBeLessThan(0.05);
    expect(interval!.high).toBeGreaterThan(0.05);
    expect(threshold!.power.at(-1)!.rate.value).toBe(1);
    expect(threshold!.power[0]!.rate.value).toBeLessThan(0.9);
  });

  test("a measure of the corpus alone is graded once, by thresholds from the controls", async () => {
    const grade = gradeOf(await card(items, rows), "document-frequency");
    expect(grade).toMatchObject({ model: null, spearman: { dose: { value: 1 } } });
    expect(grade.spearman.dose.interval).toMatchObject({ method: "Fisher's z", high: 1 });
    expect(grade.threshold).toMatchObject({
      thresholdFrom: "other half of the controls",
      falsePositives: { value: 0 },
    });
  });

  test("the frequency slope stands above its null, and inside it under the standard model", async () => {
    const right = [
      ...rowsOf(items, { metric: "choice" }, ({ dose }) => Number(dose > 4)),
      ...rowsOf(items, { metric: "choice", arm: "standard" }, ({ item }) =>
        Number(Number(item.split("-")[2]) % 4 === 0),
      ),
    ];
    const { findings } = await card(items, [...rows, ...right]);
    const slopes = findings.filter(({ measure }) => measure === "frequency-slope");
    const [saw, never] = ["perturbed", "standard"].map((arm) =>
      slopes.find((slope) => slope.arm === arm)!,
    );
    expect(saw!.finding.value).toBeCloseTo(0.2, 1);
    expect(never!.finding.value).toBeCloseTo(0, 10);
    expect(never!.finding.interval!.low).toBeLessThan(0);
  });

  test("the truth stands beside the grades", async () => {
    const { truth, models } = await card(items, rows);
    expect(models).toEqual(["m"]);
    expect(truth.doseResponses.map(({ arm }) => arm)).toEqual(["perturbed", "standard"]);
    const atZero = truth.contrasts.find(({ name, dose }) => name === "insertion" && dose === 0)!;
    expect(atZero.difference.interval!.low).toBeLessThan(0);
    expect(atZero.difference.interval!.high).toBeGreaterThan(0);
    expect(truth.counterfactual).toEqual([]);
  });
});

describe("a model that knows nothing of doses", () => {
  const items = facts();
  const random = noise("nothing");
  const rows = rowsOf(items, {}, () => random());

  test("every AUC is about one half, every correlation about 0, and 5 % of the controls pass", async () => {
    const grade = gradeOf(await card(items, rows), "log-likelihood");
    for (const { auc } of grade.auc) {
      expect(Math.abs(auc.value! - 0.5)).toBeLessThan(0.2);
      expect(auc.interval!.high - auc.interval!.low).toBeGreaterThan(0.15);
    }
    const mean = grade.auc.reduce((sum, { auc }) => sum + auc.value!, 0) / grade.auc.length;
    expect(mean).toBeCloseTo(0.5, 0);
    expect(grade.spearman.dose.interval!.low).toBeLessThan(0.05);
    expect(grade.spearman.dose.interval!.high).toBeGreaterThan(-0.05);
    const { falsePositives } = grade.threshold!;
    expect(falsePositives.value).toBeLessThan(0.15);
    expect(falsePositives.interval!.high).toBeGreaterThan(0.05);
  });
});

describe("associations, whose P(b|a) and dose are two axes", () => {
  const items = associations();
  const cardOf = async (valueOf: (item: ManifestItem) => number): Promise<CalibrationCard> => {
    const random = noise("axes");
    const rows = rowsOf(items, {}, (item) => valueOf(item) + 0.2 * random());
    return await card(items, rows);
  };
  const byProbability = ({ probability }: ManifestItem): number => Math.log(0.01 + probability!);
  const byDose = ({ dose }: ManifestItem): number => Math.log(1 + dose);

  test("counts of documents see the dose, and the task-gram probability sees P(b|a)", async () => {
    const made = await cardOf(byProbability);
    expect(gradeOf(made, "document-frequency").axes!.sees).toBe("dose");
    expect(gradeOf(made, "task-gram-probability").axes!.sees).toBe("probability");
  });

  // An axis that is not followed is called seen in one draw of forty: intervals are of 95 %.
  test.each([
    ["probability", byProbability],
    ["dose", byDose],
  ] as const)(
    "log-likelihood that follows the %s is told from the other",
    async (axis, valueOf) => {
      const measures = builtInMeasures.filter(({ name }) => name === "log-likelihood");
      const seen = await Promise.all(
        Array.from({ length: 20 }, async (_, draw) => {
          const random = noise(`${axis} ${draw}`);
          const rows = rowsOf(items, {}, (item) => valueOf(item) + 0.2 * random());
          return gradeOf(await card(items, rows, measures), "log-likelihood").axes!.sees;
        }),
      );
      expect(seen.filter((found) => found === axis).length).toBeGreaterThan(17);
    },
  );

  test("distributional memorization follows P(b|a) at every total, above its null", async () => {
    const { findings } = await cardOf(byProbability);
    const curve = findings.filter(({ total }) => total !== null);
    expect(curve.map(({ total }) => total)).toEqual([16, 64, 256]);
    for (const { finding, null: band } of curve) {
      expect(finding.value).toBeGreaterThan(0.9);
      expect(finding).toMatchObject({ items: 96, groups: 24 });
      expect(finding.value).toBeGreaterThan(band!.high);
      expect(band!.low).toBeLessThan(0);
    }
  });

  test("where exposure is too small to learn from, it stays in its null there alone", async () => {
    const { findings } = await cardOf((item) => (item.total! > 16 ? byProbability(item) : 0));
    const inside = findings
      .filter(({ total }) => total !== null)
      .map(({ finding, null: band }) => finding.value! <= band!.high);
    expect(inside).toEqual([true, false, false]);
  });

  test("it rises as a larger part of the documents is injected, and counts zeros throughout", async () => {
    const random = noise("injection");
    const rows = [3, 30, 100].flatMap((percent) =>
      rowsOf(items, { arm: percent === 100 ? "perturbed" : `injection-${percent}` }, (item) => {
        const exposure = (item.total! * percent) / 100;
        return (exposure / (exposure + 16)) * byProbability(item) + 0.3 * random();
      }),
    );
    const { findings } = await card(items, rows);
    const whole = findings.filter(({ order, total, measure }) => {
      return measure === "distributional-memorization" && order === "phrase" && total === null;
    });
    expect(whole.map(({ arm }) => arm)).toEqual(["injection-3", "injection-30", "perturbed"]);
    const values = whole.map(({ finding }) => finding.value!);
    expect([...values].sort((a, b) => a - b)).toEqual(values);
    expect(whole.every(({ finding }) => finding.items === items.length)).toBe(true);
  });

  test("doses that are shares of totals are gathered between powers of four", async () => {
    const { auc } = gradeOf(await cardOf(byDose), "log-likelihood");
    expect(auc.map(({ dose, to }) => [dose, to])).toEqual([
      [2, 2],
      [4, 14],
      [16, 56],
      [64, 224],
    ]);
  });
});

test("a measure of one's own is calibrated like the built-in ones", async () => {
  const items = facts();
  const own = itemMeasure(
    { name: "own", about: "only high doses, and nothing of some items", reads: ["model"] },
    ({ dose, item }) => (item.endsWith("-7") ? undefined : Number(dose >= 16)),
  );
  const { measures, grades } = await card(
    items,
    rowsOf(items, {}, () => 0),
    [own],
  );
  expect(measures).toEqual([{ name: "own", about: own.about, reads: ["model"] }]);
  const [grade] = grades;
  expect(grade).toMatchObject({ items: 195, unscored: 5 });
  expect(grade!.auc.map(({ auc }) => auc.value)).toEqual([0.5, 0.5, 1, 1]);
});

test("counterfactual memorization is a truth of its own", async () => {
  const items = facts();
  const holds = (subset: number, group: string): boolean => (subset + group.length) % 2 === 0;
  const rows = [
    ...rowsOf(items, {}, ({ dose }) => dose),
    ...[1, 2, 3, 4].flatMap((subset) =>
      rowsOf(items, { arm: `subset-${subset}` }, ({ dose, group }) =>
        holds(subset, group) ? Math.log2(1 + dose) : 0,
      ),
    ),
  ];
  const truth = await TruthTable.of(rows);
  const { card, counterfactual } = calibrate({
    ...{ items, truth, corpus: readings(items), holds, ...settings },
  });
  expect(counterfactual).toHaveLength(items.length);
  expect(gradeOf(card, "log-likelihood").spearman.counterfactual).toMatchObject({ value: 1 });
  const means = card.truth.counterfactual.map(({ memorization }) => memorization.value!);
  [0, 1, 4, 16, 64].forEach((dose, index) => {
    expect(means[index]).toBeCloseTo(Math.log2(1 + dose), 10);
  });
});

test("a threshold lets at most one in twenty pass, whatever the ties", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index);
  expect(hundred.filter((score) => score > thresholdOf(hundred))).toHaveLength(5);
  const tied = hundred.map((score) => Number(score >= 50));
  expect(tied.filter((score) => score > thresholdOf(tied))).toHaveLength(0);
  const few = hundred.slice(0, 19);
  expect(few.filter((score) => score > thresholdOf(few))).toHaveLength(0);
});
