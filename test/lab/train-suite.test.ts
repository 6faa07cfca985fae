import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { armNames } from "#rote/lab/arms/arms.js";
import { planSuite } from "#rote/lab/build/plan-suite.js";
import { suiteModels } from "#rote/lab/build/suite.js";
import { trainSuite } from "#rote/lab/build/train-suite.js";
import { worldSettings } from "#rote/lab/world/settings.js";
import type { World } from "#rote/lab/world/world.js";
import { writeWorld } from "#rote/lab/world/write-world.js";
import { openTokenizer } from "#rote/tokenizers/open.js";
import { freshDirectory } from "../cli/rote.ts";
import { planTinyWorld } from "./tiny-world.ts";

describe("the models of a world", () => {
  const full = suiteModels(worldSettings(), { dilution: true });

  test("are named once, and trained on arms that there are", () => {
    const names = full.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const arms = new Set(armNames(worldSettings()));
    for (const { arm } of full) expect(arms, arm).toContain(arm);
  });

  test("of full size are three shapes, 24 subsets, and five levels of injection by three seeds", () => {
    const names = full.map(({ name }) => name);
    for (const shape of ["0.36M", "1.3M", "4.2M"])
      expect(names).toEqual(expect.arrayContaining([`perturbed-${shape}`, `standard-${shape}`]));
    expect(names.filter((name) => name.startsWith("subset-")).length).toBe(24);
    const levels = ["standard", "injection-3", "injection-10", "injection-30", "perturbed"];
    for (const level of levels)
      for (const seed of ["", "-seed2", "-seed3"]) expect(names).toContain(`${level}-0.36M${seed}`);
    expect(names).toContain("diluted-0.36M");
    const without = suiteModels(worldSettings(), { dilution: false });
    expect(without.length).toBe(full.length - 1);
  });
});

describe("the training of a world's models", () => {
  const directory = freshDirectory();
  const out = directory.in("world");
  let world: World;
  const chosen = (...names: string[]) =>
    suiteModels(world.settings, { dilution: false }).filter(({ name }) => names.includes(name));
  const weights = (folder: string, name: string): Buffer =>
    readFileSync(join(folder, "models", name, "model.safetensors"));

  beforeAll(async () => {
    world = await planTinyWorld();
    await writeWorld(out, world);
    await trainSuite(out, world, chosen("perturbed-0.36M", "late-0.36M"), { jobs: 2 });
  }, 120_000);

  afterAll(() => {
    directory[Symbol.dispose]();
  });

  test("writes a model for each, checkpoints of the perturbed one, and the arm it needs", () => {
    for (const name of ["perturbed-0.36M", "late-0.36M"])
      expect(existsSync(join(out, "models", name, "training.json")), name).toBe(true);
    const { checkpoints } = JSON.parse(
      readFileSync(join(out, "models", "perturbed-0.36M", "training.json"), "utf8"),
    ) as { checkpoints: string[] };
    expect(checkpoints.length).toBe(3);
    expect(existsSync(join(out, "arms", "late", "facts-countries.jsonl.gz"))).toBe(true);
  });

  test("trains nothing twice", async () => {
    const path = join(out, "models", "late-0.36M", "model.safetensors");
    const { mtimeMs } = statSync(path);
    const seen: [string, boolean][] = [];
    await trainSuite(out, world, chosen("late-0.36M"), {
      onModel: ({ name }, summary) => seen.push([name, summary === undefined]),
    });
    expect(seen).toEqual([["late-0.36M", true]]);
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
  });

  test("gives the same weights alone as beside another", { timeout: 120_000 }, async () => {
    const again = directory.in("again");
    await writeWorld(again, world);
    await trainSuite(again, world, chosen("perturbed-0.36M"), { jobs: 1 });
    expect(weights(again, "perturbed-0.36M")).toEqual(weights(out, "perturbed-0.36M"));
    expect(weights(out, "late-0.36M")).not.toEqual(weights(out, "perturbed-0.36M"));
  });

  test("is planned in the tokens it takes", async () => {
    const tokenizer = await openTokenizer(join(out, "tokenizer"));
    const models = chosen("perturbed-0.36M", "standard-0.36M");
    const rates = { "0.36M": 1000 };
    const [perturbed, standard] = await planSuite(world, models, { tokenizer, rates });
    const { corpusTokens } = JSON.parse(
      readFileSync(join(out, "models", "perturbed-0.36M", "training.json"), "utf8"),
    ) as { corpusTokens: number };
    expect(perturbed!.tokens).toBe(corpusTokens);
    expect(perturbed!.seconds).toBe(perturbed!.tokens / 1000);
    expect(standard!.tokens).toBeLessThan(perturbed!.tokens);
  });

  test("needs a world", async () => {
    await expect(trainSuite(directory.in("nothing"), world, chosen("late-0.36M"))).rejects.toThrow(
      /holds no world/,
    );
  });
});
