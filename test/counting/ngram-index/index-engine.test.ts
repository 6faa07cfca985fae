import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRng, type Rng } from "#rote/base/random.js";
import { openCorpus } from "#rote/corpus/corpus.js";
import type { CountEngine, DocumentHit, FindOptions } from "#rote/counting/count-engine.js";
import { buildIndex } from "#rote/counting/ngram-index/build-index.js";
import { openCorpusTokens } from "#rote/counting/ngram-index/corpus-tokens.js";
import { openIndexEngine } from "#rote/counting/ngram-index/index-engine.js";
import { openScan } from "#rote/counting/scan/scan-engine.js";
import { textPolicy } from "#rote/text/policies.js";

const vocabulary = "the of a Straße STRASSE naïve na\u0131ve ½ don't 東京 x1 İ end".split(" ");

/** Zipf text with a tenth of copies, empty documents, and documents with ids, without, and with what is none. */
function drawLines(rng: Rng, count: number): string[] {
  const texts: string[] = [""];
  while (texts.length < count) {
    const length = rng.int(8) === 0 ? rng.int(2) : rng.int(40);
    const words = Array.from(
      { length },
      () => vocabulary[Math.floor(rng.next() ** 2 * vocabulary.length)],
    );
    texts.push(
      rng.int(10) === 0 ? texts[rng.int(texts.length)]! : words.join(["-", " ", "\n"][rng.int(3)]),
    );
  }
  return texts.map((text, i) => {
    const id = [undefined, `d${i}`, `e${i}`, "", i, null][i % 6];
    return JSON.stringify(id === undefined ? { text } : { id, text });
  });
}

interface Engines {
  readonly scan: CountEngine;
  readonly index: CountEngine;
}

async function openBoth(
  lines: readonly string[],
  {
    policy = "words" as const,
    shards = 1,
    memory,
  }: { policy?: "words" | "exact-words"; shards?: number; memory?: number } = {},
): Promise<Engines> {
  const directory = mkdtempSync(join(tmpdir(), "rote-engine-"));
  const paths = [join(directory, "one.jsonl"), join(directory, "two.jsonl")];
  writeFileSync(
    paths[0]!,
    lines
      .slice(0, 50)
      .map((line) => `${line}\n`)
      .join(""),
  );
  writeFileSync(
    paths[1]!,
    lines
      .slice(50)
      .map((line) => `${line}\n`)
      .join(""),
  );
  const source = await openCorpusTokens(await openCorpus({ paths }), {
    tokenizer: "words",
    policy,
  });
  const out = join(directory, "index");
  await buildIndex(source, { out, shards });
  return {
    scan: await openScan(await openCorpus({ paths }), { policy: textPolicy(policy) }),
    index: await openIndexEngine(out, memory === undefined ? {} : { memory }),
  };
}

function drawPhrases(rng: Rng, count: number): string[] {
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + rng.int(3) }, () => vocabulary[rng.int(vocabulary.length)]).join(" "),
  ).concat("nowhere", "the nowhere");
}

test.each([
  { policy: "words", shards: 1 },
  { policy: "words", shards: 3, memory: 0 },
  { policy: "exact-words", shards: 2 },
] as const)("counts and identity are those of a scan: $policy, $shards shards", async (options) => {
  const rng = createRng(`engine/${options.policy}`);
  const { scan, index } = await openBoth(drawLines(rng, 300), options);
  const phrases = drawPhrases(rng, 60);
  const pairs = Uint32Array.from({ length: 600 }, () => rng.int(phrases.length));
  for (const window of [undefined, 0, 4]) {
    const asked = window === undefined ? {} : { window };
    expect(await index.countPairs(phrases, pairs, asked)).toEqual(
      await scan.countPairs(phrases, pairs, asked),
    );
  }
  expect(await index.countPhrases(phrases)).toEqual(await scan.countPhrases(phrases));
  expect(index.identity).toEqual(scan.identity);
  await index[Symbol.asyncDispose]();
});

test("documents found are those of a scan, in its order, the same samples among them", async () => {
  const rng = createRng("engine/find");
  const { scan, index } = await openBoth(drawLines(rng, 200), { shards: 3 });
  const queries = Array.from({ length: 6 }, () => ({
    phrases: drawPhrases(rng, 1 + rng.int(2)).slice(0, -2),
  }));
  const find = async (engine: CountEngine, options: FindOptions): Promise<DocumentHit[]> => {
    const hits: DocumentHit[] = [];
    for await (const hit of engine.findDocuments([...queries, { phrases: ["nowhere"] }], options))
      hits.push(hit);
    return hits;
  };
  const place = ({ query, id, source }: DocumentHit): unknown => [query, id, source];
  for (const options of [{}, { limit: 2 }, { limit: 0 }, { sample: 3, seed: 5 }]) {
    const [found, scanned] = [await find(index, options), await find(scan, options)];
    expect(found.map(place)).toEqual(scanned.map(place));
    for (const [i, { text, hits }] of found.entries()) {
      expect(hits.map(({ phrase }) => phrase)).toEqual(
        scanned[i]!.hits.map(({ phrase }) => phrase),
      );
      expect(text.split(" ").join("")).not.toBe("");
    }
  }
  await index[Symbol.asyncDispose]();
});

test("an index of bytes counts no phrases", async () => {
  const directory = mkdtempSync(join(tmpdir(), "rote-engine-"));
  const path = join(directory, "a.jsonl");
  writeFileSync(path, '{"text":"a"}\n');
  const source = await openCorpusTokens(await openCorpus({ paths: [path] }), {
    tokenizer: "bytes",
  });
  await buildIndex(source, { out: join(directory, "index") });
  await expect(openIndexEngine(join(directory, "index"))).rejects.toThrow("is no index of words");
});
