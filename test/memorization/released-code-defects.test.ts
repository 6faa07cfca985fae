/**
 * Mistakes of the code released with Wang et al. 2025 (github.com/a-antoniades/llm-corpus-search, read in
 * early 2025), each on an input that shows it: what Rote gives, and where it is a line, what the released
 * rule gives. The titles are the table of docs/measures.md ("What the released code gets wrong"), which
 * says what each mistake is; test/docs/released-code.test.ts holds the two together.
 *
 *   here             counts · ∞-grams · spans · statistics
 *   test/task-grams  n-grams · mining
 */
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { infinityGramTokens } from "#rote/counting/ngram-index/infinity-gram.js";
import { openScan } from "#rote/counting/scan/scan-engine.js";
import { distributionalMemorization } from "#rote/memorization/distributional-memorization.js";
import { exampleFrequencies } from "#rote/memorization/example-frequency.js";
import { infinityGramSpan } from "#rote/memorization/infinity-gram.js";
import { type CountRow, joinRows, type ScoreRow } from "#rote/memorization/rows.js";
import { scoreSpan } from "#rote/memorization/spans.js";
import { logProbability } from "#rote/memorization/task-gram-probability.js";
import { binnedOutcome } from "#rote/stats/bins.js";
import { holm } from "#rote/stats/multiple-testing.js";
import { matchVectors } from "#rote/tasks/metrics/bertscore.js";
import { triviaqaExactMatch } from "#rote/tasks/metrics/exact-match.js";
import { memoryCorpus } from "../counting/naive.ts";
import { openNaive } from "../counting/ngram-index/cases.ts";

const score = (change: Partial<ScoreRow> = {}): ScoreRow => ({
  ...{ example: "e", task: "t", model: "m", n: 1, a: "a", b: "b", logLikelihood: -1 },
  ...change,
});

async function countPair(
  texts: readonly string[],
  a: string,
  b: string,
): Promise<{ codf: number; dfA: number; dfB: number }> {
  await using engine = await openScan(memoryCorpus(texts));
  const { codf, df } = await engine.countPairs([a, b], Uint32Array.of(0, 1));
  return { codf: codf[0]!, dfA: df[0]!, dfB: df[1]! };
}

describe("counts", () => {
  test("a co-occurrence is not the smaller of two single counts", async () => {
    const texts = ["the name of the cat", "what is the name of the dog", "a pear", "one pear"];
    const { codf, dfA, dfB } = await countPair(texts, "the name of the", "pear");
    expect(Math.min(dfA, dfB)).toBe(2);
    expect(codf).toBe(0);
  });

  test("a ratio has one unit and one case rule, and cannot exceed 1", async () => {
    const texts = ["New York is a city.", "NEW YORK, the city", "New-York: city", "new york"];
    const released =
      texts.filter((text) => /new\W+york/i.test(text) && /city/i.test(text)).length /
      texts.join("\n").split("new york").slice(1).length;
    expect(released).toBe(3);
    const { codf, dfA, dfB } = await countPair(texts, "new york", "city");
    expect(Math.exp(logProbability(codf, dfA))).toBeCloseTo(3 / 4, 14);
    const mixed: CountRow = { a: "new york", b: "city", codf, dfA: 1, dfB };
    expect(() => joinRows([mixed], [])).toThrow("no more documents can hold both phrases");
  });

  test("a word is not counted at the beginning of a longer one", async () => {
    const texts = ["Pearson wrote", "Pearl S. Buck", "a pear"];
    expect(texts.filter((text) => text.toLowerCase().includes("pear"))).toHaveLength(3);
    expect((await countPair(texts, "pear", "wrote")).dfA).toBe(1);
  });

  test("pairs that never stand together stay, and so do outputs that occur nowhere", async () => {
    const counts = Array.from({ length: 40 }, (_, i): CountRow => {
      const isAbsent = i % 4 === 3;
      return {
        a: `a${i}`,
        b: `b${i}`,
        codf: i % 2 === 0 ? 1 + i : 0,
        dfA: 50,
        dfB: isAbsent ? 0 : 60,
      };
    });
    const scores = counts.map(({ a, b }, i) =>
      score({ example: a, a, b, logLikelihood: -((i * 7) % 11) }),
    );
    const joined = joinRows(counts, scores);
    const [kept, dropped] = await distributionalMemorization(joined, {
      ...{ rng: createRng(1), resamples: 100, permutations: 20 },
    });
    expect(kept).toMatchObject({ zeros: "kept", points: 40 });
    expect(dropped).toMatchObject({ zeros: "dropped", points: 20 });
    expect(joined.drops).toMatchObject([
      { reason: "df(b)=0", count: 10 },
      { reason: "codf=0", count: 10 },
      { reason: "scored", count: 40 },
    ]);
  });
});

