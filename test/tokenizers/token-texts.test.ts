import { existsSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openTokenizer } from "#rote/tokenizers/open.js";
import { readTokenBytes, readTokenTexts } from "#rote/tokenizers/token-texts.js";
import { freshDirectory } from "../cli/rote.ts";

const gpt2 = "../shared/data/tokenizers/gpt2/gpt2.tokenizer.json";

test.skipIf(!existsSync(gpt2))("the bytes of byte-level tokens are those of the text", async () => {
  const tokenizer = await openTokenizer(gpt2);
  const bytes = await readTokenBytes(gpt2);
  for (const text of ["naïve Ökonomie — 漢字 🙂\n\n  x", "<|endoftext|> a"]) {
    const spelled = Buffer.concat(Array.from(tokenizer.encode(text), (id) => bytes[id]!));
    expect(spelled.toString()).toBe(text);
  }
});

test("SentencePiece writes spaces as ▁, and bytes as <0x0A>; added tokens stand as they are", async () => {
  using directory = freshDirectory();
  const path = directory.in("tokenizer.json");
  const decoder = {
    type: "Sequence",
    decoders: [
      { type: "Replace", pattern: { String: "▁" }, content: " " },
      { type: "ByteFallback" },
    ],
  };
  const model = { type: "BPE", vocab: { "<unk>": 0, "<0x0A>": 1, "▁the": 2, é: 3 }, merges: [] };
  const added_tokens = [{ id: 4, content: "▁<s>" }];
  writeFileSync(path, JSON.stringify({ model, decoder, added_tokens }));
  const shown = (await readTokenBytes(path)).map((bytes) => Buffer.from(bytes!).toString());
  expect(shown).toEqual(["<unk>", "\n", " the", "é", "▁<s>"]);
  expect(await readTokenTexts(directory.path)).toEqual(["<unk>", "<0x0A>", "▁the", "é", "▁<s>"]);
  const unigram = {
    type: "Unigram",
    vocab: [
      ["<unk>", 0],
      ["▁a", -1],
    ],
  };
  writeFileSync(path, JSON.stringify({ model: unigram, decoder: { type: "Metaspace" } }));
  expect((await readTokenBytes(path)).map((bytes) => Buffer.from(bytes!).toString())).toEqual([
    "<unk>",
    " a",
  ]);
});

test("tokens that are no parts of the text are refused", async () => {
  using directory = freshDirectory();
  const path = directory.in("tokenizer.json");
  const model = { type: "WordPiece", vocab: { play: 0, "##ing": 1 } };
  writeFileSync(path, JSON.stringify({ model, decoder: { type: "WordPiece" } }));
  await expect(readTokenBytes(path)).rejects.toThrow("no parts of the text");
});
