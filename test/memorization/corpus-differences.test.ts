import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { corpusDifferences } from "#rote/memorization/corpus-differences.js";
import { joinRows } from "#rote/memorization/rows.js";
import { estimatesOf, type World, world } from "./world.ts";

const differences = (
  worlds: readonly World[],
  options: { zeros?: "dropped"; unit?: "mean" } = {},
) =>
  corpusDifferences(
    worlds.map(({ counts, scores }, i) => ({
      corpus: `corpus ${i}`,
      joined: joinRows(counts, scores),
    })),
    { rng: createRng(1), resamples: 400, ...options },
  );

describe("differences between corpora", () => {
  const facts = world(createRng(3), { examples: 60, slope: 3 });
  const models = facts.scores.flatMap((row, i) => [
    row,
    { ...row, model: "noisy", logLikelihood: row.logLikelihood! + ((i * 7919) % 13) },
  ]);
  const first = { ...facts, scores: models };
  // A corpus that lost half of its documents, drawn at random, and a fifth of its inputs.
  const rng = createRng(8);
  const thin = (count: number): number =>
    Array.from({ length: count }, () => (rng.next() < 0.5 ? 1 : 0)).reduce<number>(
      (sum, one) => sum + one,
      0,
    );
  const counts = facts.counts.map((row, i) =>
    i % 20 < 4 ? { ...row, codf: 0, dfA: 0 } : { ...row, codf: thin(row.codf) },
  );
  const second = { counts, scores: models };
  const known = (row: { a: string }): boolean =>
    counts.some(({ a, dfA }) => a === row.a && dfA > 0);

  test("are of the pairs that both can rank, model by model, and their interval knows what they share", async () => {
    const rows = await differences([first, second]);
    expect(rows.map(({ model, corpus, against }) => [model, corpus, against])).toEqual(
      ["small", "noisy"].map((model) => [
        ...[model, "corpus 1"],
        { model, n: 2, corpus: "corpus 0" },
      ]),
    );
    const shared = { scores: models.filter(known) };
    const leading = async (own: World, model: string) =>
      (await estimatesOf(own)).find((row) => row.model === model && row.method === "spearman")!;
    for (const { model, value, interval, points, examples, clusters, pValue, ...row } of rows) {
      const [own, base] = [
        await leading({ ...second, ...shared }, model),
        await leading({ ...first, ...shared }, model),
      ];
      expect(value).toBeCloseTo(own.value! - base.value!, 12);
      expect([points, examples, clusters]).toEqual([192, 48, 48]);
      const widths = [own, base].map(({ interval: one }) => one!.high - one!.low);
      expect(interval!.high - interval!.low).toBeLessThan(Math.hypot(...widths));
      expect(interval!.low).toBeLessThan(value!);
      expect(pValue).toBeGreaterThan(0);
      expect(row).toMatchObject({ measure: "corpus-difference", null: null });
      expect(row.nullAbsentBecause).toMatch(/shuffles of its own/);
    }
  });

  test("of a corpus and itself are nothing, without a doubt", async () => {
    for (const row of await differences([second, second]))
      expect(row).toMatchObject({ value: 0, interval: { low: 0, high: 0 }, pValue: 1 });
  });

  test("stand for every corpus but the first, each against it", async () => {
    const rows = await differences([first, second, first]);
    expect(rows.map(({ corpus }) => corpus)).toEqual([
      ...["corpus 1", "corpus 1"],
      ...["corpus 2", "corpus 2"],
    ]);
    expect(await differences([first])).toEqual([]);
    expect(rows[2]).toMatchObject({ value: 0, points: 240 });
  });

  test("with zeros dropped are of the pairs that meet in both, be they points or parts of means", async () => {
    // A pair is of a phrase and of one of three inputs of its example; each corpus lacks other pairs.
    const merged = ({ counts, scores }: World): World => ({
      counts,
      scores: scores.map((row, i) => ({ ...row, a: counts[i]!.a, b: row.b.split(" ")[0]! })),
    });
    const facts = world(createRng(5), { examples: 120, slope: 2, zeros: 0 });
    const named = facts.counts.map((row, i) => ({
      ...{ ...row, a: `${row.a} ${i % 4}`, b: row.b.split(" ")[0]! },
    }));
    const lacking = (rest: number): World =>
      merged({
        counts: named.map((row, i) => (i % 4 === rest ? { ...row, codf: 0 } : row)),
        scores: facts.scores,
      });
    const [left, right] = [lacking(0), lacking(1)];
    for (const unit of ["pair", "mean"] as const) {
      const [row] = await differences([left, right], {
        zeros: "dropped",
        ...(unit === "mean" ? { unit } : {}),
      });
      expect(row).toMatchObject({ value: 0, interval: { low: 0, high: 0 } });
      expect(row!.points).toBe(unit === "mean" ? 120 : 240);
    }
  });

  test("follow the view that is judged, and say which corpus has no correlation", async () => {
    const [dropped] = await differences([first, second], { zeros: "dropped" });
    expect(dropped!.zeros).toBe("dropped");
    const silent = { counts: counts.map((row) => ({ ...row, codf: 0 })), scores: models };
    const [row] = await differences([first, silent]);
    expect(row).toMatchObject({
      ...{ value: null, interval: null, pValue: null },
      undefinedBecause: "inconclusive: small at n = 2 in the corpus corpus 1 has no correlation",
    });
  });
});
