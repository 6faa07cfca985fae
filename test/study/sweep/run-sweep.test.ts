import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readParquet } from "#rote/base/parquet.js";
import { loadStudy, type Study } from "#rote/study/load-study.js";
import { parseStudy } from "#rote/study/schema.js";
import { sweepAxes } from "#rote/study/sweep/axes.js";
import { sweepVariants } from "#rote/study/sweep/sweep-variants.js";
import { rote, runOf, strangersFolder } from "../stranger.ts";

async function rows(path: string): Promise<Record<string, unknown>[]> {
  const found = [];
  for await (const row of readParquet(path)) found.push(row);
  return found;
}

const labels = (options: readonly { readonly label: string }[]): readonly string[] =>
  options.map(({ label }) => label);

async function studyOf(written = ""): Promise<Study> {
  const folder = strangersFolder();
  appendFileSync(join(folder, "study.yaml"), written);
  return loadStudy(join(folder, "study.yaml"));
}

describe("the axes of a study", () => {
  test("that names none are those a reviewer asks for, its own choices among them", async () => {
    const axes = sweepAxes(await studyOf());
    expect(labels(axes.threshold)).toEqual([
      ...["calibrated 0.2 %", "calibrated 1 %", "calibrated 5 %", "0.5", "none"],
    ]);
    expect(labels(axes.n)).toEqual(["1", "2", "3"]);
    expect(labels(axes.embedder)).toEqual(["corpus", "built-in"]);
    expect(labels(axes.stopWords)).toEqual(["kept", "en removed"]);
    expect(labels(axes.unit)).toEqual(["pair", "mean"]);
    expect(labels(axes.zeros)).toEqual(["kept", "dropped"]);
  });

  test("that names some are those and its own", async () => {
    const study = await studyOf(
      "mine: { threshold: 0.7, stopWords: [de] }\nembedder: built-in\nsweep: { threshold: [{ nullShare: 0.03 }], n: [2], embedder: corpus, stopWords: [[]], unit: mean }\n",
    );
    const axes = sweepAxes(study);
    // The task's own threshold is none, its first n is 3.
    expect(labels(axes.threshold)).toEqual(["calibrated 3 %", "none"]);
    expect(labels(axes.n)).toEqual(["2", "3"]);
    expect(labels(axes.embedder)).toEqual(["built-in", "corpus"]);
    expect(labels(axes.stopWords)).toEqual(["de removed", "kept"]);
    expect(labels(axes.unit)).toEqual(["pair", "mean"]);
  });

  test("tell thresholds apart that differ in their fourth digit", async () => {
    const study = await studyOf("sweep: { threshold: [{ nullShare: 0.0123 }, calibrated] }\n");
    const { mine } = study;
    const axes = sweepAxes({ ...study, mine: { ...mine, nullShare: 0.012345 } });
    expect(labels(axes.threshold)).toEqual(["calibrated 1.23 %", "calibrated 1.2345 %", "none"]);
    const { threshold } = sweepAxes({
      ...study,
      sweep: {},
      mine: { ...mine, nullShare: 0.012345 },
    });
    expect(labels(threshold)).toContain("calibrated 1.2345 %");
    expect(threshold).toHaveLength(5);
  });

  test("are crossed, but for embedders where nothing is asked of them", async () => {
    const study = await studyOf("sweep: { threshold: [0.5, none], unit: pair }\n");
    const variants = sweepVariants(study, sweepAxes(study));
    expect(variants).toHaveLength(2 * 2 + 2);
    const { study: changed } = variants.at(-1)!.variant;
    expect(changed.mine).toMatchObject({ threshold: "none", stopWords: ["en"] });
    expect(changed.tasks.map(({ n, threshold }) => [n, threshold])).toEqual([
      [[3, 1, 2], undefined],
    ]);
    expect(new Set(variants.map(({ variant }) => variant.name)).size).toBe(6);
  });

  test("refuse what is no option", () => {
    const study = { name: "a", corpus: { files: "a" }, tasks: ["rule"], models: ["m"] };
    expect(() => parseStudy({ ...study, sweep: { gamma: 1 } }, "s")).toThrow(
      /unknown key "gamma" in sweep/,
    );
    expect(() => parseStudy({ ...study, sweep: { threshold: 2 } }, "s")).toThrow(
      /sweep\.threshold/,
    );
  });
});

