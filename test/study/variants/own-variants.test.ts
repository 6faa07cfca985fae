import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readParquet } from "#rote/base/parquet.js";
import { adjustEstimates } from "#rote/memorization/memorization-estimate.js";
import { loadStudy, type Study } from "#rote/study/load-study.js";
import type { RunFile } from "#rote/study/run-file.js";
import { runStudy } from "#rote/study/run-study.js";
import { ownVariants } from "#rote/study/variants/own-variants.js";
import { planVariants } from "#rote/study/variants/plan-variants.js";
import { runVariants } from "#rote/study/variants/run-variants.js";
import { variantOf } from "#rote/study/variants/variant.js";
import { rote, runOf, strangersFolder } from "../stranger.ts";

/** A study file beside the stranger's, with other keys. */
async function studyOf(folder: string, file: string, change: (yaml: string) => string) {
  const yaml = readFileSync(join(folder, "study.yaml"), "utf8");
  writeFileSync(join(folder, file), change(yaml));
  return loadStudy(join(folder, file));
}

const without = (estimate: RunFile["estimates"][number]) => {
  const { adjusted: _, ...row } = estimate;
  return row;
};

describe("several corpora", () => {
  let folder = "";
  let study: Study;
  let run: RunFile;
  const performed: string[] = [];
  const corpora = `corpus: [{ name: all, files: text }, { name: half, files: half.jsonl }]`;
  const onlyHalf = "corpus: { name: half, files: half.jsonl }";
  beforeAll(async () => {
    folder = strangersFolder();
    const lines = readFileSync(join(folder, "text", "homes.jsonl"), "utf8").split("\n");
    writeFileSync(join(folder, "half.jsonl"), lines.filter((_, i) => i % 2 === 0).join("\n"));
    study = await studyOf(folder, "both.yaml", (yaml) => yaml.replace(/corpus: .*/, corpora));
    run = await runStudy(study, {
      out: join(folder, "both"),
      onStage: (name, ran) => ran && performed.push(name),
    });
  });
  const rowsOf = (corpus: string) =>
    run.estimates.filter((row) => row.corpus === corpus && !row.measure.startsWith("corpus-"));

  test("are counted for the same pairs, whose models score once; each has the numbers it has alone", async () => {
    expect(performed.filter((name) => /score|generate|mine/.test(name))).toHaveLength(3);
    const alone = await studyOf(folder, "half.yaml", (yaml) =>
      yaml.replace(/corpus: .*/, `${onlyHalf}\nembedder: both/embedder.bin`),
    );
    const half = await runStudy(alone, { out: join(folder, "half") });
    expect(rowsOf("half").map(without)).toEqual(half.estimates.map(without));
    expect(run.corpora).toMatchObject([
      { name: "half", directory: "variants/corpus-half", drops: half.drops },
    ]);
    expect(run.identities.corpora.map(({ name, documents }) => [name, documents])).toEqual([
      ["all", 800],
      ["half", 400],
    ]);
  });

  test("are one family of tests, differences among them", () => {
    const differences = run.estimates.filter(({ measure }) => measure === "corpus-difference");
    expect(differences.map(({ n, corpus, against }) => [n, corpus, against!.corpus])).toEqual([
      [3, "half", "all"],
      [1, "half", "all"],
    ]);
    expect(rowsOf("all").length + rowsOf("half").length + 2).toBe(run.estimates.length);
    expect(run.family.tests + run.family.missing).toBe(run.estimates.length);
    expect(run.estimates).toEqual(adjustEstimates(run.estimates));
    expect(run.verdicts.map(({ task }) => task)).toEqual(["homes"]);
    expect(run.corpora[0]!.verdicts.map(({ task }) => task)).toEqual(["homes"]);
  });

  test("an embedder that is fitted is the first corpus's for all", async () => {
    const pairsOf = async (directory: string) => {
      const rows = [];
      for await (const row of readParquet(join(directory, "pairs.parquet"))) rows.push(row);
      return rows;
    };
    const [variant] = ownVariants(study);
    expect(variant!.study.embedderCorpus).toEqual(study.corpus);
    expect(await pairsOf(join(folder, "both", "variants", "corpus-half"))).toEqual(
      await pairsOf(join(folder, "both")),
    );
  });

  test("measured again they say the same, and with other options all change together", () => {
    expect(rote(folder, "measure", "both", "--json").status).toBe(0);
    const again = runOf(folder, "both");
    expect(again.estimates).toEqual(run.estimates);
    expect(again.corpora).toEqual(run.corpora);
    expect(rote(folder, "measure", "both", "--bootstrap", "60", "--json").status).toBe(0);
    const fewer = runOf(folder, "both").estimates.filter(({ resamples }) => resamples > 0);
    expect(new Set(fewer.map(({ resamples }) => resamples))).toEqual(new Set([60]));
  });

  test("under two policies are refused: the same phrase would be other words", async () => {
    const two = corpora.replace("half.jsonl }", "half.jsonl, policy: characters }");
    await expect(
      studyOf(folder, "policies.yaml", (yaml) => yaml.replace(/corpus: .*/, two)),
    ).rejects.toThrow(/the corpus half is read as characters, the first as words/);
  });
});

