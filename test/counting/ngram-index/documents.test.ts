import { expect, test } from "vitest";
import { attributeSpans, longestMatches } from "#rote/counting/ngram-index/attribution.js";
import {
  readDocument,
  readDocumentAtRank,
  searchDocuments,
} from "#rote/counting/ngram-index/documents.js";
import { MemoryShard } from "#rote/counting/ngram-index/memory-shard.js";
import { NgramIndex } from "#rote/counting/ngram-index/ngram-index.js";
import { sortSuffixes } from "#rote/counting/ngram-index/suffix-sort.js";
import { drawQueries, locate, onEveryKind, openNaive, type Documents } from "./cases.ts";

/** Where document i of the corpus stands in an index that dealt them round robin to its shards. */
function numberInIndex(documents: Documents, shards: number, dealt: boolean): number[] {
  const numbers = [...documents.keys()];
  return dealt ? numbers.sort((a, b) => (a % shards) - (b % shards) || a - b) : numbers;
}

test("documents come back as they went in, with their metadata", () =>
  onEveryKind("documents", (index, documents) => {
    const dealt = index.traits.directories.length === 1;
    const order = numberInIndex(documents, index.shards.length, dealt);
    for (const [number, original] of order.entries()) {
      const { document, length, start, tokens, needleOffset, metadata } = readDocument(
        index,
        number,
      );
      expect([...tokens]).toEqual(documents[original]);
      expect([document, length, start, needleOffset]).toEqual([number, tokens.length, 0, 0]);
      if (metadata !== undefined)
        expect(metadata).toBe(
          `{"path": "a.jsonl", "linenum": ${original}, "metadata": {"n": "ü${original}"}}\n`,
        );
    }
    expect(() => readDocument(index, documents.length)).toThrow(
      `document must be a whole number from 0 up to, not including, ${documents.length}`,
    );
  }));

test("a search finds each document once, around its first occurrence; a smaller limit a part of them", () =>
  onEveryKind("search", (index, documents, rng) => {
    const dealt = index.traits.directories.length === 1;
    const order = numberInIndex(documents, index.shards.length, dealt);
    for (const query of drawQueries(rng, documents, 20)) {
      const places = locate(documents, query);
      const expected = order.flatMap((original, number) =>
        places.some(([document]) => document === original) ? [number] : [],
      );
      const found = searchDocuments(index, query, { limit: 1000 });
      expect(found.count).toBe(places.length);
      expect(found.documents.map(({ document }) => document)).toEqual(expected);
      for (const { tokens, needleOffset } of found.documents)
        expect([...tokens.subarray(needleOffset, needleOffset + query.length)]).toEqual(query);
      const some = searchDocuments(index, query, { limit: 2, seed: 7, before: 1, after: 2 });
      expect(some.documents).toHaveLength(Math.min(2, expected.length));
      expect(some).toEqual(
        searchDocuments(index, query, { limit: 2, seed: 7, before: 1, after: 2 }),
      );
      for (const { document, tokens } of some.documents) {
        expect(expected).toContain(document);
        expect(tokens.length).toBeLessThanOrEqual(3);
      }
    }
  }));

test.each([
  { copies: 60, draws: 400 },
  { copies: 70_000, draws: 80 },
])(
  "a sample is uniform over documents, not over $copies occurrences",
  async ({ copies, draws }) => {
    const index = await openNaiveOf(copies);
    const drawn = new Map<number, number>();
    for (let seed = 0; seed < draws; seed++)
      for (const { document } of searchDocuments(index, [1], { limit: 1, seed, after: 1 })
        .documents)
        drawn.set(document, (drawn.get(document) ?? 0) + 1);
    // Each of four documents is drawn binomially; five standard deviations.
    const spread = 5 * Math.sqrt((draws * 3) / 16);
    for (const document of [0, 1, 2, 3])
      expect(Math.abs((drawn.get(document) ?? 0) - draws / 4)).toBeLessThan(spread);
  },
);

/** Three documents that say 1 once, and one that says it over and over. */
async function openNaiveOf(copies: number): ReturnType<typeof openNaive> {
  const documents = [[1, 2], [2, 1], new Array<number>(copies).fill(1), [3, 1]];
  return copies < 1000 ? openNaive(documents) : openLarge(documents);
}

/** Documents as an index of one shard in memory. */
function openLarge(documents: readonly (readonly number[])[]): NgramIndex {
  const starts = [0];
  for (const { length } of documents) starts.push(starts.at(-1)! + 1 + length);
  const tokens = new Uint16Array(starts.pop()!);
  for (const [i, document] of documents.entries()) tokens.set([65_535, ...document], starts[i]);
  const shard = new MemoryShard(tokens, sortSuffixes(tokens), Uint32Array.from(starts));
  return new NgramIndex([shard], {
    tokenWidth: 2,
    endOfDocument: 65_535,
    reversed: false,
    descriptions: [],
    directories: [],
  });
}

