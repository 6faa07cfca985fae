// Training steps beside PyTorch's: forward, backward, clipping and AdamW on the same weights and batches, in turns.
// After `npm run build`:
//   ROTE_PYTHON=python3 node bench/models/train.mjs [--sizes 0.36m,1.3m,4.2m] [--contenders rote,eager,eager-tuned,compiled,compiled-tuned]
//     [--rounds 5] [--seconds 2] [--threads 2] [--out bench/runs/DATE-MACHINE]
// Evidence: train.json with the command, versions, machine, every round, and the ratios of the rounds.
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { conditions, printTable, writeEvidence } from "../evidence.mjs";
import { median } from "../measure-process.mjs";
import { smallShapes } from "./random-model.mjs";
import { startTrainer, stepsIn } from "./trainers.mjs";
import { writeTrainingFolder } from "./training-folder.mjs";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: Object.keys(smallShapes).join() },
    contenders: { type: "string", default: "rote,eager,eager-tuned,compiled,compiled-tuned" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    threads: { type: "string", default: "2" },
    out: { type: "string" },
  },
});
const names = values.contenders.split(",");
const python = process.env.ROTE_PYTHON ?? "python3";

async function measureSize(size) {
  const { folder, parameters, tokensPerStep } = await writeTrainingFolder(smallShapes[size]);
  const trainers = {};
  for (const name of names)
    trainers[name] = await startTrainer(name, { folder, python, threads: values.threads });
  const first = {};
  for (const [name, trainer] of Object.entries(trainers)) first[name] = await trainer.ask("6");
  const difference = largestDifference(Object.values(first).map(({ losses }) => losses));
  if (!(difference < 2e-4)) throw new Error(`the losses of ${size} differ by ${difference} nats`);
  const rounds = [];
  const counts = {};
  for (const [name, trainer] of Object.entries(trainers))
    counts[name] = await stepsIn(trainer, Number(values.seconds));
  for (let round = 0; round < Number(values.rounds); round++) {
    const rates = {};
    for (const [name, trainer] of turned(Object.entries(trainers), round)) {
      const { seconds } = await trainer.ask(counts[name]);
      rates[name] = (counts[name] * tokensPerStep) / seconds;
    }
    rounds.push(rates);
  }
  const peakBytes = {};
  for (const [name, trainer] of Object.entries(trainers)) {
    peakBytes[name] = (await trainer.ask("1")).peakBytes;
    await trainer.stop();
  }
  rmSync(folder, { recursive: true });
  return { size, parameters, firstLosses: first.rote?.losses, difference, rounds, peakBytes };
}

function largestDifference([reference, ...others]) {
  const all = others.flatMap((losses) => losses.map((loss, i) => Math.abs(loss - reference[i])));
  return Math.max(0, ...all);
}

/** The machine's speed drifts: each round begins with another contender. */
function turned(list, by) {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/** Median, least and greatest of the rounds' ratios. */
function ratio(rounds, name) {
  const ratios = rounds.map((rates) => rates.rote / rates[name]).sort((a, b) => a - b);
  return { median: median(ratios), least: ratios[0], greatest: ratios.at(-1) };
}

const show = (x) => x.toFixed(2);
const results = [];
for (const size of values.sizes.split(",")) {
  const result = await measureSize(size);
  const rivals = names.filter((name) => name !== "rote");
  const ratios = Object.fromEntries(rivals.map((name) => [name, ratio(result.rounds, name)]));
  results.push({ ...result, ratios });
}
printTable(
  results.map(({ size, rounds, ratios, peakBytes }) => ({
    size,
    ...Object.fromEntries(
      names.map((name) => [`${name}, tokens/s`, Math.round(median(rounds.map((r) => r[name])))]),
    ),
    ...Object.fromEntries(
      Object.entries(ratios).map(([name, { median, least, greatest }]) => [
        `rote / ${name}`,
        `${show(median)} (${show(least)}–${show(greatest)})`,
      ]),
    ),
    "peak, MB": names.map((name) => Math.round(peakBytes[name] / 1e6)).join(" / "),
  })),
);
writeEvidence(values.out, "train", {
  command: `node bench/models/train.mjs ${process.argv.slice(2).join(" ")}`,
  ...conditions(import.meta.filename, {
    torch: [python, "-c", "import torch; print(torch.__version__)"],
    transformers: [python, "-c", "import transformers; print(transformers.__version__)"],
  }),
  threads: Number(values.threads),
  results,
});
