import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { fitStaticEmbedder } from "#rote/models/static-embedder.js";
import { type MinedTask, mineTask, type MineTaskOptions } from "#rote/task-grams/mine-task.js";
import { dealFolds } from "#rote/task-grams/splits.js";
import type { Example } from "#rote/tasks/task.js";
import { letterEmbedder, naivePairs, stream, taskOf } from "./mining.ts";

const mine = (
  examples: readonly Partial<Example>[],
  options?: MineTaskOptions,
): Promise<MinedTask> => mineTask(taskOf(examples), letterEmbedder(), options);
const countOf = (mined: MinedTask, reason: string): number =>
  mined.drops.find((drop) => drop.reason === reason)!.count;
const namesOf = (mined: MinedTask): string[] =>
  mined.pairs.map(({ example, a, b }) => `${example}: ${a} | ${b}`);

const word = fc.constantFrom("ab", "abc", "cab", "xy", "yx", "z");
const text = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(" "));
const example = fc.record({
  input: text,
  output: text,
  split: fc.constantFrom("train" as const, "test" as const),
});

describe("separate", () => {
  test("a pair of an evaluated example counts if training examples hold it: by hand", async () => {
    const mined = await mine(
      [
        { input: "ab cd", output: "ba", split: "train" },
        { input: "ab ba", output: "ba xy", split: "test" },
        { input: "AB, cd!", output: "(ba)", split: "test" },
      ],
      { n: 1, threshold: 0.5 },
    );
    expect(mined).toMatchObject({ method: "separate", evaluated: "test", minedFrom: "train" });
    expect(namesOf(mined)).toEqual(["e1: ab | ba", "e2: ab | ba"]);
    expect(mined.pairs[1]).toMatchObject({
      aSpan: { start: 0, end: 2 },
      bSpan: { start: 1, end: 3 },
      aShort: false,
      bContiguous: true,
    });
    expect(Object.fromEntries(mined.drops.map(({ reason, count }) => [reason, count]))).toEqual({
      mined: 6,
      identical: 1,
      "not-alphabetic": 0,
      "below-threshold": 3,
      "not-in-table": 0,
      kept: 2,
      examples: 2,
      "short-input": 0,
      "short-output": 0,
      "no-words-input": 0,
      "no-words-output": 0,
    });
    expect(mined.overlap).toEqual({ examples: 1, evaluated: 2 });
    expect(mined.table.size).toBe(1);
  });

  test("equals membership in the naive table", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(example, { minLength: 2, maxLength: 10 }),
        fc.integer({ min: 1, max: 2 }),
        async (examples, n) => {
          const [train, evaluated] = [
            examples.filter(({ split }) => split === "train"),
            examples.filter(({ split }) => split === "test"),
          ];
          fc.pre(train.length > 0 && evaluated.length > 0);
          const mined = await mine(examples, { n, threshold: 0.4 });
          const above = (all: typeof examples): { a: string; b: string }[] =>
            all.flatMap((one) => naivePairs(one, n)).filter(({ similarity }) => similarity > 0.4);
          const table = new Set(above(train).map(({ a, b }) => `${a}|${b}`));
          const expected = above(evaluated).filter(({ a, b }) => table.has(`${a}|${b}`));
          expect(mined.pairs.map(({ a, b }) => [a, b])).toEqual(expected.map(({ a, b }) => [a, b]));
          const parts = ["identical", "below-threshold", "not-in-table", "kept"];
          expect(parts.reduce((sum, part) => sum + countOf(mined, part), 0)).toBe(
            countOf(mined, "mined"),
          );
          expect(mined.passRates.real.passed).toBe(above(evaluated).length);
        },
      ),
    );
  });
});

