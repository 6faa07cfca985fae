import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { armContrasts } from "#rote/lab/truth/arm-contrasts.js";
import {
  counterfactualInfluence,
  counterfactualMemorization,
  subsetModels,
} from "#rote/lab/truth/counterfactual.js";
import { doseResponses, halfDoseUnderWeights } from "#rote/lab/truth/dose-response.js";
import { recallCourses } from "#rote/lab/truth/forgetting.js";
import { estimateMean } from "#rote/lab/truth/grouped-estimate.js";
import type { ManifestItem } from "#rote/lab/truth/manifest-items.js";
import type { RecallRow } from "#rote/lab/truth/measure-recall.js";
import { splitCheckpoint, TruthTable } from "#rote/lab/truth/truth-table.js";

const doses = [0, 1, 4, 16, 64];
const items: ManifestItem[] = doses.flatMap((dose) =>
  Array.from({ length: 20 }, (_, index) => ({
    ...{ item: `${dose}-${index}`, kind: "fact", text: "", dose, group: `${dose}-${index}` },
    ...{ timed: index % 2 === 0, context: "c", target: " t" },
  })),
);

const rng = createRng(1);
const row = (
  { item, kind, dose }: ManifestItem,
  arm: string,
  value: number,
  metric: RecallRow["metric"] = "logLikelihood",
  model = "m",
): RecallRow => ({ item, kind, dose, model, arm, metric, value });

/** Nats gained with each doubling. */
const gain = 0.5;
const logLikelihood = (dose: number): number => -6 + gain * Math.log2(1 + dose);
const noisy = (value: number, noise = 0.1): number => value + noise * rng.normal();
const options = { seed: 1, resamples: 300 };

describe("dose and response", () => {
  test("means, intervals and rank correlation recover what was put in", async () => {
    const rows = items.map((item) => row(item, "perturbed", noisy(logLikelihood(item.dose))));
    const table = await TruthTable.of(rows);
    const column = { metric: "logLikelihood", arm: "perturbed", model: "m" } as const;
    const [response] = doseResponses(table, items, column, options);
    expect(response).toMatchObject({ kind: "fact", ...column });
    expect(response!.points.map(({ dose }) => dose)).toEqual(doses);
    for (const { dose, recall } of response!.points) {
      expect(recall).toMatchObject({ items: 20, groups: 20 });
      expect(recall.value).toBeCloseTo(logLikelihood(dose), 0);
      expect(recall.interval!.low).toBeLessThan(recall.value!);
      expect(recall.interval!.high).toBeGreaterThan(recall.value!);
      expect(recall.interval!.high - recall.interval!.low).toBeLessThan(0.15);
    }
    expect(response!.spearman.value).toBeGreaterThan(0.95);
    expect(response).not.toHaveProperty("halfDose");
  });

  test("half is recalled between the doses where the mean passes one half", async () => {
    const shares: Record<number, number> = { 0: 0, 1: 0.1, 4: 0.3, 16: 0.7, 64: 1 };
    const rows = items.map((item, index) =>
      row(item, "perturbed", Number(index % 20 < 20 * shares[item.dose]!), "choice"),
    );
    const table = await TruthTable.of(rows);
    const column = { metric: "choice", arm: "perturbed", model: "m" } as const;
    const [response] = doseResponses(table, items, column, options);
    // Halfway between log2(5) and log2(17).
    const half = 2 ** ((Math.log2(5) + Math.log2(17)) / 2) - 1;
    expect(response!.halfDose!.value).toBeCloseTo(half, 8);
    expect(response!.halfDose!.interval!.low).toBeLessThan(half);
    expect(response!.points.at(-1)!.recall.interval).toMatchObject({ method: "wilson", high: 1 });
    expect(response!.points.at(-1)!.recall.interval!.low).toBeLessThan(0.9);
  });

  test("half is undefined where no dose reaches it, or all are above", () => {
    const all = Float64Array.of(0, 4, 16);
    const half = (...values: readonly number[]): number =>
      halfDoseUnderWeights(all, Float64Array.from(values))(Float64Array.of(1, 1, 1));
    expect(half(0, 0, 0.4)).toBeNaN();
    expect(half(0.6, 0.7, 0.8)).toBeNaN();
    expect(half(0, 0.5, 1)).toBeCloseTo(4);
  });
});

test("items of one group widen the interval: the bootstrap draws groups", () => {
  const values = Float64Array.from({ length: 40 }, (_, index) => Number(index >= 20));
  const apart = estimateMean(
    "apart",
    values,
    items.slice(0, 40).map(({ item }) => item),
    options,
  );
  const groups = Array.from({ length: 40 }, (_, index) => `${Math.floor(index / 10)}`);
  const together = estimateMean("together", values, groups, options);
  expect(together).toMatchObject({ value: 0.5, items: 40, groups: 4 });
  const width = ({ interval }: typeof apart): number => interval!.high - interval!.low;
  expect(width(together)).toBeGreaterThan(2 * width(apart));
  const one = groups.map(() => "one");
  expect(estimateMean("alone", values, one, options)).toMatchObject({ value: 0.5, interval: null });
  expect(estimateMean("none", new Float64Array(0), [], options)).toMatchObject({
    value: null,
    undefinedBecause: "no items",
  });
});

