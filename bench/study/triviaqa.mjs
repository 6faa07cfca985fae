// A study of TriviaQA's 11,313 test questions against 64 MB of novels, written as a user would write it,
// run by `rote run`, its stages read from run.json. After `npm run build`:
//   node bench/study/triviaqa.mjs [--rounds 3] [--out bench/runs/DATE-MACHINE]
// `chosen` takes the pairs a calibrated threshold lets pass; `all` takes every pair (threshold: none),
// which is the most that can be counted and measured. The whole answer is b: most are two words long.
import { createReadStream, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { finished } from "node:stream/promises";
import { parseArgs } from "node:util";
import { openCorpus } from "#rote/corpus/corpus.js";
import { conditions, printTable, summarize, writeEvidence } from "../evidence.mjs";
import { measureNode } from "../measure-process.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, out: { type: "string" } },
});
const main = resolve("dist/cli/main.js");
const novels = resolve("../shared/data/corpora/eltec/eltec-eng.jsonl.zst");
const questions = resolve("../shared/data/tasks/triviaqa/test.tsv");
const work = mkdtempSync(join(tmpdir(), "rote-bench-"));

/** The novels cut at ends of paragraphs into documents of at most 2,000 characters: 99 documents would hold everything together. */
async function writeCorpus(path) {
  const out = createWriteStream(path);
  const sizes = { documents: 0, textBytes: 0 };
  const write = async (text) => {
    sizes.documents++;
    sizes.textBytes += Buffer.byteLength(text);
    if (!out.write(`${JSON.stringify({ text })}\n`)) await once(out, "drain");
  };
  for await (const { text } of (await openCorpus({ paths: [novels] })).documents()) {
    let part = "";
    for (const paragraph of text.split(/\n+/)) {
      if (part !== "" && part.length + paragraph.length > 2000) {
        await write(part);
        part = "";
      }
      part += `${part === "" ? "" : "\n"}${paragraph}`;
    }
    if (part !== "") await write(part);
  }
  out.end();
  await finished(out);
  return sizes;
}

const study = (threshold) => `name: triviaqa
corpus: { files: corpus.jsonl }
tasks:
  - name: triviaqa
    format: triviaqa
    file: ${questions}
    prompt: paper
    n: [3, 5]
    outputs: whole
    threshold: ${threshold}
models: [${resolve("data/demo/models/0.36M")}]
generate: { maxTokens: 8 }
`;

/** Paths as seen from the checkout. */
const withoutPlace = (text) =>
  text.replaceAll(`${resolve(".")}/`, "").replaceAll(`${resolve("..")}/`, "../");

/** What no model takes part in. */
const countsToBar = ({ name }) =>
  ["fit embedder", "mine", "count", "recount", "overlap", "measure"].includes(name);

function runOnce(name, round) {
  const out = join(work, `${name}-${round}`);
  const { wall, cpu, rss } = measureNode([
    ...[main, "run", join(work, `${name}.yaml`), "--quiet", "--out", out],
  ]);
  const { stages, estimates, drops } = JSON.parse(readFileSync(join(out, "run.json"), "utf8"));
  const seconds = stages.filter(countsToBar).reduce((sum, stage) => sum + stage.seconds, 0);
  const total = (reason) =>
    drops.reduce((sum, drop) => sum + (drop.reason === reason ? drop.count : 0), 0);
  return {
    ...{ minedPairs: total("mined"), scoredPairs: total("scored"), estimates: estimates.length },
    permutations: Math.max(...estimates.map((row) => row.null?.permutations ?? 0)),
    withoutModels: seconds,
    ...Object.fromEntries(stages.map((stage) => [stage.name, stage.seconds])),
    ...{ wall, cpu, rss },
  };
}

if (!existsSync(novels)) throw new Error(`there is no ${novels}`);
const corpus = await writeCorpus(join(work, "corpus.jsonl"));
const lines = createReadStream(questions);
let examples = 0;
for await (const chunk of lines) for (const byte of chunk) if (byte === 10) examples++;
const results = [];
for (const [name, threshold] of [
  ["chosen", "calibrated"],
  ["all", "none"],
]) {
  writeFileSync(join(work, `${name}.yaml`), study(threshold));
  const rounds = Array.from({ length: Number(values.rounds) }, (_, round) => runOnce(name, round));
  results.push({ pairs: name, threshold, medians: summarize(rounds), rounds });
}
printTable(
  results.map(({ pairs, medians, rounds: [{ minedPairs, scoredPairs, permutations }] }) => ({
    ...{ pairs, mined: minedPairs, scored: scoredPairs, shuffles: permutations },
    "seconds without models": medians.withoutModels,
    ...{ "whole run": medians.wall, "peak MB": Math.round(medians.rss / 1e6) },
  })),
);
writeEvidence(values.out, "study-triviaqa", {
  command: "node bench/study/triviaqa.mjs",
  ...conditions(main, {}),
  study: withoutPlace(study("calibrated | none")),
  bar: "mining, counting and measuring, without scoring and generating: under 180 s on two cores",
  ...{ corpus, examples, results },
});
