import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { openTokenizer } from "#rote/tokenizers/open.js";
import { RoteError } from "#rote/base/errors.js";
import { openHuggingFace } from "#rote/tokenizers/hugging-face.js";
import { hasNative } from "./oracle.ts";

/** Made by scripts/make-tokenizer-goldens.py with Hugging Face `tokenizers` 0.23.2. */
interface Golden {
  readonly tokenizer: Readonly<Record<string, unknown>>;
  readonly cases: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    readonly offsets: readonly number[];
    readonly decoded: string;
  }[];
}

const goldens = new URL("./goldens/", import.meta.url);
const names = readdirSync(goldens).map((file) => file.replace(".json.gz", ""));
/** What our own code does not cover. */
const foreign = ["llama2", "metaspace", "unigram", "wordpiece", "clip"];

const folder = mkdtempSync(join(tmpdir(), "rote-goldens-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(name: string): Golden {
  const file = readFileSync(new URL(`${name}.json.gz`, goldens));
  return JSON.parse(gunzipSync(file).toString("utf8")) as Golden;
}

function save(name: string, { tokenizer }: Golden): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(tokenizer));
  return path;
}

describe("byte-level BPE has the ids and offsets of the reference", () => {
  for (const name of names.filter((name) => !foreign.includes(name)))
    test(name, async () => {
      const golden = read(name);
      const tokenizer = await openTokenizer(save(name, golden));
      expect(tokenizer.identity.method).toBe("byte-level-bpe");
      for (const { text, ids, offsets, decoded } of golden.cases) {
        const ours = tokenizer.encodeWithOffsets(text);
        expect(Array.from(ours.ids), JSON.stringify(text)).toEqual(ids);
        expect(tokenizer.encode(text)).toEqual(ours.ids);
        // The reference decodes an added token's "é" as the byte that it is the symbol of.
        if (!decoded.includes("\ufffd")) expect(tokenizer.decode(ours.ids)).toBe(decoded);
        // Where NFC changes a cluster, the reference leaves the marks it swallows out of every offset.
        const isComposed = golden.tokenizer.normalizer === null || text.normalize("NFC") === text;
        if (isComposed) expect(Array.from(ours.offsets), JSON.stringify(text)).toEqual(offsets);
        else
          for (let i = 0; i < offsets.length; i += 2) {
            expect(ours.offsets[i]).toBeLessThanOrEqual(offsets[i]!);
            expect(ours.offsets[i + 1]).toBeGreaterThanOrEqual(offsets[i + 1]!);
          }
      }
    });
});

describe.skipIf(!hasNative)("other tokenizers have the ids and offsets of the reference", () => {
  for (const name of foreign)
    test(name, async () => {
      const golden = read(name);
      const tokenizer = await openTokenizer(save(name, golden));
      expect(tokenizer.identity.method).toBe("tokenizers (Hugging Face)");
      for (const { text, ids, offsets, decoded } of golden.cases) {
        const { ids: found, offsets: places } = tokenizer.encodeWithOffsets(text);
        expect(Array.from(found), JSON.stringify(text)).toEqual(ids);
        expect(Array.from(places), JSON.stringify(text)).toEqual(offsets);
        expect(tokenizer.decode(found)).toBe(decoded);
      }
    });
});

describe("without the native package other tokenizers run in JavaScript", () => {
  const errors = {
    code: "tokenizer/unsupported",
    message: expect.stringContaining("not known") as string,
  };

  for (const name of foreign)
    test(`${name}: the reference's ids, and its offsets or none`, async () => {
      const { tokenizer: json, cases } = read(name);
      const identity = { name, sha256: "" };
      const special = { beginningOfSequence: undefined, endOfText: undefined };
      const tokenizer = await openHuggingFace(json, name, "", identity, special, "javascript");
      expect(tokenizer.identity.method).toContain("JavaScript");
      const differing: string[] = [];
      for (const { text, ids, offsets } of cases) {
        if (tokenizer.encode(text).join() !== ids.join()) differing.push(text);
        else
          try {
            expect(Array.from(tokenizer.encodeWithOffsets(text).offsets)).toEqual(offsets);
          } catch (error) {
            if (!(error instanceof RoteError)) throw error;
            expect(error).toMatchObject(errors);
          }
      }
      // The library trims in another way, and knows newer letters: one text each of unigram and wordpiece.
      expect(differing.length).toBeLessThanOrEqual(1);
      const plain = tokenizer.encodeWithOffsets("the cat sat");
      expect(plain.offsets.at(-1)).toBe(11);
    });
});