describe("rote run --sweep", () => {
  let folder = "";
  let first: { stdout: string; stderr: string; status: number | null };
  beforeAll(() => {
    folder = strangersFolder();
    const sweep =
      "sweep: { threshold: [none, 0.2], embedder: [built-in], stopWords: [[]], n: [1] }\n";
    appendFileSync(join(folder, "study.yaml"), sweep);
    first = rote(folder, "run", "study.yaml", "--out", "run", "--sweep");
    expect(first.stderr).toContain("together");
    expect(first.status).toBe(0);
  });

  test("says of every specification what it hangs on, with sizes, interval and null", async () => {
    const specifications = await rows(join(folder, "run", "sweep.parquet"));
    // None asks no embedder; two lengths, two units, two views of zeros.
    expect(specifications).toHaveLength((1 + 2) * 2 * 2 * 2);
    const keys = ["threshold", "n", "embedder", "stopWords", "unit", "zeros"];
    expect(new Set(specifications.map((row) => keys.map((key) => row[key]).join("/"))).size).toBe(
      24,
    );
    for (const row of specifications) {
      expect(row.value === null).toBe(row.undefinedBecause !== null);
      if (row.value !== null)
        for (const key of ["low", "high", "nullLow", "nullHigh", "nullPValue", "finding"])
          expect(row[key]).not.toBeNull();
      const drops = JSON.parse(String(row.drops)) as Record<string, number>;
      expect(drops.scored).toBeLessThanOrEqual(drops.mined!);
    }
    expect(specifications.filter(({ isStudy }) => isStudy)).toMatchObject([
      { threshold: "none", n: 3, unit: "pair", zeros: "kept" },
    ]);
  });

  test("the study's own specification has the study's own value", async () => {
    const own = (await rows(join(folder, "run", "sweep.parquet"))).find(({ isStudy }) => isStudy)!;
    const run = runOf(folder, "run");
    const judged = run.estimates.find(({ n, zeros }) => n === 3 && zeros === "kept")!;
    expect([own.value, own.points, own.examples]).toEqual([
      judged.value,
      judged.points,
      judged.examples,
    ]);
    expect(run.sweep!.curves[0]!.study!.value).toBe(judged.value);
    expect(run.sweep!.curves[0]).toMatchObject({ specifications: 24, model: judged.model });
  });

  test("a specification is what its variant's run says", async () => {
    const specifications = await rows(join(folder, "run", "sweep.parquet"));
    for (const { variant, n, zeros, value, low } of specifications) {
      const { estimates } = runOf(folder, join("run", "variants", String(variant)));
      const found = estimates.find((row) => row.n === n && row.zeros === zeros)!;
      expect([value, low]).toEqual([found.value, found.interval?.low ?? null]);
    }
  });

  test("prints curves, and one choice changed at a time", () => {
    expect(first.stdout).toMatch(/^task +model +study +median/);
    expect(first.stdout).toMatch(/\(\d+ of \d+ others agree\)/);
    expect(first.stdout).toMatch(/^unit +mean +/m);
    expect(first.stdout).toContain("24 specifications of 6 variants");
  });

  test("again as JSON performs nothing, and measuring keeps the sweep", () => {
    const again = rote(folder, "run", "study.yaml", "--out", "run", "--sweep", "--json");
    const { sweep, specifications } = JSON.parse(again.stdout) as {
      sweep: unknown;
      specifications: unknown[];
    };
    expect(specifications).toHaveLength(24);
    expect(again.stderr).not.toMatch(/together|variants/);
    expect(rote(folder, "measure", "run", "--quiet").status).toBe(0);
    expect(runOf(folder, "run").sweep).toEqual(sweep);
  });

  test("a dry run names options, variants and passes, and writes nothing", () => {
    const fresh = rote(folder, "run", "study.yaml", "--out", "fresh", "--sweep", "--dry-run");
    expect(fresh.stdout).toMatch(/^threshold +none · 0\.2$/m);
    expect(fresh.stdout).toMatch(/24 specifications in 6 variants/);
    // Fit embedder, count, recount, overlap (two at most), evidence.
    expect(fresh.stdout).toMatch(/at most 6 passes over it/);
    expect(fresh.stdout).toMatch(/^run {3}score \S+ +1 of 7$/m);
    expect(existsSync(join(folder, "fresh"))).toBe(false);
    const done = rote(folder, "run", "study.yaml", "--out", "run", "--sweep", "--dry-run");
    expect(done.stdout).toMatch(/0 passes over it/);
    expect(done.stdout).not.toMatch(/^run /m);
  });

  test("a study that has changed since has no sweep until it is swept again", () => {
    const path = join(folder, "study.yaml");
    writeFileSync(path, readFileSync(path, "utf8").replace("bootstrap: 200", "bootstrap: 100"));
    expect(rote(folder, "run", "study.yaml", "--out", "run", "--quiet").status).toBe(0);
    expect(runOf(folder, "run").sweep).toBeNull();
    expect(existsSync(join(folder, "run", "sweep.parquet"))).toBe(false);
  });
});

