/** What requests.mjs and choices.mjs share: sides that score the same texts, measured in turn and compared. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { conditions, writeEvidence } from "../evidence.mjs";
import { median } from "../measure-process.mjs";
import { writeRandomModel } from "./random-model.mjs";
import { startWorker } from "./workers.mjs";

/** Log-likelihoods are sums over as many as 60 tokens, each right to 3e-5. */
const TOLERANCE = 5e-3;
const here = import.meta.dirname;
const python = process.env.ROTE_PYTHON ?? "python3";

/** Work with the folder and the tokenizer of a model, written for the time where it is random. */
export async function withModel(name, work) {
  if (name === "demo") {
    const tokenizer = resolve("data/demo/tokenizer/tokenizer.json");
    return work({ folder: resolve("data/demo/models/1.3M"), tokenizer });
  }
  const folder = await writeRandomModel();
  const tokenizer = resolve("../shared/data/tokenizers/gpt-neox-20b/20B_tokenizer.json");
  await work({ folder, tokenizer });
  rmSync(folder, { recursive: true });
}

/**
 * Score the groups of each side in interleaved rounds, the first of which warms up. `sides` are
 * { groups, torch? }: texts scored one call a group, by us, or by transformers in batches of `torch`.
 */
export async function compareSides(model, sides, { rounds, threads }) {
  const scratch = mkdtempSync(join(tmpdir(), "rote-bench-requests-"));
  const workers = {};
  for (const [name, { groups, torch }] of Object.entries(sides)) {
    const path = join(scratch, `${name}.json`);
    writeFileSync(path, JSON.stringify(groups));
    const args = [model.folder, model.tokenizer, path, String(threads)];
    workers[name] =
      torch === undefined
        ? await startWorker(process.execPath, [join(here, "requests-worker.mjs"), ...args])
        : await startWorker(python, [join(here, "torch-requests.py"), ...args, String(torch)]);
  }
  const measured = [];
  for (let round = 0; round <= rounds; round++) {
    const row = {};
    for (const [name, worker] of Object.entries(workers))
      row[name] = (await worker.ask("run")).seconds;
    if (round > 0) measured.push(row);
  }
  const checks = {};
  for (const [name, worker] of Object.entries(workers)) {
    checks[name] = await worker.ask("check");
    await worker.stop();
  }
  rmSync(scratch, { recursive: true });
  return summaryOf(measured, checks);
}

/** Medians, and how many times as long each side takes as the first; all sides must tell the same. */
function summaryOf(rounds, checks) {
  const [first, ...others] = Object.keys(checks);
  const differenceOf = (name) =>
    Math.max(
      ...checks[name].logLikelihoods.map((value, i) =>
        Math.abs(value - checks[first].logLikelihoods[i]),
      ),
    );
  const sides = Object.fromEntries(
    Object.entries(checks).map(([name, { peakBytes, work }]) => [
      name,
      {
        seconds: median(rounds.map((row) => row[name])),
        ratio: median(rounds.map((row) => row[name] / row[first])),
        ratioOfBest:
          Math.min(...rounds.map((row) => row[name])) /
          Math.min(...rounds.map((row) => row[first])),
        difference: differenceOf(name),
        peakBytes,
        ...(work && { work }),
      },
    ]),
  );
  const wrong = others.filter((name) => !(sides[name].difference <= TOLERANCE));
  if (wrong.length > 0)
    throw new Error(
      `${wrong.join(", ")}: log-likelihoods differ from ${first}'s by ${wrong.map((name) => sides[name].difference).join(", ")}`,
    );
  return { sides, rounds };
}

/** A line of the printed table for each side. */
export function tableRows(name, { sides }) {
  return Object.entries(sides).map(
    ([side, { seconds, ratio, ratioOfBest, peakBytes, difference }]) => ({
      what: name,
      side,
      seconds: seconds.toPrecision(3),
      "times ours": ratio.toFixed(2),
      "best rounds": ratioOfBest.toFixed(2),
      "peak, MB": Math.round(peakBytes / 1e6),
      difference: difference.toExponential(0),
    }),
  );
}

export function writeSides(out, name, evidence) {
  writeEvidence(out, name, {
    ...conditions(resolve("dist/cli/main.js"), {
      torch: [python, "-c", "import torch; print(torch.__version__)"],
      transformers: [python, "-c", "import transformers; print(transformers.__version__)"],
    }),
    ...evidence,
  });
}
