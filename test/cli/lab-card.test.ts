import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import type { CalibrationFile } from "#rote/lab/calibration/calibrate-world.js";
import { readParquet } from "#rote/base/parquet.js";
import { freshDirectory, rote } from "./rote.ts";

const directory = freshDirectory();
const world = directory.in("world");
const card = async (...args: readonly string[]): ReturnType<typeof rote> =>
  await rote(["lab", "card", "--world", world, "--bootstrap", "20", ...args]);

beforeAll(async () => {
  await rote(["lab", "world", "--size", "tiny", "--out", world]);
  for (const name of ["perturbed-0.36M", "subset-1-0.36M", "subset-2-0.36M"])
    cpSync("data/demo/models/0.36M", `${world}/models/${name}`, { recursive: true });
  await rote(["lab", "truth", "--world", world]);
}, 240_000);

test(
  "lab card writes the card, its page and counterfactuals, the same each time",
  { timeout: 240_000 },
  async () => {
    const first = await card("--tokenizer", "data/demo/tokenizer");
    expect(first.stderr).toMatch(/^19 measures on 1 model; /);
    expect(first).toMatchObject({ stdout: `${world}/calibration.html\n`, code: 0 });
    const text = readFileSync(`${world}/calibration.json`, "utf8");
    const made = JSON.parse(text) as CalibrationFile;
    expect(made).toMatchObject({ schema: 1, resamples: 20, models: ["0.36M"] });

    // The scan finds every item as often as it was planted.
    const counted = made.grades.filter(({ measure }) => measure === "document-frequency");
    expect(counted.length).toBeGreaterThan(10);
    for (const { spearman } of counted)
      if (spearman.dose.value !== null) expect(spearman.dose.value).toBeCloseTo(1, 10);
    expect(made.grades.some(({ measure }) => measure === "infinity-gram")).toBe(true);

    const rows: Record<string, unknown>[] = [];
    for await (const row of readParquet(`${world}/counterfactual.parquet`)) rows.push(row);
    expect(rows.length).toBeGreaterThan(0);
    // All three models are the same one, so no item makes a difference.
    for (const row of rows) expect(row).toMatchObject({ value: 0, with: 1, without: 1 });

    const again = await card("--tokenizer", "data/demo/tokenizer", "--json");
    expect(JSON.parse(again.stdout)).toMatchObject({ schema: 1 });
    const withoutCommand = (card: string): unknown => ({
      ...(JSON.parse(card) as CalibrationFile),
      provenance: null,
    });
    const second = readFileSync(`${world}/calibration.json`, "utf8");
    expect(withoutCommand(second)).toEqual(withoutCommand(text));
  },
);

test("a truth of another manifest is refused", async () => {
  const manifest = readFileSync(`${world}/manifest.jsonl`, "utf8");
  writeFileSync(`${world}/manifest.jsonl`, manifest.slice(manifest.indexOf("\n") + 1));
  const { stderr, code } = await card();
  expect(code).toBe(2);
  expect(stderr).toContain("is of another manifest");
});

test("a world without a truth is an error that names the file", async () => {
  const { stderr, code } = await rote(["lab", "card", "--world", directory.in("nothing")]);
  expect(code).toBe(2);
  expect(stderr).toContain("manifest.jsonl does not exist");
});
