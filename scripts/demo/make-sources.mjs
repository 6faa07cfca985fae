/**
 * Make what the built-in world is made from: the base text of its corpus, and the tables, passages and held-out
 * translations of which the lab plants some.
 *
 *   npm run build && node scripts/demo/make-sources.mjs [--data ../shared/data] [--out data/demo]
 *   node scripts/demo/make-sources.mjs --dilution --out DIR        the same, and base text for the diluted arm
 *
 * writes OUT/corpus, OUT/sources and OUT/prose-sources.tsv. The same data give the same bytes.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { createRng } from "#rote/base/random.js";
import { openCorpus } from "#rote/corpus/corpus.js";

import { makeDocumentation } from "./documentation.mjs";
import { makeProse } from "./prose.mjs";
import * as settings from "./settings.mjs";
import { readCountries, readElements, readNovels, readSegments } from "./sources.mjs";
import { numbered, phraseOf, wordsOf, writeJsonLines } from "./text.mjs";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data" },
    out: { type: "string", default: "data/demo" },
    dilution: { type: "boolean", default: false },
  },
});

async function readDocuments(path) {
  const documents = [];
  for await (const document of (await openCorpus({ paths: [path] })).documents())
    documents.push(document);
  return documents;
}

function proseOf(novels, languages) {
  const { shortest, longest } = settings.prose;
  const rng = createRng(settings.seed).fork("prose");
  return makeProse(novels, { languages, shortest, longest }, rng);
}

/** Prose of larger budgets without the documents `known` already; repeated ones are left out. */
function furtherProse(name, novels, budgets, known) {
  const fresh = proseOf(novels, budgets).filter(({ text }) => {
    const key = phraseOf(text);
    return !known.has(key) && known.add(key);
  });
  return numbered(name, 5, fresh);
}

/** Single paragraphs of a few novels, which give no base text. */
function makePassages(novels, { shortest, longest, each }, rng) {
  const passages = novels.flatMap(({ id, text, meta }) => {
    const fitting = text
      .split(/\n+/)
      .map((paragraph) => paragraph.replace(/\s+/g, " ").trim())
      .filter((paragraph) => /^["“A-Z].*[.!?]["”]?$/.test(paragraph))
      .filter((paragraph) => {
        const { length } = wordsOf(paragraph);
        return length >= shortest && length <= longest;
      });
    const { author, title } = meta;
    return rng
      .shuffle(fitting)
      .slice(0, each)
      .map((paragraph) => ({ text: paragraph, source: id, author, title }));
  });
  return numbered("passage", 5, rng.shuffle(passages));
}

/** Attribution of the prose: identifier, language, author and title of every novel that gave a document. */
function writeNovels(path, novels, documents) {
  const used = new Set(documents.map(({ source }) => source));
  const oneLine = (text) => text.replace(/\s+/g, " ").trim();
  const rows = novels
    .filter(({ id }) => used.has(id))
    .map(({ id, lang, author, title }) => [id, lang, author, title].map(oneLine).join("\t"));
  writeFileSync(path, [["id", "language", "author", "title"].join("\t"), ...rows, ""].join("\n"));
}

const rng = createRng(settings.seed);
const novels = readNovels(values.data);
const taken = new Set(novels.map(({ id }) => id));
/** The novels that are left after the base text's. */
const others = (await readDocuments(join(values.data, "corpora/eltec/eltec-eng.jsonl.zst"))).filter(
  ({ id }) => !taken.has(id),
);
const passageNovels = rng
  .fork("passage novels")
  .shuffle(others)
  .splice(0, settings.passages.novels);
const prose = numbered("prose", 6, proseOf(novels, settings.prose.base));
const known = new Set(prose.map(({ text }) => phraseOf(text)));
const { documents, candidates, tasks } = makeDocumentation(
  readSegments(values.data),
  settings.documentation,
  rng.fork("documentation"),
);

const base = {
  "prose.jsonl.gz": prose,
  "documentation.jsonl.gz": numbered("documentation", 6, documents),
  "prose-more.jsonl.gz": furtherProse("prose-more", novels, settings.prose.more, known),
};
const tables = {
  "passages.jsonl.gz": makePassages(passageNovels, settings.passages, rng.fork("passages")),
  "translations.jsonl.gz": numbered("segment", 5, candidates),
  "translation-train.jsonl.gz": tasks
    .filter(({ split }) => split === "train")
    .map(({ id, input, output }) => ({ id, en: input, translation: output })),
  "countries.jsonl": readCountries(values.data),
  "elements.jsonl": readElements(values.data),
};
if (values.dilution) {
  const english = others.map(({ id, text }) => ({ id, text, lang: "eng" }));
  const all = [...novels, ...english];
  tables["dilution.jsonl.gz"] = furtherProse("dilution", all, settings.prose.dilution, known);
}

for (const [folder, files] of Object.entries({ corpus: base, sources: tables }))
  for (const [name, rows] of Object.entries(files)) {
    const bytes = writeJsonLines(join(values.out, folder, name), rows);
    console.log(`${folder}/${name}: ${rows.length} rows, ${bytes} bytes`);
  }
writeNovels(join(values.out, "prose-sources.tsv"), novels, prose);
const index = {
  base: Object.keys(base).map((name) => `../corpus/${name}`),
  dilution: values.dilution ? ["dilution.jsonl.gz"] : [],
  passages: "passages.jsonl.gz",
  translations: "translations.jsonl.gz",
  translationTrain: "translation-train.jsonl.gz",
  countries: "countries.jsonl",
  elements: "elements.jsonl",
};
writeFileSync(
  join(values.out, "sources", "sources.json"),
  `${JSON.stringify(index, undefined, 2)}\n`,
);