describe("∞-grams", () => {
  /** The characters of a text from `start` on, a token a UTF-16 unit, under the ∞-gram model of documents. */
  async function charactersOf(
    documents: readonly string[],
    text: string,
    start: number,
  ): Promise<ReturnType<typeof infinityGramSpan>> {
    const units = (own: string): number[] =>
      Array.from(own, (character) => character.charCodeAt(0));
    const index = await openNaive(documents.map(units));
    return infinityGramSpan(infinityGramTokens(index, Int32Array.from(units(text)), start));
  }

  test("a token that never follows has probability 0, not 1", async () => {
    const none = { infinityGram: -Infinity, infinityGramPaper: -Infinity, infinityGramZeros: 1 };
    expect(await charactersOf(["abc"], "abz", 2)).toMatchObject(none);
    const one = { infinityGram: -Infinity, infinityGramPaper: 0, infinityGramZeros: 1 };
    expect(await charactersOf(["abc"], "abcz", 2)).toMatchObject(one);
  });

  test("every token of a word counts, not its last alone", async () => {
    const { infinityGram, infinityGramTokens } = await charactersOf(
      ["xab", "xac", "xcb"],
      "xab",
      1,
    );
    expect(infinityGram).toBeCloseTo(Math.log(2 / 3) + Math.log(1 / 2), 12);
    expect(infinityGramTokens).toBe(2);
  });

  test("the context is not cut at 500 characters", async () => {
    const between = String.fromCharCode(...Array.from({ length: 600 }, (_, i) => 1000 + i));
    const documents = [`A${between}x`, `B${between}y`];
    const whole = await charactersOf(documents, `A${between}x`, 601);
    expect(whole).toMatchObject({ infinityGram: 0, effectiveN: 602 });
    const cut = await charactersOf(documents, `${between.slice(-500)}x`, 500);
    expect(cut.infinityGram).toBe(Math.log(1 / 2));
  });
});

