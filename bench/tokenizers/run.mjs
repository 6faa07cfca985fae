// Encoding English on one core: our byte-level BPE beside Hugging Face's native library, in turns.
// After `npm run build`: node bench/tokenizers/run.mjs [--rounds 3] [--megabytes 12] [--out bench/runs/DATE-MACHINE]
// Evidence: tokenizers.json with the command, versions, machine, every round and the medians.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "../measure-process.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    megabytes: { type: "string", default: "12" },
    out: { type: "string" },
  },
});
const data = "../shared/data";
const corpus = `${data}/corpora/eltec/eltec-eng.jsonl.zst`;
const tokenizers = {
  "gpt-neox-20b": `${data}/tokenizers/gpt-neox-20b/20B_tokenizer.json`,
  gpt2: `${data}/tokenizers/gpt2/gpt2.tokenizer.json`,
  "dolma2 (cl100k)": `${data}/tokenizers/olmo/allenai_dolma2.json`,
};
const env = { ...process.env, RAYON_NUM_THREADS: "1", TOKENIZERS_PARALLELISM: "false" };

function measure(contender, path) {
  const args = [
    "-c",
    "1",
    process.execPath,
    "bench/tokenizers/encode.mjs",
    contender,
    path,
    corpus,
    values.megabytes,
  ];
  return JSON.parse(execFileSync("taskset", args, { env, encoding: "utf8", maxBuffer: 1 << 24 }));
}

const rounds = [];
for (let round = 0; round < Number(values.rounds); round++)
  for (const [name, path] of Object.entries(tokenizers)) {
    const [own, peer] = [measure("own", path), measure("tokenizers", path)];
    if (own.sha256 !== peer.sha256) throw new Error(`${name}: the two give different ids`);
    rounds.push({ round, tokenizer: name, own, peer });
  }

const speed = ({ bytes, passes }, pass, clock) => bytes / 1e6 / passes[pass][clock];
const medians = Object.keys(tokenizers).flatMap((name) =>
  [0, 1].map((pass) => {
    const of = rounds.filter(({ tokenizer }) => tokenizer === name);
    const middle = (value) => Number(median(of.map(value)).toPrecision(3));
    return {
      tokenizer: name,
      pass: pass === 0 ? "cold" : "warm",
      ownMegabytesPerSecond: middle(({ own }) => speed(own, pass, "seconds")),
      peerMegabytesPerSecond: middle(({ peer }) => speed(peer, pass, "seconds")),
      ratio: middle(({ own, peer }) => speed(own, pass, "seconds") / speed(peer, pass, "seconds")),
      ratioOfCpuTime: middle(
        ({ own, peer }) => speed(own, pass, "cpuSeconds") / speed(peer, pass, "cpuSeconds"),
      ),
    };
  }),
);
console.table(medians);
if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();
  const result = {
    what: "English novels in documents of 4,096 characters, one core; the peer encodes batches of 256 and gives ids; ids compared by hash",
    command: `node bench/tokenizers/run.mjs --rounds ${values.rounds} --megabytes ${values.megabytes}`,
    commit: git("rev-parse", "HEAD"),
    versions: {
      node: process.version,
      tokenizers: JSON.parse(readFileSync("node_modules/tokenizers/package.json", "utf8")).version,
    },
    machine: { cpu: cpus()[0].model, cores: cpus().length, memory: totalmem() },
    medians,
    rounds,
  };
  writeFileSync(join(values.out, "tokenizers.json"), `${JSON.stringify(result, null, 2)}\n`);
}
