import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { writeCorpus } from "./fixtures.ts";
import { writeKeptCorpus } from "./kept-corpus.ts";
import { freshDirectory, jsonLines, rote } from "./rote.ts";

describe("shards, merged, are the whole", () => {
  test("row by row and byte by byte, in any order and in steps", async () => {
    using directory = freshDirectory();
    const { question, corpus } = writeKeptCorpus(directory.path, { megabytes: 2.5 });
    const run = async (...args: readonly string[]): Promise<string> => {
      const { stdout, stderr, code } = await rote(["count", ...args], { cwd: directory.path });
      expect(code, stderr).toBe(0);
      return stdout;
    };
    const counting = ["--corpus", corpus, ...question];
    const whole = await run(...counting, "--json");
    for (const i of [1, 2, 3])
      expect(await run(...counting, "--shard", `${i}/3`, "--partial", `${i}.partial`)).toBe("");
    expect(await run("--merge", "1.partial", "2.partial", "3.partial", "--json")).toBe(whole);
    expect(await run("--merge", "3.partial", "1.partial", "2.partial", "--json")).toBe(whole);
    await run("--merge", "3.partial", "1.partial", "--partial", "13.partial");
    expect(await run("--merge", "2.partial", "13.partial", "--json")).toBe(whole);
    expect(await run("--merge", "2.partial", "13.partial", "--out", "out.jsonl")).toBe("");
    expect(readFileSync(directory.in("out.jsonl"), "utf8")).toBe(whole);
    expect(await run("--merge", "2.partial", "13.partial")).toBe(await run(...counting));
  });

  test("also where there are more shards than parts, and with exit status 1 where every count is 0", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    const run = (...args: string[]) => rote(["count", ...args], { cwd: directory.path });
    for (const i of [1, 2]) {
      const shard = ["--shard", `${i}/2`, "--partial", `${i}.partial`];
      expect((await run("zebra", "--corpus", corpus, ...shard)).code).toBe(0);
    }
    const merged = await run("--merge", "1.partial", "2.partial", "--quiet");
    expect(merged).toEqual({ stdout: "phrase  df  tf\nzebra    0   0\n", stderr: "", code: 1 });
  });
});

describe("partials that do not belong together", () => {
  test("are refused with both names, both values and a way out", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    const other = writeCorpus(directory.path, "other.jsonl");
    writeFileSync(directory.in("pairs.tsv"), "to be\tquestion\n");
    const run = (...args: string[]) => rote(["count", ...args], { cwd: directory.path });
    const shard = async (name: string, ...args: string[]): Promise<void> => {
      const { code, stderr } = await run(...args, "--partial", name);
      expect(code, stderr).toBe(0);
    };
    await shard("1", "be", "--corpus", corpus, "--shard", "1/2");
    await shard("2", "be", "--corpus", corpus, "--shard", "2/2");
    await shard("phrase", "bee", "--corpus", corpus, "--shard", "2/2");
    await shard("policy", "be", "--corpus", corpus, "--shard", "2/2", "--policy", "exact-words");
    await shard("where", "be", "--corpus", corpus, "--shard", "2/2", "--where", "lang=eng");
    await shard("file", "be", "--corpus", other, "--shard", "2/2");
    await shard("three", "be", "--corpus", corpus, "--shard", "2/3");
    await shard(
      "window",
      "be",
      "--pairs",
      "pairs.tsv",
      "--window",
      "3",
      "--corpus",
      corpus,
      "--shard",
      "1/2",
    );
    await shard("pairs", "be", "--pairs", "pairs.tsv", "--corpus", corpus, "--shard", "2/2");
    writeFileSync(directory.in("cut"), readFileSync(directory.in("2")).subarray(0, -5));
    const cases: [string, string, string][] = [
      ["1", "1", "1 and 1 both hold shard 1 of 2"],
      ["1", "phrase", 'phrase 1 is "be" in 1, "bee" in phrase'],
      ["1", "policy", "the text policy is words@1 (Unicode 17.0) in 1, exact-words@1"],
      ["1", "where", "--where is absent in 1, lang=eng in where"],
      ["1", "file", "file 1 is corpus.jsonl of "],
      ["1", "three", "the number of shards is 2 in 1, 3 in three"],
      ["1", "pairs", 'pair 1 is absent in 1, "to be" with "question" in pairs'],
      ["window", "pairs", "--window is 3 in window, absent in pairs"],
      ["1", "cut", "cut is damaged: it was cut short or changed"],
      ["1", "pairs.tsv", "pairs.tsv is not a partial of rote count"],
      ["1", "nowhere", "nowhere does not exist"],
    ];
    for (const [first, second, message] of cases) {
      const { code, stdout, stderr } = await run("--merge", first, second);
      expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(message);
    }
    const { code, stderr } = await run("--merge", "2");
    expect(code).toBe(2);
    expect(stderr).toBe(
      "rote count: 1 of 2 shards are missing: 1; give their partials too, or merge these into one with --partial FILE\n",
    );
  });

  test("a count goes on with its own partial only", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    const run = (...args: string[]) =>
      rote(["count", "--corpus", corpus, "--partial", "a", "--resume", ...args], {
        cwd: directory.path,
      });
    expect((await run("be")).code).toBe(0);
    const before = readFileSync(directory.in("a"));
    for (const [args, message] of [
      [
        ["bee"],
        'a and this command do not belong together: phrase 1 is "be" in a, "bee" in this command; repeat',
      ],
      [["be", "--policy", "characters"], "the text policy is words@1"],
      [["be", "--where", "lang=eng"], "--where is absent in a, lang=eng in this command"],
      [["be", "--shard", "1/2"], "the shard is 1 of 1 in a, 1 of 2 in this command"],
    ] as const) {
      const { code, stderr } = await run(...args);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
    }
    expect(readFileSync(directory.in("a"))).toEqual(before);
    writeFileSync(corpus, `${readFileSync(corpus, "utf8")}{"text":"be"}\n`);
    const changed = await run("be");
    expect(changed.code).toBe(2);
    expect(changed.stderr).toMatch(/corpus\.jsonl changed/);
  });
});

