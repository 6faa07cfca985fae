/**
 * The original infini-gram package, installed into a virtual environment of Python: it opens indexes of
 * ours and gives our answers, and we prove or refute the tables it sorts.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { openCorpus } from "#rote/corpus/corpus.js";
import { buildIndex } from "#rote/counting/ngram-index/build-index.js";
import { openCorpusTokens } from "#rote/counting/ngram-index/corpus-tokens.js";
import type { TokenType } from "#rote/counting/ngram-index/format.js";
import type { NgramIndex } from "#rote/counting/ngram-index/ngram-index.js";
import { openIndex } from "#rote/counting/ngram-index/open-index.js";
import { verifyIndex } from "#rote/counting/ngram-index/verify-index.js";
import { freshDirectory } from "../cli/rote.ts";

const requirements = ["infini-gram==2.6.0", "numpy", "tqdm", "zstandard"];
const environment = resolve("node_modules/.cache/rote-interop/infini-gram-2.6.0");
const scratch = freshDirectory();
const corpus = scratch.in("corpus.jsonl");
const whyNot = install();
const title = "the original infini-gram package";

beforeAll(writeCorpus);
afterAll(() => {
  scratch[Symbol.dispose]();
});

/** Install the package where it is not installed; why it cannot be. */
function install(): string | undefined {
  const python = join(environment, "bin/python");
  if (existsSync(join(environment, "done"))) return undefined;
  mkdirSync(environment, { recursive: true });
  for (const [command, args] of [
    ["python3", ["-m", "venv", environment]],
    [python, ["-m", "pip", "install", "--quiet", "--no-deps", ...requirements]],
  ] as const) {
    const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
    if (status !== 0) return `${command} ${args.join(" ")}: ${stderr}`;
  }
  writeFileSync(join(environment, "done"), "");
  return undefined;
}

function ask(question: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const input = JSON.stringify(question);
  const args = [resolve("test/interop/ask_infini_gram.py")];
  const stdout = execFileSync(join(environment, "bin/python"), args, {
    ...{ input, encoding: "utf8", maxBuffer: 2 ** 28 },
  });
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Documents of words drawn by rank, a twentieth of them copies; some are empty. */
function writeCorpus(): void {
  const rng = createRng(11);
  const texts: string[] = [];
  while (texts.length < 3000) {
    const copied = rng.int(20) === 0 ? texts[rng.int(texts.length + 1)] : undefined;
    const words = Array.from({ length: rng.int(100) }, () => `w${rng.int(1 + rng.int(5000))}`);
    texts.push(copied ?? words.join(" "));
  }
  const lines = texts.map((text, i) => `${JSON.stringify({ text, title: `Übung ${i}` })}\n`);
  writeFileSync(corpus, lines.join(""));
}

async function build(name: string, tokenizer: string, shards: number): Promise<string> {
  const source = await openCorpusTokens(await openCorpus({ paths: [corpus] }), { tokenizer });
  return (await buildIndex(source, { out: scratch.in(name), shards })).directory;
}

/** N-grams of the index, one in four with a wrong token. */
function drawQueries(index: NgramIndex, count: number): number[][] {
  const rng = createRng(7);
  const shard = index.shards[0]!;
  const separator = 2 ** (8 * shard.tokenWidth) - 1;
  const queries: number[][] = [[]];
  while (queries.length < count) {
    const start = rng.int(shard.tokenCount - 8);
    const ids = Array.from({ length: 1 + rng.int(5) }, (_, i) => shard.tokenAt(start + i));
    if (ids.includes(separator)) continue;
    if (rng.int(4) === 0) ids[rng.int(ids.length)] = rng.int(200);
    queries.push(ids);
  }
  return queries;
}

describe.skipIf(whyNot !== undefined)(whyNot === undefined ? title : `${title}: ${whyNot}`, () => {
  test.each([
    ["words", 1, "u16"],
    ["words", 3, "u16"],
    ["bytes", 2, "u8"],
  ] as const)(
    "opens an index of %s in %i shards and counts alike",
    async (tokenizer, shards, tokenType) => {
      const directory = await build(`${tokenizer}-${shards}`, tokenizer, shards);
      using index = await openIndex(directory);
      const queries = drawQueries(index, 500);
      const theirs = ask({
        ...{ ask: "answer", index: directory, tokenType, queries, documents: index.documentCount },
      });
      expect(theirs.counts).toEqual(queries.map((ids) => index.count(ids)));
      expect(theirs.segments).toEqual(
        queries.map((ids) => index.find(ids).segments.map(({ start, end }) => [start, end])),
      );
      const last = index.shards.at(-1)!;
      expect(theirs.metadata).toBe(last.metadata(last.documentCount - 1));
    },
  );

  test("sorts our tokens into our table, which is proved", async () => {
    const directory = await build("one", "words", 1);
    const table = readFileSync(join(directory, "table.0"));
    const folder = sortedByOthers(directory, "u16", 1);
    expect(readFileSync(join(folder, "table.0")).equals(table)).toBe(true);
    expect((await verifyIndex(folder)).findings).toEqual([]);
  });

  test("sorts parts below 100,000 bytes into a table that is refuted", async () => {
    const directory = await build("four", "words", 1);
    const { findings } = await verifyIndex(sortedByOthers(directory, "u16", 4));
    expect(findings).toMatchObject([{ file: "table.0" }]);
  });
});

/** A folder with our tokens and offsets, and their table. */
function sortedByOthers(directory: string, tokenType: TokenType, cpus: number): string {
  const folder = scratch.in(`theirs-${cpus}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const name of ["tokenized.0", "offset.0"])
    copyFileSync(join(directory, name), join(folder, name));
  ask({ ask: "sort", folder, tokenType, cpus });
  return folder;
}
