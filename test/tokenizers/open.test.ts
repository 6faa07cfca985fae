import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openTokenizer } from "#rote/tokenizers/open.js";
import { byteSymbols } from "#rote/tokenizers/byte-alphabet.js";
import { hasNative } from "./oracle.ts";

const folder = mkdtempSync(join(tmpdir(), "rote-tokenizer-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Json = Record<string, unknown>;

/** A byte-level BPE without merges, in which byte b has id b + 2. */
function bytesTokenizer(changes: Json = {}, model: Json = {}): Json {
  const vocab = Object.fromEntries(byteSymbols.map((symbol, byte) => [symbol, byte + 2]));
  return {
    added_tokens: [
      { id: 0, content: "<s>", special: true },
      { id: 1, content: "</s>", special: true },
    ],
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false },
    post_processor: null,
    decoder: { type: "ByteLevel" },
    model: { type: "BPE", vocab, merges: [], ...model },
    ...changes,
  };
}

const wordPiece = {
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: "Whitespace" },
  post_processor: null,
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: { "[UNK]": 0, hello: 1, world: 2, "##s": 3 },
  },
};

function save(json: unknown, config?: Json): string {
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(json));
  writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify(config ?? {}));
  return folder;
}

describe("openTokenizer", () => {
  test("takes a folder or a file", async () => {
    const [a, b] = [save(bytesTokenizer()), join(folder, "tokenizer.json")];
    const opened = await Promise.all([openTokenizer(a), openTokenizer(b)]);
    for (const { identity, vocabularySize } of opened) {
      expect(identity).toMatchObject({ name: basename(folder), method: "byte-level-bpe" });
      expect(vocabularySize).toBe(258);
    }
  });

  test("a text begins with what the template or the configuration says", async () => {
    const template = {
      post_processor: {
        type: "TemplateProcessing",
        single: [
          { SpecialToken: { id: "<s>", type_id: 0 } },
          { Sequence: { id: "A", type_id: 0 } },
        ],
        special_tokens: { "<s>": { id: "<s>", ids: [0], tokens: ["<s>"] } },
      },
    };
    const beginning = async (json: Json, config: Json): Promise<number | undefined> =>
      (await openTokenizer(save(json, config))).beginningOfSequence;
    expect(await beginning(bytesTokenizer(), { bos_token: "<s>" })).toBe(undefined);
    expect(await beginning(bytesTokenizer(template), {})).toBe(0);
    expect(await beginning(bytesTokenizer(template), { add_bos_token: false })).toBe(undefined);
    const added = { add_bos_token: true, bos_token: { content: "</s>" } };
    expect(await beginning(bytesTokenizer(), added)).toBe(1);
  });

  test("a text ends with the first of the usual names, else with eos_token", async () => {
    expect((await openTokenizer(save(bytesTokenizer()))).endOfText).toBe(1);
    const turn = bytesTokenizer({ added_tokens: [{ id: 300, content: "<turn>" }] });
    expect((await openTokenizer(save(turn, { eos_token: "<turn>" }))).endOfText).toBe(300);
    const without = bytesTokenizer({ added_tokens: [] });
    expect((await openTokenizer(save(without))).endOfText).toBe(undefined);
  });

  test("a space put before the text and before what follows an added token stands for the first character", async () => {
    const pre = { pre_tokenizer: { type: "ByteLevel", add_prefix_space: true } };
    const tokenizer = await openTokenizer(save(bytesTokenizer(pre)));
    const { ids, offsets } = tokenizer.encodeWithOffsets("a</s>b c");
    const space = 0x20 + 2;
    expect([...ids]).toEqual([space, 0x63, 1, space, 0x64, space, 0x65]);
    expect([...offsets]).toEqual([0, 1, 0, 1, 1, 5, 5, 6, 5, 6, 6, 7, 7, 8]);
  });

  test("an added token takes its white space and keeps off words where it says so", async () => {
    const token = { id: 1, content: "<m>", lstrip: true, rstrip: true, single_word: true };
    const tokenizer = await openTokenizer(save(bytesTokenizer({ added_tokens: [token] })));
    const { ids, offsets } = tokenizer.encodeWithOffsets("é <m>  !");
    expect(ids.indexOf(1)).toBe(2);
    expect([...offsets.slice(4, 6)]).toEqual([1, 7]);
    expect(tokenizer.encode("x<m>").indexOf(1)).toBe(-1);
  });

  test.skipIf(!hasNative)("another kind of tokenizer runs in the package tokenizers", async () => {
    const tokenizer = await openTokenizer(save(wordPiece));
    expect(tokenizer.identity.method).toBe("tokenizers (Hugging Face)");
    const { ids, offsets } = tokenizer.encodeWithOffsets("😀 hello worlds");
    expect([...ids]).toEqual([0, 1, 2, 3]);
    expect([...offsets]).toEqual([0, 2, 3, 8, 9, 14, 14, 15]);
    expect(tokenizer.decode([1, 2, 3])).toBe("hello worlds");
  });

  test("what is malformed is named", async () => {
    const merges = bytesTokenizer({}, { merges: ["a b"] });
    await expect(openTokenizer(save(merges))).rejects.toMatchObject({
      code: "tokenizer/malformed",
      message: expect.stringContaining('model.merges[0] names "ab"') as string,
    });
    const vocab = Object.fromEntries(byteSymbols.slice(1).map((symbol, i) => [symbol, i]));
    await expect(openTokenizer(save(bytesTokenizer({}, { vocab })))).rejects.toMatchObject({
      code: "tokenizer/malformed",
      message: expect.stringContaining("model.vocab has no token for byte 0x0") as string,
    });
    const twice = { ...vocab, [byteSymbols[0]!]: 7 };
    await expect(openTokenizer(save(bytesTokenizer({}, { vocab: twice })))).rejects.toMatchObject({
      code: "tokenizer/malformed",
      message: expect.stringContaining("model.vocab gives id 7 to both") as string,
    });
    await expect(openTokenizer(join(folder, "none"))).rejects.toMatchObject({
      code: "file/missing",
    });
  });

  test("a part that nobody runs is named", async () => {
    const refused = async (part: unknown): Promise<unknown> =>
      openTokenizer(save(bytesTokenizer({ pre_tokenizer: part }))).catch((error: unknown) => error);
    const split = (Regex: string): unknown => ({
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex }, behavior: "Isolated", invert: false },
        { type: "ByteLevel", add_prefix_space: false, use_regex: false },
      ],
    });
    expect(await refused({ type: "Chinese" })).toMatchObject({
      code: "tokenizer/unsupported",
      message: expect.stringContaining(
        "pre_tokenizer Chinese that does not end in ByteLevel",
      ) as string,
    });
    expect(await refused(split("(?<=a)b("))).toMatchObject({
      code: "tokenizer/unsupported",
      message: expect.stringContaining(
        "pre_tokenizer Split, in which the regular expression",
      ) as string,
    });
  });

  test("a text that a rule would drop in part is refused, and the next one is not", async () => {
    const rule = { type: "Split", pattern: { Regex: "[^ü]+" }, behavior: "Removed", invert: true };
    const bytes = { type: "ByteLevel", add_prefix_space: false, use_regex: false };
    const pre_tokenizer = { type: "Sequence", pretokenizers: [rule, bytes] };
    const tokenizer = await openTokenizer(save(bytesTokenizer({ pre_tokenizer })));
    expect(() => tokenizer.encode("aaüb")).toThrow(/drops what lies between/);
    expect([...tokenizer.encode("aa")]).toEqual([0x63, 0x63]);
  });

  test("many can be open at once", async () => {
    const path = save(bytesTokenizer());
    const opened = await Promise.all(Array.from({ length: 200 }, () => openTokenizer(path)));
    for (const tokenizer of opened) expect([...tokenizer.encode("a")]).toEqual([0x63]);
  });
});
