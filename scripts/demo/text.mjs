/** Words as the policy `words` sees them (docs/architecture.md), and the little files are made of. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";

/** NFKC, lower case, maximal runs of letters, marks and numbers. */
export function wordsOf(text) {
  return (
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}

export const phraseOf = (text) => wordsOf(text).join(" ");

/** All runs of `n` words, joined by one space. */
export function* runsOf(words, n) {
  for (let start = 0; start + n <= words.length; start++)
    yield words.slice(start, start + n).join(" ");
}

/** For each phrase the ids of the documents that hold it. */
export function findPhrases(phrases, documents) {
  const found = new Map(phrases.map((phrase) => [phrase, new Set()]));
  const lengths = [...new Set(phrases.map((phrase) => phrase.split(" ").length))];
  for (const [index, { id = index, text }] of documents.entries()) {
    const words = wordsOf(text);
    for (const length of lengths) for (const run of runsOf(words, length)) found.get(run)?.add(id);
  }
  return found;
}

/** A copy of an object without some keys. */
export function omit(object, ...keys) {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** Rows with ids "NAME-000001" and so on. */
export const numbered = (name, digits, rows) =>
  rows.map((row, index) => ({ id: `${name}-${String(index + 1).padStart(digits, "0")}`, ...row }));

/** Write rows as JSON lines, compressed where the name ends in .gz. Returns the bytes written. */
export function writeJsonLines(path, rows) {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const bytes = path.endsWith(".gz") ? gzip(text) : Buffer.from(text);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return bytes.length;
}

/** The header holds no time; byte 9, the operating system, is set to "unknown". */
function gzip(text) {
  const bytes = gzipSync(text, { level: 9 });
  bytes[9] = 255;
  return bytes;
}
