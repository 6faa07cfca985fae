import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDirectory, jsonLines, rote, roteMain } from "./rote.ts";

const least = ["--size", "tiny", "--only", "perturbed-0.36M"];
const model = "models/perturbed-0.36M";
const built = [
  "manifest.jsonl",
  "corpus/facts-countries.jsonl.gz",
  "tokenizer/tokenizer.json",
  `${model}/model.safetensors`,
];

const build = (out: string, ...args: readonly string[]): ReturnType<typeof rote> =>
  rote(["lab", "build", "--out", out, ...args]);

/** Start a build and kill it as soon as a file is there; whether it was killed before its end. */
async function killAt(out: string, file: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, [roteMain, "lab", "build", "--out", out, ...args], {
    stdio: "ignore",
  });
  const timer = setInterval(() => {
    if (existsSync(join(out, file))) child.kill("SIGKILL");
  }, 5);
  const signal = await new Promise((resolve) => {
    child.on("exit", (_code, name) => {
      resolve(name);
    });
  });
  clearInterval(timer);
  return signal === "SIGKILL";
}

/** Paths of all files below a folder. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" });
}

describe("a build", () => {
  const directory = freshDirectory();
  const [whole, killed] = [directory.in("whole"), directory.in("killed")];

  beforeAll(async () => {
    const { stderr, code } = await build(whole, ...least, "--jobs", "2");
    expect(code, stderr).toBe(0);
  }, 180_000);

  afterAll(() => {
    directory[Symbol.dispose]();
  });

  test("leaves a world, a model, its truth and a card", () => {
    for (const file of [
      ...built,
      "world.json",
      "truth.parquet",
      "calibration.json",
      "calibration.html",
    ])
      expect(existsSync(join(whole, file)), file).toBe(true);
    const { seconds } = JSON.parse(readFileSync(join(whole, "build.json"), "utf8")) as {
      seconds: Record<string, number>;
    };
    expect(Object.keys(seconds)).toEqual([
      ...["world", "tokenizer", "train perturbed-0.36M", "truth perturbed-0.36M", "card"],
    ]);
  });

  test(
    "goes on wherever it is killed, and ends as if it never was",
    { timeout: 240_000 },
    async () => {
      const moments = ["corpus", `${model}/training.jsonl`, "truth", "infinity-gram.tmp"];
      for (const file of moments) expect(await killAt(killed, file, least), file).toBe(true);
      const { stderr, code } = await build(killed, "--only", "perturbed-0.36M", "--jobs", "1");
      expect(code, stderr).toBe(0);
      expect(stderr).not.toContain("train perturbed-0.36M:");
      for (const file of built)
        expect(readFileSync(join(killed, file)).equals(readFileSync(join(whole, file))), file).toBe(
          true,
        );
      expect(cardOf(killed)).toEqual(cardOf(whole));
      expect(filesBelow(killed).sort()).toEqual(filesBelow(whole).sort());
    },
  );

  test("does nothing twice but the page", { timeout: 60_000 }, async () => {
    const times = (): number[] =>
      filesBelow(whole)
        .filter((path) => path !== "calibration.html")
        .map((path) => statSync(join(whole, path)).mtimeMs);
    const before = times();
    const { stdout, stderr, code } = await build(whole, "--only", "perturbed-0.36M");
    expect({ stdout, code }).toEqual({ stdout: `${whole}/calibration.html\n`, code: 0 });
    expect(stderr).toContain("all 5 steps are done");
    expect(times()).toEqual(before);
  });

  test("tells what is left of it", { timeout: 60_000 }, async () => {
    const { stdout } = await build(whole, "--dry-run", "--json");
    const steps = jsonLines(stdout) as { name: string; tokens?: number; done: boolean }[];
    const done = steps.filter((step) => step.done).map(({ name }) => name);
    expect(done).toEqual(["world", "tokenizer", "train perturbed-0.36M", "truth perturbed-0.36M"]);
    const subset = steps.find(({ name }) => name === "train subset-2-0.36M");
    expect(subset).toMatchObject({ tokens: expect.any(Number) as number, done: false });
  });

  test("refuses another seed, another recipe and two sizes, and says what to do", async () => {
    const seed = await build(whole, "--seed", "2");
    expect(seed.code).toBe(2);
    expect(seed.stderr).toContain("another --out keeps it");
    const sizes = await build(whole, "--small", "--size", "tiny");
    expect(sizes.stderr).toContain("--small and --size tiny contradict each other");
    const path = join(whole, `${model}.json`);
    const recipe = readFileSync(path, "utf8");
    writeFileSync(path, recipe.replace('"epochs": 1', '"epochs": 2'));
    const other = await build(whole, "--only", "perturbed-0.36M");
    writeFileSync(path, recipe);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain(
      `by another recipe than this version of Rote; build into another`,
    );
  });

  test("makes a corpus again that was changed", { timeout: 60_000 }, async () => {
    const path = join(killed, "corpus", "facts-countries.jsonl.gz");
    const before = readFileSync(path);
    writeFileSync(path, "");
    const { stderr, code } = await build(killed, "--only", "perturbed-0.36M");
    expect(code, stderr).toBe(0);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

function cardOf(out: string): unknown {
  const card = JSON.parse(readFileSync(join(out, "calibration.json"), "utf8")) as object;
  return { ...card, provenance: undefined };
}
