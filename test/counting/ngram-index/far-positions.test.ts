import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { chooseDocuments } from "#rote/counting/ngram-index/choose-documents.js";
import { findCnf } from "#rote/counting/ngram-index/cnf.js";
import { countNgrams } from "#rote/counting/ngram-index/codf.js";
import { searchDocuments } from "#rote/counting/ngram-index/documents.js";
import { batchNgrams } from "#rote/counting/ngram-index/ngram-batch.js";
import { NgramIndex } from "#rote/counting/ngram-index/ngram-index.js";
import type { Shard } from "#rote/counting/ngram-index/shard.js";
import { drawQueries, openNaive } from "./cases.ts";

/** The shard as if so many tokens, which nobody asks for, stood before it. */
function movedBehind(shard: Shard, tokens: number): Shard {
  return {
    tokenWidth: shard.tokenWidth,
    tokenCount: tokens + shard.tokenCount,
    documentCount: shard.documentCount,
    tokenAt: (position) => shard.tokenAt(position - tokens),
    positionAt: (rank) => tokens + shard.positionAt(rank),
    segmentOfToken: (token) => shard.segmentOfToken(token),
    documentStart: (document) => tokens + shard.documentStart(document),
    documentAt: (position) => shard.documentAt(position - tokens),
    metadata: (document) => shard.metadata(document),
    [Symbol.dispose]: () => undefined,
  };
}

test("positions around and beyond 2³² are counted, joined and shown like low ones", async () => {
  const rng = createRng("far");
  const documents = Array.from({ length: 60 }, () =>
    Array.from({ length: rng.int(12) }, () => rng.int(5)),
  );
  const near = await openNaive(documents);
  const ngrams = drawQueries(rng, documents, 20, 2);
  const pairs = Uint32Array.from({ length: 200 }, () => rng.int(ngrams.length));
  for (const moved of [2 ** 32 - 150, 2 ** 39]) {
    const far = new NgramIndex([movedBehind(near.shards[0]!, moved)], near.traits);
    for (const options of [{}, { window: 0 }, { window: 2 }, { window: 2, memory: 0 }])
      expect(await countNgrams(far, batchNgrams(ngrams), pairs, options)).toEqual(
        await countNgrams(near, batchNgrams(ngrams), pairs, options),
      );
    for (const [i, ngram] of ngrams.entries()) {
      const cnf = [[ngram], [ngrams[(i + 1) % ngrams.length]!]];
      const [found, expected] = [findCnf(far, cnf), findCnf(near, cnf)];
      expect(found.positions[0]!.map((position) => position - moved)).toEqual(
        expected.positions[0],
      );
      const choice = { limit: 3, seed: i };
      expect(chooseDocuments(far, found.positions, choice)).toEqual(
        chooseDocuments(near, expected.positions, choice).map(({ shard, position }) => ({
          shard,
          position: position + moved,
        })),
      );
      expect(searchDocuments(far, ngram)).toEqual(searchDocuments(near, ngram));
    }
  }
});
