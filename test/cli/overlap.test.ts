import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { freshDirectory, jsonLines, rote } from "./rote.ts";

const documents = [
  { id: "quiz", text: "What is the capital city of the country Norway? Oslo!" },
  { id: "list", text: "Countries: Norway, Sweden, Finland." },
];
const examples = [
  { id: "norway", input: "what is the capital city of the country Norway", output: "Oslo" },
  { id: "sweden", input: "and which one is the capital city of Sweden then", output: "Stockholm" },
  { id: "short", input: "capital of Finland", output: "Helsinki" },
];

function writeFiles(): ReturnType<typeof freshDirectory> {
  const directory = freshDirectory();
  const lines = (rows: readonly object[]): string =>
    rows.map((row) => JSON.stringify(row)).join("\n");
  writeFileSync(directory.in("corpus.jsonl"), lines(documents));
  writeFileSync(directory.in("task.jsonl"), lines(examples));
  return directory;
}

const from = ["--task", "task.jsonl", "--corpus", "corpus.jsonl"];

describe("overlap", () => {
  test("a table of what is found, and the share of examples with its interval", async () => {
    using directory = writeFiles();
    const { stdout, stderr, code } = await rote(["overlap", ...from, "--n", "8"], {
      cwd: directory.path,
    });
    expect(stdout).toBe(
      [
        "id      part   n  matched  total  longest  df  documents",
        "norway  input  8        2      2        9   1  quiz",
        "norway  both   8        3      3       10   1  quiz",
        "",
        "n  part    examples  contaminated   share  95 % interval (Wilson)  too short",
        "8  input          2             1  50.0 %            9.5 … 90.5 %          1",
        "8  output         0             0       –                       –          3",
        "8  both           2             1  50.0 %            9.5 … 90.5 %          1",
        "",
      ].join("\n"),
    );
    expect(stderr).toMatch(/^corpus: 2 documents, 14 words, /);
    expect(code).toBe(0);
  });

  test("of a task with both splits the test split is taken, which is said", async () => {
    using directory = writeFiles();
    const rows = examples.map((example, i) => ({ ...example, split: i === 0 ? "test" : "train" }));
    const lines = rows.map((row) => JSON.stringify(row)).join("\n");
    writeFileSync(directory.in("task.jsonl"), lines);
    const options = { cwd: directory.path };
    const some = await rote(["overlap", ...from, "--n", "8", "--json"], options);
    expect(jsonLines(some.stdout)).toHaveLength(3);
    expect(some.stderr).toContain(
      "task.jsonl: the split test is looked for, 1 of 3 examples (--split all takes all)",
    );
    const all = await rote(["overlap", ...from, "--n", "8", "--json", "--split", "all"], options);
    expect(jsonLines(all.stdout)).toHaveLength(9);
    expect(all.stderr).not.toContain("the split test");
  });

  test(
    "rows of every example as JSON lines; an index gives the same",
    { timeout: 180_000 },
    async () => {
      using directory = writeFiles();
      const options = { cwd: directory.path };
      const json = ["--n", "3,8", "--json"];
      const scanned = await rote(["overlap", ...from, ...json], options);
      const rows = jsonLines(scanned.stdout);
      expect(rows).toHaveLength(3 * 2 * 3);
      expect(rows[3]).toEqual({
        ...{ id: "norway", part: "input", n: 8, words: 9, matched: 2, total: 2, longest: 9 },
        ...{ covered: 9, df: 1, documents: ["quiz"], short: false },
      });
      await rote(
        ["index", "build", "--corpus", "corpus.jsonl", "--tokenizer", "words", "--out", "index"],
        options,
      );
      const indexed = await rote(
        ["overlap", "--task", "task.jsonl", "--index", "index", ...json],
        options,
      );
      expect(indexed.stdout).toBe(scanned.stdout);
      expect(indexed.stderr).toContain("index: 2 documents, 14 words, answered in ");
    },
  );

  test("a preset judges examples by its rule and names its source", async () => {
    using directory = writeFiles();
    const { stdout, stderr, code } = await rote(
      ["overlap", ...from, "--preset", "wimbd", "--json"],
      {
        cwd: directory.path,
      },
    );
    const verdicts = jsonLines(stdout) as { id: string; contaminated: boolean }[];
    expect(
      verdicts.filter((_, i) => i % 3 === 0).map(({ id, contaminated }) => [id, contaminated]),
    ).toEqual([
      ["norway", true],
      ["sweden", false],
      ["short", false],
    ]);
    expect(stderr).toContain("wimbd   8         3             1  33.3 %");
    expect(stderr).toContain("source: Elazar et al. 2024");
    expect(code).toBe(0);
  });

  test("exit status 1 where nothing is found", async () => {
    using directory = writeFiles();
    const found = await rote(["overlap", ...from, "--n", "13"], { cwd: directory.path });
    expect(found.code).toBe(1);
    expect(found.stdout).not.toContain("norway");
  });

  test.each([
    [["--n", "8,x"], '--n takes whole numbers with commas between, got "x"'],
    [["--n", "8", "--preset", "palm"], "--preset palm sets the length itself; leave --n out"],
    [["--split", "train"], "task.jsonl has no example of the split train"],
  ])("%j is refused", async (args, message) => {
    using directory = writeFiles();
    const { stderr, code } = await rote(["overlap", ...from, ...args], { cwd: directory.path });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
