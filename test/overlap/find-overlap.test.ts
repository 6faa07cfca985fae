import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRng, type Rng } from "#rote/base/random.js";
import { findOverlap } from "#rote/overlap/find-overlap.js";
import type { OverlapRow } from "#rote/overlap/overlap-rows.js";
import type { Example } from "#rote/tasks/task.js";
import { textPolicy } from "#rote/text/policies.js";
import { indexOf, scanOf, writeDocuments } from "./engines.ts";
import { naiveOverlap, type NaiveDocument } from "./naive.ts";

function exampleOf(input: string, output: string, id = "e0"): Example {
  return { id, input, output, split: undefined };
}

function rowOf(rows: readonly OverlapRow[], part: OverlapRow["part"], n: number): OverlapRow {
  return rows.find((row) => row.part === part && row.n === n)!;
}

/** Words of a small alphabet, with parts of earlier texts copied. */
function drawText(rng: Rng, earlier: readonly string[]): string {
  const words = Array.from({ length: rng.int(9) }, () => "abcd"[rng.int(4)]!);
  if (earlier.length === 0 || rng.int(3) === 0) return words.join(" ");
  const copied = earlier[rng.int(earlier.length)]!.split(" ");
  const start = rng.int(copied.length);
  words.splice(rng.int(words.length + 1), 0, ...copied.slice(start, start + rng.int(8)));
  return words.filter((word) => word !== "").join(" ");
}

function drawCase(seed: number): { examples: Example[]; documents: NaiveDocument[] } {
  const rng = createRng(`overlap/${seed}`);
  const texts: string[] = [];
  const next = (): string => {
    texts.push(drawText(rng, texts));
    return texts.at(-1)!;
  };
  const examples = Array.from({ length: 4 }, (_, i) => exampleOf(next(), next(), `e${i}`));
  const documents = Array.from({ length: 6 }, (_, i) => ({ id: `d${i}`, text: `${next()} end` }));
  return { examples, documents };
}