test("a study of several corpora is swept on each, in one pass over each", async () => {
  const folder = strangersFolder();
  const path = join(folder, "study.yaml");
  const lines = readFileSync(join(folder, "text", "homes.jsonl"), "utf8").split("\n");
  writeFileSync(join(folder, "half.jsonl"), lines.slice(0, 400).join("\n"));
  const corpora = "corpus: [{ files: text, name: all }, { files: half.jsonl, name: half }]";
  const sweep = "sweep: { threshold: none, n: [3], stopWords: [[]], unit: pair, zeros: kept }";
  const written = readFileSync(path, "utf8").replace("corpus: { files: text }", corpora);
  writeFileSync(path, `${written}${sweep}\n`);
  const { stdout, stderr, status } = rote(folder, "run", "study.yaml", "--out", "run", "--sweep");
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/^corpus +all .*\ncorpus +half /m);
  const specifications = await rows(join(folder, "run", "sweep.parquet"));
  expect(specifications.map(({ corpus, isStudy }) => [corpus, isStudy])).toEqual([
    ["all", true],
    ["half", false],
  ]);
  const { estimates } = runOf(folder, "run");
  for (const { corpus, value } of specifications) {
    const own = estimates.find((row) => row.corpus === corpus && row.n === 3)!;
    expect(value).toBe(own.value);
  }
});

test("a variant that leaves a task without pairs has its specifications, without a value", async () => {
  const folder = strangersFolder();
  const path = join(folder, "study.yaml");
  writeFileSync(
    path,
    `${readFileSync(path, "utf8").replace("n: [3, 1]", "n: [1]")}sweep: { threshold: none, n: [1], stopWords: [[en]], unit: pair }\n`,
  );
  writeFileSync(
    join(folder, "task.jsonl"),
    Array.from({ length: 20 }, (_, i) =>
      JSON.stringify({ input: `home of zor${i}`, output: "the" }),
    ).join("\n"),
  );
  const { stdout, stderr, status } = rote(folder, "run", "study.yaml", "--out", "run", "--sweep");
  expect(status, stderr).toBe(0);
  expect(stderr).toMatch(/note: homes, n = 1, is not estimated in 1 variant: .*no words/);
  expect(stdout).toContain("4 specifications of 2 variants");
  const { sweep } = runOf(folder, "run");
  expect(sweep!.empty).toMatchObject([
    { task: "homes", n: 1, variants: ["none_corpus_en-removed_pair"] },
  ]);
  expect(sweep!.curves[0]).toMatchObject({ specifications: 4, robustness: "inconclusive" });
  const specifications = await rows(join(folder, "run", "sweep.parquet"));
  expect(
    specifications.map(({ stopWords, undefinedBecause }) => [
      stopWords,
      String(undefinedBecause).includes("no words"),
    ]),
  ).toEqual([
    ["kept", false],
    ["kept", false],
    ["en removed", true],
    ["en removed", true],
  ]);
});

test("a length without pairs in one task leaves its other lengths and the other tasks", async () => {
  const folder = strangersFolder();
  const path = join(folder, "study.yaml");
  const long = Array.from({ length: 20 }, (_, i) =>
    JSON.stringify({ input: `the home of zor${i} is`, output: `mel${i % 7} by the sea` }),
  );
  writeFileSync(join(folder, "long.jsonl"), long.join("\n"));
  const written = readFileSync(path, "utf8").replace(
    "n: [3, 1], threshold: none }]",
    "n: [1], threshold: none }, { name: long, file: long.jsonl, n: [3], threshold: none }]",
  );
  const sweep = "sweep: { threshold: none, n: [1, 3], stopWords: [[]], unit: pair, zeros: kept }";
  writeFileSync(path, `${written}mine: { shortTexts: drop }\n${sweep}\n`);
  const { stderr, status } = rote(folder, "run", "study.yaml", "--out", "run", "--sweep");
  expect(status, stderr).toBe(0);
  const specifications = await rows(join(folder, "run", "sweep.parquet"));
  const at = (task: string): unknown[] =>
    specifications
      .filter((row) => row.task === task)
      .map(({ n, isStudy, points, undefinedBecause }) => [
        ...[n, isStudy, Number(points) > 0],
        String(undefinedBecause).includes("yields no 3-gram pairs"),
      ]);
  expect(at("homes")).toEqual([
    [1, true, true, false],
    [3, false, false, true],
  ]);
  expect(at("long").map((row) => (row as unknown[])[2])).toEqual([true, true]);
  expect(runOf(folder, "run").sweep!.curves.map(({ specifications: own }) => own)).toEqual([2, 2]);
});

test("a study under a preset is swept beside its comparison", () => {
  const folder = strangersFolder();
  const path = join(folder, "study.yaml");
  const sweep = "sweep: { threshold: none, n: [1], stopWords: [[]], unit: pair, zeros: dropped }";
  const written = readFileSync(path, "utf8").replace("n: [3, 1]", "n: [1]");
  writeFileSync(path, `${written}preset: paper\nembedder: built-in\n${sweep}\n`);
  const { stderr, status } = rote(folder, "run", "study.yaml", "--out", "run", "--sweep");
  expect(status, stderr).toBe(0);
  const { sweep: swept, preset, estimates } = runOf(folder, "run");
  expect(preset!.comparison).not.toBeNull();
  const judged = estimates.find(({ zeros }) => zeros === "dropped")!;
  expect(swept!.curves[0]!.study!.value).toBe(judged.value);
});
