import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { controlSets } from "#rote/memorization/quantities.js";
import { measure } from "#rote/memorization/measure-columns.js";
import { partialSpearman } from "#rote/stats/partial.js";
import { controlWarnings } from "#rote/study/control-warnings.js";

describe("controls that stand in another's place", () => {
  test("are never together with it", () => {
    expect(controlSets(["length", "dfB", "dfA"])).toEqual([
      ...[["length"], ["dfB"], ["dfA"]],
      ["length", "dfB", "dfA"],
    ]);
    expect(controlSets(["length", "dfB", "dfA", "dfBAlone"])).toEqual([
      ...[["length"], ["dfB"], ["dfA"], ["dfBAlone"]],
      ...[
        ["length", "dfB", "dfA"],
        ["length", "dfA", "dfBAlone"],
      ],
    ]);
    expect(controlSets(["dfB", "dfBAlone"])).toEqual([["dfB"], ["dfBAlone"]]);
    expect(controlSets(["dfBAlone", "dfAAlone"]).at(-1)).toEqual(["dfBAlone", "dfAAlone"]);
  });
});

/** The lab's case: b stands nearly nowhere but beside a, so that df(b) is the pair's count and a little more. */
function planted(points = 400) {
  const rng = createRng(7);
  const all = Array.from({ length: points }, (_, i) => i);
  const codf = all.map(() => rng.int(60));
  const dfB = codf.map((count) => count + rng.int(4));
  const dfA = codf.map((count) => count + 40 + rng.int(5));
  const probability = codf.map((count, i) => count / dfA[i]!);
  return {
    ...{ example: all, codf, dfA, dfB, length: all.map(() => 5), probability },
    logLikelihood: { mine: probability.map((p) => 4 * p + rng.normal() / 4) },
  };
}

const names = ["length", "dfB", "dfA", "dfBAlone", "dfAAlone"] as const;
const options = { controls: names, resamples: 50, permutations: 20 };

test("df(b) takes the effect away where it nearly is the pair's count, dfBAlone does not", async () => {
  const { estimates } = await measure(planted(), options);
  const given = (...controls: string[]) =>
    estimates.find(
      ({ method, controls: own }) =>
        method === "partial-spearman" && own.join() === controls.join(),
    )!;
  expect(Math.abs(given("dfB").value!)).toBeLessThan(0.35);
  expect(given("dfB").corpusLeft).toBeLessThan(0.1);
  expect(given("dfBAlone").value).toBeGreaterThan(0.8);
  expect(given("dfBAlone").corpusLeft).toBeGreaterThan(0.9);
  expect(given("dfBAlone").interval!.low).toBeGreaterThan(0.7);
  expect(given("length", "dfBAlone", "dfAAlone").value).toBeGreaterThan(0.8);
  expect(controlWarnings(estimates)).toEqual([
    "task, n = 1: length does not vary over the pairs and controls for nothing.",
    "task, n = 1: dfB leaves less than 10 % of the variance of P(b|a)'s ranks, so that little of an effect could show given it; measure.controls may name dfBAlone in its place.",
    "task, n = 1: dfA leaves less than 10 % of the variance of P(b|a)'s ranks, so that little of an effect could show given it; measure.controls may name dfAAlone in its place.",
  ]);
});

test("values and what is left agree with residuals on ranks", async () => {
  const world = planted(80);
  const { estimates } = await measure(world, options);
  const x = Float64Array.from(world.probability, Math.log);
  const y = Float64Array.from(world.logLikelihood.mine);
  const columns: Record<string, number[]> = {
    ...{ length: world.length, dfB: world.dfB, dfA: world.dfA },
    dfBAlone: world.dfB.map((count, i) => count - world.codf[i]!),
    dfAAlone: world.dfA.map((count, i) => count - world.codf[i]!),
  };
  const partials = estimates.filter(
    ({ method, zeros }) => method === "partial-spearman" && zeros === "kept",
  );
  expect(partials).toHaveLength(7);
  for (const { controls, value, corpusLeft } of partials) {
    const own = controls.map((name) => ({ name, values: Float64Array.from(columns[name]!) }));
    expect(value).toBeCloseTo(partialSpearman(x, y, own).value!, 9);
    const varying = own.filter(({ name }) => name !== "length");
    if (varying.length !== 1) continue;
    const rho = partialSpearman(x, varying[0]!.values, []).value!;
    expect(corpusLeft).toBeCloseTo(1 - rho * rho, 9);
  }
});

test("a control that others explain is named", async () => {
  const world = planted(80);
  const { estimates } = await measure(
    { ...world, length: world.dfB.map((count) => 3 * count + 1) },
    options,
  );
  const both = estimates.find(
    ({ method, controls }) => method === "partial-spearman" && controls.join() === "length,dfB,dfA",
  )!;
  expect(both.redundantControls).toEqual(["dfB"]);
  expect(controlWarnings([both])).toEqual([
    "task, n = 1: among the controls length, dfB, dfA, dfB adds nothing to those before it.",
  ]);
});
