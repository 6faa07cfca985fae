import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeParquet } from "#rote/base/parquet.js";
import type { Verdict } from "#rote/study/headline.js";
import { judgeTasks } from "#rote/study/judge-tasks.js";
import { measureFiles } from "#rote/study/measure-files.js";
import { measureTables } from "#rote/study/measure-tables.js";
import { readRunFile, type RunFile } from "#rote/study/run-file.js";
import { outputTable } from "#rote/study/tables.js";

const rows = Array.from({ length: 30 }, (_, i) => ({
  ...{ example: `e${i}`, task: "t", model: "m", n: 2, a: `a${i}`, b: `b${i}` },
  ...{ codf: (i * 7) % 11, dfA: 20 + i, dfB: 15, logLikelihood: -((i * 5) % 13) - 1 },
}));

async function foreignRun(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "rote-foreign-"));
  const text = (name: string) => ({ name, type: "string" as const });
  const whole = (name: string) => ({ name, type: "int64" as const });
  await writeParquet(
    join(directory, "counts.parquet"),
    [text("a"), text("b"), whole("codf"), whole("dfA"), whole("dfB")],
    rows,
  );
  await writeParquet(
    join(directory, "scores.parquet"),
    [
      ...["example", "task", "model"].map(text),
      whole("n"),
      ...["a", "b"].map(text),
      { name: "logLikelihood", type: "double" },
    ],
    rows,
  );
  const run = {
    ...{ schema: 1, name: "foreign", study: {}, provenance: { seed: 5 }, stages: [] },
    identities: { corpora: [], models: [], tokenizers: [], embedders: [] },
    drops: [
      { task: "t", n: 2, reason: "mined", count: 40 },
      { task: "t", n: 2, reason: "scored", count: 1 },
    ],
    ...{ estimates: [], headline: "" },
  };
  writeFileSync(join(directory, "run.json"), JSON.stringify(run));
  return directory;
}

test("run.json, counts and scores are enough to measure a run again", async () => {
  const directory = await foreignRun();
  const run: RunFile = await readRunFile(directory);
  const { estimates, drops, family } = await measureTables(directory, run, { bootstrap: 50 });
  const expected = await measureFiles(
    join(directory, "counts.parquet"),
    join(directory, "scores.parquet"),
    { seed: 5, bootstrap: 50 },
  );
  expect(estimates).toEqual(expected.estimates);
  expect(estimates[0]!.null).toMatchObject({ recounted: false });
  expect(drops).toEqual([{ task: "t", n: 2, reason: "mined", count: 40 }, ...expected.drops]);
  const written = JSON.parse(readFileSync(join(directory, "run.json"), "utf8")) as RunFile;
  expect(written).toMatchObject({ name: "foreign", estimates, drops, family });
  expect(written.headline).toMatch(/^Of 1 task, /);
});

const text = (name: string) => ({ name, type: "string" as const });

/** Thirty examples in fifteen groups, the more frequent ones right. */
async function writeExamples(directory: string): Promise<void> {
  await writeParquet(
    join(directory, "examples.parquet"),
    [
      ...["id", "task", "group", "reference"].map(text),
      { name: "correctness", type: "double" },
      { name: "frequency", type: "int64" },
    ],
    rows.map(({ example: id }, i) => ({
      ...{ id, task: "t", group: `g${i % 15}`, reference: "b" },
      ...{ correctness: (i * i) % 40 < i ? 1 : 0, frequency: i },
    })),
  );
}

test("the slope over frequency is measured again: of examples.parquet, of outputs.parquet", async () => {
  const directory = await foreignRun();
  await writeExamples(directory);
  const slopesOf = async () => {
    const run = await readRunFile(directory);
    const measured = await measureTables(directory, run, { bootstrap: 50 });
    expect(measured.family.tests + measured.family.missing).toBe(measured.estimates.length);
    return measured.estimates.filter(({ measure }) => measure === "frequency-slope");
  };
  const [own, ...others] = await slopesOf();
  expect(others).toEqual([]);
  expect(own).toMatchObject({ task: "t", n: 2, model: "m", points: 29, undefinedBecause: null });
  expect(own!.adjusted.holm).not.toBeNull();
  const run = await readRunFile(directory);
  expect(run.performance).toMatchObject([{ metric: "correctness", points: 30 }]);
  expect(await slopesOf()).toEqual([own]);
  const outputs = rows.map(({ example, task, model }, i) => ({
    ...{ example, task, model, output: "b", tokens: 1, metric: "f1", correctness: i % 2 },
  }));
  await writeParquet(join(directory, "outputs.parquet"), outputTable.columns, outputs);
  expect((await slopesOf())[0]!.value).not.toBe(own!.value);
  expect((await readRunFile(directory)).performance).toMatchObject([{ metric: "f1" }]);
});

test("a slope that no table can give again stays as the run states it", async () => {
  const directory = await foreignRun();
  await writeExamples(directory);
  const run = await readRunFile(directory);
  const { estimates } = await measureTables(directory, run, { bootstrap: 50 });
  rmSync(join(directory, "examples.parquet"));
  const again = await measureTables(directory, await readRunFile(directory), { bootstrap: 50 });
  expect(again.estimates).toEqual(estimates);
});

test("performance at zero clusters as the study does", async () => {
  const directory = await foreignRun();
  const texts = ["id", "task", "group", "reference"].map(text);
  const numbers = [
    { name: "correctness", type: "double" } as const,
    { name: "pairs", type: "int32" } as const,
    { name: "frequency", type: "int64" } as const,
  ];
  await writeParquet(
    join(directory, "examples.parquet"),
    [...texts, ...numbers],
    Array.from({ length: 60 }, (_, i) => ({
      ...{ id: `e${i}`, task: "t", group: `g${i % 12}`, reference: `b${i}` },
      ...{ correctness: (i % 12) % 2, pairs: i < 48 ? 1 : 0, frequency: 0 },
    })),
  );
  const atZero = async (clusteredBy: "example" | "group") => {
    const [verdict] = await judgeTasks(directory, [{ task: "t" } as Verdict], {
      ...{ tasks: [{ name: "t", n: [2] }], model: "m", estimates: [], clusteredBy },
    });
    return verdict!.atZero!;
  };
  const [byExample, byGroup] = [await atZero("example"), await atZero("group")];
  expect(byExample).toMatchObject({ examples: 48, withoutPairs: 12, mean: 0.5 });
  expect(byGroup.interval).toMatchObject({ method: "clustered wilson" });
  expect(byGroup.interval!.high).toBeGreaterThan(byExample.interval!.high);
});

test("groups are those of examples.parquet where scores do not say", async () => {
  const directory = await foreignRun();
  await writeExamples(directory);
  const run = await readRunFile(directory);
  const measured = await measureTables(directory, run, { bootstrap: 50, cluster: "group" });
  expect(measured.estimates[0]).toMatchObject({ clusters: 15, clusteredBy: "group" });
});
