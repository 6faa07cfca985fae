// Benchmarks, side by side with a naive twin where there is one. After `npm run build`:
//   node bench/run.mjs [--rounds 3] [--out bench/runs/DATE-MACHINE]
// Evidence: one JSON file a benchmark with commands, versions, machine, every round and the medians.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createRng } from "#rote/base/random.js";
import { openCorpus } from "#rote/corpus/corpus.js";
import { wordsPolicy } from "#rote/text/policies.js";
import { measureNode, median } from "./measure-process.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, out: { type: "string" } },
});
const main = resolve("dist/cli/main.js");
const work = mkdtempSync(join(tmpdir(), "rote-bench-"));
const novels = "../shared/data/corpora/eltec/eltec-eng.jsonl.zst";

/** 10,000 phrases of 1 to 3 words and 10,000 pairs of them, drawn from the text itself. */
async function drawQueries(path) {
  const documents = [];
  for await (const { text } of (await openCorpus({ paths: [path] })).documents())
    documents.push(wordsPolicy.words(text));
  const rng = createRng("bench");
  const draw = () => {
    const words = documents[rng.int(documents.length)];
    const at = rng.int(words.length - 3);
    return words.slice(at, at + 1 + rng.int(3)).join(" ");
  };
  const phrases = Array.from({ length: 10_000 }, draw);
  const pairs = phrases.map((phrase) => `${phrase}\t${phrases[rng.int(phrases.length)]}`);
  const files = { phrases: join(work, "phrases.tsv"), pairs: join(work, "pairs.tsv") };
  writeFileSync(files.phrases, phrases.map((phrase) => `${phrase}\n`).join(""));
  writeFileSync(files.pairs, pairs.map((pair) => `${pair}\n`).join(""));
  return files;
}

async function benches() {
  const all = [
    {
      name: "demo",
      what: "the demo study: corpus of 7.6 MB gzip (17.9 MB text) read three times, 1,362 examples, three models",
      ours: (round) => [main, "demo", "--quiet", "--out", join(work, `demo-${round}`)],
    },
  ];
  if (!existsSync(novels)) {
    console.error(`count: skipped, no ${novels}`);
    return all;
  }
  const { phrases, pairs } = await drawQueries(novels);
  const count = (jobs) => [
    main,
    "count",
    "--phrases",
    phrases,
    "--pairs",
    pairs,
    "--corpus",
    novels,
    "--jobs",
    jobs,
    "--json",
    "--quiet",
  ];
  all.push({
    name: "count-10k",
    what: "10,000 phrases and 10,000 pairs in 99 English novels (64 MB text, 17 MB zst), one worker",
    ours: () => count("1"),
    twin: () => ["bench/naive-count.mjs", novels, phrases, pairs],
  });
  all.push({
    name: "count-10k-two-workers",
    what: "the same with two workers",
    ours: () => count("2"),
  });
  return all;
}

function summarize(rounds) {
  const of = (key) => Number(median(rounds.map((round) => round[key])).toPrecision(4));
  return { wall: of("wall"), cpu: of("cpu"), rss: of("rss") };
}

for (const { name, what, ours, twin } of await benches()) {
  const [own, other] = [[], []];
  for (let round = 0; round < Number(values.rounds); round++) {
    const { stdout, ...usage } = measureNode(ours(round));
    own.push(usage);
    if (twin === undefined) continue;
    const { stdout: expected, ...twinUsage } = measureNode(twin(round));
    if (expected !== stdout) throw new Error(`${name}: the two give different counts`);
    other.push(twinUsage);
  }
  const result = {
    name,
    what,
    commands: [ours(0), ...(twin === undefined ? [] : [twin(0)])].map((args) =>
      args.map((arg) => arg.replace(work, "WORK").replace(main, "rote")).join(" "),
    ),
    medians: { ours: summarize(own), ...(twin === undefined ? {} : { twin: summarize(other) }) },
    ...(twin === undefined
      ? {}
      : { ratio: Number((summarize(other).wall / summarize(own).wall).toPrecision(3)) }),
    rounds: { ours: own, twin: other },
    machine: {
      cpu: cpus()[0].model,
      cores: cpus().length,
      memory: totalmem(),
      node: process.version,
    },
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim(),
  };
  console.log(
    `${name}: ${JSON.stringify(result.medians)}${result.ratio === undefined ? "" : `, naive twin / ours ${result.ratio}`}`,
  );
  if (values.out === undefined) continue;
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}
