import { existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonLines, freshDirectory, rote } from "./rote.ts";

const golden = resolve("../shared/data/golden/transformers");
if (!existsSync(golden)) process.stderr.write(`skipped: ${golden} is not there\n`);

describe.skipIf(!existsSync(golden))("models ls", () => {
  test("a table of models, and problems beside it", async () => {
    const { stdout, stderr, code } = await rote(["models", "ls", `${golden}/neox-bin`]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(
      /^model +checkpoint +family +parameters +dtype +size +tokenizer +path$/,
    );
    expect(lines[1]).toMatch(/^neox-bin +gpt-neox +81,216 +float16 +206\.1 kB +no +\//);
    expect({ lines: lines.length, stderr, code }).toEqual({
      lines: 2,
      stderr: "1 model, 0 problems\n",
      code: 0,
    });
  });

  test("a line of JSON for each model", async () => {
    const { stdout, code } = await rote(["models", "ls", golden, "--json", "--quiet"]);
    const rows = jsonLines(stdout) as { name?: string; problem?: string }[];
    expect(code).toBe(0);
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["neox", "llama", "gemma2", "bert"]),
    );
    expect(rows.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });

  test("exit code 1 where no model can be opened, 2 where there is nothing", async () => {
    using directory = freshDirectory();
    expect(await rote(["models", "ls", directory.in(".")])).toMatchObject({ stdout: "", code: 2 });
    mkdirSync(directory.in("step1"));
    const { stderr, code } = await rote(["models", "ls", directory.in(".")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/not a model: \S+config\.json does not exist\n0 models, 1 problem\n/);
  });
});
