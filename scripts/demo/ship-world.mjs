/**
 * Take what the demo needs from a world of the lab that has its three models:
 *
 *   node scripts/demo/ship-world.mjs --world DIR [--out data/demo]
 *
 * Planted documents, tasks and weights are copied as they are. The manifest is cut into a file a licence, without
 * the places of its documents, which these state themselves; loss curves keep every 50th step.
 */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";

import { omit, writeJsonLines } from "./text.mjs";

/** Models of the demo, by the lab's names for them. */
const models = { "perturbed-0.36M": "0.36M", "perturbed-1.3M": "1.3M", "perturbed-4.2M": "4.2M" };

const { values } = parseArgs({
  options: { world: { type: "string" }, out: { type: "string", default: "data/demo" } },
});
if (values.world === undefined) throw new Error("--world DIR names a world with its models");
const from = (...parts) => join(values.world, ...parts);
const to = (...parts) => join(values.out, ...parts);

const readRows = (path) =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** A folder of the demo that holds these files of the world's and nothing else. */
function copyFolder(name, files, target = name) {
  rmSync(to(target), { recursive: true, force: true });
  mkdirSync(to(target), { recursive: true });
  for (const file of files) copyFileSync(from(name, file), to(target, file));
}

/** The manifest's rows by the part of the corpus that holds their documents. */
function shipManifest(kinds) {
  rmSync(to("manifest"), { recursive: true, force: true });
  const rows = readRows(from("manifest.jsonl"));
  for (const part of new Set(Object.values(kinds).map(({ file }) => basename(file)))) {
    const own = rows.filter(({ kind }) => basename(kinds[kind].file) === part);
    writeJsonLines(
      to("manifest", part),
      own.map((row) => omit(row, "positions")),
    );
  }
}

/** Base files are the demo's already: the world was made from them. */
function shipCorpus() {
  for (const file of readdirSync(from("corpus")))
    copyFileSync(from("corpus", file), to("corpus", file));
}

function shipModel(name, target) {
  const files = ["config", "tokenizer", "tokenizer_config", "training"].map((n) => `${n}.json`);
  copyFolder(join("models", name), [...files, "model.safetensors"], join("models", target));
  copyFileSync(from("models", `${name}.json`), to("models", `${target}.json`));
  const steps = readRows(from("models", name, "training.jsonl"));
  const kept = steps.filter(({ step }) => step === 1 || step % 50 === 0 || step === steps.length);
  writeJsonLines(to("models", target, "training.jsonl"), kept);
}

const world = JSON.parse(readFileSync(from("world.json"), "utf8"));
shipCorpus();
shipManifest(world.kinds);
copyFolder("tasks", readdirSync(from("tasks")));
copyFolder("tokenizer", ["tokenizer.json", "tokenizer_config.json"]);
for (const [name, target] of Object.entries(models)) shipModel(name, target);
// The hashes are of the world's folder, which has its manifest in one file.
writeFileSync(to("world.json"), `${JSON.stringify(omit(world, "files"), undefined, 2)}\n`);
