import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kinds } from "#rote/lab/world/kind-table.js";
import type { ManifestRow } from "#rote/lab/world/manifest.js";
import { dosesOf, worldSettings } from "#rote/lab/world/settings.js";
import { readSources } from "#rote/lab/world/sources.js";
import type { World } from "#rote/lab/world/world.js";
import { writeWorld } from "#rote/lab/world/write-world.js";
import { wordsPolicy } from "#rote/text/policies.js";
import { freshDirectory } from "../cli/rote.ts";
import {
  findDocuments,
  padded,
  paddedTexts,
  planTinyWorld,
  readCorpus,
  readManifest,
  sourcesFolder,
} from "./tiny-world.ts";

const directory = freshDirectory();
const out = directory.in("world");
let world: World;
let manifest: ManifestRow[];
let texts: Map<string, string>;

beforeAll(async () => {
  world = await planTinyWorld();
  await writeWorld(out, world);
  manifest = readManifest(out);
  texts = paddedTexts(readCorpus(join(out, "corpus")));
}, 60_000);

afterAll(() => {
  directory[Symbol.dispose]();
});

function hashesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    names.map((name) => [
      name.slice(folder.length),
      createHash("sha256").update(readFileSync(name)).digest("hex"),
    ]),
  );
}

describe("a world", () => {
  test("is the same bytes for the same seed, and other bytes for another", async () => {
    await writeWorld(directory.in("again"), await planTinyWorld());
    expect(hashesOf(directory.in("again"))).toEqual(hashesOf(out));
    const other = await planTinyWorld(2);
    expect(other.items.map(({ text }) => text)).not.toEqual(world.items.map(({ text }) => text));
  });

  test("holds every item in as many documents as its dose, counted without the scan", () => {
    for (const { item, text, dose, documents } of manifest) {
      const found = findDocuments(texts, text);
      expect([item, found.size, new Set(documents)]).toEqual([item, dose, found]);
    }
  });

  test("has each question stated, answered and mentioned as often as the manifest says", () => {
    for (const { item, dose, a, b, total, mentions, probability } of manifest) {
      if (a === undefined) continue;
      const asked = findDocuments(texts, a);
      const answered = findDocuments(texts, b as string);
      const together = [...asked].filter((id) => answered.has(id));
      expect([item, asked.size, together.length]).toEqual([
        item,
        (total as number) + (mentions as number),
        dose,
      ]);
      if (probability !== null) expect(probability).toBeCloseTo(dose / asked.size, 5);
    }
  });

  test("lists the places of an item's documents in the order of training", () => {
    for (const { item, documents, positions } of manifest) {
      expect(positions.length, item).toBe(documents.length);
      expect([...positions].sort((x, y) => x - y)).toEqual(positions);
      for (const place of positions) expect(place >= 0 && place < 1).toBe(true);
    }
  });

  test("has items of every kind, some at dose 0", () => {
    for (const kind of Object.keys(kinds)) {
      const rows = manifest.filter((row) => row.kind === kind);
      expect(rows.length, kind).toBeGreaterThan(0);
      if (!kind.startsWith("two-hop/")) expect(rows.map(({ dose }) => dose)).toContain(0);
    }
  });

  test("leaks nothing that is held out", () => {
    const eights = new Set<string>();
    for (const text of texts.values()) {
      const words = text.trim().split(" ");
      for (let i = 0; i + 8 <= words.length; i++) eights.add(words.slice(i, i + 8).join(" "));
    }
    const variable = new Map(world.items.map((item) => [item.item, item.variable]));
    for (const { item, dose, context, target } of manifest) {
      if (dose > 0) continue;
      const own = new Set(wordsPolicy.words(variable.get(item)!));
      const words = wordsPolicy.words(`${context}${target}`);
      for (let i = 0; i + 8 <= words.length; i++) {
        const run = words.slice(i, i + 8);
        if (run.some((word) => own.has(word))) expect(eights.has(run.join(" ")), item).toBe(false);
      }
    }
  });

  test("asks for the recalled part so that context and target make the stated text", () => {
    for (const { item, text, context, target, choices } of manifest) {
      expect(padded(`${context}${target}`), item).toContain(padded(text));
      expect(target, item).toMatch(/^ \S/);
      if (choices !== undefined) {
        expect(choices, item).toContain(target);
        expect(new Set(choices).size, item).toBe(choices.length);
      }
    }
  });

  test("never states a paraphrase that is asked for", () => {
    const asked = manifest.flatMap(({ paraphrase }) =>
      paraphrase === undefined ? [] : [paraphrase],
    );
    expect(asked.length).toBeGreaterThan(0);
    for (const { context, target } of asked as { context: string; target: string }[])
      expect(findDocuments(texts, `${context}${target}`).size).toBe(0);
  });

  test("marks its personas as synthetic, in manifest and corpus", () => {
    const rows = manifest.filter(({ kind }) => kind.startsWith("persona/"));
    expect(rows.every(({ synthetic }) => synthetic === true)).toBe(true);
    const documents = readCorpus(join(out, "corpus")).filter(({ kind }) => kind === "persona");
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) expect(document).toMatchObject({ synthetic: true });
  });

  test("holds no dated fact from the cutoff on", () => {
    const { cutoff } = world.settings.dated;
    const dated = manifest.filter(({ kind }) => kind === "dated");
    expect(dated.some(({ afterCutoff }) => afterCutoff === true)).toBe(true);
    for (const { date, dose, afterCutoff } of dated) {
      expect(afterCutoff).toBe(Number(date) >= cutoff);
      if (afterCutoff === true) expect(dose).toBe(0);
    }
  });

  test("gives each input of the rule task the answer its two names decide", () => {
    const words = manifest
      .filter(({ kind }) => kind === "rule")
      .map(({ a, b }) => [...a!.split(" ").slice(2), ...(b as string).split(" ")]);
    for (const [name, answer] of [
      [0, 2],
      [1, 3],
    ] as const) {
      const decided = new Map(words.map((row) => [row[name]!, row[answer]!]));
      for (const row of words) expect(row[answer]).toBe(decided.get(row[name]!));
    }
  });
});

test("sources are the same wherever they lie", async () => {
  using elsewhere = freshDirectory();
  const index = JSON.parse(readFileSync(join(sourcesFolder, "sources.json"), "utf8")) as object;
  const moved = Object.entries(index).map(([key, names]: [string, string | string[]]) => {
    const paths = [names].flat().map((name) => relative(elsewhere.path, join(sourcesFolder, name)));
    return [key, paths] as const;
  });
  writeFileSync(elsewhere.in("sources.json"), JSON.stringify(Object.fromEntries(moved)));
  const { hashes } = await readSources(elsewhere.path);
  expect(hashes).toEqual(world.sources.hashes);
});

describe("a world's settings", () => {
  test("of full size give 20 items or more a dose up to 64, fact relations taken together", () => {
    const { doses } = worldSettings();
    for (const [kind, table] of Object.entries(doses))
      for (const dose of [0, 1, 4, 16, 64]) {
        const least = kind === "dated" && dose === 0 ? 16 : 20;
        expect(dosesOf(table).filter((each) => each === dose).length, kind).toBeGreaterThanOrEqual(
          least,
        );
      }
  });

  test("of a smaller size keep every dose that is not above the largest", () => {
    const small = worldSettings({ size: "small" });
    for (const [kind, table] of Object.entries(small.doses)) {
      const full = Object.keys(worldSettings().doses[kind as "canary"]).map(Number);
      expect(Object.keys(table).map(Number)).toEqual(full.filter((dose) => dose <= 256));
    }
  });
});
