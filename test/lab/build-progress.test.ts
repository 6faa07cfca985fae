import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { removeLeftoversBelow } from "#rote/base/leftovers.js";
import type { Progress } from "#rote/base/progress.js";
import { BuildProgress } from "#rote/lab/build/build-progress.js";
import { freshDirectory } from "../cli/rote.ts";

const steps = [
  { name: "world", seconds: 0, done: true },
  { name: "train a", seconds: 100, done: false },
  { name: "train b", seconds: 300, done: false },
];

test("the time left is the plan's at first, then goes by how long the steps took", () => {
  let now = 0;
  const seen: Progress[] = [];
  const progress = new BuildProgress(
    steps,
    (each) => seen.push(each),
    () => now,
  );
  progress.update("train a", 0);
  expect(seen.at(-1)).toEqual({
    ...{ stage: "train a", done: 1, total: 3, unit: "steps", secondsLeft: 400 },
  });
  // Three times as slow as planned: what is left takes longer, too.
  now = 300_000;
  progress.update("train a", 1);
  expect(seen.at(-1)?.done).toBe(2);
  expect(seen.at(-1)?.secondsLeft).toBeGreaterThan(700);
  expect(seen.at(-1)?.secondsLeft).toBeLessThan(900);
  progress.update("train b", 1);
  expect(seen.at(-1)).toMatchObject({ done: 3, secondsLeft: 0 });
});

test("leftovers of dead processes are removed, those of living ones and other files stay", async () => {
  using directory = freshDirectory();
  // Process ids end at 2^22.
  const names = [`a.${process.pid}-0a1b2c.tmp`, "a.4194305-0a1b2c.tmp", "b.tmp", "c.jsonl"];
  for (const name of names) writeFileSync(directory.in(name), "");
  mkdirSync(directory.in("arms/late.4194305-0a1b2c.tmp"), { recursive: true });
  await removeLeftoversBelow(directory.path);
  expect(readdirSync(directory.path, { recursive: true }).sort()).toEqual(
    [names[0]!, "arms", "b.tmp", "c.jsonl"].sort(),
  );
});
