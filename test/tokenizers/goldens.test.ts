import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { openTokenizer } from "#rote/tokenizers/open.js";
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
