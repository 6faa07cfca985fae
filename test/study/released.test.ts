/** Mistakes of the released code that a study can repeat, each against a value worked by hand. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { infinityGramSpan } from "#rote/memorization/infinity-gram.js";
import { joinRows } from "#rote/memorization/rows.js";
import { scoreSpans } from "#rote/memorization/spans.js";
import { occurrencesOf, tailOf } from "#rote/study/pair-spans.js";
import { shufflesWithSingleCounts, withSingleCounts } from "#rote/study/released-counts.js";
import type { RunFile } from "#rote/study/run-file.js";
import { mineTask, type MineTaskOptions } from "#rote/task-grams/mine-task.js";
import { wordsPolicy } from "#rote/text/policies.js";
import { letterEmbedder, taskOf } from "../task-grams/mining.ts";
import { rote, runOf, strangersFolder } from "./stranger.ts";

describe("released.wholeTail", () => {
  test("scores from the first occurrence to the end of the output", () => {
    // Tokens of −1, −2, −4, −8, −16: b stands in tokens 1 and 3, the tail is 1 to 4.
    const answer = "so Paris and Paris!";
    const offsets = Int32Array.of(0, 2, 2, 8, 8, 12, 12, 18, 18, 19);
    const tokens = { answer, offsets, logProbs: Float64Array.of(-1, -2, -4, -8, -16) };
    const choices = { n: 1, policy: wordsPolicy, stopWords: new Set<string>() };
    const spans = occurrencesOf(answer, choices).get("paris")!;
    expect(spans.map(({ start, end }) => [start, end])).toEqual([
      [3, 8],
      [13, 18],
    ]);
    expect(scoreSpans(tokens, [spans[0]!])).toMatchObject({ logLikelihood: -2, tokens: 1 });
    expect(scoreSpans(tokens, spans)).toMatchObject({ logLikelihood: -10, tokens: 2 });
    const tail = scoreSpans(tokens, [tailOf(answer, spans)]);
    expect(tail).toMatchObject({ logLikelihood: -30, tokens: 4 });
  });
});

describe("released.unseenAsProbabilityOne", () => {
  const token = { contextCount: 5, continuationCount: 0, effectiveN: 2, backoff: -3 };

  test("makes log P = 0 of a span none of whose tokens was seen, under the paper's rule alone", () => {
    expect(infinityGramSpan([token, token])).toMatchObject({ infinityGramPaper: -Infinity });
    expect(infinityGramSpan([token, token], { unseenAsProbabilityOne: true })).toMatchObject({
      ...{ infinityGram: -Infinity, infinityGramPaper: 0, infinityGramBackoff: -6 },
    });
  });

  test("leaves a span alone one of whose tokens was seen", () => {
    const seen = { ...token, continuationCount: 1 };
    const span = infinityGramSpan([token, seen], { unseenAsProbabilityOne: true });
    expect(span.infinityGramPaper).toBe(Math.log(1 / 5));
  });
});

describe("released.minOfSingleCounts", () => {
  const rows = [
    { a: "name of the", b: "pear", codf: 0, dfA: 3, dfB: 2, tfA: 9, tfB: 4 },
    { a: "name of the", b: "bow", codf: 1, dfA: 3, dfB: 8, tfA: 9, tfB: 30 },
  ];

  test("counts a pair as the smaller of its n-grams' occurrences, which can exceed their documents", () => {
    const found = withSingleCounts(rows);
    expect(found.map(({ codf }) => codf)).toEqual([4, 9]);
    const score = { example: "e", task: "t", model: "m", n: 3, logLikelihood: -1 };
    const scores = found.map(({ a, b }) => ({ ...score, a, b }));
    expect(() => joinRows(found, scores)).toThrow("no more documents can hold both phrases");
    const [group] = joinRows(found, scores, { isBounded: false }).groups;
    expect([...group!.codf]).toEqual([4, 9]);
  });

  test("counts shuffled pairs alike", () => {
    const plan = {
      ...{ phrases: ["name of the", "pear", "bow"], pairs: Uint32Array.of(0, 1, 0, 2) },
      ...{ permutations: 1, images: Uint32Array.of(0, 1, 2), conflicts: 0, strata: 1 },
    };
    const shuffles = { plan, codf: Float64Array.of(0, 1), df: Float64Array.of(3, 2, 8) };
    expect([...shufflesWithSingleCounts(shuffles, rows).codf]).toEqual([4, 9]);
  });
});

describe("what is mined", () => {
  const pairsOf = async (options: MineTaskOptions) => {
    const examples = [{ input: "the sun is up", output: "a cat sat" }];
    return mineTask(taskOf(examples), letterEmbedder(), {
      ...{ threshold: "none", split: "same", ...options },
    });
  };
  const dropOf = async (options: MineTaskOptions, reason: string) =>
    (await pairsOf(options)).drops.find((drop) => drop.reason === reason)?.count;

  test("released.characterLengthSize leaves out n-grams of exactly n characters, counted", async () => {
    // At n = 1 that is "a", on one side of 4 of the 12 pairs; at n = 2 no pair of words has two.
    const options = { n: 1, characterLengthSize: true };
    expect((await pairsOf({ n: 1 })).pairs).toHaveLength(12);
    expect((await pairsOf(options)).pairs.map(({ b }) => b)).toEqual(
      Array.from({ length: 4 }, () => ["cat", "sat"]).flat(),
    );
    expect(await dropOf(options, "n-characters")).toBe(4);
    expect(await dropOf({ n: 2, characterLengthSize: true }, "n-characters")).toBe(0);
    expect(await dropOf({ n: 1 }, "n-characters")).toBeUndefined();
  });

  test("released.dropLastNgram leaves out the last n-gram of each side", async () => {
    const { pairs } = await pairsOf({ n: 2, dropLastNgram: true });
    expect(pairs.map(({ a, b }) => `${a} | ${b}`)).toEqual(["the sun | a cat", "sun is | a cat"]);
    expect((await pairsOf({ n: 2 })).pairs).toHaveLength(6);
  });
});

describe("a run that repeats them", () => {
  let folder = "";
  let [plain, repeated]: RunFile[] = [];
  beforeAll(() => {
    folder = strangersFolder();
    const study = readFileSync(join(folder, "study.yaml"), "utf8");
    const mistakes = "released: { wholeTail: true, minOfSingleCounts: true }\n";
    writeFileSync(join(folder, "repeated.yaml"), study + mistakes);
    for (const name of ["study", "repeated"])
      expect(rote(folder, "run", `${name}.yaml`, "--out", name).status).toBe(0);
    [plain, repeated] = ["study", "repeated"].map((name) => runOf(folder, name));
  });

  test("says so in its warnings and in its study, and one that does not says nothing", () => {
    expect(repeated!.study.released).toMatchObject({ wholeTail: true, dropLastNgram: false });
    const warned = repeated!.warnings.filter((warning) => warning.startsWith("released."));
    expect(warned).toHaveLength(2);
    expect(warned.join(" ")).toMatch(/wholeTail.*not the default's.*minOfSingleCounts/s);
    expect(plain!.warnings.join(" ")).not.toMatch("released");
    const valueOf = ({ estimates }: RunFile) => estimates[0]!.value;
    expect(valueOf(repeated!)).not.toBe(valueOf(plain!));
  });

  test("keeps the true counts in counts.parquet", () => {
    const counts = (run: string) => readFileSync(join(folder, run, "counts.parquet"));
    expect(counts("repeated").equals(counts("study"))).toBe(true);
  });
});
