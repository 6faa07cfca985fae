import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { freshDirectory, jsonLines, rote } from "./rote.ts";

test("lab world writes a world, and an arm of the world that the folder holds", async () => {
  using directory = freshDirectory();
  const out = directory.in("world");
  const world = await rote(["lab", "world", "--size", "tiny", "--seed", "3", "--out", out]);
  expect(world).toMatchObject({ stdout: `${out}/corpus\n`, code: 0 });
  expect(world.stderr).toMatch(
    /^\d+ items in \d+ planted documents; every dose counted, none of \d+ held-out phrases found; /,
  );
  const late = await rote(["lab", "world", "--out", out, "--arm", "late", "--json"]);
  expect(jsonLines(late.stdout)).toMatchObject([{ folder: `${out}/arms/late` }]);
  const other = await rote(["lab", "world", "--size", "tiny", "--out", out]);
  expect(other).toMatchObject({ stdout: "", code: 2 });
  expect(other.stderr).toContain("holds a world of other settings or sources");
});

test("lab world --dry-run counts tokens and writes nothing", async () => {
  using directory = freshDirectory();
  const out = directory.in("world");
  const args = ["lab", "world", "--size", "tiny", "--out", out, "--dry-run"];
  const { stdout, code } = await rote([...args, "--json"]);
  const sizes = jsonLines(stdout) as { planted: boolean; tokens: number }[];
  const tokens = (planted: boolean): number =>
    sizes.filter((size) => size.planted === planted).reduce((sum, size) => sum + size.tokens, 0);
  expect(code).toBe(0);
  expect(tokens(true) / (tokens(true) + tokens(false))).toBeLessThan(0.25);
  expect(existsSync(out)).toBe(false);
  const standard = await rote([...args, "--arm", "standard"]);
  expect(standard.stderr).toContain("0.0 % of them planted");
});

test("sources that are missing or say nothing are errors that name them", async () => {
  using directory = freshDirectory();
  const args = ["lab", "world", "--out", directory.in("world"), "--sources", directory.path];
  const { stderr, code } = await rote(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(/sources\.json does not exist/);
});
