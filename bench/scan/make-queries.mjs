// Pairs to count, two columns of words in lower case, kept in a work folder; what is there stays:
//   node bench/scan/make-queries.mjs --work DIR       (after make-corpora.mjs)
//
//   task-N        every (2- or 3-gram of a question, first answer) of TriviaQA, dev and test, and every
//                 (3-gram of the question, 3-gram of the answer) of GSM8K, test; each pair once,
//                 shuffled, the first N. There are 3,954,405: all of them are task-3.9m
//   dense-N       two n-grams of 1 to 3 words from one document, n, document and places uniform, so
//                 that frequent words are among them; in every tenth pair the second is absent
//   dense-7lang-1m   the same from the text in seven languages
//   hub-1m        one of eight hubs (the most frequent words and pairs of words) with an n-gram
//   frequent-1m   pairs of the 1,415 most frequent words, each once
//   none-1m       pairs of absent phrases
//   ascii-…       task, dense as above, n-grams from ascii.jsonl, words of a-z and 0-9 only
//
// An absent phrase is three words that stand in the text, but nowhere one after the other.
import { createWriteStream, existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRng } from "#rote/base/random.js";
import { wordsPolicy } from "#rote/text/policies.js";
import { drawer, readText } from "./draw-phrases.mjs";

const { values } = parseArgs({ options: { work: { type: "string" } } });
if (values.work === undefined) throw new Error("say where to: --work DIR");
const at = (name) => join(values.work, name);
const tasks = "../shared/data/tasks";
const sizes = { "10k": 10_000, "100k": 100_000, "1m": 1_000_000, "3.9m": 3_900_000 };

const lines = (path) =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");

function ngrams(text, n) {
  const words = wordsPolicy.words(text);
  return words.slice(n - 1).map((_, i) => words.slice(i, i + n).join(" "));
}

/** The first of a Python list of strings; quotes may be doubled, as CSV does it. */
function firstAnswer(list) {
  const [, single, double] = /'((?:[^'\\]|\\.)*)'|"+((?:[^"\\]|\\.)+)"/.exec(
    list.slice(list.indexOf("[")),
  );
  return wordsPolicy.words(single ?? double).join(" ");
}

function taskPairs() {
  const pairs = new Set();
  for (const line of ["dev", "test"].flatMap((split) => lines(`${tasks}/triviaqa/${split}.tsv`))) {
    const [question, answers] = line.split("\t");
    const answer = firstAnswer(answers);
    if (answer === "") continue;
    for (const n of [2, 3]) for (const gram of ngrams(question, n)) pairs.add(`${gram}\t${answer}`);
  }
  for (const { question, answer } of lines(`${tasks}/gsm8k/test.jsonl`).map(JSON.parse)) {
    const steps = ngrams(answer, 3);
    for (const gram of ngrams(question, 3)) for (const step of steps) pairs.add(`${gram}\t${step}`);
  }
  return createRng("task").shuffle([...pairs]);
}

function* densePairs({ documents, drawFrom, absent }, rng) {
  for (let i = 0; ; i++) {
    const document = documents[rng.int(documents.length)];
    const first = drawFrom(document, rng);
    yield `${first}\t${i % 10 === 9 ? absent(rng) : drawFrom(document, rng)}`;
  }
}

function* hubPairs({ documents, drawFrom, frequent }, rng) {
  const hubs = [...frequent(1, 4), ...frequent(2, 4)];
  for (;;) yield `${hubs[rng.int(8)]}\t${drawFrom(documents[rng.int(documents.length)], rng)}`;
}

function* frequentPairs({ frequent }) {
  const words = frequent(1, 1415);
  for (const [i, a] of words.entries()) for (const b of words.slice(0, i)) yield `${a}\t${b}`;
}

function* absentPairs({ absent }, rng) {
  for (;;) yield `${absent(rng)}\t${absent(rng)}`;
}

async function write(name, pairs, limit = Infinity) {
  const path = at(`${name}.tsv`);
  const stream = createWriteStream(`${path}.part`);
  let [chunk, count] = [[], 0];
  const flush = () => new Promise((done) => stream.write(chunk.splice(0).join(""), done));
  for (const pair of pairs) {
    if (count++ === limit) break;
    chunk.push(pair, "\n");
    if (chunk.length >= 1 << 16) await flush();
  }
  await flush();
  await new Promise((done) => stream.end(done));
  renameSync(`${path}.part`, path);
  console.log(`${path}: ${Math.min(count, limit)} pairs`);
}

const missing = (names) => names.filter((name) => !existsSync(at(`${name}.tsv`)));

async function fill(names, prepare) {
  const wanted = missing(Object.keys(names));
  if (wanted.length === 0) return;
  const source = await prepare();
  for (const name of wanted) await write(name, ...names[name](source));
}

const named = (prefix, make) =>
  Object.fromEntries(
    Object.entries(sizes).map(([size, count]) => [`${prefix}-${size}`, make(count)]),
  );
const plain = (pairs) => pairs.filter((pair) => /^[a-z0-9 \t]+$/.test(pair));

await fill(
  {
    ...named("task", (count) => (pairs) => [pairs, count === sizes["3.9m"] ? undefined : count]),
    "ascii-task-10k": (pairs) => [plain(pairs), sizes["10k"]],
    "ascii-task-1m": (pairs) => [plain(pairs), sizes["1m"]],
  },
  taskPairs,
);
await fill(
  {
    ...named("dense", (count) => (text) => [densePairs(text, createRng("dense")), count]),
    "hub-1m": (text) => [hubPairs(text, createRng("hub")), sizes["1m"]],
    "frequent-1m": (text) => [frequentPairs(text), sizes["1m"]],
    "none-1m": (text) => [absentPairs(text, createRng("none")), sizes["1m"]],
  },
  async () => drawer(await readText(at("eng.jsonl"))),
);
await fill(
  { "dense-7lang-1m": (text) => [densePairs(text, createRng("7lang")), sizes["1m"]] },
  async () => drawer(await readText(at("7lang.jsonl"))),
);
await fill(
  {
    "ascii-dense-100k": (text) => [densePairs(text, createRng("ascii")), sizes["100k"]],
    "ascii-dense-1m": (text) => [densePairs(text, createRng("ascii")), sizes["1m"]],
  },
  async () => drawer(await readText(at("ascii.jsonl"))),
);
