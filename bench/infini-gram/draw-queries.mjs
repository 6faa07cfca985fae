// What is asked of an index, drawn from it with a seed, a file a kind, a question a line:
//   count-N          N tokens from anywhere but across the end of a document, 4,000 times
//   count-absent     5 tokens, each from anywhere: such n-grams hardly occur
//   prob-5           4 tokens, and the one behind them
//   infgram-N        N tokens and the one behind them
//   context-N        N tokens, 300 times; for distributions
//   frequent-BAND    contexts of 1 to 3 tokens by how often they occur, for exact distributions
//   pairs-BAND       two n-grams of 1 to 3 tokens of a band; each n-gram in one pair only, unless there are fewer
//                    than 60 in the band: then 30 pairs of any of them
//   among-BAND       20,000 pairs of any 400 n-grams of a band
//   bigrams          pairs of two tokens each, for the original's AND
//   cold-5           5 tokens, 1,000 times, none of them in another file
//   answers-450      450 tokens put together from pieces of 3 to 14 tokens, 20 times
//
// An n-gram of a band is one at a place drawn uniformly, so that within the band frequent ones are drawn
// more often; each at most once. A band begins with its lower bound: 10-100 is 10 to 99.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRng } from "#rote/base/random.js";
import { openIndex } from "#rote/counting/ngram-index/open-index.js";

export const lengths = [1, 2, 3, 5, 8, 16, 100];
export const contextLengths = [8, 32, 128, 500];

/** Bands by their powers of ten, and how many pairs at most. */
export const bands = [
  { name: "1-10", pairs: 10_000 },
  { name: "10-100", pairs: 10_000 },
  { name: "100-1k", pairs: 5000 },
  { name: "1k-10k", pairs: 1000 },
  { name: "10k-100k", pairs: 100 },
  { name: "100k-1M", pairs: 30 },
];

const TRIES = 4_000_000;

export async function drawQueries(directory, { endOfDocument }, folder) {
  const index = await openIndex(directory, { memory: 2 ** 34, endOfDocument });
  const unfinished = `${folder}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  const write = (name, questions) =>
    writeFileSync(
      join(unfinished, name),
      questions.map((parts) => `${parts.map((ids) => ids.join(" ")).join(" | ")}\n`).join(""),
    );
  const draw = drawer(index.shards[0], createRng("queries"));
  for (const n of lengths)
    write(
      `count-${n}`,
      draw.many(4000, () => [draw.piece(n)]),
    );
  write(
    "count-absent",
    draw.many(4000, () => [draw.many(5, () => draw.piece(1)[0])]),
  );
  write(
    "cold-5",
    draw.many(1000, () => [draw.piece(5)]),
  );
  const continued = (n) => [draw.piece(n + 1)].map((ids) => [ids.slice(0, n), ids.slice(n)])[0];
  write(
    "prob-5",
    draw.many(4000, () => continued(4)),
  );
  for (const n of contextLengths)
    write(
      `infgram-${n}`,
      draw.many(2000, () => continued(n)),
    );
  for (const n of [1, 2, 4, 32])
    write(
      `context-${n}`,
      draw.many(300, () => [draw.piece(n)]),
    );
  write(
    "bigrams",
    draw.many(500, () => [draw.piece(2), draw.piece(2)]),
  );
  write(
    "answers-450",
    draw.many(20, () => [draw.answer(450)]),
  );
  for (const [name, questions] of bandQuestions(index, draw)) write(name, questions);
  renameSync(unfinished, folder);
}

function drawer(shard, rng) {
  const separator = 2 ** (8 * shard.tokenWidth) - 1;
  const piece = (n) => {
    for (;;) {
      const at = rng.int(shard.tokenCount - n);
      const ids = Array.from({ length: n }, (_, i) => shard.tokenAt(at + i));
      if (!ids.includes(separator)) return ids;
    }
  };
  const many = (length, one) => Array.from({ length }, one);
  return {
    ...{ rng, piece, many },
    answer(length) {
      const ids = [];
      while (ids.length < length) ids.push(...piece(3 + rng.int(12)));
      return ids.slice(0, length);
    },
  };
}

function* bandQuestions(index, draw) {
  const { rng } = draw;
  for (const [band, ngrams] of ngramsByBand(index, draw).entries()) {
    const { name, pairs } = bands[band];
    if (ngrams.length < 10) continue;
    const any = (list) => [list[rng.int(list.length)], list[rng.int(list.length)]];
    const fresh = Math.min(pairs, ngrams.length >> 1);
    yield [
      `pairs-${name}`,
      ngrams.length < 60
        ? draw.many(30, () => any(ngrams))
        : draw.many(fresh, (_, i) => [ngrams[2 * i], ngrams[2 * i + 1]]),
    ];
    yield [`among-${name}`, draw.many(20_000, () => any(ngrams.slice(0, 400)))];
    yield [`frequent-${name}`, ngrams.slice(0, [100, 100, 30, 20, 5, 2][band]).map((ids) => [ids])];
  }
}

function ngramsByBand(index, { rng, piece }) {
  const found = bands.map(() => new Map());
  for (let i = 0; i < TRIES && found.some((ngrams, b) => ngrams.size < 2 * bands[b].pairs); i++) {
    const ids = piece(1 + rng.int(3));
    const band = Math.floor(Math.log10(index.count(ids)));
    if (band < bands.length && found[band].size < 2 * bands[band].pairs)
      found[band].set(ids.join(" "), ids);
  }
  return found.map((ngrams) => [...ngrams.values()]);
}
