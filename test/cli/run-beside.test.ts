import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { warningLines } from "#rote/cli/actions/finding.js";
import { largestModel } from "#rote/study/headline.js";
import type { RunFile } from "#rote/study/run-file.js";
import { rote, runOf, strangersFolder } from "../study/stranger.ts";

/** A stranger's folder whose study has a second corpus, a part of the first, and a second task. */
function folderOfMany(): string {
  const folder = strangersFolder();
  const lines = readFileSync(join(folder, "text", "homes.jsonl"), "utf8").split("\n");
  writeFileSync(join(folder, "few.jsonl"), lines.slice(0, 30).join("\n"));
  const yaml = readFileSync(join(folder, "study.yaml"), "utf8")
    .replace(
      /corpus: .*/,
      "corpus: [{ name: all, files: text }, { name: few, files: few.jsonl }]\ncrossTask: true",
    )
    .replace("tasks: [{", "tasks: [{ name: other, file: task.jsonl, threshold: none }, {");
  writeFileSync(join(folder, "study.yaml"), yaml);
  return folder;
}

test("a run says what it found in each corpus by its name, and across tasks", () => {
  const folder = folderOfMany();
  const { stdout, stderr, status } = rote(folder, "run", "study.yaml", "--out", "out");
  expect(status, stderr).toBe(0);
  const run = runOf(folder, "out");
  const { corpora, crossTask, estimates, headline, identities } = run;
  const pairs = stdout.split("\n").filter((line) => line.includes(" mined, "));
  expect(stdout).toContain(`\nall: ${headline}\n${pairs[0]!}\n`);
  expect(stdout).toContain(`\nfew: ${corpora[0]!.headline}\n${pairs[1]!}\n`);
  const scored = corpora[0]!.drops.filter(({ reason }) => reason === "scored");
  expect(pairs[1]).toContain(` ${scored.reduce((sum, { count }) => sum + count, 0)} scored`);
  // Every cell of this study has its estimate, which is judged by the rule of verdicts.
  const model = largestModel(identities.models);
  const cells = estimates.filter(({ minedOn, zeros }) => minedOn !== undefined && zeros === "kept");
  expect(cells).toHaveLength(crossTask.length);
  const following = cells.filter(
    ({ value, interval, null: band, adjusted }) =>
      adjusted.holm! < 0.05 && interval!.low > 0 && value! > band!.high,
  ).length;
  expect(stdout).toContain(
    `\nAcross tasks, ${following === 0 ? "none" : following} of 2 tasks with another's table ${following > 1 ? "follow" : "follows"} the corpus's pair counts (model ${model})`,
  );
  const own = { ...corpora[0]!, warnings: [...run.warnings, "few of its pairs meet"] };
  expect(warningLines({ ...run, corpora: [own] })).toEqual([
    ...[...run.warnings, "few: few of its pairs meet"],
  ]);

  const json = JSON.parse(
    rote(folder, "run", "study.yaml", "--out", "out", "--json").stdout,
  ) as RunFile;
  expect(json.corpora).toEqual(corpora);
  expect(json.crossTask).toEqual(crossTask);
});

test("a run on one corpus names none", () => {
  const { stdout, status } = rote(strangersFolder(), "run", "study.yaml", "--out", "out");
  expect(status).toBe(0);
  expect(stdout).toMatch(/\n\nOf 1 task, /);
  expect(stdout).not.toContain("Across tasks");
});
