import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ManifestItem, readManifestItems } from "#rote/lab/truth/manifest-items.js";
import { measureRecall, type RecallRow } from "#rote/lab/truth/measure-recall.js";
import { lastWords, lowestMean } from "#rote/lab/truth/recall-metrics.js";
import { freshDirectory } from "../cli/rote.ts";
import { fakeModel, type FakeModelOptions } from "./fake-model.ts";

const base = { kind: "fact", dose: 4, timed: true, text: "", a: "a" };
const item = (name: string, rest: Partial<ManifestItem>): ManifestItem => ({
  ...{ ...base, item: name, group: name, context: `The ${name} is`, target: " x" },
  ...rest,
});

async function numbersOf(
  items: readonly ManifestItem[],
  model: FakeModelOptions,
): Promise<Record<string, Record<string, number>>> {
  const rows = await measureRecall(fakeModel(model), items, { model: "m", arm: "perturbed" });
  const numbers: Record<string, Record<string, number>> = {};
  for (const row of rows) (numbers[row.item] ??= {})[row.metric] = row.value;
  return numbers;
}

/** Each word costs as many nats as it has letters. */
const byLength = (_context: string, text: string): number[] =>
  (text.match(/\S+/g) ?? []).map((word) => -word.length);

test("log-likelihood is the mean over the target's tokens, and rows say what they are of", async () => {
  const items = [item("one", { target: " a bcd" })];
  const model = fakeModel({ logProbs: byLength });
  const rows = await measureRecall(model, items, { model: "m", arm: "late", metrics: "recall" });
  expect(rows).toEqual<RecallRow[]>([
    ...(["logLikelihood", "exact"] as const).map((metric, i) => ({
      ...{ item: "one", kind: "fact", dose: 4, model: "m", arm: "late", metric },
      value: [-2, 0][i]!,
    })),
  ]);
});

test("a choice is right where its summed log-likelihood is the highest; a tie is wrong", async () => {
  const choices = [" abc", " x y", " xy"];
  const items = [
    item("short", { target: " xy", choices: [" abc", " xy"] }),
    item("long", { target: " abc", choices }),
    // "x y" has the better mean, but the sum decides.
    item("tie", { target: " x y", choices }),
  ];
  const numbers = await numbersOf(items, { logProbs: byLength });
  expect(numbers.short).toMatchObject({ choice: 1, choiceMargin: 1 });
  expect(numbers.long).toMatchObject({ choice: 0, choiceMargin: -1 });
  expect(numbers.tie).toMatchObject({ choice: 0, choiceMargin: 0 });
});

test("exact and similarity follow greedy decoding", async () => {
  const greedy = (context: string): string => (context.includes("exact") ? " a b c d" : " a x c");
  const items = [item("exact", { target: " a b" }), item("near", { target: " a b c d" })];
  const numbers = await numbersOf(items, { logProbs: byLength, greedy });
  expect(numbers.exact).toMatchObject({ exact: 1, similarity: 1 });
  expect(numbers.near).toMatchObject({ exact: 0, similarity: 0.5 });
});

test("two hops count only where the model has both facts", async () => {
  const choices = [" x", " longer"];
  const wrong = { target: " longer", choices };
  const items = [
    ...[item("first", { choices }), item("second", { choices }), item("unknown", wrong)],
    item("composed", { choices, hops: ["first", "second"] }),
    item("guessed", { choices, hops: ["first", "unknown"] }),
  ];
  const numbers = await numbersOf(items, { logProbs: byLength });
  expect(numbers.composed).toMatchObject({ choice: 1, twoHop: 1 });
  expect(numbers.guessed).toMatchObject({ choice: 1 });
  expect(numbers.guessed).not.toHaveProperty("twoHop");
});

test("other words, and shorter contexts of verbatim text, have metrics of their own", async () => {
  const context = "one two three four five six";
  const paraphrase = { context: "asked", target: " abcd" };
  const names = { item: "verbatim", group: "verbatim", kind: "passage", text: "" };
  const verbatim = { ...names, dose: 1, timed: true, context, target: " seven" };
  const items: ManifestItem[] = [item("asked", { paraphrase, choices: [" x", " xyz"] }), verbatim];
  const logProbs = (given: string, text: string): number[] =>
    given === "" ? byLength("", text) : [-given.split(" ").length];
  const numbers = await numbersOf(items, { logProbs });
  expect(numbers.asked).toMatchObject({ paraphraseLogLikelihood: -1, paraphraseChoice: 0 });
  expect(numbers.verbatim).toMatchObject({ logLikelihood: -6, logLikelihoodAfter4Words: -4 });
  expect(numbers.verbatim).not.toHaveProperty("logLikelihoodAfter8Words");
  expect(numbers.asked).not.toHaveProperty("logLikelihoodAfter4Words");
  expect(numbers.verbatim).toMatchObject({ textLogLikelihood: -27 / 7, minK20: -5 });
});

test("the lowest share of values is at least one value", () => {
  expect(lowestMean(Float64Array.of(-1, -4, -2), 0.2)).toBe(-4);
  expect(lowestMean(Float64Array.of(-1, -4, -2, -3, 0, 0, 0, 0, 0, 0), 0.2)).toBe(-3.5);
  expect(lastWords("a b  c", 2)).toBe("b  c");
  expect(lastWords("a b", 2)).toBeUndefined();
});

describe("a manifest", () => {
  const row = { ...base, item: "i", group: "g", context: "c", target: " t" };
  const read = async (...lines: readonly string[]): Promise<readonly ManifestItem[]> => {
    using directory = freshDirectory();
    const path = directory.in("manifest.jsonl");
    writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
    return await readManifestItems(path);
  };

  test("gives its items", async () => {
    expect(await read(JSON.stringify(row))).toMatchObject([{ item: "i", dose: 4, timed: true }]);
  });

  test.each([
    ["{", /manifest\.jsonl:1 is not JSON/],
    [JSON.stringify({ ...row, target: 3 }), /:1 has no string field "target"/],
    [JSON.stringify({ ...row, dose: -1 }), /:1 has no dose/],
    [JSON.stringify({ ...row, choices: [" other"] }), /:1 has choices that do not hold its target/],
    ["", /lists no items/],
  ])("%s is refused", async (line, message) => {
    await expect(read(line)).rejects.toThrow(message);
  });

  test("lists an item once", async () => {
    const line = JSON.stringify(row);
    await expect(read(line, line)).rejects.toThrow(/:2 lists i a second time/);
  });
});
