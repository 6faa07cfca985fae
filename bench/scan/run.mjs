// Measures `rote count`, one table of cases a run, in interleaved rounds; each time after `wc -w` on
// the same text, which tells how fast the machine is at that moment:
//   node bench/scan/run.mjs --work DIR --table bars|sizes|formats|languages|skewed
//     [--only PART-OF-A-NAME] [--rounds 3] [--main dist/cli/main.js] [--out bench/runs/DATE-MACHINE]
// Counts of one question on one text must be the same in every case: the rows are compared by hash.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { conditions, printTable, summarize, writeEvidence } from "../evidence.mjs";
import { measureCommand } from "./measure-command.mjs";
import { countCommand, measureCount } from "./measure-count.mjs";
import { tables } from "./tables.mjs";

const { values } = parseArgs({
  options: {
    work: { type: "string" },
    table: { type: "string" },
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "3" },
    main: { type: "string", default: "dist/cli/main.js" },
    out: { type: "string" },
  },
});
const { work, main } = values;
const all = tables[values.table];
if (work === undefined || all === undefined)
  throw new Error(`give --work DIR and --table ${Object.keys(tables).join("|")}`);
const cases = all.filter(({ name }) => name.includes(values.only));
const texts = [...new Set(cases.map(({ text }) => text))];

// Reads every file once, so that all rounds find it in the file cache.
for (const file of new Set(cases.flatMap(({ pairs, corpus, text }) => [pairs, corpus, text])))
  readFileSync(join(work, file));

const sizes = new Map(texts.map((text) => [text, statSync(join(work, text)).size]));
const measured = new Map(cases.map(({ name }) => [name, []]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const asked of cases) {
    const wordCount = countWords(asked.text);
    const measure = measureCount(main, asked, { work, textBytes: sizes.get(asked.text) });
    const { pass, megabytesPerSecond } = measure;
    const ratio = megabytesPerSecond / wordCount;
    measured.get(asked.name).push({ ...measure, wordCount, ratio });
    console.error(`${asked.name}: ${pass.toFixed(2)} s, ${megabytesPerSecond.toFixed(1)} MB/s`);
  }
  checkEqual();
  writeEvidence(values.out, `scan-${values.table}`, evidence()); // whole after every round: a run takes long
}
printTable(
  evidence().results.map(({ name, medians, best }) => ({
    case: name,
    phrases: medians.phrases,
    "MB/s": medians.megabytesPerSecond.toFixed(1),
    "M words/s": (medians.wordsPerSecond / 1e6).toFixed(2),
    best: best.toFixed(1),
    "/ wc": medians.ratio,
    "pass s": medians.pass.toFixed(2),
    "read s": medians.read,
    "prepare s": medians.prepared,
    "write s": medians.written,
    "peak MB": Math.round(medians.rss / 1e6),
  })),
);

/** What `wc -w` reads a second, in MB. */
function countWords(text) {
  const { usage } = measureCommand(["wc", "-w", join(work, text)], { env: { LC_ALL: "C" } });
  return sizes.get(text) / 1e6 / usage.wall;
}

function evidence() {
  const results = cases.map((asked) => {
    const { name, text } = asked;
    const rounds = measured.get(name);
    const command = countCommand(main, asked, { work: "WORK", out: "WORK/counts.parquet" });
    return {
      ...{ name, command: ["rote", ...command.slice(2)].join(" "), textBytes: sizes.get(text) },
      ...{ medians: summarize(rounds), rounds },
      best: Math.max(...rounds.map(({ megabytesPerSecond }) => megabytesPerSecond)),
    };
  });
  const versions = conditions(main, { wc: ["wc", "--version"] });
  return { table: values.table, ...versions, wordCount: "LC_ALL=C wc -w WORK/TEXT", results };
}

/** One question on one text has the same counts, whatever the format and the number of workers. */
function checkEqual() {
  const hashes = new Map();
  for (const { name, pairs, text } of cases)
    for (const { rows } of measured.get(name)) {
      const question = `${pairs} of ${text}`;
      if (hashes.has(question) && hashes.get(question) !== rows)
        throw new Error(`${name}: other counts than before for ${question}`);
      hashes.set(question, rows);
    }
}
