/**
 * Mistakes of the code released with Wang et al. 2025 in n-grams and mining. Header and the others:
 * test/memorization/released-code-defects.test.ts.
 */
import { describe, expect, test } from "vitest";
import { type MinedTask, mineTask, type MineTaskOptions } from "#rote/task-grams/mine-task.js";
import type { Example } from "#rote/tasks/task.js";
import { ngrams } from "#rote/text/ngrams.js";
import { wordsPolicy } from "#rote/text/policies.js";
import { stopWords } from "#rote/text/stop-words.js";
import { cosine, letterEmbedder, taskOf } from "./mining.ts";

const mine = (
  examples: readonly Partial<Example>[],
  options: MineTaskOptions = {},
): Promise<MinedTask> =>
  mineTask(taskOf(examples), letterEmbedder(), {
    n: 1,
    threshold: "none",
    split: "same",
    ...options,
  });
const namesOf = ({ pairs }: MinedTask): string[] => pairs.map(({ a, b }) => `${a} | ${b}`);
const dropOf = ({ drops }: MinedTask, reason: string): number =>
  drops.find((drop) => drop.reason === reason)!.count;

describe("n-grams", () => {
  test("the size of an n-gram is its words, not its characters", async () => {
    // The released check drops texts of exactly n characters: "sun" at n = 3, and nothing else.
    const outputs = ["sun", "moon"];
    const examples = outputs.map((output) => ({ input: "one two three four", output }));
    const mined = await mine(examples, { n: 3 });
    expect(mined.pairs.map(({ b, bShort }) => [b, bShort])).toEqual([
      ["sun", true],
      ["sun", true],
      ["moon", true],
      ["moon", true],
    ]);
    for (const { a, aShort } of mined.pairs) {
      expect(a.split(" ")).toHaveLength(3);
      expect(aShort).toBe(false);
    }
  });

  test("a short text is flagged and counted where it stands for an n-gram", async () => {
    const input = "one two three";
    const examples = [
      { input, output: "virus" },
      { input, output: "a long answer" },
    ];
    const mined = await mine(examples, { n: 3 });
    expect(dropOf(mined, "short-output")).toBe(1);
    expect(mined.pairs.map(({ b, bShort }) => [b, bShort])).toEqual([
      ["virus", true],
      ["a long answer", false],
    ]);
    expect((await mine(examples, { n: 3, shortTexts: "drop" })).pairs).toHaveLength(1);
  });

  test("the last n-gram of a text is one of them", () => {
    const texts = ngrams(wordsPolicy.wordsWithOffsets("to be or not"), 2).map(({ text }) => text);
    expect(texts).toEqual(["to be", "be or", "or not"]);
  });

  test("removed stop words leave a mark, and none are removed unless asked", async () => {
    const example = { input: "Ever I Saw Your Face", output: "song" };
    expect((await mine([example], { n: 3 })).pairs.map(({ a }) => a)).toContain("ever i saw");
    const gapped = await mine([example], { n: 3, stopWords: new Set(["i", ...stopWords("en")]) });
    expect(gapped.pairs).toMatchObject([{ a: "ever saw face", aContiguous: false }]);
  });

  test("case and punctuation do not depend on the stop words", async () => {
    const example = { input: "Le Roi, c'est moi!", output: "Louis" };
    const [plain, removed] = [
      await mine([example]),
      await mine([example], { stopWords: new Set(["le"]) }),
    ];
    expect(namesOf(plain)).toEqual(["le | louis", ...namesOf(removed)]);
  });

  test("a whole output is one phrase, not its letters", async () => {
    const mined = await mine([{ input: "who", output: "New York" }], { n: 1, outputs: "whole" });
    expect(namesOf(mined)).toEqual(["who | new york"]);
  });

  test("a phrase keeps its place in the text as it was written", async () => {
    const output = "Yes, “PARIS” is big!";
    const mined = await mine([{ input: "where", output }]);
    const written = mined.pairs.map(({ bSpan }) => output.slice(bSpan.start, bSpan.end));
    expect(written).toEqual(["Yes", "PARIS", "is", "big"]);
  });
});

describe("mining", () => {
  test("a string on both sides drops that pair alone", async () => {
    const mined = await mine([{ input: "rose is red", output: "red rose blooms" }]);
    expect(dropOf(mined, "identical")).toBe(2);
    expect(mined.pairs).toHaveLength(7);
  });

  test("a question is paired with the right choice alone", async () => {
    const choices = ["Rome", "Oslo", "Bern", "Kyiv"];
    const mined = await mine([{ input: "capital of Norway", output: "Oslo", choices }]);
    expect(new Set(mined.pairs.map(({ b }) => b))).toEqual(new Set(["oslo"]));
  });

  test("a threshold is compared with cosines, not with a hundred times as much", async () => {
    const [a, b] = ["abcdefghijklmnopqrstuvwxyz", "a"];
    expect(cosine(a, b)).toBeCloseTo(0.196, 3);
    expect(100 * cosine(a, b)).toBeGreaterThan(0.2);
    const mined = await mine([{ input: a, output: b }], { threshold: 0.2 });
    expect(mined.pairs).toEqual([]);
  });

  test("each pair meets the threshold by itself, not by the mean over inputs", async () => {
    expect((cosine("abc", "ab") + cosine("xy", "ab")) / 2).toBeLessThan(0.5);
    const mined = await mine([{ input: "abc xy", output: "ab" }], { threshold: 0.5 });
    expect(namesOf(mined)).toEqual(["abc | ab"]);
  });

  test("the table is not mined from the evaluated examples unless asked, and then it says so", async () => {
    const examples = ["ab", "cd", "ef"].map((input): Partial<Example> => ({ input, output: "xy" }));
    const train = examples.map((example): Partial<Example> => ({ ...example, split: "train" }));
    const method = async (all: readonly Partial<Example>[], options: MineTaskOptions = {}) =>
      (await mineTask(taskOf(all), letterEmbedder(), { n: 1, ...options })).method;
    expect(await method([...examples, ...train])).toBe("separate");
    expect(await method(examples)).toBe("cross-fit");
    expect(await method(examples, { split: "same" })).toBe("same");
  });
});
