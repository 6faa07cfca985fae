import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { openTokenizer } from "#rote/tokenizers/open.js";
import { trainByteLevelBpe } from "#rote/tokenizers/train-bpe.js";
import { data, hardStrings, hasData, hasNative, openOracle } from "./oracle.ts";

const folder = mkdtempSync(join(tmpdir(), "rote-train-bpe-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const shakespeare = hasData
  ? readFileSync(`${data}/corpora/tinyshakespeare/input.txt`, "utf8").slice(0, 200_000)
  : "";
/** With their line feeds, as Hugging Face's trainer reads a file. */
const lines = shakespeare.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** BPE training from its definition: count every pair of every word anew for each merge. */
function trainNaively(words: readonly string[], newTokens: number): string[] {
  const symbols = words.map((word) => Array.from(word));
  const ids = new Map(Array.from({ length: 26 }, (_, i) => [String.fromCharCode(97 + i), i]));
  const merges: string[] = [];
  while (ids.size < 26 + newTokens) {
    const counts = new Map<string, number>();
    for (const word of symbols)
      for (let i = 0; i + 1 < word.length; i++) {
        const pair = `${word[i]!} ${word[i + 1]!}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    const order = (pair: string): number[] => pair.split(" ").map((token) => ids.get(token)!);
    const [best] = [...counts].sort(
      ([a, m], [b, n]) => n - m || order(a)[0]! - order(b)[0]! || order(a)[1]! - order(b)[1]!,
    );
    if (best === undefined) break;
    const [left, right] = best[0].split(" ") as [string, string];
    merges.push(best[0]);
    if (!ids.has(left + right)) ids.set(left + right, ids.size);
    for (const word of symbols)
      for (let i = 0; i + 1 < word.length; i++)
        if (word[i] === left && word[i + 1] === right) word.splice(i, 2, left + right);
  }
  return merges;
}

describe("trainByteLevelBpe", () => {
  test("merges what the definition merges", async () => {
    // Few letters make repeats and overlaps common; every text is one pretoken.
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 12 }), async (words) => {
        const { model } = await trainByteLevelBpe(words, { vocabularySize: 277 });
        expect(model.merges).toEqual(trainNaively(words, 277 - 257));
      }),
      { numRuns: 300 },
    );
  });

  test.skipIf(!hasData || !hasNative)("merges what Hugging Face's trainer merges", async () => {
    const path = join(folder, "lines.txt");
    writeFileSync(path, shakespeare);
    const { Tokenizer, BPE, byteLevelPreTokenizer } = await import("tokenizers");
    const theirs = new Tokenizer(BPE.init({}, []));
    theirs.setPreTokenizer(byteLevelPreTokenizer(false, true));
    theirs.train([path]);
    theirs.save(join(folder, "theirs.json"));
    const saved = JSON.parse(readFileSync(join(folder, "theirs.json"), "utf8")) as {
      model: { merges: [string, string][] };
    };
    const { model } = await trainByteLevelBpe(lines, { vocabularySize: 6000 });
    expect(model.merges.length).toBe(6000 - 257);
    expect(model.merges).toEqual(
      saved.model.merges.slice(0, model.merges.length).map((pair) => pair.join(" ")),
    );
  });

  test.skipIf(!hasData || !hasNative)("Hugging Face reads the result the same way", async () => {
    const json = await trainByteLevelBpe(lines, {
      vocabularySize: 1000,
      specialTokens: ["<|endoftext|>", "<|padding|>"],
    });
    const path = join(folder, "tokenizer.json");
    writeFileSync(path, JSON.stringify(json));
    const [ours, oracle] = [await openTokenizer(path), openOracle(path)];
    expect(ours.vocabularySize).toBe(1000);
    expect(ours.endOfText).toBe(0);
    for (const text of [...hardStrings, shakespeare.slice(0, 10_000)]) {
      const ids = Array.from(ours.encode(text));
      expect(ids).toEqual((await oracle.encode(text)).ids);
    }
  });

  test("a text too short for the vocabulary gives a smaller one", async () => {
    const { model } = await trainByteLevelBpe(["aaaa"], { vocabularySize: 300 });
    expect(model.merges).toEqual(["a a", "aa aa"]);
    expect(Object.keys(model.vocab).length).toBe(259);
  });

  test("a vocabulary without room for the bytes is refused", async () => {
    await expect(trainByteLevelBpe([], { vocabularySize: 256 })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("at least 257") as string,
    });
  });
});
