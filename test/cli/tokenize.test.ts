import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { freshDirectory, jsonLines, rote } from "./rote.ts";

const gpt2 = resolve("../shared/data/tokenizers/gpt2/gpt2.tokenizer.json");
if (!existsSync(gpt2)) process.stderr.write(`skipped: ${gpt2} is not there\n`);

describe.skipIf(!existsSync(gpt2))("tokenize", () => {
  test("ids of each line; a blank line has none", async () => {
    const { stdout, stderr, code } = await rote(["tokenize", "--tokenizer", gpt2], {
      stdin: "Hello world\n\nto be\r\nlast",
    });
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toBe('{"ids":[15496,995]}\n{"ids":[]}\n{"ids":[1462,307]}\n{"ids":[12957]}\n');
  });

  test("ids of each document of a JSONL file", async () => {
    using directory = freshDirectory();
    writeFileSync(directory.in("a.jsonl"), '{"text":"Hello\\nworld"}\n{"text":"to be"}\n');
    const { stdout } = await rote(["tokenize", "--tokenizer", gpt2, directory.in("a.jsonl")]);
    expect(jsonLines(stdout)).toEqual([{ ids: [15496, 198, 6894] }, { ids: [1462, 307] }]);
  });

  test("a missing file or tokenizer is named", async () => {
    const file = await rote(["tokenize", "--tokenizer", gpt2, "nowhere.txt"]);
    expect(file).toMatchObject({
      stdout: "",
      stderr: "rote tokenize: nowhere.txt does not exist\n",
      code: 2,
    });
    const tokenizer = await rote(["tokenize", "--tokenizer", "nowhere.json"], { stdin: "x" });
    expect(tokenizer).toMatchObject({ stdout: "", code: 2 });
    expect(tokenizer.stderr).toContain("nowhere.json does not exist");
  });
});
