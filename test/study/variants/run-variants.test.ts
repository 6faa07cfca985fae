import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readParquet } from "#rote/base/parquet.js";
import { loadStudy, type Study } from "#rote/study/load-study.js";
import type { StageRecord } from "#rote/study/run-directory.js";
import { runStudy } from "#rote/study/run-study.js";
import { runVariants } from "#rote/study/variants/run-variants.js";
import { type Variant, variantOf, type VariantRun } from "#rote/study/variants/variant.js";
import { strangersFolder } from "../stranger.ts";

async function rows(path: string): Promise<Record<string, unknown>[]> {
  const found = [];
  for await (const row of readParquet(path)) found.push(row);
  return found;
}

const records = (directory: string): readonly StageRecord[] =>
  JSON.parse(readFileSync(join(directory, "stages.json"), "utf8")) as StageRecord[];
const inode = (...path: string[]): number => statSync(join(...path)).ino;

function variantsOf(study: Study): readonly Variant[] {
  return [
    variantOf(study, "shorter", { "tasks.n": [2, 1] }),
    variantOf(study, "whole", { "tasks.outputs": "whole", "tasks.n": [2, 3] }),
    variantOf(study, "fewer", { "tasks.n": [2, 1], "measure.permutations": 20 }),
    variantOf(study, "level", { "measure.level": 0.8, "measure.bootstrap": 100 }),
  ];
}

describe("a study and its variants", () => {
  let folder = "";
  let study: Study;
  let variants: readonly Variant[] = [];
  let runs: readonly VariantRun[] = [];
  const performed: string[] = [];
  const at = (...path: string[]): string => join(folder, ...path);
  const directoryOf = (name: string): string => at("run", "variants", name);
  beforeAll(async () => {
    folder = strangersFolder();
    study = await loadStudy(at("study.yaml"));
    variants = variantsOf(study);
    runs = await runVariants(study, variants, {
      out: at("run"),
      onStage: (name, ran) => {
        if (ran) performed.push(name);
      },
    });
  });

  test("give what the same studies give alone, to the last digit", async () => {
    for (const { variant, run, directory } of runs) {
      const alone = await runStudy(variant.study, { out: at("alone", variant.name) });
      for (const key of ["estimates", "drops", "performance", "verdicts", "mining"] as const)
        expect(run[key]).toEqual(alone[key]);
      expect(run.identities).toEqual(alone.identities);
      for (const table of ["counts.parquet", "null-counts.parquet"])
        expect(await rows(join(directory, table))).toEqual(
          await rows(at("alone", variant.name, table)),
        );
    }
    const alone = await runStudy(study, { out: at("alone", "study") });
    const base = JSON.parse(readFileSync(at("run", "run.json"), "utf8")) as typeof alone;
    expect(base.estimates).toEqual(alone.estimates);
  });

  test("models score once, and each question reads the corpus once for all", () => {
    expect(performed.filter((name) => name.includes("score "))).toHaveLength(1);
    expect(performed.filter((name) => name.includes("generate "))).toHaveLength(1);
    expect(performed.filter((name) => name.includes("together"))).toEqual([
      "count of 3 together",
      "recount of 4 together",
    ]);
    const readers = [at("run"), ...runs.map(({ directory }) => directory)].flatMap((directory) =>
      records(directory).filter(
        ({ name, work, takenFrom }) =>
          name.endsWith("count") && "bytes" in work && takenFrom === undefined,
      ),
    );
    expect(readers).toEqual([]);
  });

  test("files that a change leaves alone are those of the study, not copies", () => {
    for (const name of ["pairs.parquet", "counts.parquet", "null-counts.parquet", "scores.parquet"])
      expect(inode(directoryOf("level"), name)).toBe(inode(at("run"), name));
    // Intervals of accuracies have the level, too.
    const own = records(directoryOf("level")).filter(({ takenFrom }) => takenFrom === undefined);
    expect(own.map(({ name }) => name)).toEqual(["metrics"]);
    const shorter = records(directoryOf("shorter"));
    expect(shorter.find(({ name }) => name === "mine")!.takenFrom).toBeUndefined();
    expect(shorter.find(({ name }) => name.startsWith("score"))!.takenFrom).toBe("../..");
    const other = records(directoryOf("fewer"));
    expect(other.find(({ name }) => name === "mine")!.takenFrom).toBe("../shorter");
  });

  test("run again perform nothing and change nothing", async () => {
    const before = inode(directoryOf("shorter"), "run.json");
    const again: string[] = [];
    const options = {
      out: at("run"),
      onStage: (name: string, ran: boolean) => ran && again.push(name),
    };
    const second = await runVariants(study, variants, options);
    // The statistics of the study itself are always computed.
    expect(again).toEqual(["measure"]);
    expect(second.map(({ run }) => run)).toEqual(runs.map(({ run }) => run));
    expect(inode(directoryOf("shorter"), "run.json")).toBe(before);
  });

  test("one that lost its files has them back without being counted again", async () => {
    rmSync(directoryOf("whole"), { recursive: true });
    const again: string[] = [];
    const options = {
      out: at("run"),
      onStage: (name: string, ran: boolean) => ran && again.push(name),
    };
    const [run] = await runVariants(study, [variants[1]!], options);
    expect(again).toContain("whole: count");
    expect(again.filter((name) => name.includes("score"))).toEqual([]);
    expect(run!.run.estimates).toEqual(runs[1]!.run.estimates);
    expect(existsSync(join(directoryOf("whole"), "partial"))).toBe(false);
  });

  test("counts that are damaged everywhere are made again together", async () => {
    const directories = [at("run"), ...runs.map(({ directory }) => directory)];
    for (const directory of directories) {
      rmSync(join(directory, "counts.parquet"));
      writeFileSync(join(directory, "counts.parquet"), "damaged");
    }
    const again: string[] = [];
    const options = {
      out: at("run"),
      onStage: (name: string, ran: boolean) => ran && again.push(name),
    };
    const mended = await runVariants(study, variants, options);
    expect(again[0]).toBe("count of 3 together");
    for (const [i, { directory, run }] of mended.entries()) {
      expect(run.estimates).toEqual(runs[i]!.run.estimates);
      expect(records(directory).find(({ name }) => name === "count")!.work).not.toHaveProperty(
        "bytes",
      );
    }
  });
});