describe("findOverlap", () => {
  const asked = fc.subarray([1, 2, 3, 5], { minLength: 1 });

  test("equals its definition", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), asked, async (seed, lengths) => {
        const { examples, documents } = drawCase(seed);
        await using scan = await scanOf(writeDocuments(documents));
        expect(await findOverlap(examples, scan, { lengths })).toEqual(
          naiveOverlap(examples, documents, lengths),
        );
      }),
      { numRuns: 100 },
    );
  });

  test("is the same from an index, whatever its shards", { timeout: 300_000 }, async () => {
    for (const shards of [1, 2, 3]) {
      const { examples, documents } = drawCase(shards);
      const path = writeDocuments(documents);
      await using scan = await scanOf(path);
      await using index = await indexOf(path, { shards });
      const options = { lengths: [1, 3], documents: 2 };
      expect(await findOverlap(examples, index, options)).toEqual(
        await findOverlap(examples, scan, options),
      );
    }
  });

  test("by hand: a copied question, its answer elsewhere, case and punctuation aside", async () => {
    const documents = [
      { id: "quiz", text: "Q: What is the capital city of the country Norway?" },
      { id: "quiz with answer", text: "What is the capital city of the country Norway? — OSLO!" },
      { id: "other", text: "Oslo is large." },
    ];
    await using engine = await scanOf(writeDocuments(documents));
    const examples = [exampleOf("what is the capital city of the country norway", "Oslo")];
    const rows = await findOverlap(examples, engine, { lengths: [8, 13] });
    expect(rowOf(rows, "input", 8)).toEqual({
      ...{ id: "e0", part: "input", n: 8, words: 9, matched: 2, total: 2, longest: 9, covered: 9 },
      ...{ df: 2, documents: ["quiz", "quiz with answer"], short: false },
    });
    // One word is no 8-gram, but beside the question it tells which document has the answer.
    expect(rowOf(rows, "output", 8)).toMatchObject({ matched: 0, total: 0, df: 0, short: true });
    expect(rowOf(rows, "both", 8)).toEqual({
      ...{ id: "e0", part: "both", n: 8, words: 10, matched: 3, total: 3, longest: 10 },
      ...{ covered: 10, df: 1, documents: ["quiz with answer"], short: true },
    });
    expect(rowOf(rows, "input", 13)).toMatchObject({
      matched: 0,
      total: 0,
      longest: 0,
      short: true,
    });
    expect(rowOf(rows, "both", 13)).toMatchObject({ matched: 2, total: 2, longest: 10 });
  });

  test("the matches of two documents do not add up to a longer one", async () => {
    const documents = [
      { id: "d0", text: "a b c d x" },
      { id: "d1", text: "y c d e f g" },
    ];
    await using engine = await scanOf(writeDocuments(documents));
    const rows = await findOverlap([exampleOf("a b c d e f g", "h")], engine, { lengths: [2] });
    expect(rowOf(rows, "input", 2)).toMatchObject({
      ...{ matched: 6, total: 6, longest: 5, covered: 5, df: 1, documents: ["d1"] },
    });
  });

  test("documents are counted all and named as far as asked for", async () => {
    const documents = Array.from({ length: 30 }, (_, i) => ({ id: `d${i}`, text: "a b c" }));
    await using engine = await scanOf(writeDocuments(documents));
    const examples = [exampleOf("a b c", "z")];
    const rows = await findOverlap(examples, engine, { lengths: [3], documents: 2 });
    expect(rowOf(rows, "input", 3)).toMatchObject({ df: 30, documents: ["d0", "d1"] });
  });

  test("an answer of 100,000 words is followed to its end", { timeout: 300_000 }, async () => {
    const rng = createRng("overlap/long");
    const words = Array.from({ length: 100_000 }, () => `w${rng.int(5000)}`);
    const text = words.join(" ");
    const documents = [
      { id: "copy", text: `before ${text} after` },
      { id: "cut", text: words.slice(10, 60_000).join(" ") },
    ];
    const path = writeDocuments(documents);
    const examples = [exampleOf("short question", text)];
    await using engine = await scanOf(path);
    const rows = await findOverlap(examples, engine, { lengths: [8] });
    expect(rowOf(rows, "output", 8)).toMatchObject({
      ...{ matched: 99_993, total: 99_993, longest: 100_000, covered: 100_000 },
      ...{ df: 1, documents: ["copy"] },
    });
  });

  test("a language without spaces overlaps character by character", async () => {
    const documents = [{ id: "d0", text: "日本の首都は東京です。" }];
    const path = writeDocuments(documents);
    const examples = [exampleOf("日本の首都は?", "東京")];
    await using words = await scanOf(path);
    // One word each for the default policy: nothing is found, and the rows say why.
    const whole = await findOverlap(examples, words, { lengths: [5] });
    expect(rowOf(whole, "input", 5)).toMatchObject({ words: 1, total: 0, short: true });
    await using characters = await scanOf(path, "characters");
    const rows = await findOverlap(examples, characters, {
      lengths: [5],
      policy: textPolicy("characters"),
    });
    expect(rowOf(rows, "input", 5)).toMatchObject({ words: 7, matched: 2, total: 3, longest: 6 });
    expect(rowOf(rows, "both", 5)).toMatchObject({ longest: 8, df: 1 });
  });

  test("sides without words, and tasks without examples, have nothing to match", async () => {
    await using engine = await scanOf(writeDocuments([{ id: "d0", text: "a b" }]));
    const rows = await findOverlap([exampleOf("—", "a"), exampleOf("", "")], engine, {
      lengths: [1],
    });
    expect(rows.map(({ part, matched, total }) => [part, matched, total])).toEqual([
      ...[
        ["input", 0, 0],
        ["output", 1, 1],
        ["both", 0, 0],
      ],
      ...[
        ["input", 0, 0],
        ["output", 0, 0],
        ["both", 0, 0],
      ],
    ]);
    expect(await findOverlap([], engine)).toEqual([]);
  });

  test("lengths are checked, sorted, and counted once; policies must be one", async () => {
    await using engine = await scanOf(writeDocuments([{ id: "d0", text: "a b" }]));
    const examples = [exampleOf("a b", "a")];
    const rows = await findOverlap(examples, engine, { lengths: [2, 1, 2] });
    expect(rows.map(({ n }) => n)).toEqual([1, 1, 1, 2, 2, 2]);
    for (const lengths of [[], [0], [1.5]])
      await expect(findOverlap(examples, engine, { lengths })).rejects.toMatchObject({
        code: "usage",
      });
    await expect(
      findOverlap(examples, engine, { policy: textPolicy("exact-words") }),
    ).rejects.toMatchObject({ code: "text/policy-mismatch" });
  });
});
