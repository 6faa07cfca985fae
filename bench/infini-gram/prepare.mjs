// What the tables need, made in the work folder where it is not there yet:
//   env/             a virtual environment with the original package
//   twin             the plain C++ program beside both (peers/twin.cpp)
//   synthetic.npy    token ids (make-synthetic.mjs)
//   eltec-eng/       99 English novels as the original reads them
//   CORPUS-rote/     our index of each, made by `rote index build`
//   CORPUS-original/ the index of each that the original made
//   queries/CORPUS/  what is asked (draw-queries.mjs)
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { END, makeSynthetic } from "./make-synthetic.mjs";
import { drawQueries } from "./draw-queries.mjs";

const requirements = ["infini-gram==2.6.0", "numpy", "tqdm", "transformers", "zstandard"];
const here = import.meta.dirname;
const main = resolve(here, "../../dist/cli/main.js");
const tokenizer = "../shared/data/tokenizers/gpt-neox-20b/20B_tokenizer.json";
const novels = "../shared/data/corpora/eltec/eltec-eng.jsonl.zst";

/** The corpora: what is built from, and the id that stands for a document's end. */
export const corpora = {
  synthetic: { source: "synthetic.npy", options: ["--eos", `${END}`], endOfDocument: END },
  "eltec-eng": {
    source: "eltec-eng/eltec-eng.jsonl.zst",
    options: ["--tokenizer", tokenizer],
    endOfDocument: 0,
  },
};

/** The commands that build from text or ids. `jobs` is a number of threads or processes. */
export const commands = {
  rote: (work, corpus, out, jobs, shards = 1) => {
    const { source, options } = corpora[corpus];
    const files = ["--corpus", join(work, source), "--out", out];
    const shape = ["--jobs", `${jobs}`, "--shards", `${shards}`];
    return [process.execPath, main, "index", "build", ...files, ...options, ...shape];
  },
  roteSort: (folder) => [process.execPath, join(here, "sort-tokens.mjs"), folder],
  original: (work, corpus, out, jobs, shards = 1) => [
    ...[join(work, "env/bin/python"), join(here, "peers/build_original.py")],
    ...["--data_dir", resolve(work, corpus), "--save_dir", out, "--tokenizer", "olmo"],
    ...["--add_metadata", "--add_unigram", "--shards", `${shards}`],
    ...["--cpus", `${jobs}`, "--mem", "8"],
  ],
  originalSort: (work, folder, jobs) => [
    ...[join(work, "env/bin/python"), join(here, "peers/build_original.py")],
    ...["--data_dir", folder, "--save_dir", folder, "--cpus", `${jobs}`, "--mem", "8"],
  ],
};

export async function prepare(work, tokens) {
  mkdirSync(join(work, "eltec-eng"), { recursive: true });
  await once(join(work, "env/bin/infini-gram-installed"), installOriginal);
  await once(join(work, "twin"), (path) =>
    run("g++", "-std=c++20", "-O3", "-o", path, join(here, "peers/twin.cpp")),
  );
  await once(join(work, "synthetic.npy"), (path) => makeSynthetic(path, tokens));
  await once(join(work, corpora["eltec-eng"].source), (path) => copyFileSync(novels, path));
  for (const corpus of Object.keys(corpora)) {
    const [ours, theirs] = [join(work, `${corpus}-rote`), join(work, `${corpus}-original`)];
    await once(ours, (out) => run(...commands.rote(work, corpus, out, 2), "--quiet"));
    await once(theirs, (out) => buildOriginal(work, corpus, out));
    requireSameIndex(ours, theirs);
    await once(join(work, "queries", corpus), (folder) =>
      drawQueries(ours, corpora[corpus], folder),
    );
  }
}

/** Make `path` unless it is there. */
async function once(path, make) {
  if (existsSync(path)) return;
  console.error(`making ${path}`);
  await make(path);
}

function installOriginal(done) {
  const folder = resolve(done, "../..");
  run("python3", "-m", "venv", folder);
  run(join(folder, "bin/python"), "-m", "pip", "install", "--quiet", ...requirements);
  copyFileSync("/dev/null", done);
}

/** Of text by the whole package; of ids, which it cannot read, by its sorting of our tokens. */
function buildOriginal(work, corpus, out) {
  const unfinished = `${out}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  if (corpus === "synthetic") {
    linkTokens(join(work, "synthetic-rote"), unfinished);
    run(...commands.originalSort(work, unfinished, 2));
  } else run(...commands.original(work, corpus, unfinished, 2));
  run("mv", unfinished, out);
}

/** All files of an index but its table, so that sorting is all that is left to do. */
export function linkTokens(index, folder) {
  for (const kind of ["tokenized", "offset", "metadata", "metaoff", "unigram"])
    linkSync(join(index, `${kind}.0`), join(folder, `${kind}.0`));
}

/** Both engines must have made the same tokens and the same table. */
function requireSameIndex(ours, theirs) {
  for (const file of ["tokenized.0", "offset.0", "table.0"]) {
    const [a, b] = [ours, theirs].map((folder) => hashOf(join(folder, file)));
    if (a !== b) throw new Error(`${file} differs between ${ours} and ${theirs}`);
  }
}

export function hashOf(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

export function run(program, ...args) {
  const { status, error, stderr, stdout } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error ?? stderr}`);
  return stdout;
}
