/**
 * The demo's study with all its tasks and models, at fewer resamples: what it says of a task is what the task was
 * made to be, or that it cannot tell.
 */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { demoFolder, loadStudy, type Study } from "#rote/study/load-study.js";
import type { RunFile } from "#rote/study/run-file.js";
import { runStudy } from "#rote/study/run-study.js";
import { agreement, type TaskKind } from "#rote/study/task-kinds.js";
import { freshDirectory } from "../cli/rote.ts";

const directory = freshDirectory();
let study: Study;
let run: RunFile;

beforeAll(async () => {
  const whole = await loadStudy(join(demoFolder, "study.yaml"));
  study = { ...whole, measure: { ...whole.measure, bootstrap: 200, permutations: 50 } };
  run = await runStudy(study, { out: directory.in("demo"), jobs: 2 });
}, 400_000);

afterAll(() => {
  directory[Symbol.dispose]();
});

const kindOf = (name: string): TaskKind => run.verdicts.find(({ task }) => task === name)!.kind;

test("three sizes of models answer the paper's four kinds of tasks and the two poles", () => {
  expect(run.identities.models.map(({ name }) => name)).toEqual(["0.36M", "1.3M", "4.2M"]);
  expect(run.verdicts.map(({ task }) => task)).toEqual(study.tasks.map(({ name }) => name));
});

test("no verdict contradicts what a task was made to be", () => {
  const told = study.tasks.map(({ name, construction }) => [
    name,
    agreement(kindOf(name), construction!),
  ]);
  for (const [name, how] of told) expect(how, name).not.toBe("contradicts");
  expect(told.filter(([, how]) => how === "agrees").length).toBeGreaterThan(told.length / 2);
});

test("the poles are told apart: who knows the rule answers what was never stated", () => {
  expect(kindOf("rule-twin")).toBe("recall");
  expect(["skill", "both"]).toContain(kindOf("rule"));
});