describe("cross-task", () => {
  let folder = "";
  let run: RunFile;
  beforeAll(async () => {
    folder = strangersFolder();
    const examples = readFileSync(join(folder, "task.jsonl"), "utf8").split("\n");
    // The second task asks of half of the names as the first does, and of the same homes.
    writeFileSync(join(folder, "other.jsonl"), examples.slice(0, 40).join("\n"));
    const study = await studyOf(folder, "cross.yaml", (yaml) =>
      yaml
        .replace(
          "tasks: [{",
          'tasks: [{ name: "some homes", file: other.jsonl, threshold: none }, {',
        )
        .concat("crossTask: true\n"),
    );
    run = await runStudy(study, { out: join(folder, "cross") });
  });

  test("every ordered pair of tasks has its estimates and its books", () => {
    const lent = run.estimates.filter(({ minedOn }) => minedOn !== undefined);
    const names = lent.map(({ task, minedOn, n, zeros }) => [task, minedOn, n, zeros]);
    expect(names).toEqual([
      ["homes", "some homes", 3, "kept"],
      ["homes", "some homes", 3, "dropped"],
      ["some homes", "homes", 2, "kept"],
      ["some homes", "homes", 2, "dropped"],
    ]);
    expect(run.crossTask).toMatchObject([
      {
        ...{
          task: "homes",
          minedOn: "some homes",
          n: 3,
          directory: "variants/mined-on-some-homes",
        },
        overlap: { examples: 40, evaluated: 80 },
      },
      {
        ...{ task: "some homes", minedOn: "homes", n: 2 },
        overlap: { examples: 40, evaluated: 40 },
      },
    ]);
    for (const { drops } of run.crossTask) {
      const of = (reason: string) => drops.find((drop) => drop.reason === reason)!.count;
      expect(of("mined")).toBe(of("identical") + of("not-in-table") + of("kept"));
    }
    const kept = run.crossTask[0]!.drops.find(({ reason }) => reason === "kept")!.count;
    expect(lent[0]!.points).toBe(kept);
    expect(run.estimates).toEqual(adjustEstimates(run.estimates));
    expect(existsSync(join(folder, "cross", "variants", "mined-on-homes", "run.json"))).toBe(true);
  });

  test("a study of another task's table alone gives the same", async () => {
    const study = await studyOf(folder, "lent.yaml", (yaml) =>
      yaml
        .replace(
          "tasks: [{",
          'tasks: [{ name: "some homes", file: other.jsonl, threshold: none }, {',
        )
        .replace("n: [3, 1]", 'n: [3], minedOn: "some homes"')
        .concat("embedder: cross/embedder.bin\n"),
    );
    const alone = await runStudy(study, { out: join(folder, "lent") });
    const of = ({ estimates }: RunFile, minedOn?: string) =>
      estimates.filter(
        (row) =>
          row.task === "homes" &&
          row.minedOn === minedOn &&
          row.measure === "distributional-memorization" &&
          row.method === "spearman",
      );
    const tagged = of(alone).map((row) => ({ ...without(row), minedOn: "some homes" }));
    expect(of(run, "some homes").map((row) => ({ ...without(row), corpus: "homes" }))).toEqual(
      tagged.map((row) => ({ ...row, corpus: "homes" })),
    );
  });
});

