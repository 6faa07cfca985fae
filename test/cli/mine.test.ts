import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readParquet } from "#rote/base/parquet.js";
import { saveEncoder } from "../models/encoders/tiny-bert.js";
import { rote } from "./rote.js";

const folder = mkdtempSync(join(tmpdir(), "rote-mine-"));
const task = join(folder, "qa.jsonl");
writeFileSync(
  task,
  ["Aruba Oranjestad", "Norway Oslo"]
    .map((line) => line.split(" "))
    .map(([country, capital]) =>
      JSON.stringify({ input: `capital of ${country!}`, output: capital }),
    )
    .join("\n"),
);

test("the table holds every pair of a task where nothing is filtered", async () => {
  const out = join(folder, "table.parquet");
  const { stdout, code } = await rote([
    "mine",
    "--task",
    task,
    "--n",
    "3",
    "--threshold",
    "none",
    "--outputs",
    "whole",
    "--out",
    out,
    "--json",
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ n: 3, pairs: 2, examples: 2, threshold: null });
  const rows = [];
  for await (const { a, b, n, examples } of readParquet(out)) rows.push([a, b, n, examples]);
  expect(rows).toEqual([
    ["capital of aruba", "oranjestad", 3, 1],
    ["capital of norway", "oslo", 3, 1],
  ]);
});

test("a threshold out of range is named", async () => {
  const { stderr, code } = await rote([
    "mine",
    "--task",
    task,
    "--threshold",
    "2",
    "--out",
    join(folder, "x.parquet"),
  ]);
  expect(code).toBe(2);
  expect(stderr).toContain('--threshold must be calibrated, none or a cosine in [-1, 1), got "2"');
});

test("a sentence encoder's folder is an embedder", async () => {
  const encoder = saveEncoder(join(folder, "tiny-bert"));
  const out = join(folder, "by-encoder.parquet");
  const args = ["mine", "--task", task, "--n", "1", "--threshold", "none", "--out", out, "--json"];
  const cache = join(folder, "vectors");
  for (const more of [[], ["--cache", cache], ["--cache", cache]]) {
    const { stdout, code } = await rote([...args, "--embedder", encoder, ...more]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ n: 1, pairs: 6 });
  }
  for await (const { similarity } of readParquet(out))
    expect(similarity).toBeLessThanOrEqual(1.001);
});

test("filters leave pairs out of the table", async () => {
  const question = join(folder, "question.jsonl");
  const asked = { input: "what is the capital of Norway", output: "Oslo" };
  writeFileSync(question, JSON.stringify(asked));
  const mineFrom = async (file: string, ...flags: readonly string[]) => {
    const fixed = ["--task", file, "--n", "1", "--threshold", "none", "--json"];
    const out = join(folder, "filtered.parquet");
    const { stdout, stderr, code } = await rote(["mine", ...fixed, "--out", out, ...flags]);
    return { code, stderr, ...(code === 2 ? {} : (JSON.parse(stdout) as { pairs: number })) };
  };
  const mine = (...flags: readonly string[]) => mineFrom(task, ...flags);
  expect(await mine()).toMatchObject({ pairs: 6 });
  // "Aruba" and "Norway" stand inside a text, "Oslo" and "Oranjestad" begin one.
  expect(await mine("--filter", "entities", "--filter", "alphabetic")).toMatchObject({ pairs: 4 });
  // One function word does not tell a short text's language ("capital of Aruba"); three do.
  const german = ["--filter", "language", "--languages", "de,"];
  expect(await mine(...german)).toMatchObject({ pairs: 6 });
  expect(await mineFrom(question, ...german)).toMatchObject({ code: 1 });
  expect(await mine("--filter", "language", "--languages", "en,de")).toMatchObject({ pairs: 6 });
  expect((await mine("--filter", "language")).stderr).toMatch(/state them, or leave it out/);
  expect((await mine("--filter", "language", "--languages", "en")).stderr).toMatch(/two codes/);
});
