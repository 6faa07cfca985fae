import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";

import { openCorpus } from "#rote/corpus/corpus.js";
import { openScan } from "#rote/counting/scan/scan-engine.js";
import { wordsPolicy } from "#rote/text/policies.js";

// The script that makes the world checks itself with its own few lines; here the files as shipped are
// held against the same promises by the project's own policy and scan.

interface Answer {
  readonly item: string;
  readonly text: string;
  readonly a: string;
  readonly b: string;
  readonly dose: number;
  readonly total: number;
  readonly mentions: number;
  readonly documents: readonly string[];
}

interface TaskRow {
  readonly id: string;
  readonly input: string;
  readonly output: string;
  readonly split: string;
}

const demo = (...parts: string[]): string => join("data/demo", ...parts);

function readRows<Row>(path: string): Row[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

const rowsOf = <Row>(folder: string): Row[] =>
  readdirSync(demo(folder)).flatMap((name) => readRows<Row>(demo(folder, name)));

/** Each document's words between single spaces, so that a phrase is found by `includes`. */
const documents = new Map(
  rowsOf<{ id: string; text: string }>("corpus").map(({ id, text }) => [
    id,
    ` ${wordsPolicy.words(text).join(" ")} `,
  ]),
);
const manifest = rowsOf<Answer>("manifest");
const padded = (phrase: string): string => ` ${wordsPolicy.words(phrase).join(" ")} `;

test("the listed documents of an item are as many as its dose and hold its clause", () => {
  for (const { item, text, dose, documents: ids } of manifest) {
    expect(ids.length, item).toBe(dose);
    for (const id of ids) expect(documents.get(id), item).toContain(padded(text));
  }
});

test("the scan counts an item's dose, and its question's total and mentions", async () => {
  const corpus = await openCorpus({ paths: [demo("corpus", "*.jsonl.gz")] });
  await using engine = await openScan(corpus);
  const phrases = manifest.flatMap(({ text, a, b }) => [text, a, b]);
  const pairs = Uint32Array.from(manifest.flatMap((_, row) => [3 * row + 1, 3 * row + 2]));
  const { df, codf } = await engine.countPairs(phrases, pairs);
  const measured = manifest.map(({ item }, row) => [item, df[3 * row], codf[row], df[3 * row + 1]]);
  const promised = manifest.map(({ item, dose, total, mentions }) => [
    item,
    dose,
    dose,
    total + mentions,
  ]);
  expect(measured).toEqual(promised);
});

test("every item of a manifest is a test example, asked in other words in train", () => {
  const tasks = rowsOf<TaskRow>("tasks");
  const byId = new Map(tasks.map((row) => [row.id, row]));
  expect(byId.size).toBe(tasks.length);
  for (const { item, a, b } of manifest) {
    expect(byId.get(item)).toMatchObject({ input: a, output: b, split: "test" });
    expect(byId.get(`${item}-train`)).toMatchObject({ output: b, split: "train" });
  }
});

test("no document holds both sides of a held-out translation", () => {
  const rows = readRows<TaskRow>(demo("tasks", "translation.jsonl"));
  const held = rows.filter(({ split }) => split === "test");
  const texts = [...documents].filter(([id]) => id.startsWith("documentation")).map(([, t]) => t);
  for (const { input, output } of held) {
    const [english, german] = [padded(input), padded(output)];
    expect(texts.some((text) => text.includes(english) && text.includes(german))).toBe(false);
  }
});

test("NOTICE names every file of the demo's world", () => {
  const notice = readFileSync("NOTICE", "utf8");
  for (const folder of ["corpus", "manifest", "tasks"])
    for (const name of readdirSync(demo(folder)))
      expect(notice, name).toContain(name.replace(/\..*/, ""));
});