test("a dry run names what stands beside a study, and counts its passes", async () => {
  const folder = strangersFolder();
  const lines = readFileSync(join(folder, "text", "homes.jsonl"), "utf8").split("\n");
  mkdirSync(join(folder, "half"));
  writeFileSync(join(folder, "half", "homes.jsonl"), lines.slice(0, 400).join("\n"));
  const study = await studyOf(folder, "dry.yaml", (yaml) =>
    yaml
      .replace(/corpus: .*/, "corpus: [{ name: all, files: text }, { name: half, files: half }]")
      .replace("tasks: [{", "tasks: [{ name: other, file: task.jsonl }, {")
      .concat("crossTask: true\n"),
  );
  const { stdout, status } = rote(folder, "run", "dry.yaml", "--dry-run");
  expect(status).toBe(0);
  expect(stdout).toContain(
    "beside    the same on half; all other tasks with the table of each of other, homes\n",
  );
  const { corpora, corpusPasses, ...plan } = await planVariants(study, [], {
    out: join(folder, "runs"),
  });
  const sizes = ["text", "half"].map((name) => statSync(join(folder, name, "homes.jsonl")).size);
  // All: fit embedder, count, recount, overlap (two), evidence; half: the same but the embedder.
  expect(corpora).toEqual([
    { name: "all", bytes: sizes[0], passes: 6 },
    { name: "half", bytes: sizes[1], passes: 5 },
  ]);
  expect(corpusPasses).toBe(11);
  expect(plan.stages.find(({ name }) => name === "mine")).toMatchObject({ performed: 3 });
  expect(stdout).toMatch(/^corpus +all: .* stored, at most 6 passes over it$/m);
  expect(stdout).toMatch(/^corpus +half: .* stored, at most 5 passes over it$/m);
  expect(existsSync(join(folder, "runs"))).toBe(false);
});

describe("a task whose table holds no pair", () => {
  let folder = "";
  let study: Study;
  beforeAll(async () => {
    folder = strangersFolder();
    const examples = readFileSync(join(folder, "task.jsonl"), "utf8").split("\n");
    const longer = examples.map((line) => line.replace(/"output":"(\w+)"/, '"output":"is $1"'));
    writeFileSync(join(folder, "longer.jsonl"), longer.join("\n"));
    // Outputs of one word are dropped at the other task's n = 2.
    study = await studyOf(folder, "empty.yaml", (yaml) =>
      yaml
        .replace(
          "tasks: [{",
          "tasks: [{ name: long, file: longer.jsonl, n: [2], threshold: none }, {",
        )
        .replace("n: [3, 1]", "n: [1]")
        .concat("crossTask: true\nmine: { shortTexts: drop }\n"),
    );
  });

  test("is inconclusive under that name, whatever runs beside it, and measured again", async () => {
    const failed: string[] = [];
    const out = join(folder, "run");
    const [beside] = await runVariants(
      study,
      [variantOf(study, "level", { "measure.level": 0.8 })],
      {
        out,
        onFailed: (name) => failed.push(name),
      },
    );
    expect(beside!.run.estimates.length).toBeGreaterThan(0);
    expect(failed).toEqual([]);
    const run = runOf(folder, "run");
    const lent = run.estimates.filter(({ minedOn }) => minedOn !== undefined);
    expect(lent.map(({ task, minedOn, n, zeros }) => [task, minedOn, n, zeros])).toEqual([
      ["homes", "long", 1, "kept"],
      ["homes", "long", 1, "dropped"],
      ["long", "homes", 2, "kept"],
      ["long", "homes", 2, "dropped"],
    ]);
    expect(lent[0]!.points).toBeGreaterThan(0);
    const because = /task "homes" yields no 2-gram pairs/;
    for (const row of lent.slice(2)) {
      expect(row).toMatchObject({ value: null, interval: null, points: 0, corpus: "homes" });
      expect(row.undefinedBecause).toMatch(because);
      expect(Object.keys(lent[0]!)).toEqual(expect.arrayContaining(Object.keys(row)));
    }
    expect(run.crossTask.map(({ task, failed: why }) => [task, why === undefined])).toEqual([
      ["homes", true],
      ["long", false],
    ]);
    expect(run.crossTask[1]).toMatchObject({ overlap: null, drops: [] });
    expect(run.estimates).toEqual(adjustEstimates(run.estimates));
    expect(run.family.tests + run.family.missing).toBe(run.estimates.length);
    expect(rote(folder, "measure", "run", "--json").status).toBe(0);
    expect(runOf(folder, "run").estimates).toEqual(run.estimates);
    expect(rote(folder, "report", "run").status).toBe(0);
  });

  test("is told to who asks, and the study runs without being asked", async () => {
    const failed: string[] = [];
    const out = join(folder, "run");
    await runStudy(study, { out, onFailed: (name) => failed.push(name) });
    expect(failed).toEqual(["mined-on-homes"]);
    expect((await runStudy(study, { out })).crossTask).toHaveLength(2);
  });
});
