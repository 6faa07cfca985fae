import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { infinityGramTokens } from "#rote/counting/ngram-index/infinity-gram.js";
import { type Documents, locate, openNaive } from "./cases.ts";

/** Occurrences; of no token, all tokens with their separators. */
function countOf(documents: Documents, tokens: readonly number[]): number {
  return tokens.length === 0
    ? documents.flat().length + documents.length
    : locate(documents, tokens).length;
}

/** A token by the definition: contexts from the longest down. */
function naiveToken(documents: Documents, before: readonly number[], token: number) {
  const suffixes = Array.from({ length: before.length + 1 }, (_, i) => before.slice(i));
  const suffix = suffixes.find((tokens) => countOf(documents, tokens) > 0)!;
  const followed = suffixes.find((tokens) => countOf(documents, [...tokens, token]) > 0);
  const share =
    followed === undefined
      ? 1 / (countOf(documents, []) + 1)
      : countOf(documents, [...followed, token]) / countOf(documents, followed);
  return {
    contextCount: countOf(documents, suffix),
    continuationCount: countOf(documents, [...suffix, token]),
    effectiveN: suffix.length + 1,
    backoff: Math.log(share),
  };
}

test.each([1, 2, 3])("every token is that of the definition, of %i shards", async (shards) => {
  const rng = createRng(shards);
  const draw = (length: number) => Array.from({ length }, () => rng.int(4));
  const documents = Array.from({ length: 12 }, () => draw(rng.int(12)));
  const index = await openNaive(documents, { shards });
  for (let round = 0; round < 30; round++) {
    // 9 stands in no document.
    const ids = [...draw(1 + rng.int(8)), rng.int(4) === 0 ? 9 : 0, ...draw(3)];
    const start = rng.int(ids.length);
    const found = infinityGramTokens(index, Int32Array.from(ids), start);
    expect(found).toHaveLength(ids.length - start);
    for (const [i, token] of found.entries())
      expect(token).toEqual(naiveToken(documents, ids.slice(0, start + i), ids[start + i]!));
  }
});

test("a corpus without the token leaves it one share in one more than all", async () => {
  const index = await openNaive([[1, 2]]);
  const [token] = infinityGramTokens(index, Int32Array.of(7), 0);
  expect(token).toEqual({
    contextCount: 3,
    continuationCount: 0,
    effectiveN: 1,
    backoff: -Math.log(4),
  });
});
