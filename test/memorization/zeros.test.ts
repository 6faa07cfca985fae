/** Zeros smoothed, and zeros censored, against the formulas written out. */
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { smoothed, smoothingOf } from "#rote/memorization/task-gram-probability.js";
import { censoredTauB } from "#rote/stats/censored-tau.js";
import { spearman } from "#rote/stats/correlation.js";
import { rocAuc } from "#rote/stats/roc.js";
import { estimatesOf, world } from "./world.ts";

const few = { resamples: 60, permutations: 30 };
const facts = world(createRng(3));
const y = Float64Array.from(facts.scores, ({ logLikelihood }) => logLikelihood!);
// dfB differs, so that the smoothed zeros do too.
const counts = facts.counts.map((row, i) => ({ ...row, dfB: 50 + (i % 13) }));

describe("smoothing", async () => {
  const smoothing = { alpha: 2, documents: 400 };
  const rows = await estimatesOf({ ...facts, counts }, { ...few, smoothing });
  const x = Float64Array.from(counts, ({ codf, dfA, dfB }) =>
    Math.log((codf + (2 * dfB) / 400) / (dfA + 2)),
  );
  const met = counts.map(({ codf }) => codf > 0);
  const seen = (column: Float64Array): Float64Array => column.filter((_, i) => met[i]);

  test("is of P(b|a) in every correlation with it, and says so", () => {
    const formula = "(codf + α·df(b)/N) / (df(a) + α)";
    expect(rows[0]).toMatchObject({ zeros: "kept", smoothing: { ...smoothing, formula } });
    expect(rows[0]!.value).toBeCloseTo(spearman(x, y).value!, 12);
    expect(rows[1]!.value).toBeCloseTo(spearman(seen(x), seen(y)).value!, 12);
    expect(rows[0]!.null!.permutations).toBe(30);
  });

  test("leaves the separation of zeros, which has no P(b|a), alone", () => {
    const auc = rows.find(({ method }) => method === "auc")!;
    expect(auc.value).toBeCloseTo(rocAuc(y, met).value!, 12);
    expect(auc).not.toHaveProperty("smoothing");
  });

  test("is a mean of both parts, 0 where no document holds b, and P(b) where none holds a and b", () => {
    expect(smoothed(3, 10, 40, { alpha: 10, documents: 100 })).toBeCloseTo((0.3 + 0.4) / 2, 14);
    expect(smoothed(0, 10, 0, { alpha: 10, documents: 100 })).toBe(0);
    expect(smoothed(0, 1, 40, { alpha: 1e12, documents: 100 })).toBeCloseTo(0.4, 9);
  });

  test("is none with a constant of 0, and needs the corpus's documents", () => {
    expect(smoothingOf(0, undefined)).toBeUndefined();
    expect(() => smoothingOf(1, undefined)).toThrow("how many documents");
    expect(() => smoothingOf(-1, 9)).toThrow("at least 0, got -1");
  });

  test("lets zeros alone bear a correlation", async () => {
    const none = counts.map((row) => ({ ...row, codf: 0 }));
    const [kept, dropped] = await estimatesOf({ ...facts, counts: none }, { ...few, smoothing });
    expect(kept!.value).not.toBeNull();
    expect(dropped!.undefinedBecause).toContain("0 pairs");
  });
});

describe("zeros censored below 1/df(a)", async () => {
  const limits = Float64Array.from(counts, ({ codf, dfA }) => Math.max(1, codf) / dfA);
  const known = counts.map(({ codf }) => codf > 0);
  const rows = await estimatesOf({ ...facts, counts }, { ...few, censored: true });

  test("are a row of their own, with interval, test and null", () => {
    const [row, ...others] = rows.filter(({ method }) => method === "censored-tau-b");
    expect(others).toEqual([]);
    expect(row).toMatchObject({ measure: "distributional-memorization", zeros: "kept" });
    expect(row!.value).toBeCloseTo(censoredTauB(limits, known, y).value!, 12);
    expect(row!.interval!.low).toBeLessThan(row!.value!);
    expect(row!.pValue).toBeGreaterThan(0);
    expect(row!.null!.low).toBeLessThan(0);
    expect(row!.null!.high).toBeGreaterThan(0);
    expect(row!.null!.high).toBeLessThan(row!.value!);
  });

  test("change no other row", async () => {
    const without = await estimatesOf({ ...facts, counts }, few);
    expect(rows.filter(({ method }) => method !== "censored-tau-b")).toEqual(without);
  });

  test("of means: the same where every b has one a, and a reason where there are zeros alone", async () => {
    const options = { ...few, unit: "mean", censored: true } as const;
    const [pair, mean] = await Promise.all(
      [{ ...few, censored: true }, options].map((own) => estimatesOf({ ...facts, counts }, own)),
    );
    expect(mean!.map((row) => ({ ...row, unit: "pair" }))).toEqual(pair);
    const zeros = counts.map((row) => ({ ...row, codf: 0 }));
    const [first] = (await estimatesOf({ ...facts, counts: zeros }, options)).filter(
      ({ method }) => method === "censored-tau-b",
    );
    expect(first!.undefinedBecause).toContain("none of the 160 output n-grams co-occurs");
  });
});
