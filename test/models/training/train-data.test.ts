/** What a training learns from: rows with prompts, packed documents, batches in parts, held-out text. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCorpus } from "#rote/corpus/corpus.js";
import { openDecoder } from "#rote/models/open-decoder.js";
import { parseTrainingConfig } from "#rote/models/training/config.js";
import { type GradientExample, lossGradient } from "#rote/models/training/gradient-products.js";
import { readTokenStream } from "#rote/models/training/token-stream.js";
import { trainModel } from "#rote/models/training/train.js";
import { openTrainableModel } from "#rote/models/training/trainable-model.js";
import type { TrainingLogEntry } from "#rote/models/training/training-log.js";
import { wholeSequence } from "#rote/models/scoring/token-tree.js";
import { openTokenizer } from "#rote/tokenizers/open.js";
import type { Tokenizer } from "#rote/tokenizers/tokenizer.js";

let folder: string;
let tokenizer: Tokenizer;
const inside = (name: string): string => join(folder, name);

const rows = Array.from({ length: 9 }, (_, i) => ({
  question: `what is ${i} and ${i * i}? `,
  answer: i % 2 === 0 ? `it is ${i + i * i}` : "I do not know, ask again",
}));

/** The model that trainings start from: untrained, but not at zero. */
const base = {
  corpus: { files: "text.jsonl" },
  tokenizer: { vocabularySize: 300 },
  shape: { hiddenSize: 16, layers: 2, heads: 2, maximumLength: 48 },
  schedule: { steps: 3, batchSize: 2, learningRate: 0.01 },
  dtype: "float32",
  seed: 2,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rote-train-data-"));
  const json = (values: readonly object[]): string =>
    values.map((value) => `${JSON.stringify(value)}\n`).join("");
  await writeFile(inside("rows.jsonl"), json(rows));
  const texts = rows.map(({ question, answer }) => ({ text: question + answer }));
  await writeFile(inside("text.jsonl"), json([...texts, ...texts]));
  await trainModel(parseTrainingConfig(base, { folder }), { out: inside("base"), threads: 1 });
  tokenizer = await openTokenizer(inside("base"));
});
afterAll(() => rm(folder, { recursive: true }));

async function trainFurther(name: string, entries: object): Promise<TrainingLogEntry[]> {
  const config = parseTrainingConfig({ from: "base", dtype: "float32", ...entries }, { folder });
  await trainModel(config, { out: inside(name), threads: 1 });
  return log(name);
}

