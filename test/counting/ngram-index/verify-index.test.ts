import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, afterAll, describe, expect, test } from "vitest";
import fc from "fast-check";
import { createRng } from "#rote/base/random.js";
import { openCorpus } from "#rote/corpus/corpus.js";
import { buildIndex } from "#rote/counting/ngram-index/build-index.js";
import { openCorpusTokens } from "#rote/counting/ngram-index/corpus-tokens.js";
import { openIndex } from "#rote/counting/ngram-index/open-index.js";
import { findOrderFault, positionsInMemory } from "#rote/counting/ngram-index/suffix-order.js";
import { sortSuffixes } from "#rote/counting/ngram-index/suffix-sort.js";
import { verifyIndex } from "#rote/counting/ngram-index/verify-index.js";
import { freshDirectory } from "../../cli/rote.js";
import { writeNaiveIndex } from "./naive-index.ts";

const scratch = freshDirectory();
afterAll(() => {
  scratch[Symbol.dispose]();
});

describe("an index of ours", () => {
  const sound = scratch.in("sound");
  let names: readonly string[] = [];

  beforeAll(async () => {
    const path = scratch.in("corpus.jsonl");
    const texts = ["a b a", "", "b c a", "a b a", "Ünder"];
    writeFileSync(path, texts.map((text) => `${JSON.stringify({ text, lang: "é" })}\n`).join(""));
    const source = await openCorpusTokens(await openCorpus({ paths: [path] }), {
      tokenizer: "words",
    });
    await buildIndex(source, { out: sound, shards: 2 });
    names = readdirSync(sound);
  });

  /** A copy of the index, changed. */
  function changed(change: (folder: string) => void): string {
    const copy = freshDirectory();
    for (const name of names) copyFileSync(join(sound, name), join(copy.path, name));
    change(copy.path);
    return copy.path;
  }

  test("is sound", async () => {
    expect(await verifyIndex(sound)).toMatchObject({
      ...{ shards: 2, documents: 5, hasChecksums: true, findings: [] },
    });
    expect(names.length).toBe(15);
  });

  test("is not opened as one of reversed documents", async () => {
    await expect(openIndex(sound, { reversed: true })).rejects.toThrow("leave --reversed out");
  });

  test("a flipped bit is found in every file", async () => {
    const rng = createRng(3);
    for (const name of names) {
      const folder = changed((copy) => {
        const bytes = readFileSync(join(copy, name));
        bytes[rng.int(bytes.length)]! ^= 1 << rng.int(8);
        writeFileSync(join(copy, name), bytes);
      });
      const { findings } = await verifyIndex(folder);
      expect(findings.length, name).toBeGreaterThan(0);
      rmSync(folder, { recursive: true });
    }
  });

  test("a file that is cut short, missing or foreign is found", async () => {
    for (const name of names) {
      const short = changed((copy) => {
        truncateSync(join(copy, name), readFileSync(join(copy, name)).length - 1);
      });
      const gone = changed((copy) => {
        rmSync(join(copy, name));
      });
      expect((await verifyIndex(short)).findings.length, name).toBeGreaterThan(0);
      expect((await verifyIndex(gone)).findings.length, name).toBeGreaterThan(0);
      rmSync(short, { recursive: true });
      rmSync(gone, { recursive: true });
    }
    const foreign = changed((copy) => {
      writeFileSync(join(copy, "unigram.table"), "1\n");
    });
    expect((await verifyIndex(foreign)).findings).toEqual([
      { file: "unigram.table", problem: "is not in SHA256SUMS: it does not belong here" },
    ]);
  });
});

test("an index whose build was interrupted, or none, is refused by name", async () => {
  mkdirSync(scratch.in("half.unfinished"));
  for (const name of ["half", "half.unfinished"])
    await expect(verifyIndex(scratch.in(name))).rejects.toThrow(
      "half.unfinished is an index whose build was interrupted",
    );
  await expect(verifyIndex(scratch.in("gone"))).rejects.toThrow("gone does not exist");
});

