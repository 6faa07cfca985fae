/** What the contenders of train.mjs read: a GPT-NeoX with random weights, its schedule and its tokens. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRng } from "#rote/base/random.js";
import { writeRandomModel } from "./random-model.mjs";

const seed = 7;
const schedule = {
  length: { unit: "steps", amount: 1_000_000 },
  batchSize: 16,
  sequenceLength: 256,
  order: "corpus",
  learningRate: 1e-3,
  minimumLearningRate: 1e-3,
  warmupSteps: 0,
  weightDecay: 0.1,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  clip: 1,
};
/** Batches of one pass over the tokens. */
const BATCHES = 8;

/** Write weights, schedule, and the stream of tokens that batches are cut from in order. */
export async function writeTrainingFolder(shape) {
  const folder = await writeRandomModel(shape, { seed, dtype: "float32" });
  const { batchSize, sequenceLength } = schedule;
  const tokens = drawTokens(BATCHES * batchSize * sequenceLength + 1, shape.vocabularySize);
  writeFileSync(join(folder, "training.json"), JSON.stringify({ seed, ...schedule }));
  writeFileSync(join(folder, "tokens.bin"), bytesOf(tokens));
  return {
    folder,
    parameters: countParameters(join(folder, "model.safetensors")),
    tokensPerStep: batchSize * sequenceLength,
  };
}

/** As skewed as words are: rank r about as often as 1 / r. */
function drawTokens(count, vocabularySize) {
  const rng = createRng(seed);
  return Int32Array.from({ length: count }, () => Math.floor(vocabularySize ** rng.next()) - 1);
}

function countParameters(path) {
  const bytes = readFileSync(path);
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString());
  return Object.values(header)
    .filter(({ shape }) => shape !== undefined)
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

const bytesOf = ({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength);
