// Texts to scan, from the novels in ../shared/data, kept in a work folder; what is there stays:
//   node bench/scan/make-corpora.mjs --work DIR
//
//   eng.jsonl            {"id","text"}: English novels cut into documents, repeated to 260 MB
//   eng.jsonl.gz         the same by zlib, level 6, one member
//   eng.jsonl.zst        the same by the program `zstd` (Debian: zstd), level 3, one frame
//   eng.frames.jsonl.zst the same by `pzstd`, level 3: frames of a few MiB, independent
//   eng.parquet          the same by the project's writer: Snappy, row groups of 32 Mi characters
//   eng.txt              the same, a document a line, line ends turned into spaces
//   7lang.jsonl          novels in seven languages, cut and repeated in the same way
//   7lang.escaped.jsonl  the same with every character beyond ASCII as \u….
//   ascii.jsonl          English, once through, every character beyond ASCII a space: any program
//                        finds the same words in it
//   ascii.words.txt      its words, lower case, a document a line, a space around each word
//
// A document ends at the first white space at or behind its 3,000th UTF-16 unit; the end of a novel
// is the end of its last document. Repeats have other ids.
import { spawnSync } from "node:child_process";
import { closeSync, createReadStream, createWriteStream, existsSync, mkdirSync } from "node:fs";
import { openSync, renameSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { createGzip } from "node:zlib";
import { writeParquet } from "#rote/base/parquet.js";
import { openCorpus } from "#rote/corpus/corpus.js";
import { wordsPolicy } from "#rote/text/policies.js";

const { values } = parseArgs({ options: { work: { type: "string" } } });
if (values.work === undefined) throw new Error("say where to: --work DIR");
mkdirSync(values.work, { recursive: true });
const at = (name) => join(values.work, name);

const LENGTH = 3000;
const BYTES = 260e6;
const novels = {
  eng: "../shared/data/corpora/eltec/eltec-eng.jsonl.zst",
  "7lang": "../shared/data/corpora/eltec/eltec-mini-7lang.jsonl.gz",
};

/** The documents of all novels, once through. */
async function* documents(path) {
  for await (const { id, text } of (await openCorpus({ paths: [path] })).documents()) {
    for (let start = 0, piece = 0; start < text.length; piece++) {
      const space = text.slice(start + LENGTH).search(/\s/);
      const end = space === -1 ? text.length : start + LENGTH + space;
      const document = text.slice(start, end).trim();
      if (document !== "") yield { id: `${id}/${piece}`, text: document };
      start = end;
    }
  }
}

/** The same again and again. */
async function* repeated(path) {
  for (let round = 0; ; round++)
    for await (const { id, text } of documents(path)) yield { id: `${id}/${round}`, text };
}

/** Write lines until there are no more or `limit` bytes are reached. */
async function writeLines(path, lines, limit = Infinity) {
  const file = openSync(path, "w");
  let [chunk, size] = [[], 0];
  for await (const line of lines) {
    chunk.push(line, "\n");
    size += Buffer.byteLength(line) + 1;
    if (chunk.length >= 4096) writeSync(file, chunk.splice(0).join(""));
    if (size >= limit) break;
  }
  writeSync(file, chunk.join(""));
  closeSync(file);
}

async function* map(items, change) {
  for await (const item of items) yield change(item);
}

const ofFile = async (name) => (await openCorpus({ paths: [at(name)] })).documents();
const pick = ({ id, text }) => ({ id, text });
const escaped = (line) =>
  line.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
const ascii = ({ id, text }) => ({ id, text: text.replace(/[^\0-\x7f]/g, " ").trim() });

function run(program, ...args) {
  const { status, error, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error ?? stderr}`);
}

const recipes = {
  "eng.jsonl": (path) => writeLines(path, map(repeated(novels.eng), JSON.stringify), BYTES),
  "eng.jsonl.gz": (path) =>
    pipeline(createReadStream(at("eng.jsonl")), createGzip({ level: 6 }), createWriteStream(path)),
  "eng.jsonl.zst": (path) => run("zstd", "-q", "-3", at("eng.jsonl"), "-o", path),
  "eng.frames.jsonl.zst": (path) => run("pzstd", "-q", "-3", at("eng.jsonl"), "-o", path),
  "eng.parquet": async (path) => {
    const columns = ["id", "text"].map((name) => ({ name, type: "string" }));
    await writeParquet(path, columns, map(await ofFile("eng.jsonl"), pick));
  },
  "eng.txt": async (path) =>
    writeLines(
      path,
      map(await ofFile("eng.jsonl"), ({ text }) => text.replace(/[\r\n]/g, " ")),
    ),
  "7lang.jsonl": (path) => writeLines(path, map(repeated(novels["7lang"]), JSON.stringify), BYTES),
  "7lang.escaped.jsonl": async (path) =>
    writeLines(
      path,
      map(await ofFile("7lang.jsonl"), (document) => escaped(JSON.stringify(pick(document)))),
    ),
  "ascii.jsonl": (path) =>
    writeLines(
      path,
      map(documents(novels.eng), (document) => JSON.stringify(ascii(document))),
    ),
  "ascii.words.txt": async (path) =>
    writeLines(
      path,
      map(await ofFile("ascii.jsonl"), ({ text }) => ` ${wordsPolicy.words(text).join(" ")} `),
    ),
};

for (const [name, make] of Object.entries(recipes)) {
  if (!existsSync(at(name))) {
    await make(at(`${name}.part`));
    renameSync(at(`${name}.part`), at(name));
  }
  console.log(`${at(name)}: ${(statSync(at(name)).size / 1e6).toFixed(1)} MB`);
}
