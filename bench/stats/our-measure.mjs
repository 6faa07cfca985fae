// `measure` of a million pairs and nine models in a process of its own: everything a report holds of one task, with its memory. See measure.mjs.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createRng, measure } from "rote";

const [points, models, permutations] = process.argv.slice(2).map(Number);
const perExample = 12;
const rng = createRng("sample");
const [codf, dfA, dfB, length] = Array.from({ length: 4 }, () => new Float64Array(points));
const logLikelihood = Object.fromEntries(
  Array.from({ length: models }, (_, model) => [`model ${model}`, new Float64Array(points)]),
);
for (let i = 0; i < points; i++) {
  const share = Math.max(0, rng.normal());
  dfA[i] = 1 + rng.int(5000);
  codf[i] = Math.min(dfA[i], Math.floor(share * dfA[i] * 0.5));
  dfB[i] = codf[i] + rng.int(1000);
  length[i] = 1 + rng.int(40);
  for (const values of Object.values(logLikelihood)) values[i] = -8 + 2 * share + 3 * rng.normal();
}
const started = performance.now();
const { estimates, family } = await measure(
  {
    example: Uint32Array.from(codf, (_, i) => Math.floor(i / perExample)),
    ...{ codf, dfA, dfB, length, logLikelihood },
  },
  {
    permutations,
    threads: availableParallelism(),
    parameters: (model) => 10 ** (6 + Number(model.split(" ")[1]) / 4),
  },
);
const seconds = (performance.now() - started) / 1000;
const status = readFileSync("/proc/self/status", "utf8");
const memory = 1024 * Number(/VmHWM:\s+(\d+)/.exec(status)[1]);
const [first] = estimates;
console.log(
  JSON.stringify({
    ...{ seconds, memory, estimates: estimates.length, tests: family.tests },
    ...{ resamples: first.resamples, null: first.null },
  }),
);
