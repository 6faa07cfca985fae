import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeParquet } from "#rote/base/parquet.js";
import { readFirstExamples } from "#rote/report/run-tables.js";

test("examples without a task's column are those of the scored pairs", async () => {
  const directory = mkdtempSync(join(tmpdir(), "rote-tables-"));
  await writeParquet(
    join(directory, "examples.parquet"),
    ["id", "input", "reference"].map((name) => ({ name, type: "string" as const })),
    ["unscored", "e1", "e2"].map((id) => ({ id, input: `in ${id}`, reference: "r" })),
  );
  const pair = { n: 1, a: "a", b: "b", codf: 1, dfA: 1, dfB: 1, logLikelihood: -1, tokens: 1 };
  const pairs = ["e1", "e2"].map((example) => ({ ...pair, example, task: "t" }));
  expect(await readFirstExamples(directory, pairs)).toEqual([
    { task: "t", input: "in e1", reference: "r", output: undefined },
  ]);
});
