import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readJsonObject } from "#rote/base/files.js";
import { ConfigEntries } from "#rote/models/families/config-entries.js";
import type { Decoder } from "#rote/models/families/decoder.js";
import { familyOf } from "#rote/models/families/registry.js";
import { openDecoder } from "#rote/models/open-decoder.js";
import { wholeSequence } from "#rote/models/scoring/token-tree.js";
import { goldenFolder, hasGolden, readGolden } from "../golden.ts";
import { gradientOf, openParameters, worstSample } from "../golden-gradients.ts";

const names = [
  "neox",
  "neox-sequential",
  "gpt2",
  "gpt2-hub-names",
  "gptj",
  "llama",
  "llama3-rope",
  "mistral",
  "qwen2",
  "qwen3",
  "olmo",
  "olmo2",
  "olmo3",
  "phi",
  "gemma2",
];

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));
}

async function decoderOf(name: string, file: string): Promise<Decoder> {
  const path = join(goldenFolder(name), file);
  const entries = await readJsonObject(path);
  return familyOf(entries, path).decoder(new ConfigEntries(entries, path));
}

// Tolerances: ten times float32 noise, far below the smallest planted mistake (README of the goldens).
describe.skipIf(!hasGolden)("against PyTorch", () => {
  test.each(names)("%s: log-probabilities to 3e-5, first choices exactly", async (name) => {
    const { sequences, batch_left } = readGolden(name);
    await using model = await openDecoder(goldenFolder(name), { threads: 1 });
    const batch = sequences.map(({ input_ids }) => Int32Array.from(input_ids));
    const results = await model.run(batch.map((ids) => wholeSequence(ids)));
    for (const [i, { logprobs, argmax }] of sequences.entries()) {
      expect(largestDifference(results[i]!.logProbs, logprobs)).toBeLessThan(3e-5);
      const padded = batch_left.logprobs_of_real_tokens[i]!;
      expect(largestDifference(results[i]!.logProbs, padded)).toBeLessThan(3e-5);
      expect([...results[i]!.argmax]).toEqual(argmax.slice(0, -1));
    }
    const logits = await model.lastLogits(batch);
    for (const [i, { logits: expected, last_position: last }] of sequences.entries()) {
      const row = logits.subarray(i * model.vocabularySize, (i + 1) * model.vocabularySize);
      expect(largestDifference(row, expected[String(last)]!)).toBeLessThan(1e-4);
    }
  });

  test.each(names)("%s: gradients to 2e-5 relative", async (name) => {
    const opened = await openParameters(name);
    const { sequences, batch_right } = readGolden(name);
    for (const { input_ids, loss, gradients } of sequences) {
      if (gradients === undefined) continue;
      const ours = await gradientOf(opened, [input_ids]);
      expect(Math.abs(ours.loss - loss)).toBeLessThan(2e-5);
      expect(worstSample(opened, ours.gradient, gradients)).toBeLessThan(2e-5);
    }
    const all = sequences.map(({ input_ids }) => input_ids);
    const batch = await gradientOf(opened, all);
    expect(Math.abs(batch.loss - batch_right.loss)).toBeLessThan(2e-5);
    expect(worstSample(opened, batch.gradient, batch_right.gradients)).toBeLessThan(2e-5);
  });

  const spelledTwice = names.filter((name) => name !== "gpt2-hub-names");
  test.each(spelledTwice)("%s: both spellings of config.json say the same", async (name) => {
    expect(await decoderOf(name, "config.v5.json")).toEqual(await decoderOf(name, "config.json"));
  });
});