test("an interrupted run of variants continues behind the stages it has finished", async () => {
  const folder = strangersFolder();
  const study = await loadStudy(join(folder, "study.yaml"));
  const variants = variantsOf(study).slice(0, 2);
  const out = join(folder, "run");
  const stopping = new AbortController();
  const stopAt = (name: string): void => {
    if (name === "shorter: count") stopping.abort(new Error("stopped"));
  };
  const stopped = runVariants(study, variants, { out, signal: stopping.signal, onStage: stopAt });
  await expect(stopped).rejects.toThrow("stopped");
  expect(existsSync(join(out, "variants", "whole", "counts.parquet"))).toBe(false);
  const performed: string[] = [];
  const runs = await runVariants(study, variants, {
    out,
    onStage: (name, ran) => ran && performed.push(name),
  });
  expect(performed.filter((name) => name.endsWith("mine"))).toEqual([]);
  expect(performed.filter((name) => / count$|^count/.test(name))).toEqual(["whole: count"]);
  const alone = await runStudy(variants[1]!.study, { out: join(folder, "alone") });
  expect(runs[1]!.run.estimates).toEqual(alone.estimates);
});

test("changes lead by dots, into every task, and undefined takes a key away", async () => {
  const study = await loadStudy(join(strangersFolder(), "study.yaml"));
  const changes = { "tasks.threshold": undefined, "mine.threshold": 0.5, embedder: "built-in" };
  const { study: changed } = variantOf(study, "a", changes);
  expect(changed).toEqual({
    ...study,
    embedder: "built-in",
    mine: { ...study.mine, threshold: 0.5 },
    tasks: study.tasks.map((task) =>
      Object.fromEntries(Object.entries(task).filter(([key]) => key !== "threshold")),
    ),
  });
  expect(() => variantOf(study, "../a", {})).toThrow(/a variant's name/);
  await expect(
    runVariants(study, [variantOf(study, "a", {}), variantOf(study, "a", {})], { out: "nowhere" }),
  ).rejects.toThrow(/two variants are named "a"/);
});
