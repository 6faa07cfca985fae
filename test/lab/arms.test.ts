import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrange, armNames, parseArm, subsetGroups } from "#rote/lab/arms/arms.js";
import { writeArm } from "#rote/lab/arms/write-arm.js";
import { checkCorpus, countDoses } from "#rote/lab/world/check-world.js";
import type { World } from "#rote/lab/world/world.js";
import { writeWorld } from "#rote/lab/world/write-world.js";
import { freshDirectory } from "../cli/rote.ts";
import { paddedTexts, planTinyWorld, readCorpus, findDocuments } from "./tiny-world.ts";

const directory = freshDirectory();
const out = directory.in("world");
let world: World;

beforeAll(async () => {
  world = await planTinyWorld();
  await writeWorld(out, world);
}, 60_000);

afterAll(() => {
  directory[Symbol.dispose]();
});

const arm = (name: string) => arrange(world, parseArm(name, world.settings));

describe("the arms of a world", () => {
  test("early and late move timed documents to the first and last quarter, and no others", () => {
    const early = arm("early");
    const late = arm("late");
    for (const [i, { id, place, group }] of world.documents.entries()) {
      const isTimed = group !== undefined && world.timed.has(group);
      const [first, last] = [early[i]!, late[i]!];
      expect([first.id, last.id]).toEqual([id, id]);
      if (isTimed) expect([first.place < 0.25, last.place >= 0.75]).toEqual([true, true]);
      else expect([first.place, last.place]).toEqual([place, place]);
    }
  });

  test("each group is in half of the subsets, and a subset holds all of a group or nothing", () => {
    const { subsets } = world.settings;
    const members = Array.from({ length: subsets }, (_, k) => subsetGroups(world, k + 1));
    const doses = members.map((_, k) => countDoses(arm(`subset-${k + 1}`)));
    for (const { item, dose, group } of world.items) {
      expect(members.filter((groups) => groups.has(group)).length, group).toBe(subsets / 2);
      doses.forEach((counted, k) => {
        expect(counted.get(item) ?? 0, item).toBe(members[k]!.has(group) ? dose : 0);
      });
    }
  });

  test("a level of injection holds its share of every item, and all of the levels below", () => {
    const { injectionLevels: levels } = world.settings;
    let below = new Set<string>();
    for (const percent of levels) {
      const documents = arm(`injection-${percent}`);
      const ids = new Set(documents.map(({ id }) => id));
      expect([...below].filter((id) => !ids.has(id))).toEqual([]);
      below = ids;
      const doses = countDoses(documents);
      for (const { item, dose } of world.items)
        expect(Math.abs((doses.get(item) ?? 0) - (dose * percent) / 100), item).toBeLessThan(1);
    }
    expect(below.size).toBe(world.documents.length);
  });

  test("are written as corpora of their own, and checked", async () => {
    const { planted } = await writeArm(out, world, "standard");
    expect(planted).toBe(0);
    const texts = paddedTexts(readCorpus(join(out, "arms", "standard")));
    for (const { item, text } of world.items) expect(findDocuments(texts, text).size, item).toBe(0);
    const late = await writeArm(out, world, "late");
    expect(late.planted).toBe(world.documents.length);
    const again = readCorpus(join(out, "arms", "late"));
    expect(again.length).toBe(readCorpus(join(out, "corpus")).length);
  });

  test("the diluted arm leaves out further base text that holds something planted or held out", async () => {
    const held = world.items.find(({ kind, dose }) => kind === "passage" && dose === 0)!;
    const told = world.items.find(({ kind }) => kind === "association")!;
    const texts = [
      held.text,
      `The ${told.question!.a}?`,
      ...Array<string>(298).fill("Not related."),
    ];
    const path = directory.in("more.jsonl");
    const rows = texts.map((text, i) => `${JSON.stringify({ id: `more-${i}`, text })}\n`);
    writeFileSync(path, rows.join(""));
    const sources = { ...world.sources, dilution: [path] };
    await writeArm(out, { ...world, sources }, "diluted");
    // A hundredth of its 300 documents are its first three.
    const documents = readCorpus(join(out, "arms", "diluted"));
    expect(documents.filter(({ id }) => id.startsWith("more"))).toEqual([
      { id: "more-2", text: "Not related." },
    ]);
    expect(documents.length).toBe(readCorpus(join(out, "corpus")).length + 1);
  });

  test("an unknown arm, one without further base text and one without a world are errors", async () => {
    expect(() => parseArm("subset-99", world.settings)).toThrow(/no arm "subset-99"; the arms are/);
    expect(armNames(world.settings)).toContain("diluted");
    await expect(writeArm(out, world, "diluted")).rejects.toThrow(/make-sources\.mjs --dilution/);
    await expect(writeArm(out, world, "perturbed")).rejects.toThrow(/corpus itself/);
    await expect(writeArm(directory.in("nothing"), world, "late")).rejects.toThrow(
      /holds no world/,
    );
  });

  test("a folder keeps the world it has", async () => {
    await expect(writeWorld(out, await planTinyWorld(7))).rejects.toThrow(/other settings/);
    await expect(writeArm(out, await planTinyWorld(7), "late")).rejects.toThrow(/other settings/);
  });
});

