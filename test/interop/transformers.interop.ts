/**
 * Models trained here, opened by `transformers`: the same log-probabilities. Needs the program of a
 * Python that has torch and transformers in ROTE_TRANSFORMERS_PYTHON; they are too large to install
 * for a test.
 */
import { spawnSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDecoder } from "#rote/models/open-decoder.js";
import { parseTrainingConfig } from "#rote/models/training/config.js";
import { trainModel } from "#rote/models/training/train.js";
import { openTokenizer } from "#rote/tokenizers/open.js";
import { wholeSequence } from "#rote/models/scoring/token-tree.js";
import { freshDirectory } from "../cli/rote.ts";
import { goldenFolder, hasGolden } from "../models/golden.ts";

const python = process.env.ROTE_TRANSFORMERS_PYTHON;
const scratch = freshDirectory();
const text = "the cat sat on the mat, and the dog on the cat";
const schedule = { steps: 5, batchSize: 2, sequenceLength: 16, learningRate: 0.005 };

beforeAll(() => {
  const lines = Array.from({ length: 40 }, (_, i) => JSON.stringify({ text: `${text} ${i}` }));
  writeFileSync(scratch.in("corpus.jsonl"), `${lines.join("\n")}\n`);
});
afterAll(() => {
  scratch[Symbol.dispose]();
});

async function trainAndCompare(name: string, entries: object): Promise<void> {
  const out = scratch.in(name);
  const whole = { corpus: { files: "corpus.jsonl" }, schedule, ...entries };
  const config = parseTrainingConfig(whole, { folder: scratch.path });
  await trainModel(config, { out });
  const ids = (await openTokenizer(out)).encode(text).subarray(0, 16);
  await using model = await openDecoder(out);
  const [ours] = await model.run([wholeSequence(ids)]);
  const { stdout, stderr, status } = spawnSync(python!, ["test/interop/ask_transformers.py", out], {
    input: JSON.stringify([...ids]),
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  const theirs = JSON.parse(stdout) as number[];
  expect(theirs).toHaveLength(ours!.logProbs.length);
  for (const [t, value] of theirs.entries())
    expect(Math.abs(ours!.logProbs[t]! - value)).toBeLessThan(3e-5);
}

const shape = { hiddenSize: 32, layers: 2, heads: 2, maximumLength: 16 };

test.skipIf(!python).each(["float16", "bfloat16", "float32"])(
  "a new model in %s",
  async (dtype) => {
    await trainAndCompare(dtype, { shape, tokenizer: { vocabularySize: 280 }, dtype });
  },
);

test.skipIf(!python)("a new model that is neither tied nor parallel", async () => {
  const other = { ...shape, tiedEmbeddings: false, parallelResidual: false, attentionBias: false };
  await trainAndCompare("untied", { shape: other, tokenizer: { vocabularySize: 280 } });
});

const started = ["gpt2", "llama", "mistral", "qwen2", "qwen3", "olmo2"];

test.skipIf(!python).each(started)("a new model of the family %s", async (family) => {
  const shared = family === "gpt2" ? {} : { keyValueHeads: 1 };
  const other = { ...shape, ...shared, family, tiedEmbeddings: family !== "llama" };
  await trainAndCompare(`new-${family}`, { shape: other, tokenizer: { vocabularySize: 280 } });
});

const families = ["gpt2-hub-names", "llama", "qwen3", "olmo2", "gemma2"];

test.skipIf(!python || !hasGolden).each(families)("%s, trained further", async (family) => {
  const from = scratch.in(`${family}-base`);
  cpSync(goldenFolder(family), from, { recursive: true });
  cpSync(`${goldenFolder("neox")}/tokenizer.json`, `${from}/tokenizer.json`);
  await trainAndCompare(family, { from, dtype: "float32" });
});
