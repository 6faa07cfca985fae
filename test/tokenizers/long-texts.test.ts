import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTokenizer } from "#rote/tokenizers/open.js";
import type { Tokenizer } from "#rote/tokenizers/tokenizer.js";
import { trainByteLevelBpe } from "#rote/tokenizers/train-bpe.js";

const folder = mkdtempSync(join(tmpdir(), "rote-long-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let tokenizer: Tokenizer;
beforeAll(async () => {
  const texts = ["the cat sat on the mat abababab ---- ".repeat(50)];
  const json = await trainByteLevelBpe(texts, { vocabularySize: 300 });
  const token = { id: 400, content: "<m>", lstrip: true, rstrip: true, single_word: true };
  const added = [...(json.added_tokens as object[]), token];
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify({ ...json, added_tokens: added }));
  tokenizer = await openTokenizer(folder);
});

// Half a million characters each: what takes the square of their number would not end.
const LENGTH = 1 << 19;
for (const [name, text] of Object.entries({
  "one letter": "a".repeat(LENGTH),
  "two letters in turn": "ab".repeat(LENGTH / 2),
  "one line of dashes": "-".repeat(LENGTH),
  "nothing but spaces": " ".repeat(LENGTH),
  "nothing but apostrophes": "'".repeat(LENGTH),
  "marks that compose with nothing": "\u0301".repeat(LENGTH / 4),
  "added tokens side by side": " <m> ".repeat(LENGTH / 8),
}))
  test(`${name}, unspaced, is encoded in time`, () => {
    const { ids, offsets } = tokenizer.encodeWithOffsets(text);
    expect(offsets.at(-1)).toBe(text.length);
    expect(tokenizer.encode(text)).toEqual(ids);
  });

test("more distinct words than there is room for change no ids", () => {
  const words = Array.from({ length: 300_000 }, (_, i) => ` w${i.toString(36)}x`);
  const text = words.join("");
  const first = tokenizer.encode(text);
  const again = tokenizer.encode(text);
  expect(again).toEqual(first);
  expect(tokenizer.decode(first)).toBe(text);
});
