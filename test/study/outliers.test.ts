/** Pairs left out for their counts: by definition, and in a whole study. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { readParquet } from "#rote/base/parquet.js";
import { writeReport } from "#rote/report/write-report.js";
import { quantile } from "#rote/stats/quantile.js";
import { loadStudy } from "#rote/study/load-study.js";
import { measureTables } from "#rote/study/measure-tables.js";
import { findOutliers } from "#rote/study/outliers.js";
import type { RunFile } from "#rote/study/run-file.js";
import { readRunFile } from "#rote/study/run-file.js";
import { runStudy } from "#rote/study/run-study.js";
import type { ExampleRow, OutlierRow, PairRow } from "#rote/study/tables.js";
import { strangersFolder } from "./stranger.ts";

async function rows<Row>(path: string): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of readParquet(path)) found.push(row as Row);
  return found;
}

test("an outlier has a count outside the quantiles of its task and n, repeated pairs counting as often", () => {
  const rng = createRng(4);
  const counts = Array.from({ length: 60 }, (_, i) => ({
    ...{ a: `a${i}`, b: `b${i}`, codf: rng.int(9), dfA: 9 + rng.int(90), dfB: 9 + rng.int(90) },
    ...{ tfA: 0, tfB: 0 },
  }));
  const pairs = Array.from({ length: 400 }, (_, i): PairRow => {
    const { a, b } = counts[rng.int(60)]!;
    const names = { task: i % 3 === 0 ? "x" : "y", n: 2, example: `e${i}`, a, b };
    return { ...names, similarity: 1, start: 0, end: 1, short: false };
  });
  for (const quantiles of [
    [0, 0.95],
    [0.1, 1],
    [0.05, 0.9],
  ] as const) {
    const found = findOutliers(pairs, counts, { counts: ["codf", "dfB"], quantiles });
    const naive = pairs.filter(({ task, a, b }) => {
      const own = pairs.filter((pair) => pair.task === task);
      const countOf = (pair: { a: string }, name: "codf" | "dfB") =>
        counts.find((row) => row.a === pair.a)![name];
      return (["codf", "dfB"] as const).some((name) => {
        const all = Float64Array.from(own, (pair) => countOf(pair, name)).sort();
        const value = countOf({ a }, name);
        return (
          value < quantile(all, quantiles[0]) || value > quantile(all, quantiles[1]) || b === ""
        );
      });
    });
    const keyOf = ({ task, a }: { task: string; a: string }) => `${task} ${a}`;
    expect(new Set(found.map(keyOf))).toEqual(new Set(naive.map(keyOf)));
    expect(found.length).toBe(new Set(naive.map(keyOf)).size);
    for (const row of found)
      expect(row[row.count] < row.low || row[row.count] > row.high).toBe(true);
  }
});

describe("a study that leaves out outliers", { timeout: 300_000 }, () => {
  let folder = "";
  let run: RunFile;
  const stages: string[] = [];
  const at = (...path: string[]): string => join(folder, ...path);
  const runIt = async (outliers: string): Promise<RunFile> => {
    const study = readFileSync(at("study.yaml"), "utf8");
    writeFileSync(at("own.yaml"), `${study}embedder: corpus\nmine: ${outliers}\n`);
    return await runStudy(await loadStudy(at("own.yaml")), {
      out: at("run"),
      onStage: (name, ran) => {
        if (ran) stages.push(name);
      },
    });
  };

  beforeAll(async () => {
    folder = strangersFolder();
    await runIt("{ folds: 5 }");
    stages.length = 0;
    run = await runIt("{ folds: 5, outliers: { counts: [dfA], quantiles: [0, 0.8] } }");
  }, 300_000);

  test("lists them with the limits, and neither mines nor scores again", async () => {
    expect(stages).toEqual(expect.arrayContaining(["outliers", "recount", "examples"]));
    for (const name of ["mine", "count", "score neox", "spans"]) expect(stages).not.toContain(name);
    const outliers = await rows<OutlierRow>(at("run", "outliers.parquet"));
    expect(outliers.length).toBeGreaterThan(0);
    for (const { count, dfA, high } of outliers) {
      expect(count).toBe("dfA");
      expect(dfA).toBeGreaterThan(high);
    }
  });

  test("counts them as drops, and measures without them", async () => {
    const outliers = await rows<OutlierRow>(at("run", "outliers.parquet"));
    const pairs = await rows<PairRow>(at("run", "pairs.parquet"));
    for (const n of [3, 1]) {
      const keys = new Set(outliers.flatMap((row) => (row.n === n ? [`${row.a}|${row.b}`] : [])));
      const own = pairs.filter((pair) => pair.n === n);
      const left = own.filter(({ a, b }) => keys.has(`${a}|${b}`)).length;
      const of = (reason: string) =>
        run.drops.find((drop) => drop.n === n && drop.reason === reason)?.count ?? 0;
      expect(of("count-outlier")).toBe(left);
      expect(of("scored")).toBe(own.length - left);
      const first = run.estimates.find((estimate) => estimate.n === n)!;
      expect(first.points).toBe(own.length - left);
      expect(first.null!.recounted).toBe(true);
    }
    const examples = await rows<ExampleRow>(at("run", "examples.parquet"));
    const kept = run.drops.find(({ n, reason }) => n === 3 && reason === "scored")!.count;
    expect(examples.reduce((sum, { pairs: own }) => sum + own!, 0)).toBe(kept);
    const without = examples.filter((example) => example.pairs === 0).length;
    expect(without).toBeGreaterThan(0);
    expect(run.performance[0]!.leftOut.withoutPairs).toBe(without);
  });

  test("says so on its page, and is measured alike from its files alone", async () => {
    await writeReport(at("run"));
    expect(readFileSync(at("run", "report.html"), "utf8")).toContain("outliers.parquet");
    rmSync(at("run", "mining.json"));
    const { estimates } = await measureTables(at("run"), await readRunFile(at("run")));
    const values = (all: RunFile["estimates"]) => all.map(({ value, points }) => [value, points]);
    expect(values(estimates.slice(0, 3))).toEqual(values(run.estimates.slice(0, 3)));
  });
});
