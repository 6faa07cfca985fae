import { expect, test } from "vitest";
import type { Rng } from "#rote/base/random.js";
import { countNgrams } from "#rote/counting/ngram-index/codf.js";
import { countNgram, countNgramPair } from "#rote/counting/ngram-index/count-ngram.js";
import { CountBatches } from "#rote/counting/ngram-index/count-together.js";
import { batchNgrams } from "#rote/counting/ngram-index/ngram-batch.js";
import type { NgramIndex } from "#rote/counting/ngram-index/ngram-index.js";
import { groupPairs } from "#rote/counting/ngram-index/pair-groups.js";
import { drawDocuments, drawQueries, kinds, locate, openNaive, type Documents } from "./cases.ts";
import { createRng } from "#rote/base/random.js";

/** Documents in which some occurrence of each begin at most `window` tokens apart. */
function codfByScanning(
  documents: Documents,
  a: readonly number[],
  b: readonly number[],
  window = Infinity,
): number {
  const places = locate(documents, b);
  const near = locate(documents, a).filter(([document, at]) =>
    places.some(([other, place]) => other === document && Math.abs(at - place) <= window),
  );
  return new Set(near.map(([document]) => document)).size;
}

async function checkCounts(
  index: NgramIndex,
  documents: Documents,
  rng: Rng,
  memory: number,
): Promise<void> {
  const ngrams = drawQueries(rng, documents, 25);
  const pairs = Uint32Array.from({ length: 120 }, () => rng.int(ngrams.length));
  for (const window of [undefined, 0, 1, 3]) {
    const options = { window, memory };
    const { tf, df, codf } = await countNgrams(index, batchNgrams(ngrams), pairs, options);
    for (const [i, ngram] of ngrams.entries()) {
      const places = locate(documents, ngram);
      expect(tf[i]).toBe(places.length);
      expect(df[i]).toBe(new Set(places.map(([document]) => document)).size);
      expect(countNgram(index, ngram)).toEqual({ df: df[i], tf: tf[i] });
    }
    for (const [i, both] of codf.entries()) {
      const [a, b] = [ngrams[pairs[2 * i]!]!, ngrams[pairs[2 * i + 1]!]!];
      expect(both).toBe(codfByScanning(documents, a, b, window));
      const [dfA, dfB] = [df[pairs[2 * i]!], df[pairs[2 * i + 1]!]];
      expect(countNgramPair(index, a, b, { window })).toEqual({ codf: both, dfA, dfB });
    }
  }
}

test.each([0, 40, 2 ** 20])(
  "df, tf, codf are those of a scan (memory for sets: %d)",
  async (memory) => {
    for (const [number, kind] of kinds.entries()) {
      const rng = createRng(`codf/${number}`);
      const documents = drawDocuments(rng, kind.width);
      const place = number % 2 === 0 ? {} : { memory: 0 };
      await checkCounts(await openNaive(documents, { ...kind, ...place }), documents, rng, memory);
    }
  },
);

test("sets of few and of many of several hundred documents agree with a scan", async () => {
  const rng = createRng("codf/many");
  const documents = Array.from({ length: 700 }, () =>
    Array.from({ length: rng.int(12) }, () => Math.floor(rng.next() ** 3 * 60)),
  );
  await checkCounts(await openNaive(documents), documents, rng, 2 ** 20);
  await checkCounts(await openNaive(documents, { shards: 2 }), documents, rng, 1000);
});

test("what is asked for alone is counted as what is asked for together", async () => {
  const rng = createRng("codf/batches");
  const documents = drawDocuments(rng, 2);
  const index = await openNaive(documents, { shards: 2 });
  const ngrams = drawQueries(rng, documents, 10);
  const asked = ngrams.flatMap((a, i) =>
    [[a] as const, [a, ngrams[(i + 3) % 10]!] as const].flatMap((pair) =>
      [undefined, 0, 2].map((window) => [pair, window] as const),
    ),
  );
  const batches = new CountBatches();
  const together = await Promise.all(
    asked.map(([pair, window]) => batches.count(index, pair, window)),
  );
  for (const [i, [pair, window]] of asked.entries())
    expect(await batches.count(index, pair, window)).toEqual(together[i]);
  await expect(batches.count(index, [[]])).rejects.toThrow("at least one token");
  await expect(batches.count(index, [[1], [1]], 0.5)).rejects.toThrow("window must be a whole");
});

test("pairs are grouped by the heavier of both, ties by the first", () => {
  const pairs = Uint32Array.of(0, 1, 1, 2, 2, 0, 3, 3, 1, 0);
  const groups = groupPairs(pairs, [5, 7, 5, 1]);
  expect(groups).toEqual({
    owners: Uint32Array.of(1, 2, 3),
    starts: Uint32Array.of(0, 3, 4, 5),
    partners: Uint32Array.of(0, 2, 0, 0, 3),
    pairs: Uint32Array.of(0, 1, 4, 2, 3),
  });
});

test("a count can be stopped, and tells how far it is", async () => {
  const index = await openNaive([
    [1, 2],
    [2, 1],
  ]);
  const ngrams = batchNgrams(Array.from({ length: 400_000 }, () => [1]));
  const reports: number[] = [];
  const abort = new AbortController();
  const counting = countNgrams(index, ngrams, new Uint32Array(0), {
    signal: abort.signal,
    onProgress({ done, total }) {
      expect(total).toBe(400_000);
      reports.push(done);
      abort.abort();
    },
  });
  await expect(counting).rejects.toThrow("abort");
  expect(reports).toHaveLength(1);
});

test("pairs of n-grams that are not there, and windows that are none, are refused", async () => {
  const index = await openNaive([[1]]);
  const count = (pairs: number[], window?: number): Promise<unknown> =>
    countNgrams(index, batchNgrams([[1], [2]]), Uint32Array.from(pairs), { window });
  await expect(count([0, 2])).rejects.toThrow("a pair names n-gram 2 of 2 n-grams");
  await expect(count([0, 1, 1])).rejects.toThrow("pairs are two indexes each, got 3");
  await expect(count([0, 1], -1)).rejects.toThrow("window must be a whole number");
});

test("n-grams without tokens and tokens beyond the width are refused", async () => {
  const index = await openNaive([[1]], { width: 1 });
  const count = (ngrams: number[][]): Promise<unknown> =>
    countNgrams(index, batchNgrams(ngrams), new Uint32Array(0));
  await expect(count([[1], []])).rejects.toThrow("n-gram 2 has no tokens");
  await expect(count([[256]])).rejects.toThrow("from 0 to 255, got 256");
});