describe("an index of others", () => {
  const documents = [[5, 6, 5], [], [6, 6, 300], [5, 6, 5, 6]];

  async function findingsOf(
    change: (folder: string) => void,
    width: 1 | 2 | 4 = 2,
  ): Promise<string[]> {
    using folder = freshDirectory();
    writeNaiveIndex(
      folder.path,
      documents.map((ids) => ids.map((id) => id % 256 ** width)),
      {
        width,
      },
    );
    change(folder.path);
    const tokenType = ({ 1: "u8", 2: "u16", 4: "u32" } as const)[width];
    const { findings } = await verifyIndex(folder.path, { tokenType });
    // A table that stays in its file is found to be the same.
    expect((await verifyIndex(folder.path, { tokenType, memory: 1 })).findings).toEqual(findings);
    return findings.map(({ file, problem }) => `${file} ${problem}`);
  }

  test.each([1, 2, 4] as const)("is sound where its tokens have %i bytes", async (width) => {
    expect(await findingsOf(() => undefined, width)).toEqual([]);
  });

  test.each([
    ["offset.0", 8, /^offset.0 says that document 1 begins at byte \d+, but its separator/],
    [
      "metaoff.0",
      8,
      /^metaoff.0 says that the line of document 1 begins at byte \d+, but it begins/,
    ],
    ["table.0", 3, /^table.0 points .* it is not the suffix array of its tokens$/],
    ["unigram.0", 0, /^unigram.0 says that id \d+ occurs/],
  ])("a wrong number in %s is found", async (name, place, expected) => {
    const findings = await findingsOf((folder) => {
      const path = join(folder, name);
      if (name === "unigram.0") writeFileSync(path, "5 3\n");
      const bytes = readFileSync(path);
      bytes[place]! += 1;
      writeFileSync(path, bytes);
    });
    expect(findings).toEqual([expect.stringMatching(expected)]);
  });

  test("a line of unigram counts that says nothing, or an id that is not there, is found", async () => {
    const write = (text: string) => (folder: string) => {
      writeFileSync(join(folder, "unigram.0"), text);
    };
    const counted = "5 4\n6 5\n300 1\n65535 4";
    expect(await findingsOf(write(counted))).toEqual([]);
    expect(await findingsOf(write(counted.replace("6 5\n", "")))).toEqual([
      "unigram.0 counts 3 ids of the 4 that occur",
    ]);
    expect(await findingsOf(write(counted.replace("6 5", "6:5")))).toEqual([
      'unigram.0 line 2 is neither "id count" nor a count',
    ]);
  });

  test("unigram counts of either form are read", async () => {
    const counted = "5 4\n6 5\n300 1\n65535 4\n";
    const listed = Array.from({ length: 65_536 }, (_, id) =>
      String(({ 5: 4, 6: 5, 300: 1, 65535: 4 } as Record<number, number>)[id] ?? 0),
    );
    for (const text of [counted, `${listed.join("\n")}\n`])
      expect(
        await findingsOf((folder) => {
          writeFileSync(join(folder, "unigram.0"), text);
        }),
      ).toEqual([]);
  });
});

describe("the order of suffixes", () => {
  const arrays = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };

  test.each([1, 2, 4] as const)(
    "every sorted array passes, every other fails: %i bytes",
    (width) => {
      const id = fc.constantFrom(0, 1, 2, 256, 257, 2 ** (8 * width) - 1);
      const ids = fc.array(id, { minLength: 1, maxLength: 40 });
      fc.assert(
        fc.property(ids, fc.nat(), fc.nat(), (list, a, b) => {
          const tokens = arrays[width].from(list.map((each) => each % 256 ** width));
          const positions = Uint32Array.from(sortSuffixes(tokens));
          expect(findOrderFault(tokens, positionsInMemory(positions))).toBeUndefined();
          const [i, j] = [a % positions.length, b % positions.length];
          const wrong = Uint32Array.from(positions);
          if (i === j) wrong[i] = (wrong[i]! + 1 + a) % (positions.length + 2);
          else [wrong[i], wrong[j]] = [wrong[j]!, wrong[i]!];
          if (wrong.every((position, rank) => position === positions[rank])) return;
          expect(findOrderFault(tokens, positionsInMemory(wrong))).toBeDefined();
          expect(findOrderFault(tokens, positionsInMemory(wrong), { tie: 100 })).toBeDefined();
        }),
        { numRuns: 250 },
      );
    },
  );

  test("suffixes that agree for long may stand in any order, if every one is there once", () => {
    const tokens = new Uint8Array(60).fill(7);
    const positions = Uint32Array.from(sortSuffixes(tokens));
    const swapped = Uint32Array.from(positions);
    [swapped[59], swapped[58]] = [positions[58]!, positions[59]!];
    expect(findOrderFault(tokens, positionsInMemory(swapped), { tie: 50 })).toBeUndefined();
    expect(findOrderFault(tokens, positionsInMemory(swapped), { tie: 60 })).toBeDefined();
    const repeated = Uint32Array.from(positions);
    repeated[59] = positions[58]!;
    expect(findOrderFault(tokens, positionsInMemory(repeated), { tie: 50 })).toBeDefined();
  });

  test("a table merged from parts without overlap, as the original builder's of small corpora, fails", () => {
    const rng = createRng(5);
    const tokens = Uint16Array.from({ length: 4000 }, () => rng.int(4));
    const half = 2000;
    const parts = [tokens.subarray(0, half), tokens.subarray(half)];
    const [one, two] = parts.map((part, i) =>
      Array.from(sortSuffixes(part), (at) => at + i * half),
    );
    const merged: number[] = [];
    const before = (a: number, b: number): boolean =>
      Buffer.compare(bytesFrom(tokens, a), bytesFrom(tokens, b)) < 0;
    while (one!.length + two!.length > 0)
      merged.push(
        (two!.length === 0 || (one!.length > 0 && before(one![0]!, two![0]!))
          ? one!
          : two!
        ).shift()!,
      );
    expect(new Set(merged).size).toBe(4000);
    expect(
      findOrderFault(tokens, positionsInMemory(Uint32Array.from(merged)), { tie: 50_000 }),
    ).toBeDefined();
  });
});

function bytesFrom(tokens: Uint16Array, position: number): Uint8Array {
  return new Uint8Array(tokens.buffer, 2 * position);
}
