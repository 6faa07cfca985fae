import { describe, expect, test } from "vitest";
import { injectionCurves } from "#rote/lab/calibration/injection-curve.js";
import { itemsByTotal, plantedProbabilities } from "#rote/lab/calibration/paired-points.js";
import { sizeCurves } from "#rote/lab/calibration/size-curve.js";
import type { ManifestItem } from "#rote/lab/truth/manifest-items.js";
import { TruthTable } from "#rote/lab/truth/truth-table.js";
import { associations, facts, noise, rowsOf } from "./synthetic-world.ts";

const options = { seed: 1, resamples: 200 };
const asked = { a: "a", b: "b" };
const items = [...associations(), ...facts()].map((item) => ({ ...item, ...asked }));
const probability = plantedProbabilities(items);
const random = noise("injection curve");

const armOf = (level: number): string =>
  ({ 0: "standard", 100: "perturbed" })[level] ?? `injection-${level}`;
const nameOf = (seed: number): string => (seed === 1 ? "1M" : `1M-seed${seed}`);

/** Log-likelihood that follows P(b|a) the more, the more of an item's documents the model saw. */
function injected(level: number, seed: number): ReturnType<typeof rowsOf> {
  return rowsOf(items, { arm: armOf(level), model: nameOf(seed) }, (item: ManifestItem) => {
    const exposure = (item.total! * level) / 100;
    return (exposure / (exposure + 8)) * (probability.get(item.item) ?? 0) + 0.2 * random();
  });
}

const levels = [0, 3, 10, 30, 100];
const rows = levels.flatMap((level) => [1, 2, 3].flatMap((seed) => injected(level, seed)));

describe("memorization by level of injection", () => {
  test("rises from its null at 0, with every seed told", async () => {
    const curves = injectionCurves(await TruthTable.of(rows), items, probability, options);
    expect(curves.map(({ kind, total }) => [kind, total])).toEqual([
      ["association", null],
      ["association", 16],
      ["association", 64],
      ["association", 256],
      ["fact", null],
    ]);
    const { points, gain } = curves[0]!;
    expect(points.map(({ level }) => level)).toEqual(levels);
    const values = points.map(({ memorization }) => memorization.value!);
    expect([...values].sort((a, b) => a - b)).toEqual(values);
    const [none] = points;
    expect(none!.memorization.value).toBeGreaterThan(none!.null!.low);
    expect(none!.memorization.value).toBeLessThan(none!.null!.high);
    expect(points.at(-1)!.memorization.value).toBeGreaterThan(points.at(-1)!.null!.high);
    expect(gain.value).toBeCloseTo(values.at(-1)! - values[0]!, 12);
    expect(gain.interval!.low).toBeGreaterThan(0);
    for (const { memorization, runs } of points) {
      expect(runs.map(({ model }) => model)).toEqual(["1M", "1M-seed2", "1M-seed3"]);
      expect(runs.reduce((sum, { value }) => sum + value!, 0) / 3).toBeCloseTo(memorization.value!);
      expect(memorization).toMatchObject({ items: 288, groups: 72 });
      expect(memorization.interval!.method).toBe("pigeonhole bootstrap over groups and seeds");
    }
  });

  test("has steps that add up to the gain", async () => {
    const [curve] = injectionCurves(await TruthTable.of(rows), items, probability, options);
    const steps = curve!.points.flatMap(({ step }) => (step === undefined ? [] : [step.value!]));
    expect(steps.reduce((sum, step) => sum + step, 0)).toBeCloseTo(curve!.gain.value!, 12);
  });

  test("needs three levels, and with one seed draws groups alone", async () => {
    const few = await TruthTable.of([...injected(0, 1), ...injected(100, 1)]);
    expect(injectionCurves(few, items, probability, options)).toEqual([]);
    const single = await TruthTable.of([0, 30, 100].flatMap((level) => injected(level, 1)));
    const [curve] = injectionCurves(single, items, probability, options);
    expect(curve!.gain.interval!.method).toBe("clustered percentile bootstrap");
  });
});

test("the null of a kind whose total is its dose exchanges all values of the kind", async () => {
  const own = items.filter(({ kind }) => kind === "fact");
  expect(itemsByTotal(own)).toEqual([]);
  const [curve] = injectionCurves(await TruthTable.of(rows), own, probability, options);
  const { null: band } = curve!.points[0]!;
  expect(band!.low).toBeLessThan(0);
  expect(band!.high).toBeGreaterThan(0);
});

test("memorization by size compares the same items, and stands beside the standard corpus", async () => {
  const table = await TruthTable.of(
    ["0.5M", "2M"].flatMap((model, size) =>
      ["perturbed", "standard"].flatMap((arm) =>
        rowsOf(items, { arm, model }, ({ item }) => {
          const seen = arm === "perturbed" ? 0.3 + size : 0;
          return seen * (probability.get(item) ?? 0) + 0.2 * random();
        }),
      ),
    ),
  );
  const curves = sizeCurves(table, items, probability, options);
  const [all] = curves;
  expect(all!.points.map(({ arm, size }) => `${arm} ${size}`)).toEqual([
    ...["perturbed 0.5M", "perturbed 2M", "standard 0.5M", "standard 2M"],
  ]);
  const [small, large, blind] = all!.points;
  expect(large!.memorization.value).toBeGreaterThan(small!.memorization.value!);
  expect(all!.gain!.interval!.low).toBeGreaterThan(0);
  expect(Math.abs(blind!.memorization.value!)).toBeLessThan(0.2);
});
