// All estimates of one task of a large study, as `measure` gives them: Spearman with zeros kept and dropped, Kendall's tau-b,
// partial correlations, AUC, differences and trend of every model, each with interval, test and null.
//   node bench/stats/measure.mjs [--points 1000000] [--models 9] [--permutations 200] [--folder RUNS]
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { conditions, printTable, writeEvidence } from "../evidence.mjs";

const { values: flags } = parseArgs({
  options: {
    points: { type: "string", default: "1000000" },
    models: { type: "string", default: "9" },
    permutations: { type: "string", default: "200" },
    folder: { type: "string" },
  },
});
const script = join(dirname(fileURLToPath(import.meta.url)), "our-measure.mjs");
const sizes = [flags.points, flags.models, flags.permutations];
const found = JSON.parse(execFileSync(process.execPath, [script, ...sizes], { encoding: "utf8" }));
const [points, models, permutations] = sizes.map(Number);
printTable([
  {
    work: `${points} pairs × ${models} models, ${found.estimates} estimates`,
    resamples: found.resamples,
    "permutations × points": `${found.null.permutations} × ${found.null.points}`,
    seconds: found.seconds.toFixed(1),
    "peak MB": Math.round(found.memory / 1e6),
  },
]);
writeEvidence(flags.folder, "measure", {
  ...conditions(fileURLToPath(import.meta.resolve("rote")), {}),
  ...{ points, models, permutations, threads: availableParallelism(), ...found },
});
