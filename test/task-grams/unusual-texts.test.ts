/** Texts that the code released with Wang et al. 2025 drops or takes for n-grams, and other unusual ones. */
import { describe, expect, test } from "vitest";
import { type MinedTask, mineTask, type MineTaskOptions } from "#rote/task-grams/mine-task.js";
import type { Example } from "#rote/tasks/task.js";
import { charactersPolicy, textPolicy } from "#rote/text/policies.js";
import { letterEmbedder, taskOf } from "./mining.ts";

const mine = (
  examples: readonly Partial<Example>[],
  options: MineTaskOptions,
): Promise<MinedTask> =>
  mineTask(taskOf(examples), letterEmbedder(), { threshold: "none", split: "same", ...options });
const namesOf = ({ pairs }: MinedTask): string[] => pairs.map(({ a, b }) => `${a} | ${b}`);
const countOf = ({ drops }: MinedTask, reason: string): number =>
  drops.find((drop) => drop.reason === reason)!.count;

describe("what is a pair", () => {
  test("a string on both sides costs its own pair and no other", async () => {
    const mined = await mine([{ input: "ever i saw", output: "i saw you" }], { n: 2 });
    expect(namesOf(mined)).toEqual(["ever i | i saw", "ever i | saw you", "i saw | saw you"]);
    expect(countOf(mined, "identical")).toBe(1);
  });

  test("an n-gram has n words, whatever its number of characters", async () => {
    // "a b" has three characters, "abc" is a word of three, and none of that matters.
    const mined = await mine([{ input: "a b abc", output: "x y" }], { n: 2 });
    expect(namesOf(mined)).toEqual(["a b | x y", "b abc | x y"]);
    for (const { aShort, bShort } of mined.pairs) expect([aShort, bShort]).toEqual([false, false]);
  });

  test("the last n-gram of a text counts", async () => {
    const mined = await mine([{ input: "a b c d", output: "z z2 z3" }], { n: 3 });
    expect(mined.pairs.map(({ a }) => a)).toEqual(["a b c", "b c d"]);
  });

  test("a text of fewer words is flagged where it stands as a whole, or left out", async () => {
    const examples = [{ input: "which virus", output: "polio" }];
    const whole = await mine(examples, { n: 5 });
    expect(whole.pairs).toMatchObject([
      { a: "which virus", b: "polio", aShort: true, bShort: true },
    ]);
    expect([countOf(whole, "short-input"), countOf(whole, "short-output")]).toEqual([1, 1]);
    await expect(mine(examples, { n: 5, shortTexts: "drop" })).rejects.toMatchObject({
      code: "task/empty",
      detail: { short: 1 },
    });
  });
});

describe("unusual texts", () => {
  test("an answer of one character is a word like any other", async () => {
    const mined = await mine([{ input: "two plus two", output: "4" }], { n: 1 });
    expect(namesOf(mined)).toEqual(["two | 4", "plus | 4"]);
  });

  test("an answer of signs alone is told of, and yields no pair", async () => {
    const mined = await mine(
      [
        { input: "two plus two", output: "!" },
        { input: "a", output: "b" },
      ],
      { n: 1 },
    );
    expect(namesOf(mined)).toEqual(["a | b"]);
    expect(countOf(mined, "no-words-output")).toBe(1);
  });

  test("a language without spaces is one word a text, or one a character", async () => {
    const examples = [{ input: "日本の首都", output: "東京" }];
    expect(namesOf(await mine(examples, { n: 1 }))).toEqual(["日本の首都 | 東京"]);
    const characters = await mine(examples, { n: 2, policy: textPolicy("characters") });
    expect(namesOf(characters)).toEqual([
      "日 本 | 東 京",
      "本 の | 東 京",
      "の 首 | 東 京",
      "首 都 | 東 京",
    ]);
    expect(characters.pairs[3]).toMatchObject({ aSpan: { start: 3, end: 5 }, aShort: false });
  });

  test(
    "an answer of 100,000 words yields each of its n-grams once",
    { timeout: 300_000 },
    async () => {
      const words = Array.from({ length: 100_000 }, (_, i) => `w${i}`);
      const mined = await mine([{ input: "a b", output: words.join(" ") }], { n: 2 });
      expect(mined.pairs.length).toBe(99_999);
      const { b, bSpan } = mined.pairs.at(-1)!;
      expect(b).toBe("w99998 w99999");
      expect(words.join(" ").slice(bSpan.start, bSpan.end)).toBe(b);
    },
  );
});

