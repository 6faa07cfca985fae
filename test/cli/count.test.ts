import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readParquet } from "#rote/base/parquet.js";
import { writeCorpus } from "./fixtures.ts";
import { freshDirectory, jsonLines, rote, roteMain } from "./rote.ts";

const pairs =
  '{"a":"to be","b":"or not"}\n{"a":"Frage","b":"question"}\n{"a":"to be","b":"or not"}\n';
const pairRow = { a: "to be", b: "or not", codf: 2, dfA: 2, dfB: 2, tfA: 4, tfB: 3 };
const apartRow = { a: "Frage", b: "question", codf: 0, dfA: 1, dfB: 1, tfA: 1, tfB: 1 };

describe("count", () => {
  test("phrases as a table, in the order asked", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    const outcome = await rote(["count", "To be", "zebra", "FRAGE", "--corpus", corpus]);
    expect(outcome.stdout).toBe(
      ["phrase  df  tf", "To be    2   4", "zebra    0   0", "FRAGE    1   1", ""].join("\n"),
    );
    expect(outcome.stderr).toMatch(
      /^corpus: 3 documents, 27 words, \d+ bytes in [\d.]+ s \(.*\/s\)\n$/,
    );
    expect(outcome.code).toBe(0);
  });

  test("phrases and pairs as JSON lines; duplicates are kept", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    writeFileSync(directory.in("phrases.txt"), "be\r\nzebra\nbe\n");
    writeFileSync(directory.in("pairs.jsonl"), pairs);
    const outcome = await rote(
      [
        "count",
        "--corpus",
        corpus,
        "--phrases",
        "phrases.txt",
        "--pairs",
        "pairs.jsonl",
        "--json",
        "--quiet",
      ],
      { cwd: directory.path },
    );
    expect(outcome).toEqual({
      stdout: [
        ...[
          { phrase: "be", df: 2, tf: 5 },
          { phrase: "zebra", df: 0, tf: 0 },
          { phrase: "be", df: 2, tf: 5 },
        ],
        ...[pairRow, apartRow, pairRow],
      ]
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(""),
      stderr: "",
      code: 0,
    });
  });

  test("pairs within a window", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    const args = ["count", "--corpus", corpus, "--pairs", "-", "--json"];
    const asked = { stdin: "to be\tquestion\n" };
    const codf = async (...window: string[]) =>
      (jsonLines((await rote([...args, ...window], asked)).stdout)[0] as { codf: number }).codf;
    expect([await codf("--window", "4"), await codf("--window", "5"), await codf()]).toEqual([
      0, 1, 1,
    ]);
  });

  test.each(["parquet", "jsonl", "tsv"])("--out writes .%s and nothing to stdout", async (kind) => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    writeFileSync(directory.in("pairs.jsonl"), pairs);
    const out = directory.in(`counts.${kind}`);
    const outcome = await rote([
      "count",
      "--corpus",
      corpus,
      "--pairs",
      directory.in("pairs.jsonl"),
      "--out",
      out,
    ]);
    expect(outcome).toMatchObject({ stdout: "", code: 0 });
    expect(outcome.stderr).toContain(`3 rows in ${out}\n`);
    expect(outcome.stderr).toMatch(
      /\nasked: 3 pairs, 4 different, read in \S+ s, prepared in \S+ s, rows written in \S+ s\n$/,
    );
    if (kind === "parquet") {
      const rows = [];
      for await (const row of readParquet(out)) rows.push(row);
      expect(rows).toEqual([pairRow, apartRow, pairRow]);
    } else if (kind === "jsonl")
      expect(jsonLines(readFileSync(out, "utf8"))).toEqual([pairRow, apartRow, pairRow]);
    else
      expect(readFileSync(out, "utf8").split("\n").slice(0, 2)).toEqual([
        "a\tb\tcodf\tdfA\tdfB\ttfA\ttfB",
        "to be\tor not\t2\t2\t2\t4\t3",
      ]);
  });

  test("exits with 1 only where every count is 0", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    expect(await rote(["count", "zebra", "--corpus", corpus, "--quiet"])).toEqual({
      stdout: "phrase  df  tf\nzebra    0   0\n",
      stderr: "",
      code: 1,
    });
    const pairs = (stdin: string) =>
      rote(["count", "--pairs", "-", "--corpus", corpus, "--json"], { stdin });
    // Both phrases of the pair are there, if in no document together.
    expect((await pairs("Frage\tquestion\n")).code).toBe(0);
    expect((await pairs("zebra\tgnu\n")).code).toBe(1);
    expect((await rote(["count", "zebra", "be", "--corpus", corpus])).code).toBe(0);
  });

  test("reads several corpora, folders, filters and other fields", async () => {
    using directory = freshDirectory();
    mkdirSync(directory.in("more"));
    writeCorpus(directory.path);
    writeCorpus(directory.path, "second.jsonl");
    writeFileSync(directory.in("more/a.jsonl.gz"), gzipSync('{"body":{"en":"to be sure"}}\n'));
    const run = async (...args: string[]) =>
      jsonLines(
        (await rote(["count", "to be", "--json", ...args], { cwd: directory.path })).stdout,
      );
    expect(await run("--corpus", "corpus.jsonl", "--corpus", "second.jsonl")).toEqual([
      { phrase: "to be", df: 4, tf: 8 },
    ]);
    expect(await run("--corpus", "more", "--field", "body.en")).toEqual([
      { phrase: "to be", df: 1, tf: 1 },
    ]);
    expect(await run("--corpus", "*.jsonl", "--where", "lang=deu")).toEqual([
      { phrase: "to be", df: 0, tf: 0 },
    ]);
  });

  test("--policy decides what a word is", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    const df = async (policy: string) =>
      (
        jsonLines(
          (await rote(["count", "To be", "--json", "--corpus", corpus, "--policy", policy])).stdout,
        )[0] as { tf: number }
      ).tf;
    expect([await df("words"), await df("exact-words")]).toEqual([4, 1]);
  });

  test("says what it replaced, skipped and left out", async () => {
    using directory = freshDirectory();
    writeFileSync(
      directory.in("c.jsonl"),
      Buffer.concat([
        Buffer.from('{"text":"to be '),
        Buffer.from([0xff]),
        Buffer.from('"}\n{"txt":"x"}\nnonsense\n'),
      ]),
    );
    const { stderr, code } = await rote(
      ["count", "be", "--corpus", "c.jsonl", "--skip-malformed"],
      { cwd: directory.path },
    );
    expect(code).toBe(0);
    expect(stderr).toContain(
      "1 invalid UTF-8 sequence replaced by U+FFFD\n2 malformed lines skipped:\n  c.jsonl:2 ",
    );
    expect(stderr).toContain("\n  c.jsonl:3 ");
  });
});

