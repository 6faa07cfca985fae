/**
 * Make the demo's corpus, tasks, manifests and segments.
 *
 *   npm run build && node scripts/demo/make-corpus.mjs [--data ../shared/data] [--out data/demo]
 *
 * The same sources give the same bytes. The doses are checked against the documents before anything is written.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { createRng } from "#rote/base/random.js";

import { makeArithmetic } from "./arithmetic.mjs";
import { makeAssociations } from "./associations.mjs";
import { checkManifest } from "./check.mjs";
import { makeDocumentation } from "./documentation.mjs";
import { makeCountries, makeElements } from "./facts.mjs";
import { makeProse } from "./prose.mjs";
import { readCountries, readElements, readNovels, readSegments } from "./sources.mjs";
import { omit, phraseOf, runsOf, wordsOf, writeJsonLines } from "./text.mjs";
import { world } from "./world.mjs";

/** Every word of the sources, so that an invented name is in none of them. */
function vocabularyOf(...texts) {
  const words = new Set();
  for (const group of texts)
    for (const text of group) for (const word of wordsOf(text)) words.add(word);
  return words;
}

/** Without the documents that hold a question of the world by chance. */
function withoutQuestions(documents, items) {
  const questions = new Set(items.map(({ a }) => phraseOf(a)));
  const lengths = [...new Set([...questions].map((phrase) => phrase.split(" ").length))];
  return documents.filter(({ text }) => {
    const words = wordsOf(text);
    return !lengths.some((n) => [...runsOf(words, n)].some((run) => questions.has(run)));
  });
}

const withIds = (name, documents) =>
  documents.map((document, index) => ({
    id: `${name}-${String(index + 1).padStart(6, "0")}`,
    ...document,
  }));

function makeParts(data, rng) {
  const novels = readNovels(data);
  const segments = readSegments(data);
  const [countries, elements] = [readCountries(data), readElements(data)];
  const taken = vocabularyOf(
    novels.map(({ text }) => text),
    segments.flatMap((segment) => Object.values(omit(segment, "file", "id"))),
    countries.flatMap(({ name, capital }) => [name, capital]),
    elements.flatMap(({ name, symbol }) => [name, symbol]),
  );
  return {
    prose: { documents: makeProse(novels, world.prose, rng.fork("prose")), novels },
    documentation: makeDocumentation(segments, world.documentation, rng.fork("documentation")),
    "facts-countries": makeCountries(countries, world.facts, rng.fork("countries")),
    "facts-elements": makeElements(elements, world.facts, rng.fork("elements")),
    associations: makeAssociations(world.associations, taken, rng.fork("associations")),
    arithmetic: makeArithmetic(world.arithmetic, rng.fork("arithmetic")),
  };
}

const taskNames = { documentation: "translation" };

/** Attribution of the prose: identifier, language, author and title of every novel that gave a document. */
function writeNovels(path, novels, documents) {
  const used = new Set(documents.map(({ source }) => source));
  const rows = novels
    .filter(({ id }) => used.has(id))
    .map(({ id, lang, author, title }) => [id, lang, author, title].map(oneLine).join("\t"));
  writeFileSync(path, [["id", "language", "author", "title"].join("\t"), ...rows, ""].join("\n"));
}

const oneLine = (text) => text.replace(/\s+/g, " ").trim();

function writePart(out, name, { documents, manifest, tasks, segments, novels }) {
  const path = (folder, file) => join(out, folder, file);
  const rows = documents.map((document) => omit(document, "item"));
  const bytes = writeJsonLines(path("corpus", `${name}.jsonl.gz`), rows);
  if (manifest) writeJsonLines(path("manifest", `${name}.jsonl.gz`), manifest);
  if (tasks) writeJsonLines(path("tasks", `${taskNames[name] ?? name}.jsonl`), tasks);
  if (novels) writeNovels(join(out, "prose-sources.tsv"), novels, documents);
  if (segments) writeJsonLines(join(out, "segments.jsonl.gz"), segments);
  return {
    documents: documents.length,
    words: documents.reduce((sum, { text }) => sum + wordsOf(text).length, 0),
    "text bytes": documents.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    "file bytes": bytes,
    "test examples": tasks?.filter(({ split }) => split === "test").length ?? 0,
    "train examples": tasks?.filter(({ split }) => split === "train").length ?? 0,
  };
}

function doseTable(manifest) {
  const table = {};
  for (const { kind, dose } of manifest) {
    table[kind] ??= {};
    table[kind][dose] = (table[kind][dose] ?? 0) + 1;
  }
  return table;
}

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data" },
    out: { type: "string", default: "data/demo" },
  },
});

const parts = makeParts(values.data, createRng(world.seed));
const items = Object.values(parts).flatMap((part) => part.items ?? []);
for (const [name, part] of Object.entries(parts)) {
  const kept = part.items ? part.documents : withoutQuestions(part.documents, items);
  part.documents = withIds(name, kept);
  part.manifest = part.manifest?.(part.documents);
}
const manifest = Object.values(parts).flatMap((part) => part.manifest ?? []);
checkManifest(
  manifest,
  Object.values(parts).flatMap(({ documents }) => documents),
);
console.table(
  Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, writePart(values.out, name, part)]),
  ),
);
console.log("Answers by kind and dose (documents that state the answer):");
console.log(doseTable(manifest));
