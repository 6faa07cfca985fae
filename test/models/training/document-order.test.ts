import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openCorpus } from "#rote/corpus/corpus.js";
import { sequenceOrder } from "#rote/models/training/batches.js";
import { parseTrainingConfig } from "#rote/models/training/config.js";
import { DocumentPlaces, reorderDocuments } from "#rote/models/training/document-order.js";
import { readTokenStream } from "#rote/models/training/token-stream.js";
import { openTokenizer } from "#rote/tokenizers/open.js";
import { freshDirectory } from "../../cli/rote.ts";

const tokenizer = await openTokenizer("data/demo/tokenizer");
const END = 0;

function writeRows(path: string, rows: readonly unknown[]): string {
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return path;
}

async function readTexts(paths: readonly string[], leading = false): Promise<string[]> {
  const corpus = await openCorpus({ paths });
  const stream = await readTokenStream(corpus, tokenizer, END, { place: "place", leading });
  return Array.from(stream.begins, (begin, i) => {
    const end = stream.begins[i + 1] ?? stream.ids.length;
    return tokenizer.decode(stream.ids.subarray(begin, end - 1));
  });
}

test("documents stand at their places, those without one evenly between them", async () => {
  using directory = freshDirectory();
  const plain = writeRows(directory.in("a.jsonl"), [
    { text: "first of four" },
    { text: "second" },
    { text: "third" },
    { text: "fourth" },
  ]);
  const placed = writeRows(directory.in("b.jsonl"), [
    { text: "at the end", place: 0.99 },
    { text: "at three eighths", place: 0.375 },
    { text: "at the beginning", place: 0 },
  ]);
  const expected = [
    ...["at the beginning", "first of four", "second", "at three eighths"],
    ...["third", "fourth", "at the end"],
  ];
  expect(await readTexts([plain, placed])).toEqual(expected);
  expect(await readTexts([plain, placed], true)).toEqual(expected);
});

test("a place outside [0, 1) is an error that names the document", async () => {
  using directory = freshDirectory();
  for (const place of [1, -0.1, "0.5", null]) {
    const path = writeRows(directory.in("a.jsonl"), [{ id: "late", text: "x", place }]);
    await expect(readTexts([path])).rejects.toThrow(
      `document late: its field "place" must hold a number from 0 up to 1 (exclusive), found ${JSON.stringify(place)}`,
    );
  }
});

test("reordering keeps ids and weights of a document together", () => {
  const tokens = {
    ids: Int32Array.of(9, 1, 0, 2, 2, 0, 3, 0),
    begins: Int32Array.of(1, 3, 6),
    weights: Uint8Array.of(0, 1, 1, 0, 1, 1, 0, 1),
  };
  expect(reorderDocuments(tokens, Uint32Array.of(2, 0, 1))).toEqual({
    ids: Int32Array.of(9, 3, 0, 1, 0, 2, 2, 0),
    begins: Int32Array.of(1, 3, 5),
    weights: Uint8Array.of(0, 0, 1, 1, 1, 0, 1, 1),
  });
});

test("equal places keep the order of the files", () => {
  const places = new DocumentPlaces("at");
  for (const at of [0.5, 0.5, 0.25, 0.5])
    places.add({ id: "", text: "", source: "a", meta: { at } });
  expect(places.order()).toEqual(Uint32Array.of(2, 0, 1, 3));
});

test("sequences are learned in the order of the corpus where the schedule says so", () => {
  const config = (schedule: object) =>
    parseTrainingConfig({
      corpus: { files: "a.jsonl", place: "place" },
      tokenizer: "t",
      shape: { hiddenSize: 8, layers: 1, heads: 1, maximumLength: 8 },
      schedule: { epochs: 1, ...schedule },
    });
  expect(config({ order: "corpus" })).toMatchObject({
    corpus: { place: "place" },
    schedule: { order: "corpus" },
  });
  const read = sequenceOrder(3, 1, config({ order: "corpus" }).schedule);
  expect([0, 1, 2, 3, 4].map(read)).toEqual([0, 1, 2, 0, 1]);
  expect(Object.keys(config({}).schedule)).not.toContain("order");
  expect(() => config({ order: "sorted" })).toThrow(/order/);
});
