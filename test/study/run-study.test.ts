import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readParquet, writeParquet } from "#rote/base/parquet.js";
import type { RunFile } from "#rote/study/run-file.js";
import { outputTable } from "#rote/study/tables.js";
import { wordsPolicy } from "#rote/text/policies.js";
import { main, rote, runOf, strangersFolder } from "./stranger.ts";

async function rows(path: string): Promise<Record<string, unknown>[]> {
  const found = [];
  for await (const row of readParquet(path)) found.push(row);
  return found;
}

describe("rote run on a stranger's data", () => {
  let folder = "";
  beforeAll(() => {
    folder = strangersFolder();
    const { status, stderr } = rote(folder, "run", "study.yaml", "--out", "first");
    expect(stderr).toContain("count");
    expect(status).toBe(0);
  });

  test("the run directory holds every file of the contract", () => {
    expect(readdirSync(join(folder, "first"))).toEqual(
      expect.arrayContaining([
        "counts.parquet",
        "evidence.json",
        "examples.parquet",
        "overlap.parquet",
        "pairs.parquet",
        "pass-curves.parquet",
        "report.html",
        "run.json",
        "scores.parquet",
      ]),
    );
    expect(existsSync(join(folder, "first", "partial"))).toBe(false);
    expect(existsSync(join(folder, "first", "run.lock"))).toBe(false);
  });

  test("counts equal a count by definition", async () => {
    const documents = readFileSync(join(folder, "text", "homes.jsonl"), "utf8")
      .split("\n")
      .map(
        (line) => ` ${wordsPolicy.words((JSON.parse(line) as { text: string }).text).join(" ")} `,
      );
    const holds = (phrase: string) => documents.filter((text) => text.includes(` ${phrase} `));
    const counted = await rows(join(folder, "first", "counts.parquet"));
    expect(counted.length).toBeGreaterThan(100);
    for (const { a, b, codf, dfA, dfB } of counted as {
      a: string;
      b: string;
      codf: number;
      dfA: number;
      dfB: number;
    }[]) {
      expect([dfA, dfB]).toEqual([holds(a).length, holds(b).length]);
      expect(codf).toBe(holds(a).filter((text) => text.includes(` ${b} `)).length);
    }
  });

  test("evaluated examples are looked for in the corpus, alone and with their outputs", async () => {
    const counted = await rows(join(folder, "first", "counts.parquet"));
    const together = counted.filter(
      ({ a, codf }) => String(a).includes(" of ") && Number(codf) > 0,
    );
    expect(runOf(folder, "first").overlap!.shares).toMatchObject([
      { task: "homes", n: 3, part: "input", examples: 80, contaminated: 80, share: 1 },
      { task: "homes", n: 3, part: "output", examples: 0, share: null, unjudged: 80 },
      { task: "homes", n: 3, part: "both", examples: 80, contaminated: together.length },
    ]);
    expect((await rows(join(folder, "first", "overlap.parquet"))).length).toBe(3 * 80);
  });

  test("no number stands without sizes, interval and null, and no pair is lost", () => {
    const { estimates, drops, headline, schema } = runOf(folder, "first");
    expect(schema).toBe(1);
    expect(headline).toMatch(/Spearman −?\d\.\d\d, 95 % interval .* pairs of \d+ examples/);
    for (const { value, interval, null: band, points, examples, ...row } of estimates) {
      expect(points).toBeGreaterThan(0);
      expect(examples).toBeGreaterThan(0);
      expect(value === null).toBe(row.undefinedBecause !== null);
      if (value === null) continue;
      expect(interval).not.toBeNull();
      expect(band === null).toBe(row.nullAbsentBecause !== undefined);
      if (row.measure === "distributional-memorization") expect(band).not.toBeNull();
    }
    for (const n of [3, 1]) {
      const of = (reason: string) =>
        drops.find((drop) => drop.n === n && drop.reason === reason)?.count;
      expect(of("mined")).toBe(of("scored"));
    }
  });

  test("the same seed gives the same estimates to the last digit, and measuring again changes none", () => {
    expect(rote(folder, "run", "study.yaml", "--out", "second", "--quiet").status).toBe(0);
    const first = runOf(folder, "first");
    expect(runOf(folder, "second").estimates).toEqual(first.estimates);
    const again = rote(folder, "measure", "first");
    const { estimates, drops, family, performance } = first;
    expect(JSON.parse(again.stdout)).toEqual({ estimates, drops, family, performance });
    expect(runOf(folder, "first").estimates).toEqual(first.estimates);
  });

  test("performance stands against frequency, no example left out, its slope in the family of tests", async () => {
    const { estimates, family, performance } = runOf(folder, "first");
    const examples = await rows(join(folder, "first", "examples.parquet"));
    expect(performance).toHaveLength(1);
    const [{ bins, slope, points, metric }] = performance as [RunFile["performance"][number]];
    expect([points, metric]).toEqual([examples.length, "exact-match"]);
    const pairs = await rows(join(folder, "first", "pairs.parquet"));
    for (const { id, pairs: own } of examples)
      expect(own).toBe(pairs.filter(({ example, n }) => example === id && n === 3).length);
    expect(bins.reduce((sum, bin) => sum + bin.points, 0)).toBe(points);
    const zeros = examples.filter(({ frequency }) => frequency === 0).length;
    expect(bins.find(({ high }) => high === 0)?.points ?? 0).toBe(zeros);
    const row = estimates.find(({ measure }) => measure === "frequency-slope")!;
    expect([row.value, row.pValue, row.points]).toEqual([slope.slope, slope.pValue, slope.points]);
    expect(family.tests + family.missing).toBe(estimates.length);
  });

  test("a run of a version with fewer options is measured with their defaults", () => {
    const copy = join(folder, "earlier");
    cpSync(join(folder, "first"), copy, { recursive: true });
    const { study, ...run } = runOf(folder, "first") as unknown as {
      study: Record<string, Record<string, unknown>>;
    };
    const { released: _, crossTask: __, measure, ...earlier } = study;
    const { bootstrap, permutations, strata, level, zeros, cluster, controls } = measure!;
    const { bins, binning, overlap, neutralContext } = measure!;
    const stated = { bootstrap, permutations, strata, level, zeros, cluster, controls };
    const own = { ...stated, bins, binning, overlap, neutralContext };
    writeFileSync(
      join(copy, "run.json"),
      JSON.stringify({ ...run, study: { ...earlier, measure: own } }),
    );
    expect(rote(folder, "measure", "earlier").stderr).toBe("");
    expect(runOf(folder, "earlier").estimates).toEqual(runOf(folder, "first").estimates);
    expect(runOf(folder, "earlier").study).toEqual(study);
  });

  test("outputs that no metric could judge are counted, not lost", async () => {
    const copy = join(folder, "unjudged");
    cpSync(join(folder, "first"), copy, { recursive: true });
    const outputs = (await rows(join(copy, "outputs.parquet"))).map((row, i) =>
      i < 3 ? { ...row, correctness: NaN } : row,
    );
    await writeParquet(join(copy, "outputs.parquet"), outputTable.columns, outputs);
    expect(rote(folder, "measure", "unjudged", "--bootstrap", "50").status).toBe(0);
    const { drops, performance } = runOf(folder, "unjudged");
    const row = { task: "homes", n: 3, reason: "unjudged-output", unit: "examples", count: 3 };
    expect(drops).toContainEqual(expect.objectContaining(row));
    expect(performance[0]).toMatchObject({ points: 77, leftOut: { unjudged: 3 } });
  });

  test("counts and scores of a run are accepted as files from anywhere", () => {
    const files = ["--counts", "first/counts.parquet", "--scores", "first/scores.parquet"];
    const measured = JSON.parse(rote(folder, "measure", ...files).stdout) as Pick<
      RunFile,
      "estimates"
    >;
    const values = (estimates: RunFile["estimates"]) =>
      estimates
        .filter(({ measure }) => measure === "distributional-memorization")
        .map(({ value }) => value);
    expect(values(measured.estimates)).toEqual(values(runOf(folder, "first").estimates));
    expect(measured.estimates.every(({ null: band }) => band?.recounted !== true)).toBe(true);
  });

  test("a dry run counts two passes for overlap at most, and none where nothing is looked for", () => {
    const study = readFileSync(join(folder, "study.yaml"), "utf8");
    writeFileSync(join(folder, "no-overlap.yaml"), study.replace("overlap: [3]", "overlap: []"));
    const planOf = (file: string) =>
      JSON.parse(rote(folder, "run", file, "--out", "planned", "--dry-run", "--json").stdout) as {
        readonly corpusPasses: number;
      };
    const [looked, not] = [planOf("study.yaml"), planOf("no-overlap.yaml")];
    expect(looked.corpusPasses - not.corpusPasses).toBe(2);
    expect(rote(folder, "run", "study.yaml", "--out", "planned", "--dry-run").stdout).toContain(
      `at most ${looked.corpusPasses} passes over it`,
    );
  });

  test("a dry run says what is left to do and writes nothing", () => {
    const fresh = rote(folder, "run", "study.yaml", "--out", "third", "--dry-run");
    expect(fresh.stdout).toMatch(/run {3}count/);
    expect(existsSync(join(folder, "third"))).toBe(false);
    expect(rote(folder, "run", "study.yaml", "--out", "first", "--dry-run").stdout).toMatch(
      /done {2}count/,
    );
  });

  test("killed at the start of each later stage, the run ends with the same result", async () => {
    let kills = 0;
    while (!(await runUntilNextStage(folder, "killed", kills % 2 === 0 ? "SIGKILL" : "SIGINT"))) {
      kills += 1;
    }
    expect(kills).toBeGreaterThanOrEqual(6);
    const { estimates, drops } = runOf(folder, "first");
    expect(runOf(folder, "killed").estimates).toEqual(estimates);
    expect(runOf(folder, "killed").drops).toEqual(drops);
  }, 120_000);

  test.each([
    ["corpus: { files: nowhere }", /nowhere/],
    ["corpus: { files: empty.jsonl }", /empty\.jsonl/],
    [
      "corpus: { files: single.jsonl }",
      /too small to fit an embedder on: no word stands.*embedder: built-in/,
    ],
    ["modles: []", /unknown key "modles"; did you mean "models"\?/],
    ['models: ["text"]', /config\.json/],
    ["tasks: [{ name: t, file: wordless.jsonl }]", /no example has an n-gram|n-gram/],
  ])("a study with %s ends with a clear error", (line, message) => {
    writeFileSync(join(folder, "empty.jsonl"), "");
    writeFileSync(join(folder, "single.jsonl"), '{"text":"one document"}\n');
    writeFileSync(join(folder, "wordless.jsonl"), '{"input":"a b c","output":"?!"}\n'.repeat(1));
    const key = line.split(":")[0]!;
    const kept = readFileSync(join(folder, "study.yaml"), "utf8")
      .split("\n")
      .filter((other) => !other.startsWith(key));
    writeFileSync(join(folder, "bad.yaml"), [...kept, line].join("\n"));
    const { status, stderr } = rote(folder, "run", "bad.yaml", "--out", "bad");
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, "bad", "run.json"))).toBe(false);
    rmSync(join(folder, "bad"), { recursive: true, force: true });
  });
});

/** Start or resume a run and kill it once it has finished one more stage; true where it ended by itself. */
async function runUntilNextStage(
  folder: string,
  out: string,
  signal: "SIGKILL" | "SIGINT",
): Promise<boolean> {
  const child: ChildProcess = spawn(process.execPath, [main, "run", "study.yaml", "--out", out], {
    cwd: folder,
  });
  let killed = false;
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    const finishedOne = text.split("\n").some((line) => / \d+(\.\d)? s$/.test(line));
    if (!finishedOne || killed) return;
    killed = true;
    setTimeout(() => child.kill(signal), 5);
  });
  const status = await new Promise<number | null>((done) => child.on("exit", done));
  return status === 0;
}
