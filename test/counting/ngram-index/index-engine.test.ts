import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
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
): Promise<Engines & { readonly out: string }> {
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
    out,
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

/** All that a search finds, in order. */
async function allHits(
  engine: CountEngine,
  phrases: readonly string[],
  options: FindOptions = {},
): Promise<DocumentHit[]> {
  const hits: DocumentHit[] = [];
  for await (const hit of engine.findDocuments([{ phrases }, { phrases: ["the"] }], options))
    hits.push(hit);
  return hits;
}

test("texts come from the files of the corpus as long as these have them", async () => {
  const { scan, index, out } = await openBoth(drawLines(createRng("engine/texts"), 120), {
    shards: 2,
  });
  await index[Symbol.asyncDispose]();
  const reasons: string[] = [];
  const onMissingText = (why: string): unknown => reasons.push(why);
  await using engine = await openIndexEngine(out, { onMissingText });
  for (const options of [{}, { limit: 3 }, { sample: 5, seed: 1 }])
    expect(await allHits(engine, ["of"], options)).toEqual(await allHits(scan, ["of"], options));
  expect(reasons).toEqual([]);

  // A line that changed, and a file that is gone: the words that were indexed, said once.
  const whole = await allHits(scan, ["of"]);
  const folder = join(out, "..");
  const lines = readFileSync(join(folder, "one.jsonl"), "utf8").split("\n");
  writeFileSync(
    join(folder, "one.jsonl"),
    lines.map((line) => line.replace("of", "off")).join("\n"),
  );
  rmSync(join(folder, "two.jsonl"));
  const mixed = await allHits(engine, ["of"]);
  expect(mixed.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
  const wordsOf = ({ text }: DocumentHit): string[] => textPolicy("words").words(text);
  expect(mixed.map(wordsOf)).toEqual(whole.map(wordsOf));
  expect(mixed.some(({ text }, i) => text !== whole[i]!.text)).toBe(true);
  expect(mixed.some(({ text }, i) => text === whole[i]!.text)).toBe(true);
  expect(reasons).toEqual([expect.stringMatching(/one\.jsonl:\d+ is not as it was indexed$/)]);
});

test("an index that moved with its corpus finds the files again", async () => {
  const { index, out } = await openBoth(drawLines(createRng("engine/moved"), 60));
  await index[Symbol.asyncDispose]();
  const folder = join(out, "..");
  const moved = `${folder}-moved`;
  renameSync(folder, moved);
  const reasons: string[] = [];
  const onMissingText = (why: string): unknown => reasons.push(why);
  await using engine = await openIndexEngine(join(moved, "index"), { onMissingText });
  await using scan = await openScan(
    await openCorpus({ paths: [join(moved, "one.jsonl"), join(moved, "two.jsonl")] }),
    { policy: textPolicy("words") },
  );
  const texts = async (engine: CountEngine): Promise<string[]> =>
    (await allHits(engine, ["of"])).map(({ text }) => text);
  expect(await texts(engine)).toEqual(await texts(scan));
  expect(reasons).toEqual([]);
});

test.each([
  ["a.csv", 'id,text\n1,"The\nOne"\n2,"two, the"\n', false],
  ["a.txt", "The one.\n\nTwo (the)!\n", true],
  ["a.md", "# The one\n", false],
  ["a.jsonl.gz", '{"body":"The One"}\nbroken\n{"body":"two; the"}\n', false],
])("texts are read from %s", async (name, content, lines) => {
  const folder = mkdtempSync(join(tmpdir(), "rote-engine-"));
  const path = join(folder, name);
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(content) : content);
  const field = name.endsWith(".gz") ? "body" : "text";
  const corpus = await openCorpus({ paths: [path], field, lines, skipMalformed: true });
  const out = join(folder, "index");
  await buildIndex(await openCorpusTokens(corpus, { tokenizer: "words" }), { out });
  const onMissingText = (why: string): never => expect.unreachable(why);
  await using engine = await openIndexEngine(out, { onMissingText });
  await using scan = await openScan(corpus, { policy: textPolicy("words") });
  const hits = await allHits(engine, ["THE"]);
  expect(hits).toEqual(await allHits(scan, ["THE"]));
  expect(hits.length).toBeGreaterThan(1);
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
