import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { openDecoder } from "#rote/models/open-decoder.js";
import { parseTrainingConfig, type TrainingConfig } from "#rote/models/training/config.js";
import { trainModel } from "#rote/models/training/train.js";
import { gptNeoxDecoder } from "#rote/models/training/gpt-neox-shape.js";
import { trainOnTokens } from "#rote/models/training/train-on-tokens.js";
import { openTokenizer } from "#rote/tokenizers/open.js";
import { wholeSequence } from "#rote/models/scoring/token-tree.js";
import { tinyConfig } from "../tiny-gpt-neox.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rote-train-"));
  const rng = createRng(3);
  const words = ["one", "two", "three", "four", "five", "six", "seven"];
  const lines = Array.from({ length: 120 }, () => {
    const text = Array.from({ length: 12 }, () => words[rng.int(words.length)]!).join(" ");
    return JSON.stringify({ text });
  });
  await writeFile(join(folder, "corpus.jsonl"), `${lines.join("\n")}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

function configuration(): TrainingConfig {
  const entries = {
    corpus: { files: "corpus.jsonl" },
    tokenizer: { vocabularySize: 270 },
    shape: { hiddenSize: 16, layers: 2, heads: 2, maximumLength: 16 },
    schedule: { steps: 12, batchSize: 4, learningRate: 0.01, warmupSteps: 2 },
    checkpoints: { every: 5, steps: [2], stateEvery: 4 },
    dtype: "float32",
    seed: 7,
  };
  return parseTrainingConfig(entries, { folder });
}

const read = (...path: string[]): Promise<Buffer> => readFile(join(folder, ...path));

async function curve(name: string): Promise<unknown[]> {
  const lines = (await read(name, "training.jsonl")).toString().trimEnd().split("\n");
  return lines.map((line) => ({ ...(JSON.parse(line) as object), tokensPerSecond: undefined }));
}

describe("a training from a configuration", () => {
  test("writes the model, its checkpoints, its tokenizer and the loss curve", async () => {
    const out = join(folder, "whole");
    const summary = await trainModel(configuration(), { out, threads: 1 });
    expect((await readdir(out)).sort()).toEqual([
      "config.json",
      "model.safetensors",
      "step-10",
      "step-2",
      "step-5",
      "tokenizer.json",
      "tokenizer_config.json",
      "training.json",
      "training.jsonl",
    ]);
    const entries = (await curve("whole")) as { step: number; loss: number }[];
    expect(entries.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(entries[11]!.loss).toBeLessThan(0.8 * entries[0]!.loss);
    const checkpoints = ["step-2", "step-5", "step-10"].map((name) => join(out, name));
    expect(summary).toMatchObject({
      checkpoints,
      steps: 12,
      trainedTokens: 768,
      loss: entries[11]!.loss,
    });
  });

  test("its folder and its checkpoints open as models", async () => {
    const tokenizer = await openTokenizer(join(folder, "whole"));
    const ids = tokenizer.encode("one two three four five six seven");
    for (const name of ["whole", "whole/step-5"]) {
      await using model = await openDecoder(join(folder, name), { threads: 1 });
      const [scores] = await model.run([wholeSequence(ids.subarray(0, 10))]);
      expect(scores!.logProbs.every((value) => value < 0 && value > -20)).toBe(true);
    }
    expect((await read("whole", "step-5", "tokenizer.json")).length).toBeGreaterThan(100);
  });

  test("run again it gives the same bytes", async () => {
    await trainModel(configuration(), { out: join(folder, "again"), threads: 1 });
    for (const file of [
      "model.safetensors",
      "config.json",
      "tokenizer.json",
      "step-5/model.safetensors",
      "training.json",
    ])
      expect(await read("again", file)).toEqual(await read("whole", file));
    expect(await curve("again")).toEqual(await curve("whole"));
  });

  test.each([3, 4, 7, 11])(
    "interrupted after step %i and resumed it gives the same bytes",
    async (at) => {
      const name = `interrupted-${at}`;
      const out = join(folder, name);
      const controller = new AbortController();
      const interrupted = trainModel(configuration(), {
        out,
        threads: 1,
        signal: controller.signal,
        onStep: ({ state }) => {
          if (state.step === at) controller.abort();
        },
      });
      await expect(interrupted).rejects.toMatchObject({ code: "interrupted" });
      expect(existsSync(join(out, "model.safetensors"))).toBe(false);
      await trainModel(configuration(), { out, threads: 1, resume: true });
      expect(await read(name, "model.safetensors")).toEqual(
        await read("whole", "model.safetensors"),
      );
      expect(await curve(name)).toEqual(await curve("whole"));
    },
  );

  test("killed between two savings it goes on from the earlier one", async () => {
    const out = join(folder, "killed");
    // Leaving the loop by an error, as a crash would: nothing is saved after step 4.
    const killed = trainModel(configuration(), {
      out,
      threads: 1,
      onStep: ({ state }) => {
        if (state.step === 6) throw new Error("killed");
      },
    });
    await expect(killed).rejects.toThrow("killed");
    await writeFile(join(out, "training.jsonl"), '{"step":7,"lo', { flag: "a" });
    await trainModel(configuration(), { out, threads: 1, resume: true });
    expect(await read("killed", "model.safetensors")).toEqual(
      await read("whole", "model.safetensors"),
    );
    expect(await curve("killed")).toEqual(await curve("whole"));
  });

  test("where the finished model could not be written, resuming writes it", async () => {
    const out = join(folder, "unwritten");
    await mkdir(join(out, "model.safetensors"), { recursive: true });
    await expect(trainModel(configuration(), { out, threads: 1 })).rejects.toThrow();
    await rm(join(out, "model.safetensors"), { recursive: true });
    await trainModel(configuration(), { out, threads: 1, resume: true });
    expect(await read("unwritten", "model.safetensors")).toEqual(
      await read("whole", "model.safetensors"),
    );
  });

  test("resumed when done it does nothing", async () => {
    const before = await read("whole", "training.jsonl");
    const out = join(folder, "whole");
    const summary = await trainModel(configuration(), { out, threads: 1, resume: true });
    expect(summary.steps).toBe(12);
    expect(await read("whole", "training.jsonl")).toEqual(before);
  });

  test("a folder that holds a training is not overwritten", async () => {
    await expect(trainModel(configuration(), { out: join(folder, "whole") })).rejects.toMatchObject(
      {
        code: "usage",
        message: expect.stringContaining("--resume") as string,
      },
    );
  });

  test("another configuration does not go on with the state of the first", async () => {
    const config = { ...configuration(), seed: 8 };
    const resumed = trainModel(config, { out: join(folder, "whole"), resume: true });
    await expect(resumed).rejects.toMatchObject({
      code: "study/mismatch",
      message: expect.stringContaining("another seed") as string,
    });
  });

  test.each([
    ["dtype", { dtype: "float16" }],
    ["checkpoints", { checkpoints: { every: 5, steps: [2, 3], optimizer: false, stateEvery: 4 } }],
    ["tokenizer", { tokenizer: { vocabularySize: 271 } }],
  ] as const)("a training that is done does not answer for another %s", async (name, change) => {
    const out = join(folder, "whole");
    const before = await read("whole", "tokenizer.json");
    const resumed = trainModel({ ...configuration(), ...change }, { out, resume: true });
    await expect(resumed).rejects.toMatchObject({
      code: "study/mismatch",
      message: expect.stringContaining(`another ${name};`) as string,
    });
    expect(await read("whole", "tokenizer.json")).toEqual(before);
  });

  test("a trained model is trained further, and resumed it ends the same", async () => {
    const entries = {
      corpus: { files: "corpus.jsonl" },
      from: "whole",
      schedule: { steps: 3, batchSize: 4, sequenceLength: 16, learningRate: 0.001 },
      checkpoints: { stateEvery: 1 },
      dtype: "float32",
    };
    const config = parseTrainingConfig(entries, { folder });
    const before = (await curve("whole")) as { loss: number }[];
    const summary = await trainModel(config, { out: join(folder, "further"), threads: 1 });
    expect(summary.loss).toBeLessThan(before.at(-2)!.loss);
    expect(await read("further", "config.json")).toEqual(await read("whole", "config.json"));
    const out = join(folder, "further-interrupted");
    const interrupted = trainModel(config, {
      out,
      threads: 1,
      onStep: ({ state }) => {
        if (state.step === 2) throw new Error("killed");
      },
    });
    await expect(interrupted).rejects.toThrow("killed");
    await trainModel(config, { out, threads: 1, resume: true });
    expect(await read("further-interrupted", "model.safetensors")).toEqual(
      await read("further", "model.safetensors"),
    );
  });

  test("from the state kept with a checkpoint the rest comes out the same", async () => {
    const base = configuration();
    const config = { ...base, checkpoints: { ...base.checkpoints, optimizer: true } };
    await trainModel(config, { out: join(folder, "kept"), threads: 1 });
    const out = join(folder, "from-kept");
    await cp(join(folder, "kept/step-5"), out, { recursive: true });
    const { checkpoints } = await trainModel(config, { out, threads: 1, resume: true });
    expect(checkpoints).toEqual([join(out, "step-10")]);
    expect(await read("from-kept", "model.safetensors")).toEqual(
      await read("whole", "model.safetensors"),
    );
  });

  test("text too short for one sequence is refused", async () => {
    await writeFile(join(folder, "short.jsonl"), '{"text":"one"}\n');
    const config = {
      ...configuration(),
      corpus: { files: [join(folder, "short.jsonl")], field: "text" },
    };
    await expect(trainModel(config, { out: join(folder, "short") })).rejects.toMatchObject({
      code: "corpus/empty",
    });
  });
});

test("a model learns to continue a cycle of tokens", async () => {
  const tokens = Int32Array.from({ length: 600 }, (_, i) => (i % 7) + 2);
  const schedule = {
    ...configuration().schedule,
    length: { unit: "steps" as const, amount: 40 },
    learningRate: 0.03,
  };
  const options = { model: gptNeoxDecoder(tinyConfig), schedule, seed: 1, threads: 1 };
  let loss = Infinity;
  for await (const step of trainOnTokens(tokens, options)) loss = step.loss;
  expect(loss).toBeLessThan(0.1);
});

test("a training that diverges stops and says so", async () => {
  const tokens = Int32Array.from({ length: 600 }, (_, i) => (i * i) % 19);
  const schedule = { ...configuration().schedule, learningRate: 1e30, warmupSteps: 0 };
  const steps = trainOnTokens(tokens, {
    model: gptNeoxDecoder(tinyConfig),
    schedule,
    seed: 1,
    threads: 1,
  });
  await expect(async () => {
    for await (const { loss } of steps) expect(loss).toBeGreaterThan(0);
  }).rejects.toThrow(/training diverged at step \d+.*lower schedule\.learningRate/);
});
