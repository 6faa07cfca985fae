/**
 * The device that ROTE_DEVICE names: PyTorch's values, and what the CPU says, from the same graphs.
 * Without a GPU, webgpu runs on Mesa's software device where VK_ICD_FILENAMES names lvp_icd.
 */
import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { Device } from "#rote/graph/device.js";
import { openEncoder } from "#rote/models/encoders/open-encoder.js";
import { generateIds } from "#rote/models/generate.js";
import { openDecoder } from "#rote/models/open-decoder.js";
import { wholeSequence } from "#rote/models/scoring/token-tree.js";
import { parseTrainingConfig } from "#rote/models/training/config.js";
import { gradientProducts, lossGradient } from "#rote/models/training/gradient-products.js";
import { trainModel } from "#rote/models/training/train.js";
import { openTrainableModel } from "#rote/models/training/trainable-model.js";
import { freshDirectory } from "../cli/rote.ts";
import { saveEncoder } from "../models/encoders/tiny-bert.ts";
import { goldenFolder, hasGolden, readGolden } from "../models/golden.ts";

const device = process.env.ROTE_DEVICE as Device | undefined;
const scratch = freshDirectory();
afterAll(() => {
  scratch[Symbol.dispose]();
});

const families = [
  ...["neox", "neox-sequential", "neox-bf16", "gpt2", "gptj", "llama", "llama3-rope", "mistral"],
  ...["qwen2", "qwen3", "olmo", "olmo2", "olmo3", "phi", "gemma2"],
];

describe.skipIf(device === undefined || !hasGolden)(`models on ${device}`, () => {
  test.each(families)("%s: log-probabilities of PyTorch to 3e-5, the CPU's texts", async (name) => {
    const { sequences } = readGolden(name);
    const batch = sequences.map(({ input_ids }) => Int32Array.from(input_ids));
    await using model = await openDecoder(goldenFolder(name), { device });
    const scores = await model.run(batch.map((ids) => wholeSequence(ids)));
    for (const [i, { logprobs }] of sequences.entries())
      expect(distance(scores[i]!.logProbs, logprobs)).toBeLessThan(3e-5);
    await using onCpu = await openDecoder(goldenFolder(name));
    const [ours] = await generateIds(model, batch.slice(0, 1), { maxTokens: 8 });
    const [theirs] = await generateIds(onCpu, batch.slice(0, 1), { maxTokens: 8 });
    expect(ours!.ids).toEqual(theirs!.ids);
  });

  test.each(families)("%s: gradients and their products", async (name) => {
    const examples = readGolden(name).sequences.map(({ input_ids: ids }) => ({ ids }));
    await using model = await openTrainableModel(goldenFolder(name));
    const [ours, theirs] = [
      await lossGradient(model, examples, { device }),
      await lossGradient(model, examples),
    ];
    expect(distance(ours.losses, theirs.losses)).toBeLessThan(3e-5);
    expect(relative(ours.gradient, theirs.gradient)).toBeLessThan(2e-5);
    const directions = [theirs.gradient];
    const { products } = await gradientProducts(model, examples, directions, { device });
    const expected = await gradientProducts(model, examples, directions);
    expect(relative(products[0]!, expected.products[0]!)).toBeLessThan(2e-5);
  });
});

test.skipIf(device === undefined)(`a training on ${device} has the CPU's losses`, async () => {
  writeFileSync(
    scratch.in("text.jsonl"),
    '{"text":"the cat sat on the mat, and the dog"}\n'.repeat(9),
  );
  const shape = { hiddenSize: 32, layers: 2, heads: 2, maximumLength: 16 };
  const schedule = { steps: 12, batchSize: 2 };
  const tokenizer = { vocabularySize: 260 };
  const entries = { corpus: { files: "text.jsonl" }, tokenizer, shape, schedule };
  const config = parseTrainingConfig(entries, { folder: scratch.path });
  const losses = async (options: { device?: Device | undefined }, out: string) => {
    const found: number[] = [];
    await trainModel(config, { ...options, out, onStep: ({ loss }) => found.push(loss) });
    return found;
  };
  const expected = await losses({}, scratch.in("cpu"));
  const found = await losses({ device }, scratch.in("device"));
  expect(found.at(-1)).toBeLessThan(found[0]!);
  expect(distance(found, expected)).toBeLessThan(1e-4);
});

test.skipIf(device === undefined)(`an encoder on ${device} has the CPU's vectors`, async () => {
  const folder = saveEncoder(scratch.in("encoder"));
  const texts = ["how many people live in berlin", "people", "in berlin"];
  await using encoder = await openEncoder(folder, { device });
  await using onCpu = await openEncoder(folder);
  expect(distance(await encoder.embed(texts), await onCpu.embed(texts))).toBeLessThan(1e-6);
});

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}

/** ‖a − b‖ / ‖b‖ */
function relative(a: Float32Array, b: Float32Array): number {
  const norm = (values: Float32Array): number => Math.hypot(...values);
  return norm(a.map((value, i) => value - b[i]!)) / norm(b);
}
