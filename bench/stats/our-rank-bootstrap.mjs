// Our side in a process of its own: the draws' values beside SciPy, or the whole bar with its memory. See run.mjs.
import { readFileSync } from "node:fs";
import { clusterExchanges, nullBand, percentileInterval, permuteRankStatistics } from "rote/stats";
import { bootstrapRankStatistics, rankSample } from "rote/stats";
import { createRng } from "rote";

const [folder, resamples, threads, permutations] = process.argv.slice(2);
const { points, models, seed } = JSON.parse(readFileSync(`${folder}/shape.json`, "utf8"));
const bytesOf = (name) => new Uint8Array(readFileSync(`${folder}/${name}`)).buffer;
const columns = new Float64Array(bytesOf("columns.f64"));
const clusters = new Uint32Array(bytesOf("clusters.u32"));
const names = ["corpus", ...Array.from({ length: models }, (_, model) => `model ${model}`)];

const started = performance.now();
const since = (from) => (performance.now() - from) / 1000;
const sample = rankSample(
  Object.fromEntries(names.map((name, i) => [name, columns.slice(i * points, (i + 1) * points)])),
  clusters,
);
const statistics = names.slice(1).map((y) => ({ kind: "spearman", x: "corpus", y }));
const ranked = since(started);
const resampling = performance.now();
const replicates = await bootstrapRankStatistics(sample, statistics, {
  rng: createRng(seed),
  resamples: Number(resamples),
  threads: Number(threads),
});
const bootstrap = since(resampling);
const permuting = performance.now();
if (Number(permutations) > 0) {
  const orders = clusterExchanges(sample, {
    rng: createRng(seed),
    permutations: Number(permutations),
  });
  const nulls = permuteRankStatistics(sample, statistics, "corpus", orders);
  nulls.map((values, i) => nullBand(replicates[i][0], values));
}
const permutation = since(permuting);
replicates.map((values) => percentileInterval(values));
const memory = process.resourceUsage().maxRSS * 1024;
const values = Array.from({ length: Math.min(8, Number(resamples)) }, (_, resample) =>
  replicates.map((own) => own[resample]),
);
console.log(
  JSON.stringify({ seconds: since(started), ranked, bootstrap, permutation, memory, values }),
);
