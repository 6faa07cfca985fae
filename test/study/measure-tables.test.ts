import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeParquet } from "#rote/base/parquet.js";
import { measureFiles } from "#rote/study/measure-files.js";
import { measureTables } from "#rote/study/measure-tables.js";
import { readRunFile, type RunFile } from "#rote/study/run-file.js";

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
