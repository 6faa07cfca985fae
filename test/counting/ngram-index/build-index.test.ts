import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RoteError } from "#rote/base/errors.js";
import { createRng } from "#rote/base/random.js";
import { openCorpus } from "#rote/corpus/corpus.js";
import { buildIndex, type BuildIndexOptions } from "#rote/counting/ngram-index/build-index.js";
import {
  type CorpusTokensOptions,
  openCorpusTokens,
} from "#rote/counting/ngram-index/corpus-tokens.js";
import type { TokenSource } from "#rote/counting/ngram-index/token-source.js";
import { verifyIndex } from "#rote/counting/ngram-index/verify-index.js";
import { wordsPolicy } from "#rote/text/policies.js";
import { freshDirectory } from "../../cli/rote.js";

const golden = "../shared/data/golden/infini-gram-index";
const gpt2 = "../shared/data/tokenizers/gpt2/gpt2.tokenizer.json";

async function build(
  path: string,
  out: string,
  tokens: CorpusTokensOptions,
  options: Omit<BuildIndexOptions, "out"> = {},
): Promise<Awaited<ReturnType<typeof buildIndex>>> {
  const source = await openCorpusTokens(await openCorpus({ paths: [path] }), tokens);
  return buildIndex(source, { out, ...options });
}

/** JSON lines of these texts in a folder; the file's path. */
function writeTexts(folder: string, texts: readonly string[]): string {
  const path = join(folder, "corpus.jsonl");
  writeFileSync(path, texts.map((text, i) => `${JSON.stringify({ text, n: i })}\n`).join(""));
  return path;
}

/** Texts of a few hundred words, a fifth of them copies. */
function drawTexts(count: number, seed = 1): string[] {
  const rng = createRng(seed);
  const texts: string[] = [];
  while (texts.length < count) {
    const words = Array.from({ length: rng.int(60) }, () => `w${rng.int(1 + rng.int(300))}`);
    const copied = rng.int(5) === 0 ? texts[rng.int(texts.length + 1)] : undefined;
    texts.push(copied ?? words.join(" "));
  }
  return texts;
}

/** The files of a folder by name. */
function filesOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "latin1")]),
  );
}

describe.skipIf(!existsSync(golden))("the original builder's index", () => {
  test("comes out byte for byte", async () => {
    using scratch = freshDirectory();
    const out = scratch.in("index");
    const { description } = await build(`${golden}/corpus.jsonl`, out, { tokenizer: gpt2 });
    for (const kind of ["tokenized", "table", "offset", "metadata", "metaoff", "unigram"])
      expect(
        readFileSync(`${out}/${kind}.0`).equals(readFileSync(`${golden}/index/${kind}.0`)),
        kind,
      ).toBe(true);
    expect(description).toMatchObject({
      ...{ tokenType: "u16", pointerWidth: 3, endOfDocument: 50256 },
      ...{ documents: 1406, tokens: 59529 },
      tokenizer: { kind: "file", vocabularySize: 50257 },
    });
    expect(readdirSync(scratch.path)).toEqual(["index"]);
    expect((await verifyIndex(out)).findings).toEqual([]);
  });

  test("is verified", async () => {
    const { findings, hasChecksums, tokens } = await verifyIndex(`${golden}/index`);
    expect({ findings, hasChecksums, tokens }).toEqual({
      ...{ findings: [], hasChecksums: false, tokens: 59529 },
    });
  });
});

