import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { writeCorpus } from "./fixtures.ts";
import { freshDirectory, jsonLines, rote } from "./rote.ts";

/** A corpus and an index of its words, in the directory of the test. */
async function build(cwd: string, ...flags: string[]): Promise<void> {
  writeCorpus(cwd);
  const command = ["index", "build", "--corpus", "corpus.jsonl", "--tokenizer", "words"];
  expect((await rote([...command, "--out", "index", ...flags], { cwd })).code).toBe(0);
}

// A dozen processes.
test("an index answers with the rows of a scan", { timeout: 180_000 }, async () => {
  using directory = freshDirectory();
  const cwd = directory.path;
  await build(cwd, "--shards", "2");
  writeFileSync(
    directory.in("pairs.tsv"),
    "to be\tor not\nFrage\tquestion\nto be\tthe\nto be\tor not\n",
  );
  for (const flags of [
    ["--json", "To be", "zebra"],
    ["--pairs", "pairs.tsv", "--json"],
    ["--pairs", "pairs.tsv", "--window", "2"],
    ["nowhere"],
  ]) {
    const scan = await rote(["count", "--corpus", "corpus.jsonl", ...flags], { cwd });
    const index = await rote(["count", "--index", "index", ...flags], { cwd });
    expect([index.stdout, index.code]).toEqual([scan.stdout, scan.code]);
    expect(index.stderr).toMatch(/^index: 3 documents, 27 words, answered in [\d.]+ s\n/);
  }
  const out = ["--pairs", "pairs.tsv", "--out"];
  await rote(["count", "--corpus", "corpus.jsonl", ...out, "scan.jsonl"], { cwd });
  await rote(["count", "--index", "index", ...out, "index.jsonl"], { cwd });
  expect(readFileSync(directory.in("index.jsonl"), "utf8")).toBe(
    readFileSync(directory.in("scan.jsonl"), "utf8"),
  );
});

test("a search in an index shows what a search in the corpus does", async () => {
  using directory = freshDirectory();
  const cwd = directory.path;
  await build(cwd);
  for (const flags of [["--json"], []]) {
    const search = ["search", "to be", "OR NOT", ...flags];
    const scan = await rote([...search, "--corpus", "corpus.jsonl"], { cwd });
    const index = await rote([...search, "--index", "index"], { cwd });
    expect([index.stdout, index.code]).toEqual([scan.stdout, scan.code]);
    expect(index.stderr).toMatch(/^2 documents found\nindex: 3 documents, /);
  }
});

test("where the corpus is gone, a search in an index shows the words that were indexed", async () => {
  using directory = freshDirectory();
  const cwd = directory.path;
  await build(cwd);
  rmSync(directory.in("corpus.jsonl"));
  const { stdout, stderr, code } = await rote(
    ["search", "to be", "OR NOT", "--index", "index", "--json"],
    { cwd },
  );
  expect(jsonLines(stdout)).toEqual([
    {
      id: "d1",
      source: "corpus.jsonl",
      hits: [
        { phrase: "to be", start: 0, end: 5 },
        { phrase: "OR NOT", start: 6, end: 12 },
        { phrase: "to be", start: 13, end: 18 },
      ],
      text: "to be or not to be that is the question",
    },
    {
      id: "d3",
      source: "corpus.jsonl",
      hits: [
        { phrase: "OR NOT", start: 3, end: 9 },
        { phrase: "to be", start: 10, end: 15 },
        { phrase: "OR NOT", start: 16, end: 22 },
        { phrase: "to be", start: 23, end: 28 },
      ],
      text: "be or not to be or not to be",
    },
  ]);
  expect(stderr).toMatch(
    /^corpus\.jsonl is not there; where a text cannot be read, the words that were indexed are shown\n2 documents found\nindex: 3 documents, 27 words, answered in /,
  );
  expect(code).toBe(0);
  expect((await rote(["search", "nowhere", "--index", "index"], { cwd })).code).toBe(1);
});

test("flags that say how a corpus is read, and another policy, are refused", async () => {
  using directory = freshDirectory();
  const cwd = directory.path;
  await build(cwd);
  const refused = async (...flags: string[]): Promise<string> => {
    const { stderr, code } = await rote(["count", "be", "--index", "index", ...flags], { cwd });
    expect(code).toBe(2);
    return stderr;
  };
  expect(await refused("--corpus", "corpus.jsonl")).toMatch(
    /--index answers from an index, .*; leave --corpus out/,
  );
  expect(await refused("--where", "lang=eng")).toMatch(/leave --where out/);
  expect(await refused("--dry-run")).toMatch(/leave --dry-run out/);
  expect(await refused("--policy", "exact-words")).toMatch(
    /index was made under the policy words, not exact-words; say --policy words/,
  );
  expect((await rote(["search", "be"], { cwd })).stderr).toMatch(
    /--corpus FILE\|GLOB\|DIR or --index DIR is required/,
  );
});
