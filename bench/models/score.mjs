/**
 * Scoring against PyTorch on the same weights, ids and threads, in interleaved rounds:
 *
 *   ROTE_PYTHON=…/python node bench/models/score.mjs [--shapes 0.36m,1.3m,4.2m,70m] [--modes eager,eager-tuned,compiled,compiled-tuned]
 *     [--rounds 7] [--seconds 1] [--threads 2] [--batch 8] [--length 256] [--out bench/runs/DATE-MACHINE]
 *
 * "Tuned" PyTorch runs with an allocator that keeps what it once had, as PyTorch's tuning guide advises.
 * Every side is a process of its own (score-worker.mjs, torch-score.py) and takes about `seconds` a
 * round. Log-probabilities of all sides must agree to 1e-4. Ratios above 1 mean that ours is faster;
 * start is from the start of the process to the scores of one sequence (compiled: of the batch).
 */
import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createRng } from "#rote/base/random.js";
import { conditions, printTable, writeEvidence } from "../evidence.mjs";
import { median } from "../measure-process.mjs";
import { pythia70m, smallShapes, writeRandomModel } from "./random-model.mjs";
import { keepMemory, startWorker } from "./workers.mjs";

const TOLERANCE = 1e-4;
const here = import.meta.dirname;
const { values } = parseArgs({
  options: {
    shapes: { type: "string", default: "0.36m,1.3m,4.2m,70m" },
    modes: { type: "string", default: "eager,eager-tuned,compiled,compiled-tuned" },
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "1" },
    threads: { type: "string", default: "2" },
    batch: { type: "string", default: "8" },
    length: { type: "string", default: "256" },
    out: { type: "string" },
  },
});
const python = process.env.ROTE_PYTHON ?? "python3";
const [rounds, seconds, batch, length] = ["rounds", "seconds", "batch", "length"].map((name) =>
  Number(values[name]),
);
const modes = values.modes.split(",").filter((mode) => mode !== "");
const shapes = { ...smallShapes, "70m": pythia70m };

function drawIds({ vocabularySize }, path) {
  const rng = createRng(7);
  const sequence = () => Array.from({ length: length + 1 }, () => rng.int(vocabularySize));
  writeFileSync(path, JSON.stringify(Array.from({ length: batch }, sequence)));
}

async function startSides(folder, ids) {
  const common = [folder, ids, values.threads];
  const sides = {
    ours: await startWorker(process.execPath, [join(here, "score-worker.mjs"), ...common]),
  };
  for (const mode of modes) {
    const [kind, isTuned] = [mode.replace("-tuned", ""), mode.endsWith("-tuned")];
    const args = [join(here, "torch-score.py"), ...common, kind];
    sides[mode] = await startWorker(python, args, isTuned ? keepMemory : {});
  }
  return sides;
}

/** Seconds of one batch by round and side, after a round to warm up that sets how often each runs. */
async function measure(sides) {
  const repeats = {};
  for (const [name, side] of Object.entries(sides)) {
    await side.ask("run 1");
    const { seconds: once } = await side.ask("run 1");
    repeats[name] = Math.max(1, Math.round(seconds / once));
  }
  const measured = [];
  for (let round = 0; round < rounds; round++) {
    const row = {};
    for (const [name, side] of Object.entries(sides)) {
      const { seconds: took } = await side.ask(`run ${repeats[name]}`);
      row[name] = took / repeats[name];
    }
    measured.push(row);
  }
  return measured;
}

function largestDifference(a, b) {
  return Math.max(...a.flatMap((row, i) => row.map((value, t) => Math.abs(value - b[i][t]))));
}

const spread = (numbers) => ({
  median: median(numbers),
  lowest: Math.min(...numbers),
  highest: Math.max(...numbers),
});

async function measureShape(name) {
  const folder = await writeRandomModel(shapes[name], {
    deviation: 0.05,
    dtype: name === "70m" ? "float16" : "float32",
  });
  const ids = join(folder, "ids.json");
  drawIds(shapes[name], ids);
  const sides = await startSides(folder, ids);
  const measured = await measure(sides);
  const checks = {};
  for (const [side, worker] of Object.entries(sides)) {
    checks[side] = await worker.ask("check");
    await worker.stop();
  }
  rmSync(folder, { recursive: true });
  const fastest = (side) => Math.min(...measured.map((row) => row[side]));
  return {
    shape: name,
    sides: Object.fromEntries(
      Object.entries(sides).map(([side, { startSeconds }]) => [
        side,
        {
          tokensPerSecond: spread(measured.map((row) => (batch * length) / row[side])),
          ratio: spread(measured.map((row) => row[side] / row.ours)),
          ratioOfBest: fastest(side) / fastest("ours"),
          difference: largestDifference(checks[side].logProbs, checks.ours.logProbs),
          startSeconds,
          peakBytes: checks[side].peakBytes,
        },
      ]),
    ),
    rounds: measured,
  };
}

function rowsOf({ shape, sides }) {
  return Object.entries(sides).map(([side, figures]) => {
    const { tokensPerSecond, ratio, ratioOfBest, difference, startSeconds, peakBytes } = figures;
    const range = `${ratio.lowest.toFixed(2)}–${ratio.highest.toFixed(2)}`;
    return {
      shape,
      side,
      "tokens/s": Math.round(tokensPerSecond.median),
      "ours is faster by": side === "ours" ? "" : `${ratio.median.toFixed(2)} (${range})`,
      "best rounds": side === "ours" ? "" : ratioOfBest.toFixed(2),
      "start, s": startSeconds.toFixed(1),
      "peak, MB": Math.round(peakBytes / 1e6),
      difference: difference.toExponential(0),
    };
  });
}

const results = [];
for (const name of values.shapes.split(",")) results.push(await measureShape(name));
printTable(results.flatMap(rowsOf));
writeEvidence(values.out, "score", {
  ...conditions(resolve("dist/cli/main.js"), {
    torch: [python, "-c", "import torch; print(torch.__version__)"],
    transformers: [python, "-c", "import transformers; print(transformers.__version__)"],
  }),
  threads: Number(values.threads),
  batch,
  length,
  results,
});
const wrong = results.flatMap(({ shape, sides }) =>
  Object.entries(sides).flatMap(([side, { difference }]) =>
    difference <= TOLERANCE ? [] : [`${shape} ${side}: ${difference}`],
  ),
);
if (wrong.length > 0)
  throw new Error(`log-probabilities differ by more than ${TOLERANCE}: ${wrong.join(", ")}`);