describe("an index of words", () => {
  test("numbers words as the corpus first shows them, in the order of the documents", async () => {
    using scratch = freshDirectory();
    const path = writeTexts(scratch.path, ["B a, b!", "", "Ｃ é É a"]);
    const { directory, description } = await build(path, scratch.in("index"), {
      tokenizer: "words",
    });
    expect(readFileSync(`${directory}/words.txt`, "utf8")).toBe("b\na\nc\né\n");
    expect(Array.from(readTokens(directory))).toEqual([
      ...[65535, 0, 1, 0],
      65535,
      ...[65535, 2, 3, 3, 1],
    ]);
    expect(description).toMatchObject({
      ...{ tokenType: "u16", endOfDocument: 65535, policy: wordsPolicy.version },
      ...{ documents: 3, tokens: 10 },
      tokenizer: { kind: "words", vocabularySize: 4 },
      corpus: { folder: `${scratch.path}/`, lines: false },
    });
    expect(readFileSync(`${directory}/metadata.0`, "utf8").split("\n")[2]).toBe(
      '{"path": "corpus.jsonl", "linenum": 2, "metadata": {"n": 2}}',
    );
  });

  test.each([1, 3])(
    "has the same bytes however many threads made it: %i shards",
    async (shards) => {
      using scratch = freshDirectory();
      const path = writeTexts(scratch.path, drawTexts(9000));
      const command = { shards, command: "test" };
      const one = await build(path, scratch.in("one"), { tokenizer: "words" }, command);
      const threads = { tokenizer: "words", jobs: 3, alone: 100_000 };
      const many = await build(path, scratch.in("many"), threads, { ...command, jobs: 2 });
      expect(filesOf(many.directory)).toEqual(filesOf(one.directory));
      expect((await verifyIndex(one.directory)).findings).toEqual([]);
    },
  );

  test("takes four bytes a word where two are not enough", async () => {
    using scratch = freshDirectory();
    const words = Array.from({ length: 65_281 }, (_, i) => `v${i}`);
    const path = writeTexts(scratch.path, [words.join(" "), "v0 v65280"]);
    const wide = await build(path, scratch.in("wide"), { tokenizer: "words" });
    expect(wide.description).toMatchObject({ tokenType: "u32", tokens: 65_285 });
    const two = writeTexts(scratch.path, [words.slice(1).join(" "), "v1 v65280"]);
    const narrow = await build(two, scratch.in("narrow"), { tokenizer: "words" });
    expect(narrow.description).toMatchObject({ tokenType: "u16", tokens: 65_284 });
    expect(readTokens(narrow.directory).at(-1)).toBe(65_279);
  });
});

test("bytes are indexed as UTF-8, without a file of unigrams", async () => {
  using scratch = freshDirectory();
  const path = writeTexts(scratch.path, ["é\ud800", "", "ab"]);
  const { directory, description } = await build(path, scratch.in("i"), { tokenizer: "bytes" });
  const bytes = [...readFileSync(`${directory}/tokenized.0`)];
  expect(bytes).toEqual([255, 0xc3, 0xa9, 0xef, 0xbf, 0xbd, 255, 255, 97, 98]);
  expect(description).toMatchObject({ tokenType: "u8", tokenWidth: 1, pointerWidth: 1 });
  expect(existsSync(`${directory}/unigram.0`)).toBe(false);
  expect((await verifyIndex(directory)).findings).toEqual([]);
});

test("suffixes that do not fit into the memory allowed are sorted in parts", async () => {
  using scratch = freshDirectory();
  const path = writeTexts(scratch.path, drawTexts(6000));
  const tokens = { tokenizer: "bytes" };
  const whole = await build(path, scratch.in("whole"), tokens);
  const memory = 3.2 * whole.description.tokens;
  const parts = await build(path, scratch.in("parts"), tokens, { memory });
  expect(filesOf(parts.directory)).toEqual(filesOf(whole.directory));
});