describe("flags that contradict each other", () => {
  const cases: [readonly string[], RegExp][] = [
    [["x", "--shard", "1/2"], /--shard counts part .* --partial FILE/],
    [
      ["x", "--shard", "0/2", "--partial", "p"],
      /--shard must be I\/K with 1 ≤ I ≤ K, .* got "0\/2"/,
    ],
    [["x", "--shard", "3/2", "--partial", "p"], /got "3\/2"/],
    [["x", "--shard", "one", "--partial", "p"], /got "one"/],
    [
      ["x", "--shard", "1/2", "--partial", "p", "--out", "o.tsv"],
      /--shard counts part of the corpus, and --out/,
    ],
    [["x", "--resume"], /--resume goes on from a file; name it with --partial FILE/],
    [["x", "--checkpoint", "5"], /--checkpoint writes a file/],
    [["x", "--checkpoint", "0", "--partial", "p"], /--checkpoint must be/],
    [["x", "--partial", "p", "--json"], /--partial writes a file and prints no rows/],
    [["x", "--partial", "o.tsv", "--out", "o.tsv"], /both name o\.tsv/],
    [["--merge", "p"], /--merge adds partials, .* leave --corpus out/],
  ];
  test.each(cases)("%j", async (args, message) => {
    using directory = freshDirectory();
    writeCorpus(directory.path);
    const outcome = await rote(["count", ...args, "--corpus", "corpus.jsonl"], {
      cwd: directory.path,
    });
    expect(outcome).toMatchObject({ stdout: "", code: 2 });
    expect(outcome.stderr).toMatch(message);
  });

  test("standard input keeps nothing", async () => {
    const outcome = await rote(["count", "x", "--corpus", "-", "--partial", "p"]);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(/standard input \(-\) can be read once/);
    expect((await rote(["count", "--merge"])).stderr).toMatch(
      /nothing to merge; give the partials/,
    );
  });
});

describe("--dry-run", () => {
  test("prints the plan and counts nothing", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    writeFileSync(directory.in("pairs.tsv"), "to be\tquestion\nTO BE\tquestion\n");
    const args = [
      "count",
      "be",
      "--pairs",
      "pairs.tsv",
      "--corpus",
      corpus,
      "--dry-run",
      "--jobs",
      "3",
    ];
    const { stdout, stderr, code } = await rote(args, { cwd: directory.path });
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toMatch(/^corpus +1 file, \d+ bytes, read in 1 part\n/);
    expect(stdout).toContain("\nquestion  1 phrase and 2 pairs of 3 different phrases\n");
    expect(stdout).toMatch(
      /\nworkers +3\nmemory +at most about [\d.]+ MB: .*\ntime +about 0\.0 s, at 50\.0 MB of text/,
    );
    const [plan] = jsonLines(
      (await rote([...args, "--json", "--shard", "2/2", "--partial", "p"], { cwd: directory.path }))
        .stdout,
    );
    expect(plan).toMatchObject({
      ...{
        corpus: "corpus",
        files: 1,
        parts: 1,
        phrases: 1,
        pairs: 2,
        distinctPhrases: 3,
        jobs: 3,
      },
      shard: { index: 2, of: 2, parts: 0, bytes: 0 },
    });
  });
});