describe("another task's table", () => {
  const evaluated = taskOf([
    { input: "ab cd", output: "ba xy", split: "test" },
    { input: "ab", output: "ba", split: "train" },
  ]);
  const other = taskOf(
    [
      { input: "AB cd", output: "ba dc", split: "train" },
      { input: "ab cd", output: "xy", split: "test" },
    ],
    "other",
  );

  test("a pair counts if the other task's training split holds it: by hand", async () => {
    const mined = await mineTask(evaluated, letterEmbedder(), {
      ...{ n: 1, threshold: 0.5, split: "same", minedOn: other },
    });
    expect(mined).toMatchObject({
      ...{ task: "toy", method: "separate", evaluated: "test" },
      ...{ minedOn: "other", minedFrom: "train" },
    });
    expect(namesOf(mined)).toEqual(["e0: ab | ba"]);
    expect(countOf(mined, "below-threshold")).toBe(3);
    expect([...mined.table.rows()].map(({ a, b }) => [a, b])).toEqual([
      ["ab", "ba"],
      ["cd", "dc"],
    ]);
  });

  test("of a task without a training split all examples are mined, and shared ones counted", async () => {
    const both = await mine([{ input: "ab cd", output: "ba dc" }], {
      ...{ n: 1, threshold: 0.5 },
      minedOn: taskOf([{ input: "Ab, cd", output: "ba dc" }], "copy"),
    });
    expect(both).toMatchObject({ minedOn: "copy", minedFrom: "test" });
    expect(both.overlap).toEqual({ examples: 1, evaluated: 1 });
    expect(namesOf(both)).toEqual(["e0: ab | ba", "e0: cd | dc"]);
  });

  test("its table is the one that the other task mines for itself, by its own choices", async () => {
    const choices = { threshold: "none", outputs: "whole" } as const;
    const own = await mineTask(other, letterEmbedder(), { n: 1, ...choices });
    const lent = await mineTask(evaluated, letterEmbedder(), {
      ...{ n: 1, threshold: 0.99, minedOn: { ...other, ...choices } },
    });
    expect([...lent.table.rows()]).toEqual([...own.table.rows()]);
    expect(lent.thresholds).toEqual(own.thresholds);
  });

  test("equals membership in the naive table of the other task", async () => {
    const examples = fc.array(example, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(examples, examples, async (own, lent) => {
        const train = lent.filter(({ split }) => split === "train");
        const from = train.length > 0 ? train : lent;
        const above = (all: typeof own): { a: string; b: string }[] =>
          all.flatMap((one) => naivePairs(one, 1)).filter(({ similarity }) => similarity > 0.4);
        const table = new Set(above(from).map(({ a, b }) => `${a}|${b}`));
        const test = own.filter(({ split }) => split === "test");
        const mined = await mine(own, { n: 1, threshold: 0.4, minedOn: taskOf(lent, "other") });
        expect(mined.pairs.map(({ a, b }) => [a, b])).toEqual(
          above(test.length > 0 ? test : own)
            .filter(({ a, b }) => table.has(`${a}|${b}`))
            .map(({ a, b }) => [a, b]),
        );
      }),
    );
  });
});