describe("an interrupted build", () => {
  /** A source that fails before its `batches`-th batch, as often as it is read. */
  function failing(source: TokenSource, batches: number): TokenSource {
    return {
      ...source,
      async *batches(reading) {
        let count = 0;
        for await (const batch of source.batches(reading)) {
          if (++count > batches) throw new Error("the power failed");
          yield batch;
        }
      },
    };
  }

  test.each([
    ["words", 1],
    ["words", 2],
    ["bytes", 3],
  ])("goes on and ends with the same bytes: %s, %i shards", async (tokenizer, shards) => {
    using scratch = freshDirectory();
    const path = writeTexts(scratch.path, drawTexts(10_000));
    const open = async (): Promise<TokenSource> =>
      openCorpusTokens(await openCorpus({ paths: [path] }), { tokenizer });
    const whole = await buildIndex(await open(), { out: scratch.in("whole"), shards });
    const out = scratch.in("cut");
    await expect(buildIndex(failing(await open(), 1), { out, shards })).rejects.toThrow("power");
    expect(existsSync(out)).toBe(false);
    const { resumedDocuments } = await buildIndex(await open(), { out, shards });
    expect(resumedDocuments).toBeGreaterThan(1000);
    expect(filesOf(out)).toEqual(filesOf(whole.directory));
  });

  test("goes on after its tokens are written, and clears away what lay about", async () => {
    using scratch = freshDirectory();
    const path = writeTexts(scratch.path, drawTexts(300));
    const open = async (): Promise<TokenSource> =>
      openCorpusTokens(await openCorpus({ paths: [path] }), { tokenizer: "words" });
    const whole = await buildIndex(await open(), { out: scratch.in("whole") });
    const out = scratch.in("cut");
    const small = buildIndex(await open(), { out, memory: 1000 });
    await expect(small).rejects.toThrow("--memory");
    writeFileSync(`${out}.unfinished/unigram.0.17-abc.tmp`, "half");
    await buildIndex(await open(), { out });
    expect(filesOf(out)).toEqual(filesOf(whole.directory));
  });

  test("is left alone by others while it goes on, and taken over from a process that is gone", async () => {
    using scratch = freshDirectory();
    const path = writeTexts(scratch.path, drawTexts(300));
    const out = scratch.in("new/index");
    const begun = build(path, out, { tokenizer: "words" });
    const second = build(path, out, { tokenizer: "words" });
    const [one, other] = await Promise.allSettled([begun, second]);
    expect([one.status, other.status].sort()).toEqual(["fulfilled", "rejected"]);
    expect(String("reason" in one ? one.reason : "reason" in other && other.reason)).toContain(
      `${out} is being written by process ${process.pid}; wait for it or choose another --out`,
    );
    expect(readdirSync(scratch.in("new"))).toEqual(["index"]);
    const next = scratch.in("next");
    writeFileSync(`${next}.unfinished.lock`, "999999999");
    await build(path, next, { tokenizer: "words" });
    expect(existsSync(`${next}.unfinished.lock`)).toBe(false);
  });

  test("is not mixed with another one", async () => {
    using scratch = freshDirectory();
    const path = writeTexts(scratch.path, drawTexts(300));
    const out = scratch.in("index");
    const begun = build(path, out, { tokenizer: "words" }, { memory: 1000 });
    await expect(begun).rejects.toThrow("--memory");
    await expect(build(path, out, { tokenizer: "bytes" })).rejects.toThrow(
      `${out}.unfinished was begun with other tokenizer; give the same again, or remove the folder`,
    );
    await expect(build(path, out, { tokenizer: "words" }, { shards: 2 })).rejects.toThrow("shards");
    await expect(verifyIndex(`${out}.unfinished`)).rejects.toMatchObject({
      code: "index/unfinished",
    });
  });
});

describe("bad input:", () => {
  test("a folder that is there is not touched", async () => {
    using scratch = freshDirectory();
    const path = writeTexts(scratch.path, ["a"]);
    mkdirSync(scratch.in("index"));
    const build_ = build(path, scratch.in("index"), { tokenizer: "words" });
    await expect(build_).rejects.toThrow("is there already");
    expect(readdirSync(scratch.in("index"))).toEqual([]);
  });

  test("more shards than documents", async () => {
    using scratch = freshDirectory();
    const path = writeTexts(scratch.path, ["a", "b"]);
    const three = build(path, scratch.in("index"), { tokenizer: "words" }, { shards: 3 });
    await expect(three).rejects.toThrow("2 documents cannot fill 3 shards");
    await expect(three).rejects.toBeInstanceOf(RoteError);
  });
});

/** The tokens of an index of one shard, u16. */
function readTokens(directory: string): Uint16Array {
  return new Uint16Array(new Uint8Array(readFileSync(`${directory}/tokenized.0`)).buffer);
}
