/**
 * What other programs for the same index get wrong: each has a test that ours does not. The others are in
 * open-index.test.ts (a path with "table" in it, foreign files, an interrupted build), build-index.test.ts and
 * verify-index.test.ts (unigrams of bytes, tables merged without overlap), documents.test.ts (rank 0), and
 * cnf.test.ts and golden.test.ts (what counts of clauses really are).
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openCorpus } from "#rote/corpus/corpus.js";
import { buildIndex } from "#rote/counting/ngram-index/build-index.js";
import { findCnf } from "#rote/counting/ngram-index/cnf.js";
import { openCorpusTokens } from "#rote/counting/ngram-index/corpus-tokens.js";
import { countNgram, countNgramPair } from "#rote/counting/ngram-index/count-ngram.js";
import { searchDocuments } from "#rote/counting/ngram-index/documents.js";
import { openIndex } from "#rote/counting/ngram-index/open-index.js";
import { verifyIndex } from "#rote/counting/ngram-index/verify-index.js";
import { openNaive } from "./cases.ts";

test("documents that hold both are counted, whatever stands in the documents before", async () => {
  const two = await openNaive([[2], [1, 2]]);
  expect(findCnf(two, [[[1]], [[2]]]).count).toBe(0);
  expect(countNgramPair(two, [1], [2])).toEqual({ codf: 1, dfA: 1, dfB: 2 });
  const four = await openNaive([
    [1, 2],
    [2, 1],
    [1, 2],
    [2, 1],
  ]);
  expect(findCnf(four, [[[1]], [[2]]]).count).toBe(2);
  expect(countNgramPair(four, [1], [2]).codf).toBe(4);
});

test("a count of documents does not depend on a limit, on the order or on shards", async () => {
  const documents = Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? [1, 2] : [2, 3, 1]));
  for (const shards of [1, 2, 3]) {
    const index = await openNaive(documents, { shards });
    expect(countNgramPair(index, [1], [2])).toEqual({ codf: 300, dfA: 300, dfB: 300 });
    expect(countNgramPair(index, [2], [1], { window: 1 }).codf).toBe(150);
  }
});

test("a limit to a clause is a sample in the original's counts only, and pairs are exact", async () => {
  const index = await openNaive(Array.from({ length: 300 }, () => [1, 2]));
  const counts = [300, 250, 160, 150, 100].map((maxClauseCount) => {
    const { count, approximate } = findCnf(index, [[[1]], [[2]]], {
      maxClauseCount,
      maxDistance: 1,
    });
    return [count, approximate];
  });
  expect(counts).toEqual([
    [300, false],
    [250, false],
    [160, false],
    [600, true],
    [900, true],
  ]);
  expect(countNgramPair(index, [1], [2])).toEqual({ codf: 300, dfA: 300, dfB: 300 });
});

test("a small corpus built by many threads is sound", async () => {
  const directory = mkdtempSync(join(tmpdir(), "rote-peers-"));
  const path = join(directory, "small.jsonl");
  const texts = Array.from({ length: 40 }, (_, i) => `a b ${i % 7} c`);
  writeFileSync(path, texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
  const corpus = await openCorpus({ paths: [path] });
  const source = await openCorpusTokens(corpus, { tokenizer: "bytes", jobs: 16, alone: 0 });
  const { directory: built } = await buildIndex(source, {
    out: join(directory, "index"),
    jobs: 16,
  });
  expect(await verifyIndex(built, { jobs: 16 })).toMatchObject({ findings: [], documents: 40 });
  using index = await openIndex(built);
  for (const text of ["a", "a b 3", " c", "b 9"]) {
    const tf = texts.filter((whole) => whole.includes(text)).length;
    expect(countNgram(index, Buffer.from(text))).toEqual({ df: tf, tf });
  }
});

test("a distribution over all tokens needs no limit to its support", async () => {
  const documents = Array.from({ length: 200 }, (_, i) => Array.from({ length: 20 }, () => i));
  const index = await openNaive(documents);
  const { tokens, counts, approximate } = index.nextTokens([], { maxSupport: 1e12 });
  expect([tokens.length, counts.reduce((a, b) => a + b, 0), approximate]).toEqual([
    201,
    4200,
    false,
  ]);
});

test("the probability of a document's end is the one of the distribution", async () => {
  const index = await openNaive([[1, 2], [3, 2], [2, 1], [2]]);
  const { tokens, counts } = index.nextTokens([2]);
  expect([[...tokens], [...counts]]).toEqual([
    [1, 65_535],
    [1, 3],
  ]);
  expect(index.probability([2], 65_535).probability).toBe(3 / 4);
});

test("a document found twice is returned once", async () => {
  const index = await openNaive([[1, 1, 1], [1]]);
  for (let seed = 0; seed < 20; seed++) {
    const { documents } = searchDocuments(index, [1], { limit: 10, seed });
    expect(documents.map(({ document }) => document)).toEqual([0, 1]);
  }
});

test("the smallest byte of a corpus is found, and so are texts with it", async () => {
  const bytes = [...Buffer.from("two words, one space")];
  const index = await openNaive([bytes], { width: 1 });
  expect(Math.min(...bytes)).toBe(32);
  expect(index.count([32])).toBe(3);
  expect(index.count(bytes.slice(0, 5))).toBe(1);
  expect(countNgram(index, [32])).toEqual({ df: 1, tf: 3 });
});

test("ids that look like a part of a separator are not taken for one", async () => {
  // Bytes 01 FF FF 00: a separator at an odd place.
  const index = await openNaive([[0xff01, 0x00ff, 7]]);
  expect(findCnf(index, [[[0xff01]], [[7]]]).count).toBe(1);
});