describe("spans", () => {
  const question = ["Is", " Paris", " big", "?"];
  const answer = ["Yes", ",", " Paris", " is", " big", "."];
  const logProbs = Float64Array.from(answer, (_, i) => -(2 ** i));
  let end = 0;
  const offsets = Int32Array.from(answer.flatMap((piece) => [end, (end += piece.length)]));
  const tokens = { answer: answer.join(""), offsets, logProbs };
  const spanOf = (text: string): ReturnType<typeof scoreSpan> => {
    const start = tokens.answer.lastIndexOf(text);
    return scoreSpan(tokens, start, start + text.length);
  };
  /** Tokens searched by their text in question and answer; from the first match on, all are scored. */
  const released = (phrase: string): readonly string[] => {
    const all = [...question, ...answer];
    const at = all.indexOf(` ${phrase}`);
    return at < 0 ? [] : all.slice(at);
  };

  test("only the span's tokens are scored, not all that follow them", () => {
    expect(released("is")).toEqual([" is", " big", "."]);
    expect(spanOf("is")).toMatchObject({ tokens: 1, logLikelihood: -8 });
  });

  test("a phrase is looked for in the answer, not in the question before it", () => {
    expect(released("Paris")).toHaveLength(9);
    expect(spanOf("Paris")).toMatchObject({ tokens: 1, logLikelihood: -4 });
  });

  test("a phrase in lower case has its place in a text with capitals and punctuation", () => {
    expect(released("yes")).toEqual([]);
    // Mining gives the place of "yes" in the original (test/task-grams): characters 0 to 3.
    expect(scoreSpan(tokens, 0, 3)).toMatchObject({ matched: true, logLikelihood: -1 });
  });

  test("a span without tokens is listed with its reason, and a certain token is not skipped", () => {
    const cut = { ...tokens, logProbs: logProbs.slice(0, 2), offsets: offsets.slice(0, 4) };
    expect(scoreSpan(cut, 5, 10)).toEqual({ matched: false, reason: "no token overlaps the span" });
    const counts: CountRow[] = [{ a: "a", b: "b", codf: 1, dfA: 2, dfB: 2 }];
    const scores = [score({ logLikelihood: 0 }), score({ logLikelihood: null })];
    const { drops, groups } = joinRows(counts, scores);
    expect(drops).toMatchObject([
      { reason: "unmatched", count: 1 },
      { reason: "scored", count: 1 },
    ]);
    expect([...groups[0]!.logLikelihood]).toEqual([0]);
  });
});

describe("statistics", () => {
  test("a point is a pair, not a mean over the inputs of one output", () => {
    const counts = [1, 2].map((i) => ({ a: `a${i}`, b: "b", codf: i, dfA: 4, dfB: 4 }));
    const { groups } = joinRows(
      counts,
      counts.map(({ a }) => score({ a })),
    );
    expect([...groups[0]!.codf]).toEqual([1, 2]);
  });

  test("a missing p is no finding, and one in twenty by chance is none either", () => {
    expect(holm([null, ...Array.from({ length: 20 }, () => 0.04)])).toEqual([
      null,
      ...Array.from({ length: 20 }, () => 0.8),
    ]);
  });

  test("no count is too large for a bin, and zeros have their own", () => {
    const counts = Float64Array.of(0, 0, 5, 999, 1000, 1e6);
    const { bins } = binnedOutcome(counts, counts.map(Math.sign), { rng: createRng(1), bins: 2 });
    const released = counts.filter((count) => count > 0 && count < 1000);
    expect(released).toHaveLength(2);
    expect(bins).toMatchObject([
      { low: 0, high: 0, points: 2 },
      { low: 5, high: 999, points: 2 },
      { low: 1000, high: 1e6, points: 2 },
    ]);
  });

  test("an example weighs once in performance against frequency, however many pairs it has", () => {
    const pairs = [1, 2, 3].map((i) => ({ example: "long", a: `a${i}`, b: "b" }));
    const frequencies = exampleFrequencies(
      [...pairs, { example: "short", a: "a1", b: "b" }],
      () => 2,
    );
    expect([...frequencies]).toEqual([
      ["long", 6],
      ["short", 2],
    ]);
  });

  test("an answer with many aliases is judged once", () => {
    const aliases = ["Big Apple", "NYC", "New York City"];
    const example = { id: "e", input: "?", output: "New York", answers: aliases, split: undefined };
    expect(triviaqaExactMatch.score("the NYC!", example)).toBe(1);
    expect(triviaqaExactMatch.score("Boston", example)).toBe(0);
  });

  test("BERTScore's precision is not its F", () => {
    const found = matchVectors(
      { dimension: 2, rows: [1, 0] },
      { dimension: 2, rows: [1, 0, 0, 1] },
    );
    expect(found).toMatchObject({ precision: 1, recall: 0.5 });
    expect(found.f).toBeCloseTo(2 / 3, 12);
  });
});
