import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readParquet } from "#rote/base/parquet.js";
import { exampleNgrams } from "#rote/task-grams/example-ngrams.js";
import { mineTaskGrams } from "#rote/task-grams/mine.js";
import { NgramVectors, rowProducts, similarities } from "#rote/task-grams/ngram-vectors.js";
import { miningDefaults } from "#rote/task-grams/options.js";
import { PairIndex } from "#rote/base/pair-index.js";
import { TaskGramTable, writeTaskGrams } from "#rote/task-grams/table.js";
import { stopWords } from "#rote/text/stop-words.js";
import { letterEmbedder, naivePairs, stream, taskOf } from "./mining.ts";

// Few words, so that n-grams repeat inside a text, across sides and across examples.
const text = fc
  .array(fc.constantFrom("ab", "abc", "cab", "xy", "z", "Xy!", "—"), { maxLength: 7 })
  .map((words) => words.join(" "));
const example = fc.record({ input: text, output: text });
const examples = fc
  .array(example, { minLength: 1, maxLength: 8 })
  .filter((all) => all.some(({ input, output }) => /[a-z]/.test(input) && /[a-z]/.test(output)));

describe("n-grams of an example", () => {
  const choices = { ...miningDefaults, n: 2 };
  const side = (output: string, more = {}): unknown => {
    const { ngrams, flag } = exampleNgrams(
      { id: "x", input: "", output, split: "test" },
      { ...choices, ...more },
    ).output;
    return { flag, ngrams: ngrams.map(({ text, start, end }) => [text, start, end]) };
  };

  test("each distinct n-gram stands once, at its first occurrence, in units of the original", () => {
    expect(side("“A rose — a Rose!”")).toEqual({
      flag: undefined,
      ngrams: [
        ["a rose", 1, 7],
        ["rose a", 3, 11],
      ],
    });
  });

  test("a text shorter than n is one unit, or none where asked; both are flagged", () => {
    expect(side("Paris.")).toEqual({ flag: "short", ngrams: [["paris", 0, 5]] });
    expect(side("Paris.", { shortTexts: "drop" })).toEqual({ flag: "short", ngrams: [] });
    expect(side(" — !")).toEqual({ flag: "no-words", ngrams: [] });
  });

  test("a whole output is one unit whatever its length", () => {
    expect(side("A rose — a Rose!", { outputs: "whole" })).toEqual({
      flag: undefined,
      ngrams: [["a rose a rose", 0, 15]],
    });
    expect(side(" — !", { outputs: "whole" })).toEqual({ flag: "no-words", ngrams: [] });
  });

  test("stop words leave before n-grams are formed and before a text counts as short", () => {
    const english = { stopWords: stopWords("en") };
    expect(side("the king of France", english)).toMatchObject({ ngrams: [["king france", 4, 18]] });
    expect(side("the king", english)).toMatchObject({ flag: "short", ngrams: [["king", 4, 8]] });
    expect(side("of the", english)).toEqual({ flag: "no-words", ngrams: [] });
  });
});

