import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { decoderParameters } from "#rote/models/families/decoder.js";
import { openLanguageModel } from "#rote/models/open-model.js";
import { openDecoder } from "#rote/models/open-decoder.js";
import {
  type GptNeoxConfig,
  gptNeoxDecoder,
  writeGptNeoxConfig,
} from "#rote/models/training/gpt-neox-shape.js";
import { writeSafetensors } from "#rote/models/write-safetensors.js";
import { HEAD_ROWS } from "#rote/models/scoring/head-graph.js";
import { wholeSequence } from "#rote/models/scoring/token-tree.js";
import { goldenFolder, hasGolden, readGolden } from "./golden.ts";
import { naiveLogProbs, randomWeights, tinyConfig, type NamedWeights } from "./tiny-gpt-neox.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rote-neox-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function writeModel(
  name: string,
  config: GptNeoxConfig,
  weights: NamedWeights,
  rename: (name: string) => string = (old) => old,
): Promise<string> {
  const path = join(folder, name);
  const tensors = decoderParameters(gptNeoxDecoder(config))
    .filter((parameter) => weights.has(parameter.name))
    .map((parameter) => ({
      name: rename(parameter.name),
      shape: parameter.shape,
      data: weights.get(parameter.name)!,
    }));
  await writeSafetensors(join(path, "model.safetensors"), tensors);
  const entries = writeGptNeoxConfig(config, { dtype: "float32" });
  await writeFile(join(path, "config.json"), JSON.stringify(entries));
  return path;
}

function randomIds(length: number, seed = 5): number[] {
  const rng = createRng(seed);
  return Array.from({ length }, () => rng.int(tinyConfig.vocabularySize));
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));
}

describe("against a float64 forward pass by plain loops", () => {
  const shapes: Record<string, Partial<GptNeoxConfig>> = {
    "parallel residual": {},
    "sequential residual": { parallelResidual: false },
    "tied embeddings": { tiedEmbeddings: true },
    "every number rotated": { rotaryFraction: 1, rotaryBase: 500 },
  };
  test.each(Object.keys(shapes))("%s agrees to 1e-5", async (name) => {
    const config = { ...tinyConfig, ...shapes[name] };
    const weights = randomWeights(config);
    await using model = await openDecoder(await writeModel(name, config, weights), { threads: 1 });
    // 17 ids are one more than the model reads: the last is only asked for.
    for (const length of [2, 7, 17]) {
      const ids = randomIds(length);
      const [scores] = await model.run([wholeSequence(Int32Array.from(ids))]);
      expect(largestDifference(scores!.logProbs, naiveLogProbs(config, weights, ids))).toBeLessThan(
        1e-5,
      );
    }
  });
});

describe("a batch of unequal lengths", () => {
  test("gives each sequence what it has alone", async () => {
    const path = await writeModel("padded", tinyConfig, randomWeights(tinyConfig));
    await using model = await openDecoder(path, { threads: 1 });
    const batch = [3, 1, 9, 16].map((length) => Int32Array.from(randomIds(length, length)));
    const together = await model.run(batch.map((ids) => wholeSequence(ids)));
    const logits = await model.lastLogits(batch);
    for (const [i, ids] of batch.entries()) {
      const [alone] = await model.run([wholeSequence(ids)]);
      expect(together[i]!.logProbs.length).toBe(ids.length - 1);
      // float32 rounding only: products of another size are summed in another order.
      for (const [t, value] of alone!.logProbs.entries())
        expect(together[i]!.logProbs[t]).toBeCloseTo(value, 5);
      expect(together[i]!.argmax).toEqual(alone!.argmax);
      const own = await model.lastLogits([ids]);
      const row = logits.subarray(i * 19, (i + 1) * 19);
      expect(largestDifference(row, own)).toBeLessThan(1e-5);
    }
  });

  test("and so it is where there are more places than the output layer takes at once", async () => {
    const path = await writeModel("many", tinyConfig, randomWeights(tinyConfig));
    await using model = await openDecoder(path, { threads: 1 });
    const batch = Array.from({ length: 40 }, (_, i) => Int32Array.from(randomIds(17, i)));
    expect(40 * 16).toBeGreaterThan(2 * HEAD_ROWS);
    const details = { details: true };
    const together = await model.run(
      batch.map((ids) => wholeSequence(ids)),
      details,
    );
    for (const [i, ids] of batch.entries()) {
      const [alone] = await model.run([wholeSequence(ids)], details);
      expect(largestDifference(together[i]!.logProbs, alone!.logProbs)).toBeLessThan(1e-5);
      expect(largestDifference(together[i]!.entropies!, alone!.entropies!)).toBeLessThan(1e-5);
      expect(together[i]!.argmax).toEqual(alone!.argmax);
      expect(together[i]!.ranks).toEqual(alone!.ranks);
    }
  });

  test("the first choice is where the last logit is largest", async () => {
    const path = await writeModel("greedy", tinyConfig, randomWeights(tinyConfig));
    await using model = await openDecoder(path, { threads: 1 });
    const ids = randomIds(6);
    const logits = await model.lastLogits([Int32Array.from(ids)]);
    const [scores] = await model.run([wholeSequence(Int32Array.from([...ids, 0]))]);
    expect(scores!.argmax[5]).toBe(logits.indexOf(Math.max(...logits)));
  });
});

