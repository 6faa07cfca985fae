/**
 * The training steps of train.mjs by Rote.
 *
 *   node our-train.mjs FOLDER [--threads 2]
 *
 * Speaks as torch-train.py does: a first line when it is ready; then `N` on standard input asks for N steps.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freshState, trainOnTokens } from "#rote/models/training/train-on-tokens.js";
import { openTrainableModel } from "#rote/models/training/trainable-model.js";
import { answerLines, peakBytes, secondsOf } from "./workers.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: "string", default: "2" } },
});
const folder = positionals[0];
const { seed, ...schedule } = JSON.parse(readFileSync(join(folder, "training.json"), "utf8"));
const bytes = readFileSync(join(folder, "tokens.bin"));
const tokens = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const { decoder, parameters } = await openTrainableModel(folder);
const steps = trainOnTokens(tokens, {
  model: decoder,
  schedule,
  seed,
  start: freshState(parameters),
  threads: Number(values.threads),
});
await answerLines(async (count) => {
  const losses = [];
  const seconds = await secondsOf(async () => {
    while (losses.length < Number(count)) losses.push((await steps.next()).value.loss);
  });
  return { losses, seconds, peakBytes: peakBytes() };
});
await steps.return();
