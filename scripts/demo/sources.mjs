/** Readers of the four sources. Each says what it leaves out. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { mentionFrames, statementFrames } from "#rote/lab/world/frames.js";

import { wordsOf } from "./text.mjs";

const readJsonLines = (path) =>
  gunzipSync(readFileSync(path))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

/** Novels: `{id, lang, title, author, text}`. */
export const readNovels = (data) =>
  readJsonLines(join(data, "corpora/eltec/eltec-mini-7lang.jsonl.gz"));

/** Aligned segments: `{file, id, en, de, fr, …}`; a language that is missing or repeats the English is absent. */
export function readSegments(data) {
  return readJsonLines(join(data, "parallel/libreoffice-help-7lang.jsonl.gz")).map(
    ({ file, id, ...texts }) => {
      const kept = { file, id, en: tidy(texts.en) };
      for (const [language, text] of Object.entries(texts))
        if (language !== "en" && text !== texts.en) kept[language] = tidy(text);
      return kept;
    },
  );
}

/** The source's plain text joins the names of a key on two systems ("CommandCtrl"): keep the second. */
function tidy(text) {
  return text
    .replace(/\b(?:Command|Befehl|Commande|Comando|Cmd) ?(?=(?:Ctrl|Strg)\b)/g, "")
    .replace(/\bOption ?(?=Alt\b)/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Names that take an article in "the capital of …", or are no country in everyday speech. */
const needsArticle =
  /\b(and|Islands?|Republic|States|Kingdom|Emirates|Isle|Territory|Lands|Netherlands|Bahamas|Gambia|Maldives|Comoros|Seychelles|Philippines|Congo|Georgia|Antarctica|Sahara|Martin|Maarten)\b|,|\(/;

/**
 * Countries whose name needs no article and has at most two words, with a capital of at most two words that
 * shares no word with the name and belongs to no other country.
 */
export function readCountries(data) {
  const rows = JSON.parse(readFileSync(join(data, "facts/countries/countries.json"), "utf8"));
  const uses = new Map();
  for (const { capital } of rows)
    for (const city of capital) uses.set(city, (uses.get(city) ?? 0) + 1);
  return rows.flatMap(({ name, capital, subregion, currencies, borders }) => {
    const country = name.common;
    const nameWords = wordsOf(country);
    const [city] = capital;
    if (needsArticle.test(country) || nameWords.length > 2 || capital.length !== 1) return [];
    const cityWords = wordsOf(city);
    if (cityWords.length > 2 || uses.get(city) > 1) return [];
    if (cityWords.some((word) => nameWords.includes(word))) return [];
    const currency = Object.values(currencies ?? {})[0]?.name;
    return [{ name: country, capital: city, subregion, currency, borders: borders.length }];
  });
}

/** The elements that have been found (119 is a prediction), without those whose symbol is a word of a frame. */
export function readElements(data) {
  const path = join(data, "facts/periodic-table/PeriodicTableJSON.json");
  const frameWords = new Set([...statementFrames, ...mentionFrames].flatMap(wordsOf));
  return JSON.parse(readFileSync(path, "utf8"))
    .elements.filter(({ number }) => number <= 118)
    .filter(({ symbol }) => !frameWords.has(symbol.toLowerCase()))
    .map(({ name, symbol, category, period, phase, number }) => ({
      name: name.toLowerCase(),
      symbol,
      category,
      period,
      phase: phase.toLowerCase(),
      number,
    }));
}