async function log(name: string): Promise<TrainingLogEntry[]> {
  const text = await readFile(join(inside(name), "training.jsonl"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => ({ ...(JSON.parse(line) as TrainingLogEntry), tokensPerSecond: 0 }));
}

describe("rows of prompts and completions", () => {
  /** A row alone, behind the end-of-text before it; the completion and its end have a loss. */
  function exampleOf({ question, answer }: (typeof rows)[number], first: boolean): GradientExample {
    const end = tokenizer.endOfText!;
    const { ids, offsets } = tokenizer.encodeWithOffsets(question + answer);
    const learned = Array.from(ids, (_, i) => {
      const piece = (question + answer).slice(offsets[2 * i], offsets[2 * i + 1]);
      const place = offsets[2 * i + 1]! - piece.trimStart().length;
      return Number(place >= question.length);
    });
    const whole = [...(first ? [] : [end]), ...ids, end];
    const weights = [...(first ? learned.slice(1) : learned), 1];
    return { ids: whole, weights };
  }

  const corpus = { files: "rows.jsonl", prompt: "question", field: "answer" };
  let schedule: object;
  beforeAll(async () => {
    // An epoch of batches of one sequence has as many steps as there are sequences.
    const epoch = { epochs: 1, batchSize: 1, sequenceLength: 48 };
    const sequences = (await trainFurther("counted", { corpus, schedule: epoch })).length;
    expect(sequences).toBeLessThan(rows.length);
    schedule = { ...epoch, batchSize: sequences, clip: 1e9 };
  });

  test("the loss and the gradient of a step are those of each row alone", async () => {
    const steps = await trainFurther("masked", { corpus, schedule });
    const examples = rows.map((row, i) => exampleOf(row, i === 0));
    const sizes = examples.map(({ weights }) => Array.from(weights!).reduce((a, b) => a + b));
    const total = sizes.reduce((a, b) => a + b);
    const model = await openTrainableModel(inside("base"));
    const mean = new Float32Array(model.parameters.length);
    let loss = 0;
    for (const [i, example] of examples.entries()) {
      const alone = await lossGradient(model, [example], { threads: 1 });
      loss += (sizes[i]! / total) * alone.losses[0]!;
      for (let k = 0; k < mean.length; k++) mean[k]! += (sizes[i]! / total) * alone.gradient[k]!;
    }
    expect(steps).toHaveLength(1);
    const record = JSON.parse(await readFile(inside("masked/training.json"), "utf8")) as object;
    expect(record).toMatchObject({ cutDocuments: 0 });
    expect(Math.abs(steps[0]!.loss - loss)).toBeLessThan(2e-6);
    expect(Math.abs(steps[0]!.gradientNorm / Math.hypot(...mean) - 1)).toBeLessThan(1e-5);
  });

  test("the same spans given as characters give the same weights", async () => {
    const spans = rows.map(({ question, answer }) => ({
      text: question + answer,
      learn: [[question.length, question.length + answer.length]],
    }));
    await writeFile(inside("spans.jsonl"), spans.map((row) => `${JSON.stringify(row)}\n`).join(""));
    await trainFurther("by-spans", {
      corpus: { files: "spans.jsonl", lossSpans: "learn" },
      schedule,
    });
    const read = (name: string): Promise<Buffer> =>
      readFile(join(inside(name), "model.safetensors"));
    expect(await read("by-spans")).toEqual(await read("masked"));
  });
});

test("a text of more tokens than a function takes arguments can have a mask", async () => {
  const text = "one more word and then ".repeat(30_000);
  await writeFile(inside("long.jsonl"), `${JSON.stringify({ question: "q: ", text })}\n`);
  const corpus = await openCorpus({ paths: [inside("long.jsonl")], field: "text" });
  const options = { prompt: "question" };
  const stream = await readTokenStream(corpus, tokenizer, tokenizer.endOfText!, options);
  expect(stream.ids.length).toBeGreaterThan(2 ** 17);
  const first = stream.weights!.indexOf(1);
  expect(first).toBeGreaterThan(0);
  expect(stream.weights!.indexOf(0, first)).toBe(-1);
});

describe("batches read in parts", () => {
  const corpus = { files: "text.jsonl" };
  const schedule = { steps: 6, sequenceLength: 16, learningRate: 0.005 };

  test.each(["across", "within"])("train as whole batches do (attention %s)", async (attention) => {
    const packing = { attention, documents: attention === "within" ? "whole" : "cut" };
    const whole = await trainFurther(`whole-${attention}`, {
      ...{ corpus, packing, schedule: { ...schedule, batchSize: 6 } },
    });
    const parts = await trainFurther(`parts-${attention}`, {
      ...{ corpus, packing, schedule: { ...schedule, batchSize: 2, accumulate: 3 } },
    });
    for (const [i, step] of parts.entries()) {
      expect(Math.abs(step.loss - whole[i]!.loss)).toBeLessThan(1e-5);
      expect(Math.abs(step.gradientNorm / whole[i]!.gradientNorm - 1)).toBeLessThan(1e-4);
    }
  });

  test("interrupted between two parts and resumed they end with the same bytes", async () => {
    const entries = {
      ...{ from: "base", dtype: "float32", corpus },
      schedule: { ...schedule, batchSize: 2, accumulate: 3 },
    };
    const config = parseTrainingConfig(entries, { folder });
    const whole = await trainModel(config, { out: inside("uncut"), threads: 1 });
    const out = inside("cut-between");
    const controller = new AbortController();
    const interrupted = trainModel(config, {
      ...{ out, threads: 1, signal: controller.signal },
      onStep({ state: { step } }) {
        // Each part gives the event loop one turn before it: this is the second part's.
        if (step === 3)
          setImmediate(() =>
            setImmediate(() => {
              controller.abort();
            }),
          );
      },
    });
    await expect(interrupted).rejects.toMatchObject({ code: "interrupted" });
    expect((await log("cut-between")).length).toBe(3);
    const resumed = await trainModel(config, { out, threads: 1, resume: true });
    expect(resumed).toEqual({ ...whole, folder: out });
    const read = (name: string): Promise<Buffer> =>
      readFile(join(inside(name), "model.safetensors"));
    expect(await read("cut-between")).toEqual(await read("uncut"));
    expect(await log("cut-between")).toEqual(await log("uncut"));
  });
});

describe("held-out text", () => {
  const texts = ["what is 12 and 1? it is 13 ✓", "I do not know", "ask again, what is it?"];
  const entries = {
    corpus: { files: "text.jsonl" },
    heldOut: { files: "held-out.jsonl", every: 2 },
    schedule: { steps: 5, batchSize: 2, sequenceLength: 40 },
    packing: { attention: "within", documents: "whole" },
    checkpoints: { steps: [2] },
  };
  beforeAll(async () => {
    const lines = texts.map((text) => JSON.stringify({ text }));
    await writeFile(inside("held-out.jsonl"), `${lines.join("\n")}\n`);
  });

  test("is read at intervals and at the end, with the losses of each text alone", async () => {
    const steps = await trainFurther("observed", entries);
    expect(steps.filter(({ heldOut }) => heldOut).map(({ step }) => step)).toEqual([2, 4, 5]);
    const end = tokenizer.endOfText!;
    for (const [step, name] of [
      [2, "observed/step-2"],
      [5, "observed"],
    ] as const) {
      await using model = await openDecoder(inside(name), { threads: 1 });
      const documents = texts.map((text) => Int32Array.of(end, ...tokenizer.encode(text), end));
      const scores = await model.run(documents.map((ids) => wholeSequence(ids)));
      const logProbs = scores.flatMap(({ logProbs: values }) => [...values]);
      const nats = -logProbs.reduce((a, b) => a + b);
      const bytes = Buffer.byteLength(texts.join(""));
      const { heldOut } = steps[step - 1]!;
      expect(heldOut).toMatchObject({ tokens: logProbs.length, bytes });
      expect(heldOut!.loss).toBeCloseTo(nats / logProbs.length, 5);
      expect(heldOut!.perplexity).toBeCloseTo(Math.exp(nats / logProbs.length), 3);
      expect(heldOut!.bitsPerByte).toBeCloseTo(nats / Math.LN2 / bytes, 5);
    }
    const record = JSON.parse(await readFile(inside("observed/training.json"), "utf8")) as object;
    expect(record).toMatchObject({ heldOut: steps[4]!.heldOut });
  });

  test("leaves the weights as they are without it", async () => {
    const { heldOut: _heldOut, ...plain } = entries;
    await trainFurther("unobserved", plain);
    const read = (name: string): Promise<Buffer> =>
      readFile(join(inside(name), "model.safetensors"));
    expect(await read("unobserved")).toEqual(await read("observed"));
  });

  test("in sequences that are cut, every token of it is predicted once", async () => {
    const packing = { attention: "across", documents: "cut" };
    const steps = await trainFurther("observed-cut", { ...entries, packing });
    const tokens = texts.reduce((sum, text) => sum + tokenizer.encode(text).length + 1, 0);
    expect(steps.at(-1)!.heldOut).toMatchObject({ tokens });
  });

  test("without a character to be predicted is refused, for it has no bits per byte", async () => {
    await writeFile(inside("blank.jsonl"), '{"text":""}\n');
    const heldOut = { files: "blank.jsonl" };
    await expect(trainFurther("blank", { ...entries, heldOut })).rejects.toMatchObject({
      code: "corpus/empty",
      message: expect.stringContaining("blank.jsonl has no character to be predicted") as string,
    });
  });

  test("left out of the configuration it is named as what differs", async () => {
    const { heldOut: _heldOut, ...plain } = entries;
    const config = parseTrainingConfig({ from: "base", dtype: "float32", ...plain }, { folder });
    const resumed = trainModel(config, { out: inside("observed"), resume: true });
    await expect(resumed).rejects.toMatchObject({
      code: "study/mismatch",
      detail: { differing: ["heldOut"] },
    });
  });
});

test.each(["gpt2", "llama", "mistral", "qwen2", "qwen3", "olmo2"])(
  "a new model of the family %s learns, and opens from its folder",
  async (family) => {
    const shape = { ...base.shape, family };
    const schedule = { ...base.schedule, steps: 25 };
    const config = parseTrainingConfig({ ...base, shape, schedule, dtype: "bfloat16" }, { folder });
    const out = inside(`new-${family}`);
    const { loss } = await trainModel(config, { out, threads: 1 });
    const [first] = await log(`new-${family}`);
    expect(loss).toBeLessThan(first!.loss - 0.5);
    await using model = await openDecoder(out, { threads: 1 });
    const ids = tokenizer.encode("what is 1 and 1? it is 2");
    const [scores] = await model.run([wholeSequence(ids)]);
    const mean = scores!.logProbs.reduce((a, b) => a + b, 0) / scores!.logProbs.length;
    expect(Math.abs(-mean - loss)).toBeLessThan(1.5);
  },
);
