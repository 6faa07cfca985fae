import { expect, test } from "vitest";
import { freshDirectory, jsonLines, rote } from "./rote.ts";

test("lab train --dry-run tells the models of a world, and names them where one is unknown", async () => {
  using directory = freshDirectory();
  const out = directory.in("world");
  const nothing = await rote(["lab", "train", "--out", out]);
  expect(nothing).toMatchObject({ code: 2 });
  expect(nothing.stderr).toContain("holds no world; write one with rote lab world");
  await rote(["lab", "world", "--size", "tiny", "--out", out]);
  const args = ["lab", "train", "--out", out, "--dry-run"];
  const { stdout, stderr, code } = await rote([...args, "--model", "subset-*", "--json"]);
  expect(jsonLines(stdout)).toMatchObject([
    { name: "subset-1-0.36M", arm: "subset-1", shape: "0.36M", seed: 1 },
    { name: "subset-2-0.36M", arm: "subset-2", shape: "0.36M", seed: 1 },
  ]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^2 models, about [\d.]+ (s|min \d+ s) on \d+ threads?\n$/);
  const unknown = await rote([...args, "--model", "subset-3-0.36M"]);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('no model "subset-3-0.36M"; its models are perturbed-0.36M,');
});
