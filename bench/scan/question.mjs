// Measures what surrounds a pass: reading a file of pairs, and writing their rows, each in a process of
// its own beside a plain twin of it in interleaved rounds:
//   node bench/scan/question.mjs --work DIR [--pairs 10000000] [--phrases 2000000] [--rounds 3]
//     [--only PART-OF-A-NAME] [--without twin] [--out bench/runs/DATE-MACHINE]
// Phrases of one to three invented words; every pair is drawn uniformly from them, so that neighboring
// lines have nothing in common: the worst case for a table in memory. A process that writes reads the
// pairs first, so that its peak memory is that of both.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { writeAtomically, writeLines } from "#rote/base/files.js";
import { createRng } from "#rote/base/random.js";
import { conditions, printTable, summarize, writeEvidence } from "../evidence.mjs";
import { measureCommand } from "./measure-command.mjs";

const { values } = parseArgs({
  options: {
    work: { type: "string" },
    pairs: { type: "string", default: "10000000" },
    phrases: { type: "string", default: "2000000" },
    rounds: { type: "string", default: "3" },
    only: { type: "string", default: "" },
    without: { type: "string" },
    out: { type: "string" },
  },
});
const { work } = values;
if (work === undefined) throw new Error("give --work DIR");
const [pairCount, phraseCount] = [Number(values.pairs), Number(values.phrases)];
const syllables = "ba co di fe gu ha jo ki lu me no pa qui ra so ti vu we xo ya zé ße".split(" ");

function drawPhrases(rng) {
  const word = () =>
    Array.from({ length: 1 + rng.int(4) }, () => syllables[rng.int(syllables.length)]).join("");
  // The number keeps the phrases distinct.
  const phrase = (_, i) =>
    [...Array.from({ length: rng.int(3) }, word), `${word()}${i.toString(36)}`].join(" ");
  return Array.from({ length: phraseCount }, phrase);
}

async function makePairs(kind) {
  const path = join(work, `question-${pairCount}-${phraseCount}.${kind}`);
  if (existsSync(path)) return path;
  if (kind.endsWith(".gz")) {
    await writeAtomically(path, gzipSync(readFileSync(await makePairs(kind.slice(0, -3)))));
    return path;
  }
  const rng = createRng("question");
  const phrases = drawPhrases(rng);
  function* lines() {
    for (let i = 0; i < pairCount; i++) {
      const [a, b] = [phrases[rng.int(phraseCount)], phrases[rng.int(phraseCount)]];
      yield kind === "jsonl" ? JSON.stringify({ a, b }) : `${a}\t${b}`;
    }
  }
  await writeLines(path, lines());
  return path;
}

const reading = ["tsv", "tsv.gz", "jsonl"].map((kind) => ({ name: `read ${kind}`, kind }));
const writing = ["parquet", "jsonl", "tsv"].map((out) => ({
  name: `write ${out}`,
  kind: "tsv",
  out,
}));
const cases = [...reading, ...writing]
  .filter(({ name }) => name.includes(values.only))
  .flatMap((one) => [one, { ...one, name: `${one.name}, twin`, twin: true }])
  .filter(({ name }) => values.without === undefined || !name.includes(values.without));
const program = resolve("bench/scan/question-process.mjs");

async function measure({ kind, out, twin = false }) {
  const args = [
    await makePairs(kind),
    out === undefined ? "-" : join(work, `question-rows.${out}`),
  ];
  const { usage, stdout } = measureCommand([
    process.execPath,
    program,
    ...args,
    ...(twin ? ["twin"] : []),
  ]);
  const { seconds, cpuSeconds, checked } = JSON.parse(stdout);
  const perSecond = pairCount / seconds;
  return { ...usage, seconds, cpuSeconds, perSecond, checked };
}

const measured = new Map(cases.map(({ name }) => [name, []]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const one of cases) {
    measured.get(one.name).push(await measure(one));
    console.error(`${one.name}: ${measured.get(one.name).at(-1).seconds.toFixed(1)} s`);
  }
}
const results = cases.map(({ name }) => ({
  name,
  medians: summarize(measured.get(name)),
  rounds: measured.get(name),
}));
for (const { name, medians } of results) {
  const twin = results.find((other) => other.name === `${name}, twin`);
  if (twin !== undefined && twin.medians.checked !== medians.checked)
    throw new Error(`${twin.name} gives another result`);
}
writeEvidence(values.out, "scan-question", {
  what: `${pairCount} pairs of ${phraseCount} phrases, drawn uniformly`,
  ...conditions(program, {}),
  results,
});
printTable(
  results.map(({ name, medians }) => ({
    case: name,
    s: medians.seconds,
    "CPU s": medians.cpuSeconds,
    "M pairs/s": (medians.perSecond / 1e6).toFixed(2),
    "peak MB": Math.round(medians.rss / 1e6),
    load: medians.load,
  })),
);
