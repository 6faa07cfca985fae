// The most that two threads can reach on a machine: two processes of one thread each, at the same time,
// beside one alone; in interleaved rounds:
//   node bench/scan/two-processes.mjs --work DIR [--rounds 3] [--main dist/cli/main.js] [--out bench/runs/DATE-MACHINE]
import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { conditions, printTable, summarize, writeEvidence } from "../evidence.mjs";
import { readPhases } from "./measure-count.mjs";

const { values } = parseArgs({
  options: {
    work: { type: "string" },
    rounds: { type: "string", default: "3" },
    main: { type: "string", default: "dist/cli/main.js" },
    out: { type: "string" },
  },
});
if (values.work === undefined) throw new Error("say where the texts are: --work DIR");
const corpus = join(values.work, "eng.jsonl");
const textBytes = statSync(corpus).size;

/** MB a second of one pass, by its own clock. */
async function pass(pairs) {
  const file = join(values.work, `${pairs}.tsv`);
  const args = [values.main, "count", "--pairs", file, "--corpus", corpus, "--jobs", "1", "--json"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`rote ended with ${code}: ${stderr}`);
  return textBytes / 1e6 / readPhases(stderr, textBytes).pass;
}

const works = ["task-10k", "task-1m", "dense-1m"];
const rounds = Object.fromEntries(works.map((work) => [work, []]));
for (let round = 0; round < Number(values.rounds); round++)
  for (const work of works) {
    const alone = await pass(work);
    const [first, second] = await Promise.all([pass(work), pass(work)]);
    const together = first + second;
    rounds[work].push({ alone, together, times: together / alone });
  }
const results = works.map((work) => ({
  ...{ work, medians: summarize(rounds[work]), rounds: rounds[work] },
}));
printTable(
  results.map(({ work, medians }) => ({
    ...{ work, "one, MB/s": medians.alone, "two, MB/s": medians.together, times: medians.times },
  })),
);
const evidence = { table: "two-processes", textBytes, ...conditions(values.main, {}), results };
writeEvidence(values.out, "scan-two-processes", evidence);
