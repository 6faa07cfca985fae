/**
 * Make what the lab's world is built from and a checkout has no other copy of: further prose, passages of novels
 * the prose does not use, held-out translations, tables. The base files of the demo's corpus are sources as they are.
 *
 *   npm run build && node scripts/demo/make-sources.mjs [--data ../shared/data] [--out data/demo/sources]
 *   node scripts/demo/make-sources.mjs --dilution --out DIR        the same, and base text for the diluted arm
 *
 * The same sources give the same bytes.
 */
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";

import { createRng } from "#rote/base/random.js";
import { openCorpus } from "#rote/corpus/corpus.js";

import { makeDocumentation } from "./documentation.mjs";
import { makeProse } from "./prose.mjs";
import { readCountries, readElements, readNovels, readSegments } from "./sources.mjs";
import { phraseOf, wordsOf, writeJsonLines } from "./text.mjs";
import { sources, world } from "./world.mjs";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data" },
    out: { type: "string", default: "data/demo/sources" },
    corpus: { type: "string", default: "data/demo/corpus" },
    dilution: { type: "boolean", default: false },
  },
});

async function readDocuments(...paths) {
  const documents = [];
  for await (const document of (await openCorpus({ paths })).documents()) documents.push(document);
  return documents;
}

const numbered = (name, rows) =>
  rows.map((row, index) => ({ id: `${name}-${String(index + 1).padStart(5, "0")}`, ...row }));

/** Prose of larger budgets without the documents `known` already; repeated ones are left out. */
function furtherProse(name, novels, budgets, known) {
  const rng = createRng(world.seed).fork("prose");
  const settings = { ...world.prose, languages: budgets };
  const fresh = makeProse(novels, settings, rng).filter(({ text }) => {
    const key = phraseOf(text);
    return !known.has(key) && known.add(key);
  });
  return numbered(name, fresh);
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
  return numbered("passage", rng.shuffle(passages));
}

const rng = createRng(world.seed);
const novels = readNovels(values.data);
const used = new Set(novels.map(({ id }) => id));
/** The novels that are left after the passages'. */
const others = (await readDocuments(join(values.data, "corpora/eltec/eltec-eng.jsonl.zst"))).filter(
  ({ id }) => !used.has(id),
);
const passageNovels = rng.fork("passage novels").shuffle(others).splice(0, sources.passages.novels);
const base = ["prose.jsonl.gz", "documentation.jsonl.gz"].map((name) => join(values.corpus, name));
const known = new Set((await readDocuments(base[0])).map(({ text }) => phraseOf(text)));
const { candidates, tasks } = makeDocumentation(
  readSegments(values.data),
  world.documentation,
  rng.fork("documentation"),
);

const files = {
  "prose-more.jsonl.gz": furtherProse("prose-more", novels, sources.prose, known),
  "passages.jsonl.gz": makePassages(passageNovels, sources.passages, rng.fork("passages")),
  "translations.jsonl.gz": numbered("segment", candidates),
  "translation-train.jsonl.gz": tasks
    .filter(({ split }) => split === "train")
    .map(({ id, input, output }) => ({ id, en: input, translation: output })),
  "countries.jsonl": readCountries(values.data),
  "elements.jsonl": readElements(values.data),
};
if (values.dilution) {
  const english = others.map(({ id, text }) => ({ id, text, lang: "eng" }));
  const all = [...novels, ...english];
  files["dilution.jsonl.gz"] = furtherProse("dilution", all, sources.dilution, known);
}

for (const [name, rows] of Object.entries(files)) {
  const bytes = writeJsonLines(join(values.out, name), rows);
  console.log(`${name}: ${rows.length} rows, ${bytes} bytes`);
}
const index = {
  base: [...base.map((path) => relative(values.out, path)), "prose-more.jsonl.gz"],
  dilution: values.dilution ? ["dilution.jsonl.gz"] : [],
  passages: "passages.jsonl.gz",
  translations: "translations.jsonl.gz",
  translationTrain: "translation-train.jsonl.gz",
  countries: "countries.jsonl",
  elements: "elements.jsonl",
};
writeFileSync(join(values.out, "sources.json"), `${JSON.stringify(index, undefined, 2)}\n`);
