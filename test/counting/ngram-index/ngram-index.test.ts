import { describe, expect, test } from "vitest";
import {
  locate,
  drawQueries,
  onEveryKind,
  openNaive,
  plainCorpora,
  type Documents,
} from "./cases.ts";
import { streamOf } from "./naive-index.ts";

/** What follows each occurrence in its document; -1 for its end. */
function following(documents: Documents, context: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [document, at] of locate(documents, context)) {
    const next = documents[document]![at + context.length] ?? -1;
    counts.set(next, (counts.get(next) ?? 0) + 1);
  }
  return counts;
}

function longestSuffix(documents: Documents, context: readonly number[]): number[] {
  for (let length = context.length; length > 0; length--) {
    const suffix = context.slice(context.length - length);
    if (locate(documents, suffix).length > 0) return suffix;
  }
  return [];
}

describe("against brute force, every width, shards, pointers, versions, in memory and in files", () => {
  test("count and find give the occurrences", () =>
    onEveryKind("count", (index, documents, rng) => {
      expect(index.count([])).toBe(documents.flat().length + documents.length);
      expect(index.documentCount).toBe(documents.length);
      for (const query of drawQueries(rng, documents, 40)) {
        const count = locate(documents, query).length;
        expect(index.count(query)).toBe(count);
        const found = index.find(query);
        expect(found.count).toBe(count);
        const stored = index.toQuery(query);
        for (const [i, shard] of index.shards.entries()) {
          const { start, end } = found.segments[i]!;
          expect(end).toBeGreaterThanOrEqual(start);
          for (let rank = start; rank < end; rank++) {
            const position = shard.positionAt(rank);
            const tokens = Array.from(query, (_, j) => shard.tokenAt(position + j));
            expect(tokens).toEqual([...stored]);
          }
        }
      }
    }));

  test("a probability is the share of occurrences with the token behind", () =>
    onEveryKind("probability", (index, documents, rng) => {
      for (const [token, ...context] of drawQueries(rng, documents, 40)) {
        const counts = following(documents, context);
        const { contextCount, continuationCount, probability } = index.probability(context, token!);
        expect(continuationCount).toBe(locate(documents, [...context, token!]).length);
        if (context.length === 0) continue;
        expect(contextCount).toBe([...counts.values()].reduce((sum, count) => sum + count, 0));
        expect(probability).toBe(
          contextCount === 0 ? undefined : (counts.get(token!) ?? 0) / contextCount,
        );
      }
    }));

  test("next tokens are exact, and a document's end has the index's id for it", () =>
    onEveryKind("next", (index, documents, rng) => {
      const end = index.traits.endOfDocument;
      for (const context of drawQueries(rng, documents, 30, 3)) {
        const { contextCount, tokens, counts, approximate } = index.nextTokens(context);
        const expected = [...following(documents, context)]
          .map(([token, count]) => [token === -1 ? end : token, count])
          .sort((a, b) => a[0]! - b[0]!);
        expect(Array.from(tokens, (token, i) => [token, counts[i]])).toEqual(expected);
        expect(contextCount).toBe(locate(documents, context).length);
        expect(approximate).toBe(false);
        for (const [i, token] of tokens.entries())
          expect(index.probability(context, token).continuationCount).toBe(counts[i]);
      }
      const all = index.nextTokens([]);
      expect(all.counts.reduce((sum, count) => sum + count, 0)).toBe(index.tokenCount);
    }));

  test("the ∞-gram stands on the longest suffix that occurs", () =>
    onEveryKind("infinity", (index, documents, rng) => {
      for (const [token, ...context] of drawQueries(rng, documents, 40, 9)) {
        const suffix = longestSuffix(documents, context);
        const expected = { suffixLength: suffix.length, ...index.probability(suffix, token!) };
        expect(index.infinityGram(context, token!)).toEqual(expected);
        const { suffixLength, ...next } = index.infinityGramNextTokens(context);
        expect(suffixLength).toBe(suffix.length);
        expect(next).toEqual(index.nextTokens(suffix));
      }
    }));
});

test.each(Object.entries(plainCorpora))("%s", async (_, documents) => {
  const index = await openNaive(documents);
  const stream = streamOf(documents, 2);
  for (let start = 0; start < stream.length; start++)
    for (let end = start + 1; end <= stream.length; end++) {
      const query = stream.slice(start, end);
      const count = stream.filter((_, at) =>
        query.every((token, i) => stream[at + i] === token),
      ).length;
      expect(index.count(query)).toBe(count);
      expect(index.count([...query, 9])).toBe(0);
    }
});

test("tokens that the width cannot hold are refused", async () => {
  const index = await openNaive([[1, 2]]);
  for (const token of [-1, 1.5, 65_536, Number.NaN])
    expect(() => index.count([token])).toThrow(
      `a token of this index is a whole number from 0 to 65535, got ${token}`,
    );
});
