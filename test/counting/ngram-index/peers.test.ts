/** What other programs for the same index get wrong: each has a test that ours does not. */
import { expect, test } from "vitest";
import { findCnf } from "#rote/counting/ngram-index/cnf.js";
import { countNgram, countNgramPair } from "#rote/counting/ngram-index/count-ngram.js";
import { searchDocuments } from "#rote/counting/ngram-index/documents.js";
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
