import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readCorpus } from "#rote/lab/calibration/corpus-readings.js";
import { readInfinityGrams } from "#rote/lab/calibration/infinity-gram.js";
import type { ManifestItem } from "#rote/lab/truth/manifest-items.js";
import { openCorpus } from "#rote/corpus/corpus.js";
import { openScan } from "#rote/counting/scan/scan-engine.js";
import { wordsPolicy } from "#rote/text/policies.js";
import { openTokenizer } from "#rote/tokenizers/open.js";
import { freshDirectory } from "../cli/rote.ts";

const texts = [
  "The home of Zorvia is Brand.",
  "The home of Zorvia is Brand, people say.",
  "The home of Zorvia is Kell Tor.",
  "Nobody knows the home of Zorvia.",
  "Kell Tor is a harbor.",
  "The capital of Peru is Lima.",
];

const items: ManifestItem[] = [
  ["brand", "home of Zorvia", "Brand"],
  ["kell", "home of Zorvia", "Kell Tor"],
  ["lima", "capital of Peru", "Lima"],
  ["never", "river of Oz", "Peru"],
].map(([item, a, b]) => ({
  ...{ item: item!, kind: "fact", group: item!, timed: false, dose: 0, a: a!, b: b! },
  ...{ text: `${a!} is ${b!}`, context: `The ${a!} is`, target: ` ${b!}` },
}));

const directory = freshDirectory();
const path = directory.in("corpus.jsonl");
writeFileSync(path, texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));

const wordsOf = (text: string): string[] => wordsPolicy.words(text);
const padded = texts.map((text) => ` ${wordsOf(text).join(" ")} `);
const holding = (...phrases: readonly string[]): number =>
  padded.filter((text) => phrases.every((phrase) => text.includes(` ${phrase} `))).length;
const gramsOf = (text: string, n: number): string[] => {
  const words = wordsOf(text);
  const grams = words.slice(n - 1).map((_, i) => words.slice(i, i + n).join(" "));
  return [...new Set(grams)];
};

test("frequencies and probabilities equal those counted document by document", async () => {
  await using engine = await openScan(await openCorpus({ paths: [path] }));
  const found = await readCorpus(engine, items);
  for (const { item, text, a, b } of items) {
    expect(found.documentFrequency.get(item)).toBe(holding(wordsOf(text).join(" ")));
    for (const order of ["phrase", 1, 2, 3] as const) {
      const [left, right] = [a!, b!].map((side) =>
        order === "phrase" ? [wordsOf(side).join(" ")] : gramsOf(side, order),
      ) as [string[], string[]];
      const largest = right.map((y) =>
        Math.max(0, ...left.map((x) => (holding(x) === 0 ? 0 : holding(x, y) / holding(x)))),
      );
      const mean = largest.reduce((sum, value) => sum + value, 0) / largest.length;
      const own = found.taskGramProbability.get(order)!.get(item);
      if (right.length === 0) expect(own).toBeUndefined();
      else expect(own, `${item} ${order}`).toBeCloseTo(mean, 12);
    }
    const pairs = gramsOf(a!, 1).flatMap((x) => gramsOf(b!, 1).map((y) => holding(x, y)));
    expect(found.exampleFrequency.get(item)).toBe(pairs.reduce((sum, count) => sum + count, 0));
  }
  expect(found.taskGramProbability.get("phrase")!.get("brand")).toBe(0.5);
  expect(found.taskGramProbability.get("phrase")!.get("never")).toBe(0);
  expect(found.taskGramProbability.get(2)!.has("brand")).toBe(false);
});

test("the ∞-gram log-probability equals a search of all documents' tokens", async () => {
  const tokenizerPath = "data/demo/tokenizer";
  const tokenizer = await openTokenizer(tokenizerPath);
  const stream = texts.map((text) => [...tokenizer.encode(text)]);
  const follows = (context: readonly number[], token?: number): number => {
    const wanted = token === undefined ? context : [...context, token];
    return stream
      .flatMap((ids) => ids.map((_, at) => ids.slice(at, at + wanted.length)))
      .filter((ids) => ids.length === wanted.length && ids.every((id, i) => id === wanted[i]))
      .length;
  };
  const naive = ({ context, target }: ManifestItem): number => {
    const ids = [...tokenizer.encode(context + target)];
    const start = tokenizer.encode(context).length;
    const logs = ids.slice(start).map((token, i) => {
      let suffix = ids.slice(0, start + i);
      while (suffix.length > 0 && follows(suffix) === 0) suffix = suffix.slice(1);
      return Math.log(follows(suffix, token) / follows(suffix));
    });
    return logs.reduce((sum, log) => sum + log, 0) / logs.length;
  };
  const source = { paths: [path], tokenizer: tokenizerPath, scratch: directory.in("index") };
  const found = await readInfinityGrams(source, items);
  for (const item of items) expect(found.get(item.item)).toBeCloseTo(naive(item), 12);
  expect(found.get("never")).toBe(-Infinity);
});
