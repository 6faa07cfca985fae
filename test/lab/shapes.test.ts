import { beforeAll, describe, expect, test } from "vitest";
import { plantedProbabilities } from "#rote/lab/calibration/paired-points.js";
import { checkShapes } from "#rote/lab/shapes/check-shapes.js";
import {
  barOf,
  check,
  type ShapeCheck,
  shapeClaims,
  verdictOf,
} from "#rote/lab/shapes/shape-check.js";
import type { RecallRow } from "#rote/lab/truth/measure-recall.js";
import { TruthTable } from "#rote/lab/truth/truth-table.js";
import { idealModels, idealRows, planted } from "./ideal-truth.ts";

const items = planted();

async function shapesOf(rows: readonly RecallRow[]): Promise<ShapeCheck[]> {
  const truth = await TruthTable.of(rows);
  return checkShapes({
    ...{ items, truth, probability: plantedProbabilities(items) },
    ...{ seed: 1, resamples: 120 },
  });
}

describe("models that learn what is planted and nothing else", () => {
  let shapes: ShapeCheck[];
  beforeAll(async () => {
    shapes = await shapesOf(idealRows(items));
  });

  test("every shape is looked for", () => {
    expect(new Set(shapes.map(({ shape }) => shape))).toEqual(new Set(Object.keys(shapeClaims)));
    expect(shapes.filter(({ appears }) => appears === null).map(({ of }) => of)).toEqual([]);
  });

  test.each(Object.keys(shapeClaims))("%s appears", (name) => {
    const own = shapes.filter(({ shape }) => shape === name);
    const missing = own.filter(({ appears }) => appears !== true);
    expect(missing.map(({ of, estimate }) => `${of}: ${estimate.value}`)).toEqual([]);
  });

  test("every estimate tells how many items and groups it is made of", () => {
    for (const { estimate } of shapes) {
      expect(estimate.items).toBeGreaterThan(0);
      expect(estimate.groups).toBeGreaterThan(0);
      expect(estimate.groups).toBeLessThanOrEqual(estimate.items);
    }
  });
});

test("models that learn nothing have no shape but those of the null", async () => {
  const shapes = await shapesOf(
    idealRows(
      items,
      idealModels().map((each) => ({ ...each, share: 0 })),
    ),
  );
  const sure = shapes.filter(({ bar, appears, certain }) => "above" in bar && appears && certain);
  // Of some fifty intervals of 95 %, one or two miss.
  expect(sure.length).toBeLessThan(4);
  const held = shapes.filter(({ bar, appears }) => !("above" in bar) && appears);
  expect(held.length).toBeGreaterThan(10);
});

test("what a world has no models for is listed as not measured", async () => {
  const own = idealModels().filter(({ arm, model }) => arm === "perturbed" && model === "0.36M");
  const shapes = await shapesOf(idealRows(items, own));
  for (const name of [
    "memorization-total",
    "injection",
    "half-dose",
    "dose-0",
    "dilution",
    "timing",
  ]) {
    const found = shapes.filter(({ shape }) => shape === name);
    expect(found.length, name).toBeGreaterThan(0);
    for (const each of found) expect(verdictOf(each)).toMatch(/^not measured: ./);
  }
});

test("a verdict says whether the interval leaves it open", () => {
  const estimate = { value: 0.9, items: 20, groups: 20 };
  const interval = { low: 0.7, high: 0.95, level: 0.95, method: "m" };
  const band = { mean: 0, low: -0.1, high: 0.1, pValue: 1, permutations: 200 };
  const verdict = (...given: [number, object | null, Parameters<typeof check>[3]]): string => {
    const [value, range, bar] = given;
    const each = check(
      "rule",
      "all",
      { ...estimate, value, interval: range as typeof interval },
      bar,
    );
    return `${barOf(each)}: ${verdictOf(each)}`;
  };
  expect(verdict(0.9, interval, { above: 0.6 })).toBe("above 0.6: appears");
  expect(verdict(0.9, interval, { above: 0.8 })).toBe(
    "above 0.8: appears, but the interval holds the bar",
  );
  expect(verdict(0.9, interval, { above: 0.97 })).toBe("above 0.97: does not appear");
  expect(verdict(0.9, null, { above: 0.8 })).toBe("above 0.8: appears, but there is no interval");
  expect(verdict(0.9, interval, { holds: 0.8 })).toBe("interval holds 0.8: appears");
  expect(verdict(0.9, interval, { holds: 0 })).toBe("interval holds 0: does not appear");
  expect(verdict(0.05, interval, { within: band })).toBe("within −0.1 … 0.1: appears");
});
