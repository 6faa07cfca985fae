import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { openCorpus } from "#rote/corpus/corpus.js";
import { openScan } from "#rote/counting/scan/scan-engine.js";
import { wordsPolicy } from "#rote/text/policies.js";

const path = "../shared/data/corpora/eltec/eltec-eng.jsonl.zst";
const absent = !existsSync(path);
const title = absent ? `on a hundred novels (skipped: no ${path})` : "on a hundred novels";

const QUERIES = 10_000;
const WINDOW = 12;
const LONGEST = 3;

/** Novels as words; phrases of 1 to LONGEST words and pairs of them, drawn from the text itself. */
async function drawQuestion(): Promise<{
  novels: string[][];
  phrases: string[];
  pairs: [number, number][];
}> {
  const novels: string[][] = [];
  for await (const { text } of (await openCorpus({ paths: [path] })).documents())
    novels.push(wordsPolicy.words(text));
  const rng = createRng("eltec");
  const draw = (): string => {
    const novel = novels[rng.int(novels.length)]!;
    const at = rng.int(novel.length - LONGEST);
    return novel.slice(at, at + 1 + rng.int(LONGEST)).join(" ");
  };
  const phrases = Array.from({ length: QUERIES }, draw);
  phrases[0] = "no novel says this zzzz";
  const pairs = phrases.map(() => [rng.int(QUERIES), rng.int(QUERIES)] as [number, number]);
  return { novels, phrases, pairs };
}

/** Where each phrase that is asked for begins in a document: every n-gram is looked at. */
function phrasePositions(
  words: readonly string[],
  asked: ReadonlySet<string>,
): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const text = `${words.join(" ")} `;
  const starts = [0];
  for (const word of words) starts.push(starts.at(-1)! + word.length + 1);
  for (let at = 0; at < words.length; at++) {
    for (let n = 1; n <= LONGEST && at + n <= words.length; n++) {
      const key = text.slice(starts[at], starts[at + n]! - 1);
      if (!asked.has(key)) continue;
      const positions = found.get(key);
      if (positions === undefined) found.set(key, [at]);
      else positions.push(at);
    }
  }
  return found;
}

describe.skipIf(absent)(title, () => {
  test(
    "10,000 phrases and 10,000 pairs are counted as by brute force, with and without a window",
    { timeout: 300_000 },
    async () => {
      const { novels, phrases, pairs } = await drawQuestion();
      const asked = new Set(phrases);
      const df = phrases.map(() => 0);
      const tf = phrases.map(() => 0);
      const codf = pairs.map(() => 0);
      const near = pairs.map(() => 0);
      for (const words of novels) {
        const found = phrasePositions(words, asked);
        const places = phrases.map((phrase) => found.get(phrase));
        for (const [i, positions] of places.entries()) {
          df[i]! += positions === undefined ? 0 : 1;
          tf[i]! += positions?.length ?? 0;
        }
        for (const [i, [a, b]] of pairs.entries()) {
          const [as, bs] = [places[a], places[b]];
          if (as === undefined || bs === undefined) continue;
          codf[i]! += 1;
          near[i]! += as.some((x) => bs.some((y) => Math.abs(x - y) <= WINDOW)) ? 1 : 0;
        }
      }
      const corpus = await openCorpus({ paths: [path] });
      await using engine = await openScan(corpus, { jobs: 2 });
      const flat = Uint32Array.from(pairs.flat());
      const counts = await engine.countPairs(phrases, flat);
      expect(Array.from(counts.df)).toEqual(df);
      expect(Array.from(counts.tf)).toEqual(tf);
      expect(Array.from(counts.codf)).toEqual(codf);
      const windowed = await engine.countPairs(phrases, flat, { window: WINDOW });
      expect(Array.from(windowed.codf)).toEqual(near);
      expect(near).not.toEqual(codf);
      expect(engine.identity.words).toBe(novels.reduce((sum, words) => sum + words.length, 0));
    },
  );
});