describe("vectors", () => {
  test("products equal the sum by definition", () => {
    const rows = Float32Array.from([1, 2, 3, 4, 5, 6]);
    expect([...similarities(rows, rows, 2)]).toEqual([5, 11, 17, 11, 25, 39, 17, 39, 61]);
    expect(similarities(rows, new Float32Array(0), 2).length).toBe(0);
  });

  test("products of all rows and of row pairs have the same digits", () => {
    const entries = fc.float32Array({ maxLength: 60, noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(entries, entries, fc.integer({ min: 1, max: 7 }), (x, y, dimension) => {
        const whole = (rows: Float32Array): Float32Array =>
          rows.subarray(0, rows.length - (rows.length % dimension));
        const [a, b] = [whole(x), whole(y)];
        const row = (rows: Float32Array, i: number): Float32Array =>
          rows.subarray(i * dimension, (i + 1) * dimension);
        const columns = b.length / dimension;
        similarities(a, b, dimension).forEach((value, k) => {
          const [i, j] = [Math.floor(k / columns), k % columns];
          expect(value).toBe(rowProducts(row(a, i), row(b, j), dimension)[0]);
        });
      }),
    );
  });

  test("a text is embedded once while it fits, and gives the same row when it does not", async () => {
    const embedder = letterEmbedder();
    const ample = new NgramVectors(embedder, { batchSize: 2 });
    await ample.load(["a", "b", "c", "a"]);
    await ample.load(["c", "b"]);
    expect(embedder.embedded).toEqual(["a", "b", "c"]);

    const tight = new NgramVectors(letterEmbedder(), { cacheBytes: 4 * 26 * 2 });
    for (const letter of ["a", "b", "c", "a", "b"]) {
      await tight.load([letter, "z"]);
      expect(tight.matrix(["z", letter])).toEqual(
        Float32Array.of(...(await rowsOf(["z", letter]))),
      );
    }
  });

  const rowsOf = (texts: string[]): Promise<Float32Array> => letterEmbedder().embed(texts);
});

describe("mining", () => {
  test("the table equals nested loops with explicit cosines", async () => {
    await fc.assert(
      fc.asyncProperty(
        examples,
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom("none" as const, 0, 0.3, 0.8),
        async (all, n, threshold) => {
          const source = taskOf(all);
          const options = { n, threshold, batchSize: 3, cacheBytes: 1 };
          const { table, survey } = await mineTaskGrams(
            "toy",
            () => source.examples("test"),
            letterEmbedder(),
            options,
          );
          const expected = new Map<string, number>();
          for (const { a, b, similarity } of all.flatMap((one) => naivePairs(one, n)))
            if (threshold === "none" || similarity > threshold)
              expected.set(`${a}|${b}`, (expected.get(`${a}|${b}`) ?? 0) + 1);
          const found = [...table.rows()].map(
            (row) => [`${row.a}|${row.b}`, row.examples] as const,
          );
          expect(found).toEqual([...expected]);
          expect(survey.examples).toBe(all.length);
        },
      ),
    );
  });

  test("only the identical pair is dropped, and the threshold is strict", async () => {
    const mine = (threshold: number): ReturnType<typeof mineTaskGrams> =>
      mineTaskGrams(
        "toy",
        () => taskOf([{ input: "ab ba", output: "ab c" }]).examples("test"),
        letterEmbedder(),
        { n: 1, threshold },
      );
    // (ab, ab) is identical; (ba, ab) has the letters and so the vector of its partner.
    const rows = [...(await mine(0.9)).table.rows()].map(({ a, b }) => [a, b]);
    expect(rows).toEqual([["ba", "ab"]]);
    expect((await mine(0.5)).table.has("ab", "ab")).toBe(false);
    const { similarity } = [...(await mine(0.5)).table.rows()][0]!;
    expect((await mine(similarity - 1e-9)).table.size).toBe(1);
    if (similarity < 1) expect((await mine(similarity)).table.size).toBe(0);
  });

  test("a task whose outputs yield no n-gram is an error with its numbers", async () => {
    const mine = (outputs: string[], shortTexts: "whole" | "drop"): Promise<unknown> =>
      mineTaskGrams(
        "marks",
        () => taskOf(outputs.map((output) => ({ input: "what is it", output }))).examples("test"),
        letterEmbedder(),
        { n: 2, shortTexts },
      );
    await expect(mine(["!", "?", "one"], "drop")).rejects.toMatchObject({
      code: "task/empty",
      detail: { examples: 3, wordless: 2, short: 1, side: "output" },
    });
    await expect(mine(["!", "?"], "whole")).rejects.toThrow(/task "marks" yields no 2-gram pairs/);
    await expect(mine([], "whole")).rejects.toThrow(/it has no examples/);
  });

  test("options out of range are refused", async () => {
    for (const options of [
      { n: 0 },
      { n: 1.5 },
      { nullShare: 1 },
      { threshold: NaN },
      { threshold: 1 },
    ])
      await expect(
        mineTaskGrams("toy", () => stream([]), letterEmbedder(), options),
      ).rejects.toMatchObject({ code: "usage" });
  });

  test("an aborted signal stops mining", async () => {
    const many = taskOf(new Array(300).fill({ input: "a b", output: "c d" }));
    const signal = AbortSignal.abort();
    await expect(
      mineTaskGrams("toy", () => many.examples("test"), letterEmbedder(), { signal }),
    ).rejects.toMatchObject({ code: "interrupted" });
  });
});

describe("table", () => {
  test("pairs are numbered as a Map of them would, through growth and collisions", () => {
    const pairs = fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { minLength: 2500, maxLength: 4000 });
    fc.assert(
      fc.property(pairs, (all) => {
        const [index, twin] = [new PairIndex(), new Map<string, number>()];
        for (const [a, b] of all) {
          const key = `${a},${b}`;
          expect(index.find(a, b)).toBe(twin.get(key) ?? -1);
          if (!twin.has(key)) twin.set(key, twin.size);
          expect(index.intern(a, b)).toBe(twin.get(key));
        }
        expect(index.size).toBe(twin.size);
        for (const [key, number] of twin) expect(index.at(number).join()).toBe(key);
      }),
      { numRuns: 5 },
    );
  });

  test("a Parquet file holds each pair with its numbers", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rote-table-"));
    const path = join(folder, "table.parquet");
    const table = new TaskGramTable("toy", 2);
    table.add("a b", "c d", 0.5);
    table.add("c d", "a b", 0.5);
    table.add("a b", "c d", 0.5);
    await writeTaskGrams(path, [table, new TaskGramTable("none", 3)]);
    const rows = [];
    for await (const row of readParquet(path)) rows.push(row);
    expect(rows).toEqual([
      { task: "toy", n: 2, a: "a b", b: "c d", similarity: 0.5, examples: 2 },
      { task: "toy", n: 2, a: "c d", b: "a b", similarity: 0.5, examples: 1 },
    ]);
    expect(table.has("c d", "a b")).toBe(true);
    expect(table.has("a b", "a b")).toBe(false);
    await rm(folder, { recursive: true });
  });
});
