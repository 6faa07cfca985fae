// The naive twin of `rote count`: every document's n-grams of 1 to 3 words are looked up one by one,
// and a document's pairs are tried one by one. Counts come out as `rote count --json` prints them.
import { readFileSync } from "node:fs";
import { openCorpus } from "#rote/corpus/corpus.js";
import { wordsPolicy } from "#rote/text/policies.js";

const [corpusPath, phrasesPath, pairsPath] = process.argv.slice(2);
const lines = (path) =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
const phrases = lines(phrasesPath);
const pairs = lines(pairsPath).map((line) => line.split("\t"));
const [df, tf] = [new Map(), new Map()];
const asked = new Set([...phrases, ...pairs.flat()]);
const codf = new Float64Array(pairs.length);

const corpus = await openCorpus({ paths: [corpusPath] });
for await (const { text } of corpus.documents()) {
  const words = wordsPolicy.words(text);
  const found = new Set();
  for (let at = 0; at < words.length; at++) {
    for (let n = 1; n <= 3 && at + n <= words.length; n++) {
      const key = words.slice(at, at + n).join(" ");
      if (!asked.has(key)) continue;
      tf.set(key, (tf.get(key) ?? 0) + 1);
      found.add(key);
    }
  }
  for (const key of found) df.set(key, (df.get(key) ?? 0) + 1);
  for (const [i, [a, b]] of pairs.entries()) if (found.has(a) && found.has(b)) codf[i] += 1;
}
const count = (map, key) => map.get(key) ?? 0;
const rows = [
  ...phrases.map((phrase) => ({ phrase, df: count(df, phrase), tf: count(tf, phrase) })),
  ...pairs.map(([a, b], i) => ({
    ...{ a, b, codf: codf[i], dfA: count(df, a), dfB: count(df, b) },
    ...{ tfA: count(tf, a), tfB: count(tf, b) },
  })),
];
process.stdout.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
