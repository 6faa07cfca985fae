import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { composeAligned } from "#rote/tokenizers/alignment.js";
import { openTokenizer } from "#rote/tokenizers/open.js";
import type { Tokenizer } from "#rote/tokenizers/tokenizer.js";
import { trainByteLevelBpe } from "#rote/tokenizers/train-bpe.js";

const folder = mkdtempSync(join(tmpdir(), "rote-offsets-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let tokenizer: Tokenizer;
beforeAll(async () => {
  const texts = ["the cat sat on the mat, thé café, 한국어 東京 ".repeat(20)];
  const json = await trainByteLevelBpe(texts, { vocabularySize: 400 });
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(json));
  tokenizer = await openTokenizer(folder);
});

// Composed and decomposed accents, Hangul letters, astral characters, lone surrogates.
const unit = fc.constantFrom(
  ..."the cat é".split(""),
  "e\u0301",
  "a\u0323\u0302",
  "\u0301",
  "\u1112\u1161\u11ab",
  "\u1161",
  "한",
  "東",
  "😀",
  "\ud83d",
  "\udc00",
  "\u0438\u0306",
  "\u0958",
  "<|endoftext|>",
);
const text = fc.array(unit, { maxLength: 12 }).map((units) => units.join(""));

describe("offsets", () => {
  test("cover the text, also where NFC changes it", () => {
    fc.assert(
      fc.property(text, (text) => {
        const { ids, offsets } = tokenizer.encodeWithOffsets(text);
        expect(offsets.length).toBe(ids.length * 2);
        let reached = 0;
        for (let i = 0; i < offsets.length; i += 2) {
          const [start, end] = [offsets[i]!, offsets[i + 1]!];
          expect(start).toBeLessThanOrEqual(reached);
          expect(start).toBeLessThan(end);
          expect(end).toBeGreaterThanOrEqual(reached);
          reached = end;
        }
        expect(reached).toBe(text.length);
        expect(tokenizer.encode(text)).toEqual(ids);
      }),
      { numRuns: 1000 },
    );
  });

  test("decoding gives the composed text", () => {
    fc.assert(
      fc.property(text, (text) => {
        // An end-of-text mark keeps what stands on both its sides from composing.
        const parts = text.split(/(<\|endoftext\|>)/).map((part) => part.normalize("NFC"));
        const expected = parts.join("").replace(/\p{Surrogate}/gu, "\ufffd");
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(expected);
      }),
    );
  });

  test("composition says where each unit comes from", () => {
    fc.assert(
      fc.property(text, (text) => {
        const { text: composed, starts, ends } = composeAligned(text, 3);
        expect(composed).toBe(text.normalize("NFC"));
        expect([starts.length, ends.length]).toEqual([composed.length, composed.length]);
        for (let i = 0; i < composed.length; i++) {
          const source = text.slice(starts[i]! - 3, ends[i]! - 3);
          expect(source.normalize("NFC")).toContain(composed[i]);
        }
      }),
    );
  });
});
