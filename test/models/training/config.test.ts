import { expect, test } from "vitest";
import { parseTrainingConfig } from "#rote/models/training/config.js";

const smallest = {
  corpus: { files: "corpus/*.jsonl.gz" },
  tokenizer: { vocabularySize: 4096 },
  shape: { hiddenSize: 64, layers: 2, heads: 4, maximumLength: 256 },
  schedule: { epochs: 2 },
};

test("defaults are filled in and paths taken from the configuration's folder", () => {
  expect(parseTrainingConfig(smallest, { folder: "/data" })).toEqual({
    corpus: { files: ["/data/corpus/*.jsonl.gz"], field: "text" },
    tokenizer: { vocabularySize: 4096 },
    model: {
      shape: {
        family: "gpt_neox",
        hiddenSize: 64,
        layers: 2,
        heads: 4,
        intermediateSize: 256,
        maximumLength: 256,
        rotaryFraction: 0.25,
        rotaryBase: 10000,
        epsilon: 1e-5,
        parallelResidual: true,
        attentionBias: true,
        tiedEmbeddings: true,
      },
    },
    schedule: {
      length: { unit: "epochs", amount: 2 },
      batchSize: 16,
      sequenceLength: 256,
      learningRate: 1e-3,
      minimumLearningRate: 1e-4,
      weightDecay: 0.1,
      beta1: 0.9,
      beta2: 0.95,
      epsilon: 1e-8,
      clip: 1,
    },
    packing: { attention: "across", documents: "cut" },
    checkpoints: { steps: [], optimizer: false, stateEvery: 500 },
    dtype: "float16",
    seed: 0,
  });
});

test("a tokenizer is given by its path or by the size of one to train", () => {
  const config = parseTrainingConfig(
    { ...smallest, tokenizer: "bpe/tokenizer.json" },
    { folder: "x" },
  );
  expect(config.tokenizer).toEqual({ path: "x/bpe/tokenizer.json" });
});

test("a model to go on from brings shape and tokenizer", () => {
  const { corpus } = smallest;
  const schedule = { epochs: 1, sequenceLength: 32 };
  const config = parseTrainingConfig({ corpus, schedule, from: "base" }, { folder: "x" });
  expect(config).toMatchObject({ model: { from: "x/base" }, tokenizer: { path: "x/base" } });
});

test("a family has its own keys and defaults", () => {
  const shape = { ...smallest.shape, family: "llama", keyValueHeads: 2 };
  const { model } = parseTrainingConfig({ ...smallest, shape });
  expect(model).toEqual({
    shape: {
      family: "llama",
      hiddenSize: 64,
      layers: 2,
      heads: 4,
      keyValueHeads: 2,
      intermediateSize: 176,
      maximumLength: 256,
      rotaryBase: 10000,
      epsilon: 1e-6,
      tiedEmbeddings: true,
    },
  });
});

test("rows with a prompt stand alone, and held-out text is read as the corpus", () => {
  const corpus = { files: "rows.jsonl", field: "answer", prompt: "question" };
  const config = parseTrainingConfig({ ...smallest, corpus, heldOut: { files: "dev.jsonl" } });
  expect(config).toMatchObject({
    heldOut: { files: ["dev.jsonl"], field: "answer", prompt: "question" },
    packing: { attention: "within", documents: "whole" },
  });
  const other = { files: "dev.txt", field: "text", every: 5 };
  const packing = { attention: "across", documents: "cut" };
  const plain = parseTrainingConfig({ ...smallest, corpus, heldOut: other, packing });
  expect(plain).toMatchObject({ packing });
  expect(plain.heldOut).toEqual({ files: ["dev.txt"], field: "text", every: 5 });
});

test.each([
  [
    { ...smallest, shape: { ...smallest.shape, family: "llama", parallelResidual: true } },
    "study/unknown-key",
    "no key shape.parallelResidual",
  ],
  [
    { ...smallest, shape: { ...smallest.shape, family: "lama" } },
    "study/malformed",
    "shape.family: expected one of gpt_neox, gpt2, llama, mistral, qwen2, qwen3, olmo2",
  ],
  [
    { ...smallest, shape: { ...smallest.shape, family: "qwen2", keyValueHeads: 3 } },
    "study/malformed",
    "4 query heads cannot be divided among 3 key-value heads",
  ],
  [
    { ...smallest, corpus: { files: "x", prompt: "q", lossSpans: "s" } },
    "study/malformed",
    "corpus.lossSpans: after a prompt all of the text has a loss",
  ],
  [
    { ...smallest, packing: { atention: "within" } },
    "study/unknown-key",
    "did you mean attention?",
  ],
  [{ ...smallest, heldout: {} }, "study/unknown-key", "did you mean heldOut?"],
  [{ ...smallest, from: "base" }, "study/malformed", "shape: a model given by from has its shape"],
  [
    { corpus: smallest.corpus, schedule: { epochs: 1 }, from: "base" },
    "study/malformed",
    "schedule.sequenceLength: expected a whole number of at least 1, found nothing",
  ],
  [{ ...smallest, sead: 1 }, "study/unknown-key", "no key sead; did you mean seed?"],
  [
    { ...smallest, schedule: { epochs: 1, learningrate: 1 } },
    "study/unknown-key",
    "no key schedule.learningrate; did you mean learningRate?",
  ],
  [
    { ...smallest, shape: undefined },
    "study/malformed",
    "shape must be a mapping of family, hiddenSize",
  ],
  [[], "study/malformed", "a training configuration must be a mapping of corpus"],
  [
    { ...smallest, corpus: {} },
    "study/malformed",
    "corpus.files: expected text or a list of texts, found nothing",
  ],
  [
    { ...smallest, schedule: { epochs: 1, steps: 2 } },
    "study/malformed",
    "schedule: give one of tokens, steps and epochs, got steps and epochs",
  ],
  [{ ...smallest, schedule: {} }, "study/malformed", "got none"],
  [
    { ...smallest, schedule: { steps: 1, beta1: 1 } },
    "study/malformed",
    "schedule.beta1: expected a number at least 0 and below 1, found 1",
  ],
  [
    { ...smallest, schedule: { steps: 1, learningRate: NaN } },
    "study/malformed",
    "schedule.learningRate: expected a number above 0",
  ],
  [
    { ...smallest, schedule: { steps: 1, sequenceLength: 512 } },
    "study/malformed",
    "longer than shape.maximumLength 256",
  ],
  [
    { ...smallest, shape: { ...smallest.shape, heads: 5 } },
    "study/malformed",
    "shape: a hidden size of 64 cannot be divided among 5 heads",
  ],
  [
    { ...smallest, shape: { ...smallest.shape, heads: 32 } },
    "study/malformed",
    "rotates 0 of a head's 2 numbers",
  ],
  [
    { ...smallest, dtype: "int8" },
    "study/malformed",
    "dtype: expected one of float16, bfloat16, float32",
  ],
])("%j is refused", (entries, code, message) => {
  expect(() => parseTrainingConfig(entries)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
  );
});