describe("cross-fit", () => {
  const examples = Array.from({ length: 12 }, (_, i) => ({
    input: `${"abcdefghijkl"[i]!}x qq`,
    output: `${"abcdefghijkl"[i]!}y`,
  }));

  test("is the default for one split; each example's own pairs meet its fold's threshold", async () => {
    const mined = await mine(examples, { n: 1, nullShare: 0.1, folds: 4 });
    expect(mined).toMatchObject({ method: "cross-fit", evaluated: "test", minedFrom: "test" });
    expect(mined.thresholds.length).toBe(4);
    for (const { examples } of mined.thresholds) expect(examples).toBe(9);
    expect(namesOf(mined)).toContain("e0: ax | ay");
    expect(mined.pairs.length).toBe(mined.table.size);
    expect(mined.overlap).toEqual({ examples: 0, evaluated: 12 });
  });

  test("an example has no say in its own threshold", async () => {
    // Twelve folds of one example each: rewriting one example leaves only its own fold's threshold.
    const before = await mine(examples, { n: 1, folds: 12 });
    const changed = examples.map((one, i) => (i === 5 ? { input: "fz zz", output: "fzz" } : one));
    const after = await mine(changed, { n: 1, folds: 12 });
    const same = after.thresholds.filter(
      (threshold, fold) => JSON.stringify(threshold) === JSON.stringify(before.thresholds[fold]),
    );
    expect(same.length).toBe(1);
  });

  test("folds differ by one at most and keep equal examples together", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f", "g"), { minLength: 1 }),
        fc.integer({ min: 2, max: 5 }),
        fc.nat(),
        (keys, count, seed) => {
          const folds = dealFolds(keys, count, createRng(seed));
          const distinct = new Map(keys.map((key, i) => [key, folds[i]!]));
          keys.forEach((key, i) => {
            expect(folds[i]).toBe(distinct.get(key));
          });
          const sizes = new Array<number>(count).fill(0);
          for (const fold of distinct.values()) sizes[fold]!++;
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test("is asked for where both splits exist, and needs two distinct examples", async () => {
    const both = [...examples, { ...examples[0]!, split: "train" as const }];
    expect((await mine(both, { n: 1, split: "cross-fit" })).method).toBe("cross-fit");
    const one = { input: "a", output: "b" };
    await expect(
      mine([one, { input: "A.", output: "b" }], { split: "cross-fit" }),
    ).rejects.toMatchObject({ code: "task/empty", detail: { distinct: 1 } });
  });

  test("where it was not asked for, one or two examples are mined from themselves", async () => {
    const one = { input: "ab cd", output: "ba" };
    const alone = await mine([one], { n: 1 });
    expect(alone).toMatchObject({ method: "same", thresholds: [{ choice: "none" }] });
    expect(countOf(alone, "kept")).toBe(2);
    const two = await mine([one, { input: "xy", output: "yx" }], { n: 1 });
    expect(two).toMatchObject({ method: "same", thresholds: [{ choice: "calibrated" }] });
  });

  test("a task of training examples only is evaluated on them", async () => {
    const train = examples.map((one) => ({ ...one, split: "train" as const }));
    expect(await mine(train, { n: 1 })).toMatchObject({ method: "cross-fit", evaluated: "train" });
  });
});

describe("same", () => {
  test("lists the examples' own pairs above their own threshold and says so", async () => {
    const examples = [
      { input: "ab cd", output: "ba" },
      { input: "ef", output: "fe gh" },
    ];
    const mined = await mine(examples, { n: 1, threshold: 0.5, split: "same" });
    expect(mined.method).toBe("same");
    expect(namesOf(mined)).toEqual(["e0: ab | ba", "e1: ef | fe"]);
    expect(mined.overlap).toEqual({ examples: 2, evaluated: 2 });
  });
});

test("short and wordless sides are counted, short ones flagged on the pair", async () => {
  const mined = await mine(
    [
      { input: "what is it", output: "it" },
      { input: "what is it", output: "…" },
      { input: "!", output: "it is so" },
      { input: "so is it", output: "it is so" },
    ],
    { n: 3, threshold: "none", split: "same" },
  );
  expect(
    ["examples", "short-output", "no-words-output", "no-words-input"].map((reason) =>
      countOf(mined, reason),
    ),
  ).toEqual([4, 1, 1, 1]);
  expect(mined.pairs.map(({ b, bShort }) => [b, bShort])).toEqual([
    ["it", true],
    ["it is so", false],
  ]);
});

test("a whole output is not short, whatever n is", async () => {
  const mined = await mine([{ input: "what is it called", output: "Xy" }], {
    n: 3,
    threshold: "none",
    split: "same",
    outputs: "whole",
  });
  expect(mined.pairs.map(({ b, aShort, bShort }) => [b, aShort, bShort])).toEqual([
    ["xy", false, false],
    ["xy", false, false],
  ]);
});

test("the same seed gives the same result, in any batch size", async () => {
  const examples = Array.from({ length: 40 }, (_, i) => ({
    input: `${"abcde"[i % 5]!}b cd ${i}`,
    output: `b${"fghij"[i % 5]!} dc`,
  }));
  const first = await mine(examples, { n: 1, sampleSize: 50 });
  const again = await mine(examples, { n: 1, sampleSize: 50, batchSize: 7, cacheBytes: 1 });
  expect({ ...again, table: [...again.table.rows()] }).toEqual({
    ...first,
    table: [...first.table.rows()],
  });
});

test("bad requests name what is wrong", async () => {
  await expect(mine([])).rejects.toMatchObject({ code: "task/empty" });
  await expect(mine([{ input: "a", output: "b" }], { split: "separate" })).rejects.toThrow(
    /task "toy" has only test/,
  );
  await expect(mine([{ input: "a", output: "b" }], { folds: 1 })).rejects.toThrow(/folds/);
});

// Real sentences and their translations, none of which the embedder was fitted on.
const documentation = "../shared/data/parallel/gnome-user-docs-7lang.jsonl.gz";
test.skipIf(!existsSync(documentation))(
  "aligned sentences pass a calibrated threshold three times as often as the null (needs ../shared/data)",
  async () => {
    const segments = gunzipSync(readFileSync(documentation))
      .toString("utf8")
      .split("\n", 2200)
      .map((line) => JSON.parse(line) as Record<string, string>)
      .filter(({ en, de }) => en !== undefined && de !== undefined && en !== de);
    const texts = segments.map(({ en, de }) => [en!, de!]);
    const embedder = await fitStaticEmbedder(stream(texts.slice(200)), { dimension: 64 });
    const examples = texts.slice(0, 200).map(([input, output]) => ({ input, output }));
    const { passRates, thresholds, method } = await mineTask(taskOf(examples), embedder, { n: 2 });
    expect(method).toBe("cross-fit");
    expect(passRates.null.rate).toBeLessThanOrEqual(0.01);
    expect(passRates.real.rate).toBeGreaterThan(0.03);
    // Folds agree on the threshold: it does not hang on a few examples.
    const values = thresholds.map(({ value }) => value!);
    expect(Math.max(...values) - Math.min(...values)).toBeLessThan(0.1);
  },
);