test("arms are compared item by item, and timing on the items that move alone", async () => {
  const rows = items.flatMap((item) => {
    const base = noisy(logLikelihood(item.dose), 1);
    return [
      ...[row(item, "perturbed", base), row(item, "diluted", base - 0.5)],
      ...[row(item, "early", base), row(item, "late", base + (item.timed ? 1 : 9))],
    ];
  });
  const contrasts = armContrasts(await TruthTable.of(rows), items, "logLikelihood", options);
  const cells = contrasts.map(({ name, dose, difference }) => ({ name, dose, ...difference }));
  expect(cells).toHaveLength(2 * doses.length);
  for (const { name, value, items: count } of cells) {
    expect(value).toBeCloseTo(name === "dilution" ? -0.5 : 1, 10);
    expect(count).toBe(name === "dilution" ? 20 : 10);
  }
});

test("what was recalled at a checkpoint and not at the end is lost", async () => {
  const levels = { "m@100": -2, "m@200": -3, m: -4 };
  const rows = items.flatMap((item) =>
    Object.entries(levels).map(([model, level]) =>
      row(item, "early", level + item.dose / 100, "logLikelihood", model),
    ),
  );
  const table = await TruthTable.of(rows);
  const column = { metric: "logLikelihood", arm: "early", model: "m" } as const;
  const courses = recallCourses(table, items, column, options);
  expect(courses).toHaveLength(doses.length);
  expect(courses[1]!.course.map(({ step, recall }) => [step, recall.items])).toEqual([
    ...[
      [100, 10],
      [200, 10],
      [null, 10],
    ],
  ]);
  expect(courses[1]!.course[0]!.recall.value).toBeCloseTo(-1.99, 10);
  expect(courses[1]!.lost.value).toBeCloseTo(2, 10);
  const whole = { ...column, arm: "late" };
  expect(recallCourses(table, items, whole, options)).toEqual([]);
});

describe("subsets", () => {
  const subsets = Array.from({ length: 12 }, (_, index) => index + 1);
  const holds = (subset: number, group: string): boolean =>
    (subset + group.length + Number(group.split("-")[1])) % 2 === 0;
  const withoutRng = createRng(2);
  const effect = (item: ManifestItem): number => gain * Math.log2(1 + item.dose);
  /** The group of 64-0 also helps 0-0, which has no documents. */
  const rows = subsets.flatMap((subset) =>
    items.map((item) => {
      const held = holds(subset, item.group) ? effect(item) : 0;
      const helped = item.item === "0-0" && holds(subset, "64-0") ? 2 : 0;
      return row(item, `subset-${subset}`, -6 + held + helped + 0.05 * withoutRng.normal());
    }),
  );
  const settings = { ...options, model: "m", metric: "logLikelihood", holds } as const;

  test("memorization is the difference between models with and without the item", async () => {
    const found = counterfactualMemorization(await TruthTable.of(rows), items, settings);
    expect(found).toHaveLength(items.length);
    for (const { item, dose, value, interval, with: inside, without } of found) {
      expect(inside + without).toBe(12);
      if (item === "0-0") continue;
      expect(value).toBeCloseTo(gain * Math.log2(1 + dose), 0);
      expect(interval!.high - interval!.low).toBeLessThan(0.2);
    }
    const covered = found.filter(({ dose, interval }) => {
      const truth = gain * Math.log2(1 + dose);
      return interval!.low <= truth && truth <= interval!.high;
    });
    expect(covered.length / found.length).toBeGreaterThan(0.8);
  });

  test("influence is the difference that another group makes", async () => {
    const table = await TruthTable.of(rows);
    const pairs = [
      { group: "64-0", on: "0-0" },
      { group: "64-2", on: "0-1" },
      { group: "64-0", on: "unknown" },
    ];
    const [helped, other, unknown] = counterfactualInfluence(table, pairs, settings);
    expect(helped!.value).toBeCloseTo(2, 0);
    expect(helped!.interval!.low).toBeGreaterThan(1.5);
    expect(other!.value).toBeCloseTo(0, 0);
    expect(unknown).toBeUndefined();
    expect(subsetModels(table)).toEqual(["m"]);
  });
});

test("a checkpoint's name ends with its step", () => {
  expect(splitCheckpoint("0.36M-seed2@500")).toEqual({ name: "0.36M-seed2", step: 500 });
  expect(splitCheckpoint("0.36M")).toEqual({ name: "0.36M" });
});
