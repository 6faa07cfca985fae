// Clustered bootstrap and permutation null of Spearman's correlation at the size of a large study, and the same
// resamples beside NumPy and SciPy:
//   node bench/stats/run.mjs [--points 1000000] [--models 9] [--resamples 1000] [--permutations 200] [--folder RUNS]
// ROTE_PYTHON names a Python with numpy and scipy; without one only our side is measured.
// Every contender computes the same resamples from the same draws; the peers a few of them, as they take long.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createRng } from "rote";
import { conditions, printTable, writeEvidence } from "../evidence.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: flags } = parseArgs({
  options: {
    points: { type: "string", default: "1000000" },
    models: { type: "string", default: "9" },
    resamples: { type: "string", default: "1000" },
    permutations: { type: "string", default: "200" },
    peerResamples: { type: "string", default: "2" },
    folder: { type: "string" },
  },
});
const [points, models, resamples, permutations, peerResamples] = [
  ...[flags.points, flags.models, flags.resamples, flags.permutations, flags.peerResamples],
].map(Number);
const seed = "bench";
const perCluster = 12;

/** Log-probabilities of pairs, twelve an example: half of them zero in the corpus, counts with ties. */
function makeSample(folder) {
  const rng = createRng("sample");
  const clusterCount = Math.ceil(points / perCluster);
  const clusters = Uint32Array.from({ length: points }, (_, i) => Math.floor(i / perCluster));
  const columns = new Float64Array((models + 1) * points);
  for (let i = 0; i < points; i++) {
    const [df, share] = [1 + rng.int(5000), Math.max(0, rng.normal())];
    columns[i] = Math.log(Math.floor(share * df * 0.5) / df);
    for (let model = 1; model <= models; model++)
      columns[model * points + i] = -8 + 2 * share + 3 * rng.normal();
  }
  const drawing = createRng(seed);
  const draws = new Uint32Array(peerResamples * clusterCount);
  for (let resample = 0; resample < peerResamples; resample++)
    for (let i = 0; i < clusterCount; i++)
      draws[resample * clusterCount + drawing.int(clusterCount)]++;
  const shape = { points, models, resamples: peerResamples, seed };
  writeFileSync(join(folder, "shape.json"), JSON.stringify(shape));
  writeFileSync(join(folder, "columns.f64"), columns);
  writeFileSync(join(folder, "clusters.u32"), clusters);
  writeFileSync(join(folder, "draws.u32"), draws);
}

const ours = (folder, count, threads, nulls) =>
  JSON.parse(
    execFileSync(
      process.execPath,
      [join(here, "our-rank-bootstrap.mjs"), folder, count, threads, nulls].map(String),
      { encoding: "utf8" },
    ),
  );

function peer(folder, way) {
  const python = process.env.ROTE_PYTHON ?? "python3";
  const script = join(here, "rank-bootstrap.py");
  const done = spawnSync(python, [script, folder, way], { encoding: "utf8" });
  if (done.status !== 0) {
    console.error(`${way}: ${done.stderr.trim().split("\n").at(-1)}`);
    return undefined;
  }
  return JSON.parse(done.stdout);
}

/** Largest difference of two tables of values: what makes times comparable. */
const difference = (a, b) =>
  Math.max(...b.map((row, i) => Math.max(...row.map((value, j) => Math.abs(value - a[i][j])))));

const folder = mkdtempSync(join(tmpdir(), "rote-stats-"));
try {
  makeSample(folder);
  const cores = availableParallelism();
  const whole = ours(folder, resamples, cores, permutations);
  const oneThread = ours(folder, 20, 0, 0);
  const perResample = oneThread.bootstrap / 20;
  const peers = ["spearmanr", "ranks"].flatMap((way) => {
    const found = peer(folder, way);
    if (found === undefined) return [];
    const each = found.seconds / peerResamples;
    const largest = difference(whole.values, found.values);
    return [{ way, "s a resample": each, "times ours": each / perResample, difference: largest }];
  });
  const bar = { ...whole, values: undefined };
  const evidence = {
    ...conditions(fileURLToPath(import.meta.resolve("rote")), {}),
    ...{ points, models, resamples, permutations, threads: cores, bar },
    ...{ oneThread: { perResample }, peers },
  };
  printTable([
    {
      side: `ours, ${resamples} resamples, ${permutations} permutations, ${cores} threads`,
      seconds: bar.seconds.toFixed(1),
      bootstrap: bar.bootstrap.toFixed(1),
      permutation: bar.permutation.toFixed(1),
      "peak MB": Math.round(bar.memory / 1e6),
    },
  ]);
  console.log(`\nours, one thread: ${perResample.toFixed(3)} s a resample of ${models} models`);
  if (peers.length > 0)
    printTable(
      peers.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([key, value]) => [
            key,
            typeof value === "number" ? value.toPrecision(3) : value,
          ]),
        ),
      ),
    );
  writeEvidence(flags.folder, "rank-bootstrap", evidence);
} finally {
  rmSync(folder, { recursive: true });
}
