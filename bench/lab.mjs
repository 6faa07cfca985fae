// Build a small world of the lab from nothing, and hold the rate of its trainings against the training
// benchmark. After `npm run build`:
//   node bench/lab.mjs [--out bench/runs/DATE-MACHINE] [--training FILE]
// `--training` is train.json of bench/models/train.mjs, taken on the same machine with as many threads as
// there are cores; here as many trainings of one thread each run side by side.
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { conditions, writeEvidence } from "./evidence.mjs";
import { measureNode, median } from "./measure-process.mjs";

const { values } = parseArgs({
  options: { out: { type: "string" }, training: { type: "string" } },
});
const main = resolve("dist/cli/main.js");
const world = join(mkdtempSync(join(tmpdir(), "rote-bench-")), "world");
const cores = cpus().length;

const { wall, cpu, rss } = measureNode([
  main,
  "lab",
  "build",
  "--small",
  "--quiet",
  "--out",
  world,
]);
const { seconds } = JSON.parse(readFileSync(join(world, "build.json"), "utf8"));

/** Median tokens a second of the perturbed model of each size, times the cores that trained. */
function trainingRates() {
  const folders = readdirSync(join(world, "models")).filter((name) =>
    /^perturbed-[\d.]+M$/.test(name),
  );
  return Object.fromEntries(
    folders.map((name) => {
      const lines = readFileSync(join(world, "models", name, "training.jsonl"), "utf8").trim();
      const rates = lines.split("\n").map((line) => JSON.parse(line).tokensPerSecond);
      return [name.split("-")[1].toLowerCase(), Math.round(cores * median(rates))];
    }),
  );
}

/** Tokens a second of the training benchmark by size. */
function benchmarkRates() {
  if (values.training === undefined) return {};
  const { results } = JSON.parse(readFileSync(values.training, "utf8"));
  return Object.fromEntries(
    results.map(({ size, rounds }) => [size, Math.round(median(rounds.map(({ rote }) => rote)))]),
  );
}

const [lab, benchmark] = [trainingRates(), benchmarkRates()];
const ratios = Object.fromEntries(
  Object.keys(benchmark)
    .filter((size) => size in lab)
    .map((size) => [size, Number((lab[size] / benchmark[size]).toFixed(2))]),
);
const evidence = {
  command: "node bench/lab.mjs",
  ...conditions(main, {}),
  ...{ minutes: Number((wall / 60).toFixed(2)), cpuSeconds: Math.round(cpu), peakBytes: rss },
  tokensPerSecond: { lab, benchmark, ratios },
  seconds,
};
console.log(JSON.stringify({ ...evidence, seconds: undefined }, null, 2));
writeEvidence(values.out, "lab-build", evidence);
