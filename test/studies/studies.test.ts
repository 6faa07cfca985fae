/** Every study runs on a world in miniature, whose truth is made by formula. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashFile } from "#rote/base/files.js";
import { calibrate } from "#rote/lab/calibration/calibrate.js";
import { writeTruthRows } from "#rote/lab/truth/truth-file.js";
import { TruthTable } from "#rote/lab/truth/truth-table.js";
import { idealRows, planted } from "../lab/ideal-truth.ts";
import { readings } from "../lab/synthetic-world.ts";

const run = promisify(execFile);
const names = ["injection", "dose-response", "scale", "timing"];
let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rote-studies-"));
  const items = planted();
  const manifest = join(folder, "manifest.jsonl");
  writeFileSync(manifest, items.map((item) => `${JSON.stringify(item)}\n`).join(""));
  const settings = { size: "tiny", seed: 1, subsets: 2 };
  writeFileSync(join(folder, "world.json"), JSON.stringify({ settings }));
  const rows = idealRows(items);
  const sha256 = await hashFile(manifest);
  await writeTruthRows(join(folder, "truth.parquet"), rows, { manifest: sha256 });
  const estimates = { seed: 1, resamples: 20 };
  const truth = await TruthTable.of(rows);
  const { card } = calibrate({ items, truth, corpus: readings(items), ...estimates, measures: [] });
  writeFileSync(
    join(folder, "calibration.json"),
    JSON.stringify({ schema: 1, manifest: sha256, ...card }),
  );
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each(names)("the study %s", (name) => {
  const out = (): string => join(folder, "out", name);

  test("recomputes its numbers, figures and tables", { timeout: 120_000 }, async () => {
    mkdirSync(out(), { recursive: true });
    const args = ["--world", folder, "--out", out(), "--bootstrap", "20"];
    await run(process.execPath, [`studies/${name}/run.mjs`, ...args]);
    const results = JSON.parse(readFileSync(join(out(), "results.json"), "utf8")) as object;
    expect(results).toMatchObject({ study: name, world: { size: "tiny" }, seed: 1, resamples: 20 });
    const tables = readFileSync(join(out(), "tables.md"), "utf8");
    expect(tables.split("\n").length).toBeGreaterThan(10);
    expect(tables).not.toMatch(/NaN|undefined|\[object/);
    const figure = readFileSync(join(out(), "figure.svg"), "utf8");
    expect(figure).toMatch(/^<svg xmlns/);
    expect(figure).not.toMatch(/NaN|undefined/);
  });

  test("has a place in its README for every table", () => {
    const readme = readFileSync(`studies/${name}/README.md`, "utf8");
    const source = readFileSync(`studies/${name}/run.mjs`, "utf8");
    const [, block] = /\n {4}tables: \{([^]*?)\n {4}\}/.exec(source) ?? [];
    expect(block).toBeDefined();
    const declared = [...block!.matchAll(/^ {6}"?([\w-]+)"?:/gm)].map(([, key]) => key!);
    const places = [...readme.matchAll(/<!-- table ([\w-]+) -->/g)].map(([, key]) => key!);
    expect(places.sort()).toEqual(declared.sort());
  });
});

test("the table of shapes names every shape", { timeout: 120_000 }, async () => {
  const { stdout } = await run(process.execPath, ["studies/shapes.mjs", "--world", folder]);
  expect(stdout).toContain("## rule-twin\n");
  expect(stdout).toContain("| appears");
});
