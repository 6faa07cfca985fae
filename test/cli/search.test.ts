import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { documents, writeCorpus } from "./fixtures.ts";
import { freshDirectory, jsonLines, rote, roteMain } from "./rote.ts";

interface Hit {
  readonly id: string;
  readonly hits: readonly {
    readonly phrase: string;
    readonly start: number;
    readonly end: number;
  }[];
  readonly text: string;
}

describe("search", () => {
  test("keywords in context", async () => {
    using directory = freshDirectory();
    writeCorpus(directory.path);
    const outcome = await rote(["search", "OR NOT", "question", "--corpus", "corpus.jsonl"], {
      cwd: directory.path,
    });
    expect(outcome.stdout).toBe(
      [
        "d1  corpus.jsonl",
        "  To be, [or not] to be: that is the question.",
        "  To be, or not to be: that is the [question].",
        "",
      ].join("\n"),
    );
    expect(outcome.stderr).toMatch(/^1 document found\ncorpus: 3 documents, /);
    expect(outcome.code).toBe(0);
  });

  test("documents as JSON lines with the places of every hit", async () => {
    using directory = freshDirectory();
    writeCorpus(directory.path);
    const { stdout } = await rote(["search", "to be", "--corpus", "corpus.jsonl", "--json"], {
      cwd: directory.path,
    });
    const found = jsonLines(stdout) as Hit[];
    expect(found[0]).toEqual({
      id: "d1",
      source: "corpus.jsonl",
      hits: [
        { phrase: "to be", start: 0, end: 5 },
        { phrase: "to be", start: 14, end: 19 },
      ],
      text: documents[0]!.text,
    });
    for (const { hits, text } of found)
      for (const { start, end } of hits) expect(text.slice(start, end).toLowerCase()).toBe("to be");
    expect(found.map(({ id }) => id)).toEqual(["d1", "d3"]);
  });

  test("--limit stops early and says so", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    const { stdout, stderr } = await rote([
      "search",
      "be",
      "--corpus",
      corpus,
      "--limit",
      "1",
      "--json",
    ]);
    expect(jsonLines(stdout)).toHaveLength(1);
    expect(stderr).toBe("1 document found\nstopped at --limit; the rest was not read\n");
  });

  test("--sample is drawn by the seed", async () => {
    using directory = freshDirectory();
    writeFileSync(
      directory.in("many.txt"),
      Array.from({ length: 200 }, (_, i) => `word ${i}\n`).join(""),
    );
    const draw = async (seed: string) =>
      (
        await rote([
          "search",
          "word",
          "--corpus",
          directory.in("many.txt"),
          "--lines",
          "--sample",
          "5",
          "--seed",
          seed,
          "--json",
        ])
      ).stdout;
    const first = await draw("1");
    expect(jsonLines(first)).toHaveLength(5);
    expect(await draw("1")).toBe(first);
    expect(await draw("2")).not.toBe(first);
  });

  test("nothing found is 1, silent on stdout", async () => {
    using directory = freshDirectory();
    const corpus = writeCorpus(directory.path);
    const outcome = await rote(["search", "to be", "Frage", "--corpus", corpus, "--quiet"]);
    expect(outcome).toEqual({ stdout: "", stderr: "", code: 1 });
  });

  test.each([
    [["search", "--corpus", "corpus.jsonl"], "PHRASE is missing"],
    [
      ["search", "be", "--corpus", "corpus.jsonl", "--limit", "1", "--sample", "1"],
      "--limit takes the first",
    ],
    [
      ["search", "be", "--corpus", "corpus.jsonl", "--limit", "x"],
      '--limit must be a whole number, at least 1, got "x"',
    ],
  ])("%j is a usage error", async (args, message) => {
    using directory = freshDirectory();
    writeCorpus(directory.path);
    const { stderr, code, stdout } = await rote(args, { cwd: directory.path });
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
    expect(stderr).toContain(message);
  });

  test("a reader that goes away ends it quietly", () => {
    using directory = freshDirectory();
    writeFileSync(directory.in("many.txt"), "a word and more of it\n".repeat(20_000));
    const { stdout, stderr, status } = spawnSync(
      "bash",
      [
        "-c",
        `"${process.execPath}" "${roteMain}" search word --corpus many.txt --lines --json | head -1; exit "\${PIPESTATUS[0]}"`,
      ],
      { cwd: directory.path, encoding: "utf8" },
    );
    expect(jsonLines(stdout)).toHaveLength(1);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  });
});
