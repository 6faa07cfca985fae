// Measures our index beside the original infini-gram package, a table a run or all of them:
//   npm run bench:infini-gram -- --work DIR [--table count,prob,…] [--corpus synthetic|eltec-eng]
//     [--only PART-OF-A-NAME] [--rounds 5] [--tokens 50000000] [--out bench/runs/DATE-MACHINE]
// Results of a run take the place of those of the same cases in the evidence, so that a table can be
// measured in several runs.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { conditions, printTable, writeEvidence } from "../evidence.mjs";
import { askEngines } from "./ask-engines.mjs";
import { measureBuilds } from "./builds.mjs";
import { measureCold } from "./cold.mjs";
import { corpora, prepare } from "./prepare.mjs";
import { tables } from "./tables.mjs";

const all = ["build", ...Object.keys(tables), "cold"];
const { values } = parseArgs({
  options: {
    work: { type: "string", default: "infini-gram-bench" },
    table: { type: "string", default: all.join() },
    corpus: { type: "string", default: Object.keys(corpora).join() },
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "5" },
    tokens: { type: "string", default: "50000000" },
    out: { type: "string" },
  },
});
const work = resolve(values.work);
const { only } = values;
const rounds = Number(values.rounds);
const asked = values.table.split(",");
const unknown = asked.find((table) => !all.includes(table));
if (unknown !== undefined) throw new Error(`no table ${unknown}; there are ${all.join(", ")}`);

/** Numbers of an entrant that are printed where it has them. */
const shown = [
  ...["microseconds", "perSecond", "best", "ratio", "tokensPerSecond"],
  ...["peakBytesPerToken", "storedBytesPerToken", "firstAnswer", "open", "thousand", "again"],
];

await prepare(work, Number(values.tokens));
for (const table of asked) {
  const results = await measure(table);
  if (results.length > 0) keep(table, results);
}

async function measure(table) {
  if (table === "build") return measureBuilds({ work, only, rounds });
  const results = [];
  for (const corpus of values.corpus.split(",")) {
    const options = { work, corpus, only, rounds };
    if (table === "cold") results.push(...(await measureCold(options)));
    else results.push(...(await askEngines(table, options)));
  }
  return results;
}

function keep(table, results) {
  const python = join(work, "env/bin/python");
  const askVersions =
    "from importlib.metadata import version as v; print(v('infini-gram'), 'with transformers', v('transformers'), 'and tokenizers', v('tokenizers'))";
  const { date, commit, machine, versions } = conditions(resolve("dist/cli/main.js"), {
    "infini-gram": [python, "-c", askVersions],
    python: [python, "--version"],
    "g++": ["g++", "--version"],
  });
  const name = `infini-gram-${table}`;
  const path = values.out === undefined ? undefined : join(values.out, `${name}.json`);
  const before =
    path !== undefined && existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  const names = new Set(results.map((result) => result.name));
  const kept = (before.results ?? []).filter((result) => !names.has(result.name));
  const dated = results.map((result) => ({ ...result, date, commit }));
  writeEvidence(values.out, name, { table, machine, versions, results: [...kept, ...dated] });
  console.log(`\n${table}`);
  printTable(results.flatMap(({ name: of, entrants }) => entrants.map((one) => rowOf(of, one))));
}

/** What is printed of an entrant of a case. */
function rowOf(name, entrant) {
  const { engine, work: kind } = entrant;
  const wall = entrant.medians === undefined ? {} : { seconds: entrant.medians.wall };
  const numbers = shown
    .filter((key) => entrant[key] !== undefined)
    .map((key) => [key, entrant[key]]);
  const work = kind === undefined ? {} : { work: kind };
  return { case: name, engine, ...work, ...wall, ...Object.fromEntries(numbers) };
}