test("a few documents that hold nearly all of many occurrences are found at once", () => {
  const lone = Array.from({ length: 50 }, (_, i) => [1 + i]);
  const index = openLarge([...lone, ...[1, 2, 3].map((i) => new Array<number>(400_000).fill(i))]);
  const start = performance.now();
  for (const [token, expected] of [[1, [0, 50]] as const, [2, [1, 51]] as const])
    expect(
      searchDocuments(index, [token], { after: 1 }).documents.map(({ document }) => document),
    ).toEqual(expected);
  // Milliseconds; drawing until a document's first occurrence has surely come would take minutes.
  expect(performance.now() - start).toBeLessThan(5000);
});

test("of many documents a sample is as uniform where occurrences are drawn as where they are listed", () => {
  // Every other document says 1 seven times, the others say it once; every thousandth has a 9.
  const index = openLarge(
    Array.from({ length: 40_000 }, (_, i) => [
      ...[5, 1, ...(i % 2 === 0 ? [1, 1, 1, 1, 1, 1] : [])],
      ...(i % 1000 === 0 ? [9] : []),
    ]),
  );
  const { count, documents } = searchDocuments(index, [1], { limit: 1000, after: 1 });
  expect(count).toBe(160_000);
  const numbers = documents.map(({ document }) => document);
  expect(new Set(numbers).size).toBe(1000);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(documents.every(({ needleOffset }) => needleOffset === 1)).toBe(true);
  // Half of them, within five standard deviations.
  expect(Math.abs(numbers.filter((number) => number % 2 === 0).length - 500)).toBeLessThan(80);
  const rare = searchDocuments(index, [9], { limit: 100 });
  expect(rare.documents.map(({ document }) => document)).toEqual(
    Array.from({ length: 40 }, (_, i) => 1000 * i),
  );
});

test("the window around a hit is cut at the document's ends", async () => {
  const index = await openNaive([[9], [1, 2, 3, 4, 5]]);
  const rank = index.find([3]).segments[0]!.start;
  const show = (before: number, after: number): unknown => {
    const shown = readDocumentAtRank(index, 0, rank, { before, after });
    return [[...shown.tokens], shown.start, shown.needleOffset];
  };
  expect(show(1, 2)).toEqual([[2, 3, 4], 1, 1]);
  expect(show(9, 1)).toEqual([[1, 2, 3], 0, 2]);
  expect(show(0, 9)).toEqual([[3, 4, 5], 2, 0]);
});

test("the longest match from each start is the longest that occurs", () =>
  onEveryKind("matches", (index, documents, rng) => {
    for (const text of drawQueries(rng, documents, 15, 12)) {
      const expected = text.map((_, start) => {
        let end = start;
        while (end < text.length && locate(documents, text.slice(start, end + 1)).length > 0)
          end += 1;
        return end;
      });
      expect([...longestMatches(index, text)]).toEqual(expected);
    }
  }));

test("the rank of the first suffix is not passed over", async () => {
  // The original counts from the rank behind it, and finds nothing.
  const index = await openNaive([[5, 3], [5]]);
  expect([...longestMatches(index, [5, 3])]).toEqual([2, 2]);
});

test("spans are the longest ones, seldom and long enough, cut behind delimiters and at words", () =>
  onEveryKind("spans", (index, documents, rng) => {
    for (const text of drawQueries(rng, documents, 15, 12)) {
      const beginsWord = (token: number): boolean => token % 2 === 0;
      const options = { minLength: 2, maxCount: 3, delimiters: [1], beginsWord };
      const expected: [number, number, number][] = [];
      const matches = longestMatches(index, text);
      for (const start of text.keys()) {
        if (!beginsWord(text[start]!)) continue;
        let end = matches[start]!;
        const delimiter = text.indexOf(1, start);
        if (delimiter !== -1) end = Math.min(end, delimiter + 1);
        while (end > start && end < text.length && !beginsWord(text[end]!)) end -= 1;
        const count = locate(documents, text.slice(start, end)).length;
        if (end - start < 2 || count > 3 || end <= (expected.at(-1)?.[1] ?? 0)) continue;
        expected.push([start, end, count]);
      }
      const spans = attributeSpans(index, text, options);
      expect(spans.map(({ start, end, count }) => [start, end, count])).toEqual(expected);
    }
  }));
