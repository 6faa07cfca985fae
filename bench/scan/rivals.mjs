// Other programs on the same work in the same run, in interleaved rounds:
//   node bench/scan/rivals.mjs --work DIR [--only ascii-task-10k] [--without twin,pyahocorasick]
//     [--before OLDER/dist/cli/main.js] [--rounds 3] [--main dist/cli/main.js] [--out bench/runs/DATE-MACHINE]
// English as ASCII, once through (65 MB), one thread each. Programs that give all counts must give
// the same rows, byte by byte; ripgrep gives one number, which must be the twin's.
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { conditions, printTable, summarize, writeEvidence } from "../evidence.mjs";
import { measureCommand } from "./measure-command.mjs";
import { readPhases } from "./measure-count.mjs";

const { values } = parseArgs({
  options: {
    work: { type: "string" },
    only: { type: "string", default: "" },
    without: { type: "string", default: "" },
    rounds: { type: "string", default: "3" },
    main: { type: "string", default: "dist/cli/main.js" },
    before: { type: "string" },
    out: { type: "string" },
  },
});
if (values.work === undefined) throw new Error("say where the texts are: --work DIR");
const at = (name) => join(values.work, name);
const [corpus, words, output] = ["ascii.jsonl", "ascii.words.txt", "rows.jsonl"].map(at);
const textBytes = statSync(corpus).size;
const works = ["ascii-task-10k", "ascii-task-1m", "ascii-dense-100k", "ascii-dense-1m"].filter(
  (name) => name.includes(values.only),
);

const rote = (main) => ({
  counts: "df, tf, codf",
  command: (pairs) =>
    [process.execPath, main, "count", "--pairs", pairs, "--corpus", corpus].concat(
      "--jobs",
      "1",
      "--json",
    ),
  phases: ({ stderr }) => readPhases(stderr, textBytes),
});
const peer = (...command) => ({
  counts: "df, tf, codf",
  command: (pairs) => [...command.slice(0, 2), corpus, ...command.slice(2), pairs],
  phases: ({ stderr }) => JSON.parse(stderr),
});
const ripgrep = (option, counts) => ({
  counts,
  command: (pairs) => ["rg", option, "-F", "-f", writePatterns(pairs), words],
  // Its patterns are not apart from its pass.
  phases: ({ usage }) => ({ pass: usage.wall }),
});
const programs = {
  rote: rote(values.main),
  ...(values.before === undefined ? {} : { before: rote(values.before) }),
  twin: peer(process.execPath, "bench/naive-count.mjs", "/dev/null"),
  pyahocorasick: peer("python3", "bench/scan/peers/count_ahocorasick.py"),
  "ripgrep -c": ripgrep("-c", "documents with any phrase"),
  "ripgrep --count-matches": ripgrep("--count-matches", "matches of any phrase, not overlapping"),
};
for (const name of values.without.split(",")) delete programs[name];

/** What runs on a work: the twin takes many minutes for a million dense pairs. */
function entrants(work) {
  return Object.entries(programs).filter(([name]) => name !== "twin" || work !== "ascii-dense-1m");
}

/** The different phrases of pairs with a space on either side, so that ripgrep finds whole words. */
function writePatterns(pairs) {
  const phrases = new Set(
    readFileSync(pairs, "utf8")
      .trimEnd()
      .split(/[\t\n]/),
  );
  const lines = Array.from(phrases, (phrase) => ` ${phrase} \n`);
  writeFileSync(at("patterns.txt"), lines.join(""));
  return at("patterns.txt");
}

function measure({ command, phases }, pairs) {
  const measured = measureCommand(command(pairs), { output });
  const all = readFileSync(output);
  const seconds = phases(measured);
  return {
    ...{ ...seconds, ...measured.usage, megabytesPerSecond: textBytes / 1e6 / seconds.pass },
    result:
      all.length < 100 ? all.toString().trim() : createHash("sha256").update(all).digest("hex"),
  };
}

/** Programs that count the same must say the same. */
function checkEqual(work, rounds) {
  for (const [name, { counts }] of entrants(work)) {
    const results = rounds[name].map(({ result }) => result);
    const expected = counts === "df, tf, codf" ? rounds.rote[0].result : results[0];
    if (results.some((result) => result !== expected))
      throw new Error(`${work}: ${name} gives other counts than rote`);
  }
  const [any, withAny] = [rounds["ripgrep -c"]?.[0].result, rounds.twin?.[0].withAny];
  if (any !== undefined && withAny !== undefined && any !== `${withAny}`)
    throw new Error(`${work}: ripgrep finds ${any} documents with any phrase, the twin ${withAny}`);
}

/** A command as it would be typed: no path of this machine. */
function shown(command) {
  const names = { [process.execPath]: "node", [values.main]: "rote", [values.before]: "rote" };
  const words = command.map((word) => names[word] ?? word.replace(`${values.work}/`, "WORK/"));
  return words.join(" ").replace(/^node rote/, "rote");
}

function compare(work, rounds) {
  const ours = summarize(rounds.rote);
  return entrants(work).map(([program, { counts, command }]) => {
    const medians = summarize(rounds[program]);
    const times = (key) => Number((medians[key] / ours[key]).toPrecision(3));
    return {
      ...{ work, program, counts, command: shown(command(at(`${work}.tsv`))), medians },
      ...{ ratio: { pass: times("pass"), wall: times("wall") }, rounds: rounds[program] },
    };
  });
}

const results = [];
for (const work of works) {
  const rounds = Object.fromEntries(entrants(work).map(([name]) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, program] of entrants(work)) {
      rounds[name].push(measure(program, at(`${work}.tsv`)));
      console.error(`${work} ${name}: ${rounds[name].at(-1).pass.toFixed(2)} s`);
    }
  checkEqual(work, rounds);
  results.push(...compare(work, rounds));
}
printTable(
  results.map(({ work, program, counts, medians, ratio }) => ({
    ...{ work, program, "it counts": counts, "pass s": medians.pass.toFixed(2) },
    ...{ "MB/s": medians.megabytesPerSecond.toFixed(1), "pass / ours": ratio.pass },
    ...{ "whole s": medians.wall.toFixed(1), "whole / ours": ratio.wall },
    "peak MB": Math.round(medians.rss / 1e6),
  })),
);
const askPython = "from importlib.metadata import version; print(version('pyahocorasick'))";
writeEvidence(values.out, "scan-rivals", {
  ...{ table: "rivals", textBytes },
  ...conditions(values.main, {
    ripgrep: ["rg", "--version"],
    python: ["python3", "--version"],
    pyahocorasick: ["python3", "-c", askPython],
  }),
  results,
});
