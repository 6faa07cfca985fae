// The naive twin of `rote count`: every n-gram of a document is looked up as a string, n being the
// lengths of the phrases that begin with its first word, and each phrase found looks at its partners. Counts come out as
// `rote count --json` prints them, times as one line of JSON on standard error.
//   node bench/naive-count.mjs CORPUS PHRASES PAIRS     (no phrases: /dev/null)
import { readFileSync } from "node:fs";
import { openCorpus } from "#rote/corpus/corpus.js";
import { wordsPolicy } from "#rote/text/policies.js";

const [corpusPath, phrasesPath, pairsPath] = process.argv.slice(2);
const times = [performance.now()];
const lines = (path) =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
const phrases = lines(phrasesPath);
const pairs = lines(pairsPath).map((line) => line.split("\t"));
times.push(performance.now());

const [df, tf] = [new Map(), new Map()];
for (const phrase of phrases) df.set(phrase, 0);
const partners = new Map();
for (const [i, [a, b]] of pairs.entries()) {
  df.set(a, 0);
  df.set(b, 0);
  if (!partners.has(a)) partners.set(a, []);
  partners.get(a).push([b, i]);
}
/** How many words the phrases have that begin with a word. */
const lengths = new Map();
for (const phrase of df.keys()) {
  const words = phrase.split(" ");
  if (!lengths.has(words[0])) lengths.set(words[0], new Set());
  lengths.get(words[0]).add(words.length);
}
const codf = new Float64Array(pairs.length);
times.push(performance.now());

let withAny = 0;
const corpus = await openCorpus({ paths: [corpusPath] });
for await (const { text } of corpus.documents()) {
  const words = wordsPolicy.words(text);
  const found = new Set();
  for (let at = 0; at < words.length; at++) {
    for (const n of lengths.get(words[at]) ?? []) {
      if (at + n > words.length) continue;
      const key = n === 1 ? words[at] : words.slice(at, at + n).join(" ");
      if (!df.has(key)) continue;
      tf.set(key, (tf.get(key) ?? 0) + 1);
      found.add(key);
    }
  }
  if (found.size > 0) withAny += 1;
  for (const key of found) {
    df.set(key, df.get(key) + 1);
    for (const [partner, i] of partners.get(key) ?? []) if (found.has(partner)) codf[i] += 1;
  }
}
times.push(performance.now());

const count = (map, key) => map.get(key) ?? 0;
const rows = [];
const print = (row) => {
  rows.push(`${JSON.stringify(row)}\n`);
  if (rows.length >= 1 << 14) process.stdout.write(rows.splice(0).join(""));
};
for (const phrase of phrases) print({ phrase, df: count(df, phrase), tf: count(tf, phrase) });
for (const [i, [a, b]] of pairs.entries())
  print({
    ...{ a, b, codf: codf[i], dfA: count(df, a), dfB: count(df, b) },
    ...{ tfA: count(tf, a), tfB: count(tf, b) },
  });
process.stdout.write(rows.join(""));
times.push(performance.now());

const [read, prepared, pass, written] = times.slice(1).map((time, i) => (time - times[i]) / 1000);
console.error(JSON.stringify({ read, prepared, pass, written, withAny }));