describe("the check of a corpus", () => {
  const tampered = directory.in("tampered");

  /** The perturbed corpus with one document more. */
  function tamper(text: string): string[] {
    mkdirSync(tampered, { recursive: true });
    const files = readdirSync(join(out, "corpus")).map((name) => join(out, "corpus", name));
    const path = join(tampered, "more.jsonl");
    writeFileSync(path, `${JSON.stringify({ id: "more", text })}\n`);
    return [...files, path];
  }
  const check = (paths: readonly string[]) => checkCorpus(paths, world, world.documents);
  const itemOf = (kind: string, stated: boolean) =>
    world.items.find((item) => item.kind === kind && item.dose > 0 === stated)!;

  test("finds a statement too many", async () => {
    const { item, text, dose } = itemOf("fact/capital", true);
    await expect(check(tamper(text))).rejects.toThrow(
      `${item}: "${text}" stands in ${dose + 1} documents, and ${dose} were planted`,
    );
  });

  test("finds a question that meets its answer in other words", async () => {
    const { item, question } = itemOf("fact/symbol", false);
    const text = `${question!.b}? Yes, the ${question!.a}.`;
    await expect(check(tamper(text))).rejects.toThrow(new RegExp(`^.*${item}: .* meet in 1 doc`));
  });

  test("finds a mention too many", async () => {
    const { question } = itemOf("association", true);
    await expect(check(tamper(`The ${question!.a}.`))).rejects.toThrow(
      `"${question!.a}" stands in`,
    );
  });

  test("finds eight words of a held-out passage", async () => {
    const { text } = itemOf("passage", false);
    const words = text.split(" ").slice(3, 13).join(" ");
    await expect(check(tamper(words))).rejects.toThrow(/is of a held-out item and stands in 1/);
    const seven = text
      .replace(/[^\p{L} ]/gu, " ")
      .split(/ +/)
      .slice(3, 8)
      .join(" ");
    await expect(check(tamper(seven))).resolves.toMatchObject({ items: world.items.length });
  });

  test("misses no document of an item that is gone", async () => {
    const files = readdirSync(join(out, "corpus")).map((name) => join(out, "corpus", name));
    const path = files.find((name) => name.includes("canaries"))!;
    const lines = gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n");
    const shorter = join(tampered, "canaries.jsonl.gz");
    writeFileSync(shorter, gzipSync(`${lines.slice(1).join("\n")}\n`));
    const paths = files.map((name) => (name === path ? shorter : name));
    await expect(check(paths)).rejects.toThrow(/canary-\d+: .* were planted/);
    appendFileSync(shorter, gzipSync(`${lines[0]!}\n`));
    await expect(check(paths)).resolves.toMatchObject({ items: world.items.length });
  });
});