describe("filters", () => {
  test("alphabetic leaves out pairs with other characters, counts them, and calibrates without them", async () => {
    const examples = [
      { input: "born 1879 in ulm", output: "einstein 42" },
      { input: "né à ulm", output: "albert" },
    ];
    const mined = await mine(examples, { n: 1, filters: ["alphabetic"] });
    expect(namesOf(mined)).toEqual([
      ...["born | einstein", "in | einstein", "ulm | einstein"],
      ...["né | albert", "à | albert", "ulm | albert"],
    ]);
    expect([countOf(mined, "mined"), countOf(mined, "not-alphabetic")]).toEqual([11, 5]);
    expect(mined.passRates.real.pairs).toBe(6);
    expect(mined.thresholds[0]!.real.pairs).toBe(6);
  });

  const cities = [
    { input: "The old bridge of Paris", output: "le vieux pont de Paris" },
    { input: "Paris has an old bridge", output: "ein alter Turm der Stadt" },
  ];

  test("entities leaves out pairs with a word written like a name in any text of the task", async () => {
    const mined = await mine(cities, { n: 2, filters: ["entities"] });
    const all = await mine(cities, { n: 2 });
    const hasName = (pair: string) => /paris|turm|stadt/.test(pair);
    expect(namesOf(mined)).toEqual(namesOf(all).filter((pair) => !hasName(pair)));
    expect(countOf(mined, "named-entity")).toBe(namesOf(all).filter(hasName).length);
    expect(countOf(mined, "mined")).toBe(countOf(all, "mined"));
    expect(mined.passRates.real.pairs).toBe(namesOf(mined).length);
  });

  test("names may be given instead of found", async () => {
    const names = new Set(["bridge"]);
    const mined = await mine(cities, { n: 1, filters: ["entities"], names });
    expect(namesOf(mined).some((pair) => pair.includes("paris"))).toBe(true);
    expect(namesOf(mined).some((pair) => pair.includes("bridge"))).toBe(false);
  });

  test("language leaves out all pairs of an example a side of which is in another language", async () => {
    const languages = { input: "en", output: "fr" };
    const mined = await mine(cities, { n: 2, filters: ["language"], languages });
    const own = await mine(cities.slice(0, 1), { n: 2 });
    expect(namesOf(mined)).toEqual(namesOf(own));
    expect(countOf(mined, "other-language")).toBe(4 * 4);
    expect(mined.thresholds[0]!.real.pairs).toBe(countOf(own, "kept"));
    const outputs = await mine(cities, {
      n: 2,
      filters: ["language"],
      languages: { output: "de" },
    });
    expect(countOf(outputs, "other-language")).toBe(4 * 4);
  });

  test("each is counted apart, in one order, and only where it is on", async () => {
    const filters = ["entities", "language", "alphabetic"] as const;
    const languages = { output: "fr" };
    const mined = await mine(cities, { n: 2, filters, languages });
    expect(mined.drops.slice(0, 5).map(({ reason }) => reason)).toEqual([
      ...["mined", "identical", "other-language", "not-alphabetic", "named-entity"],
    ]);
    const sum = mined.drops
      .filter(({ unit, reason }) => unit === "pairs" && reason !== "mined")
      .reduce((total, { count }) => total + count, 0);
    expect(sum).toBe(countOf(mined, "mined"));
    const without = await mine(cities, { n: 2 });
    expect(without.drops.map(({ reason }) => reason)).not.toContain("named-entity");
  });

  test("one that cannot be asked is refused", async () => {
    const policy = charactersPolicy;
    await expect(mine(cities, { n: 2, filters: ["entities"], policy })).rejects.toThrow(
      /a word is one character/,
    );
    await expect(mine(cities, { n: 2, filters: ["language"] })).rejects.toThrow(/state them/);
    const languages = { input: "xx" };
    await expect(mine(cities, { n: 2, filters: ["language"], languages })).rejects.toThrow(
      /"xx" cannot be told from other languages/,
    );
  });

  test("they hold for a table mined from a training split", async () => {
    const examples = [
      { input: "a 1", output: "b", split: "train" as const },
      { input: "a 1", output: "b", split: "test" as const },
    ];
    const options = { n: 1, split: "separate" as const, filters: ["alphabetic"] as const };
    const mined = await mine(examples, options);
    expect(mined.table.size).toBe(1);
    expect(namesOf(mined)).toEqual(["a | b"]);
  });
});

describe("folds", () => {
  test("as many as examples leave one example out", async () => {
    const examples = Array.from("abcdef", (letter) => ({
      input: `${letter}x`,
      output: `${letter}y`,
    }));
    const mined = await mine(examples, {
      ...{ n: 1, split: "cross-fit", folds: 100, threshold: "calibrated" },
    });
    expect(mined.thresholds.map((threshold) => threshold.examples)).toEqual([5, 5, 5, 5, 5, 5]);
    expect(mined.passCurve.length).toBeGreaterThan(10);
  });
});
