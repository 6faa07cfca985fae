/**
 * The demo's files hold what they promise: the corpus is the lab's full world of seed 1, every item stands in it as
 * often as its dose by the project's own scan, and nothing that is held out occurs.
 */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";

import { checkCorpus } from "#rote/lab/world/check-world.js";
import type { ManifestRow } from "#rote/lab/world/manifest.js";
import { worldSettings } from "#rote/lab/world/settings.js";
import { readSources } from "#rote/lab/world/sources.js";
import { taskRows, type TaskRow } from "#rote/lab/world/tasks.js";
import { planWorld, type World } from "#rote/lab/world/world.js";
import { demoFolder, loadStudy } from "#rote/study/load-study.js";
import { wordsPolicy } from "#rote/text/policies.js";

const TIMEOUT = 240_000;
const demo = (...parts: string[]): string => join("data/demo", ...parts);
const filesOf = (folder: string): string[] =>
  readdirSync(demo(folder)).map((name) => demo(folder, name));

function readRows<Row>(path: string): Row[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

const readWhole = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

interface StoredDocument {
  readonly id: string;
  readonly text: string;
  readonly place?: number;
}

const corpus = new Map(
  filesOf("corpus")
    .flatMap((path) => readRows<StoredDocument>(path))
    .map((document) => [document.id, document]),
);
const manifest = filesOf("manifest").flatMap((path) => readRows<ManifestRow>(path));
const record = readWhole(demo("world.json")) as {
  readonly settings: unknown;
  readonly sources: unknown;
  readonly kinds: Readonly<Record<string, { construction: string; file: string }>>;
};
let world: World;

beforeAll(async () => {
  world = await planWorld(await readSources(demo("sources")), worldSettings({ seed: 1 }));
}, TIMEOUT);

test("the corpus and the tasks are those of the lab's full world of seed 1", () => {
  const { settings, sources } = world;
  expect(record).toMatchObject({ settings, sources: sources.hashes });
  const planted = [...corpus.values()].filter(({ place }) => place !== undefined);
  expect(planted.length).toBe(world.documents.length);
  for (const { id, text, place } of world.documents)
    expect(corpus.get(id), id).toMatchObject({ text, place });
  const tasks = taskRows(world);
  const files = [...tasks.keys()].map((name) => demo("tasks", `${name}.jsonl`));
  expect(filesOf("tasks").sort()).toEqual(files.sort());
  for (const [name, rows] of tasks)
    expect(readRows<TaskRow>(demo("tasks", `${name}.jsonl`)), name).toEqual(rows);
});

test(
  "the scan counts every item as often as it was planted, and nothing that is held out",
  { timeout: TIMEOUT },
  async () => {
    const { mentions } = await checkCorpus(filesOf("corpus"), world, world.documents);
    const promised = world.items.map(({ item, dose, question }) => ({
      ...{ item, dose },
      ...(question === undefined ? {} : { total: question.total, mentions: mentions.get(item) }),
    }));
    const byItem = new Map(manifest.map((row) => [row.item, row]));
    expect(byItem.size).toBe(world.items.length);
    for (const row of promised) expect(byItem.get(row.item)).toMatchObject(row);
  },
);

test("the listed documents of an item are as many as its dose and hold its text", () => {
  const padded = (text: string): string => ` ${wordsPolicy.words(text).join(" ")} `;
  const texts = new Map<string, string>();
  for (const { item, text, dose, documents } of manifest) {
    expect(documents.length, item).toBe(dose);
    for (const id of documents) {
      if (!texts.has(id)) texts.set(id, padded(corpus.get(id)?.text ?? ""));
      expect(texts.get(id), item).toContain(padded(text));
    }
  }
});

test("the study says of each task what its items were made to be", async () => {
  const { tasks } = await loadStudy(join(demoFolder, "study.yaml"));
  const kindOf = new Map(manifest.map(({ item, kind }) => [item, kind]));
  for (const { name, file, construction } of tasks) {
    const tested = readRows<TaskRow>(file).filter(({ split }) => split === "test");
    const asked = new Set(tested.map(({ id }) => record.kinds[kindOf.get(id)!]?.construction));
    expect([...asked], name).toEqual([construction]);
  }
});

test("three models of growing size were trained on this corpus with one tokenizer", () => {
  const names = readdirSync(demo("models")).filter((name) => !name.endsWith(".json"));
  expect(names).toEqual(["0.36M", "1.3M", "4.2M"]);
  const own = readFileSync(demo("tokenizer", "tokenizer.json"));
  const parameters = names.map((name) => {
    expect(readFileSync(demo("models", name, "tokenizer.json")).equals(own), name).toBe(true);
    const { parameters, documents } = readWhole(demo("models", name, "training.json")) as {
      readonly parameters: number;
      readonly documents: number;
    };
    expect(documents, name).toBe(corpus.size);
    return parameters;
  });
  expect(parameters).toEqual(parameters.toSorted((a, b) => a - b));
  const weights = names.map((name) => statSync(demo("models", name, "model.safetensors")).size);
  expect(weights.reduce((sum, size) => sum + size)).toBeLessThan(15e6);
});

test("a file has one source, and NOTICE names it", () => {
  const notice = readFileSync("NOTICE", "utf8");
  for (const folder of ["corpus", "manifest", "sources", "tasks"])
    for (const name of readdirSync(demo(folder)))
      if (name !== "sources.json")
        expect(notice, name).toMatch(
          new RegExp(`(?<![\\w-])${name.replace(/\..*/, "")}(?![\\w-])`),
        );
  for (const path of filesOf("manifest"))
    for (const { kind, item } of readRows<ManifestRow>(path))
      expect(basename(record.kinds[kind]!.file), item).toBe(basename(path));
});
