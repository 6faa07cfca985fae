import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { freshDirectory, jsonLines, rote, roteMain } from "./rote.ts";

function writeCorpus(path: string, texts: readonly string[]): void {
  writeFileSync(path, texts.map((text, i) => `${JSON.stringify({ text, i })}\n`).join(""));
}

test("an index is built, described and proved", async () => {
  using scratch = freshDirectory();
  writeCorpus(scratch.in("c.jsonl"), ["To be, or not to be", "not to"]);
  const run = (...args: string[]) => rote(["index", ...args], { cwd: scratch.path });
  const built = await run("build", "--corpus", "c.jsonl", "--out", "idx", "--memory", "1GB");
  expect(built).toMatchObject({ code: 0, stdout: "idx\n" });
  expect(built.stderr).toContain("2 documents, 10 tokens in ");
  expect(readdirSync(scratch.path).sort()).toEqual(["c.jsonl", "idx"]);

  const info = await run("info", "idx", "--json");
  expect(jsonLines(info.stdout)).toMatchObject([
    {
      ...{ directory: "idx", format: 1, tokenType: "u16", tokenWidth: 2, pointerWidth: 1 },
      ...{ documents: 2, tokens: 10, endOfDocument: 65535 },
      tokenizer: { kind: "words", vocabularySize: 4 },
      files: { "table.0": 10, "words.txt": 13 },
    },
  ]);
  expect((await run("info", "idx")).stdout).toMatch(/^documents +2\ntokens +10, of them 2 sep/m);

  expect(await run("verify", "idx")).toMatchObject({ code: 0, stdout: "" });
  const table = readFileSync(scratch.in("idx/table.0"));
  table[3]! ^= 4;
  writeFileSync(scratch.in("idx/table.0"), table);
  const verified = await run("verify", "idx");
  expect(verified.code).toBe(1);
  expect(verified.stdout).toMatch(/^table.0 has another sha256 .*\ntable.0 points /);
  const [found] = jsonLines((await run("verify", "idx", "--json")).stdout);
  expect(found).toMatchObject({ directory: "idx", findings: [{ file: "table.0" }, {}] });
});

test("standard input is indexed; an interrupted build of it is begun anew", async () => {
  using scratch = freshDirectory();
  const run = (stdin: string) =>
    rote(["index", "build", "--corpus", "-", "--out", "idx"], { cwd: scratch.path, stdin });
  expect((await run('{"text":"a"}\n{"text":\n')).stderr).toContain("-:2 is not JSON");
  expect((await run('{"text":"b"}\n{"text":"b b"}\n')).stdout).toBe("idx\n");
  expect(readFileSync(scratch.in("idx/words.txt"), "utf8")).toBe("b\n");
});

test("mistakes in using it are named", async () => {
  using scratch = freshDirectory();
  writeCorpus(scratch.in("c.jsonl"), ["a"]);
  const run = (...args: string[]) => rote(["index", ...args], { cwd: scratch.path });
  expect((await run()).stderr).toContain('"index" takes a further word: index build, index info');
  const build = ["build", "--corpus", "c.jsonl", "--out", "idx"];
  expect((await run(...build, "--memory", "lots")).stderr).toContain("--memory must be a size");
  expect((await run(...build, "--tokenizer", "gone")).stderr).toContain("gone does not exist");
  expect(existsSync(scratch.in("idx.unfinished"))).toBe(false);
  expect((await run("verify", "c.jsonl")).code).toBe(2);
  expect((await run("info", ".")).stderr).toContain("holds no index");
});

test("a build that is stopped leaves nothing under the index's name, and goes on", async () => {
  using scratch = freshDirectory();
  const text = Array.from({ length: 2000 }, (_, i) => `w${i % 700}`).join(" ");
  writeCorpus(scratch.in("c.jsonl"), Array<string>(4000).fill(text));
  const args = ["index", "build", "--corpus", "c.jsonl", "--out", "idx"];
  const child = spawn(process.execPath, [roteMain, ...args], { cwd: scratch.path });
  while (!existsSync(scratch.in("idx.unfinished/tokenized.0"))) await setTimeout(20);
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([2, null]);
  expect(existsSync(scratch.in("idx"))).toBe(false);
  const refused = await rote(["index", "info", "idx.unfinished"], { cwd: scratch.path });
  expect(refused.stderr).toContain("is an index whose build was interrupted");
  const again = await rote(args, { cwd: scratch.path });
  expect(again).toMatchObject({ code: 0, stdout: "idx\n" });
  expect((await rote(["index", "verify", "idx"], { cwd: scratch.path })).code).toBe(0);
  expect(readdirSync(scratch.path).sort()).toEqual(["c.jsonl", "idx"]);
});

// A limit to the length of files stands for a full disk: what is small can still be written.
test.skipIf(process.platform === "win32")(
  "a build that ran out of room goes on where there is some",
  async () => {
    using scratch = freshDirectory();
    const { path } = scratch;
    const lines = Array.from({ length: 13_000 }, (_, i) =>
      JSON.stringify({ text: `a b ${i}`, more: "x".repeat(200) }),
    );
    writeFileSync(scratch.in("c.jsonl"), `${lines.join("\n")}\n`);
    const build = (out: string) => ["index", "build", "--corpus", "c.jsonl", "--out", out];
    const command = [process.execPath, roteMain, ...build("cut")].map((word) => `"${word}"`);
    const full = spawnSync("bash", ["-c", `ulimit -f 1100; ${command.join(" ")}`], { cwd: path });
    expect([full.status, full.stderr.toString()]).toEqual([
      2,
      expect.stringContaining("cut.unfinished/metadata.0: "),
    ]);
    expect(await rote(build("cut"), { cwd: path })).toMatchObject({ code: 0, stdout: "cut\n" });
    expect((await rote(build("whole"), { cwd: path })).code).toBe(0);
    for (const name of ["tokenized.0", "metadata.0", "metaoff.0", "words.txt"])
      expect(readFileSync(scratch.in(`cut/${name}`), "latin1")).toBe(
        readFileSync(scratch.in(`whole/${name}`), "latin1"),
      );
  },
);