describe("what goes wrong ends with 2, a sentence, and nothing half written", () => {
  const cases: [string, string[], RegExp][] = [
    [
      "a missing corpus",
      ["count", "x", "--corpus", "nowhere.jsonl"],
      /^rote count: nowhere\.jsonl does not exist\n$/,
    ],
    [
      "no corpus",
      ["count", "x"],
      /^rote count: --corpus FILE\|GLOB\|DIR or --index DIR is required\nSee "rote help count"\.\n$/,
    ],
    ["nothing to count", ["count", "--corpus", "corpus.jsonl"], /nothing to count; give a PHRASE/],
    [
      "a phrase without words",
      ["count", "?!", "--corpus", "corpus.jsonl"],
      /PHRASE "\?!" has no words/,
    ],
    [
      "a phrase without words in a file",
      ["count", "--phrases", "bad.txt", "--corpus", "corpus.jsonl"],
      /bad\.txt:2 "…" has no words/,
    ],
    [
      "a missing phrase file",
      ["count", "--phrases", "no.txt", "--corpus", "corpus.jsonl"],
      /no\.txt does not exist/,
    ],
    [
      "a field that is not there",
      ["count", "x", "--corpus", "corpus.jsonl", "--field", "body"],
      /corpus\.jsonl:1 has no string field "body"/,
    ],
    ["a truncated gzip", ["count", "x", "--corpus", "cut.jsonl.gz"], /cut\.jsonl\.gz/],
    [
      "an empty corpus",
      ["count", "x", "--corpus", "empty.jsonl"],
      /the corpus empty .*holds no document/,
    ],
    [
      "an unknown flag",
      ["count", "x", "--corpsu", "corpus.jsonl"],
      /unknown flag --corpsu; did you mean --corpus\?/,
    ],
    [
      "a condition without a value",
      ["count", "x", "--corpus", "corpus.jsonl", "--where", "lang"],
      /--where must be KEY=VALUE, got "lang"/,
    ],
    [
      "a window without pairs",
      ["count", "x", "--corpus", "corpus.jsonl", "--window", "3"],
      /--window is about pairs/,
    ],
    [
      "a bad number",
      ["count", "x", "--corpus", "corpus.jsonl", "--jobs", "0"],
      /--jobs must be a whole number, at least 1, got "0"/,
    ],
    [
      "an unknown policy",
      ["count", "x", "--corpus", "corpus.jsonl", "--policy", "wrods"],
      /must be one of words, .*; did you mean words\?/,
    ],
    [
      "an unknown kind of output",
      ["count", "x", "--corpus", "corpus.jsonl", "--out", "counts.csv"],
      /counts\.csv: counts are written as \.parquet, \.jsonl or \.tsv/,
    ],
    [
      "an output below a file",
      ["count", "x", "--corpus", "corpus.jsonl", "--out", "corpus.jsonl/counts.tsv"],
      /^rote count: corpus\.jsonl\/counts\.tsv: /,
    ],
    [
      "phrases and pairs in one table",
      ["count", "x", "--pairs", "pairs.tsv", "--corpus", "corpus.jsonl", "--out", "both.parquet"],
      /one table holds phrases or pairs, not both/,
    ],
    [
      "a pair file with one column",
      ["count", "--pairs", "bad.txt", "--corpus", "corpus.jsonl"],
      /bad\.txt:1 has one column/,
    ],
  ];

  test.each(cases)("%s", async (_, args, message) => {
    using directory = freshDirectory();
    writeCorpus(directory.path);
    const whole = gzipSync(readFileSync(directory.in("corpus.jsonl")));
    writeFileSync(directory.in("cut.jsonl.gz"), whole.subarray(0, whole.length - 12));
    writeFileSync(directory.in("empty.jsonl"), "");
    writeFileSync(directory.in("bad.txt"), "to be\n…\n");
    writeFileSync(directory.in("pairs.tsv"), "to be\tor not\n");
    const before = readdirSync(directory.path);
    const withOut = args.includes("--out") ? args : [...args, "--out", "out.jsonl"];
    const outcome = await rote(withOut, { cwd: directory.path });
    expect(outcome).toMatchObject({ stdout: "", code: 2 });
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr).not.toContain("    at ");
    expect(readdirSync(directory.path)).toEqual(before);
  });

  test("Ctrl-C leaves no file and says so", async () => {
    using directory = freshDirectory();
    // Standard input that never ends, so that the count is still going on.
    const args = ["count", "be", "--corpus", "-", "--out", "out.jsonl"];
    const child = spawn(process.execPath, [roteMain, ...args], { cwd: directory.path });
    child.stdin.write(`${JSON.stringify({ text: "to be or not to be" })}\n`);
    setTimeout(() => child.kill("SIGINT"), 1500);
    const exit = once(child, "exit");
    expect(await text(child.stderr)).toBe(
      "rote count: interrupted; nothing is left half written\n",
    );
    expect(await exit).toEqual([2, null]);
    expect(readdirSync(directory.path)).toEqual([]);
  });
});