describe("a folder that cannot be opened says why", () => {
  test("a missing tensor is named with its file and shape", async () => {
    const weights = new Map(randomWeights(tinyConfig));
    weights.delete("gpt_neox.layers.1.attention.dense.weight");
    const path = await writeModel("missing", tinyConfig, weights);
    await expect(openDecoder(path)).rejects.toMatchObject({
      code: "model/missing-tensor",
      message: expect.stringMatching(
        /model\.safetensors has no tensor gpt_neox\.layers\.1\.attention\.dense\.weight of shape \[12, 12\]/,
      ) as string,
    });
  });

  test("a tensor of another shape is named with both shapes", async () => {
    const path = await writeModel("shape", tinyConfig, randomWeights(tinyConfig));
    const config = { ...tinyConfig, vocabularySize: 20 };
    const entries = writeGptNeoxConfig(config, { dtype: "float32" });
    await writeFile(join(path, "config.json"), JSON.stringify(entries));
    await expect(openDecoder(path)).rejects.toMatchObject({
      code: "model/malformed",
      message: expect.stringContaining(
        "has shape [19, 12], but config.json asks for [20, 12]",
      ) as string,
    });
  });

  test("a tensor the model has no place for", async () => {
    const path = await writeModel("extra", tinyConfig, randomWeights(tinyConfig));
    const config = { ...tinyConfig, layers: 1 };
    const entries = writeGptNeoxConfig(config, { dtype: "float32" });
    await writeFile(join(path, "config.json"), JSON.stringify(entries));
    await expect(openDecoder(path)).rejects.toMatchObject({
      code: "model/malformed",
      message: expect.stringMatching(
        /tensor gpt_neox\.layers\.1\.\S+ of shape \[12\] has no place in a model of the family gpt-neox with 1 layers/,
      ) as string,
    });
  });

  test("weights that are no numbers, as soon as a log-probability comes of them", async () => {
    const weights = new Map(randomWeights(tinyConfig));
    weights.get("gpt_neox.layers.1.mlp.dense_h_to_4h.weight")![7] = NaN;
    const path = await writeModel("damaged", tinyConfig, weights);
    await using model = await openLanguageModel(path, { threads: 1 });
    await expect(model.scoreIds!([{ ids: [1, 2, 3], start: 1 }])).rejects.toMatchObject({
      code: "model/malformed",
      message: expect.stringMatching(/damaged gives request 1 the log-probability NaN/) as string,
    });
  });

  test("a truncated file", async () => {
    const path = await writeModel("truncated", tinyConfig, randomWeights(tinyConfig));
    const file = join(path, "model.safetensors");
    await writeFile(file, (await readFile(file)).subarray(0, -8));
    await expect(openDecoder(path)).rejects.toMatchObject({ code: "file/truncated" });
  });

  test.each([
    [{ hidden_act: "relu" }, /hidden_act "relu" is not supported/],
    [{ rope_scaling: { type: "wave" } }, /rotary scaling "wave"/],
    [{ num_attention_heads: 5 }, /hidden size of 12 cannot be divided among 5 heads/],
  ])("config.json with %j", async (entries, message) => {
    const path = await writeModel("config", tinyConfig, randomWeights(tinyConfig));
    const written = writeGptNeoxConfig(tinyConfig, { dtype: "float32" });
    await writeFile(join(path, "config.json"), JSON.stringify({ ...written, ...entries }));
    await expect(openDecoder(path)).rejects.toThrow(message);
  });
});

test("ids outside the vocabulary and sequences too long are refused", async () => {
  const path = await writeModel("refuse", tinyConfig, randomWeights(tinyConfig));
  await using model = await openDecoder(path, { threads: 1 });
  await expect(model.run([wholeSequence(Int32Array.of(3, 19))])).rejects.toThrow(/token id 19/);
  await expect(model.run([wholeSequence(new Int32Array(18))])).rejects.toThrow(
    /reads 16 tokens at once, got 17/,
  );
});

test("an output layer called lm_head.weight is found", async () => {
  const weights = randomWeights(tinyConfig);
  const path = await writeModel("lm-head", tinyConfig, weights, (name) =>
    name === "embed_out.weight" ? "lm_head.weight" : name,
  );
  await using model = await openDecoder(path, { threads: 1 });
  const ids = randomIds(5);
  const [scores] = await model.run([wholeSequence(Int32Array.from(ids))]);
  expect(largestDifference(scores!.logProbs, naiveLogProbs(tinyConfig, weights, ids))).toBeLessThan(
    1e-5,
  );
});

describe.skipIf(!hasGolden)("against PyTorch", () => {
  const names = ["neox", "neox-sequential", "neox-bf16", "neox-f16-legacy", "neox-sharded"];
  test.each(names)("%s: log-probabilities to 3e-5, first choices exactly", async (name) => {
    const { sequences } = readGolden(name);
    await using model = await openDecoder(goldenFolder(name), { threads: 1 });
    const results = await model.run(
      sequences.map(({ input_ids }) => wholeSequence(Int32Array.from(input_ids))),
    );
    for (const [i, { logprobs, argmax }] of sequences.entries()) {
      // 3e-5: ten times float32 noise, a ninth of the smallest planted mistake (README there).
      expect(largestDifference(results[i]!.logProbs, logprobs)).toBeLessThan(3e-5);
      expect([...results[i]!.argmax]).toEqual(argmax.slice(0, -1));
    }
  });

  test("the configuration as transformers 5 spells it gives the same numbers", async () => {
    const { sequences } = readGolden("neox");
    const path = join(folder, "v5");
    const source = goldenFolder("neox");
    await writeSafetensors(join(path, "model.safetensors"), []);
    await writeFile(join(path, "config.json"), await readFile(join(source, "config.v5.json")));
    await writeFile(
      join(path, "model.safetensors"),
      await readFile(join(source, "model.safetensors")),
    );
    await using model = await openDecoder(path, { threads: 1 });
    const [scores] = await model.run([wholeSequence(Int32Array.from(sequences[2]!.input_ids))]);
    expect(largestDifference(scores!.logProbs, sequences[2]!.logprobs)).toBeLessThan(3e-5);
  });
});
