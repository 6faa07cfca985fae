import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DocumentHit, FindOptions } from "#rote/counting/count-engine.js";
import { openScan } from "#rote/counting/scan/scan-engine.js";
import { charactersPolicy, exactWordsPolicy, wordsPolicy } from "#rote/text/policies.js";
import { trickyText } from "../text/random-text.js";
import { memoryCorpus, naiveCounts, positions } from "./naive.js";

// Three words: repeats, overlaps, phrases inside phrases and spellings of one phrase are common.
const word = fc.constantFrom("a", "b", "é", "A", "E\u0301");
const separator = fc.constantFrom(" ", "-", "\n", "… ");
const text = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(word, separator), { minLength, maxLength })
    .map((parts) => parts.flat().join(""));
const question = fc
  .record({
    texts: fc.array(text(0, 25), { maxLength: 8 }),
    phrases: fc.array(text(1, 4), { minLength: 1, maxLength: 8 }),
    window: fc.option(fc.nat(6), { nil: undefined }),
  })
  .chain((base) => {
    const phrase = fc.nat(base.phrases.length - 1);
    return fc
      .array(fc.tuple(phrase, phrase), { maxLength: 12 })
      .map((pairs) => ({ ...base, pairs }));
  });

describe("a scan counts what the definition counts", () => {
  test.each([wordsPolicy, exactWordsPolicy, charactersPolicy])("under $name", async (policy) => {
    await fc.assert(
      fc.asyncProperty(question, async ({ texts, phrases, pairs, window }) => {
        const engine = await openScan(memoryCorpus(texts), { policy });
        const options = window === undefined ? {} : { window };
        const counts = await engine.countPairs(phrases, Uint32Array.from(pairs.flat()), options);
        const naive = naiveCounts(texts, phrases, pairs, { policy, window });
        expect(Array.from(counts.df)).toEqual(naive.df);
        expect(Array.from(counts.tf)).toEqual(naive.tf);
        expect(Array.from(counts.codf)).toEqual(naive.codf);
        expect(await engine.countPhrases(phrases)).toEqual({ df: counts.df, tf: counts.tf });
      }),
      { numRuns: 400 },
    );
  });

  test("on texts full of what goes wrong in Unicode", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(trickyText, { minLength: 1, maxLength: 6 }), async (texts) => {
        const phrases = texts
          .flatMap((each) => wordsPolicy.words(each))
          .filter((each) => each === each.normalize("NFKC"));
        fc.pre(phrases.length > 0);
        const { df, tf } = await (await openScan(memoryCorpus(texts))).countPhrases(phrases);
        const naive = naiveCounts(texts, phrases, [], { policy: wordsPolicy });
        expect(Array.from(df)).toEqual(naive.df);
        expect(Array.from(tf)).toEqual(naive.tf);
      }),
      { numRuns: 200 },
    );
  });

  test("whatever the number of workers", async () => {
    // More than one batch for each worker, one of them a single long document.
    const part = "a b a c the end of a b. A-b! ";
    const texts = Array.from({ length: 60 }, (_, i) => part.repeat(i === 7 ? 40_000 : 900 + i));
    const corpus = memoryCorpus(texts, { byteLength: 8 * 1024 * 1024 });
    const phrases = ["a", "a b", "b a", "b a c", "the end", "zzz"];
    const pairs = Uint32Array.from([0, 1, 1, 4, 4, 5, 3, 2, 2, 3]);
    const [one, two] = await Promise.all(
      [1, 2].map(async (jobs) => {
        await using engine = await openScan(corpus, { jobs });
        const counts = await engine.countPairs(phrases, pairs, { window: 2 });
        return { counts, identity: engine.identity };
      }),
    );
    expect(two).toEqual(one);
    expect(Array.from(one!.counts.df)).toEqual([60, 60, 60, 60, 60, 0]);
  });
});

test("memory does not grow with the corpus", () => {
  // 1,600 documents of 45,000 letters in a heap of 32 MB, which the texts would fill twice over.
  const script = `
    import { openScan } from "#rote/counting/scan/scan-engine.js";
    const documents = async function* () {
      for (let i = 0; i < 1600; i++) {
        await null;
        yield { id: String(i), text: ("w" + i + " the end\\n").repeat(4000) };
      }
    };
    const report = () => ({ storedBytes: 0, replacedCharacters: 0, skippedLines: 0 });
    const corpus = { name: "stream", files: [], documents, report };
    const engine = await openScan(corpus);
    const pairs = Uint32Array.from({ length: 20000 }, (_, i) => (i * 7919) % 10000);
    const phrases = Array.from({ length: 10000 }, (_, i) => "w" + i + " the");
    const { df } = await engine.countPairs(phrases, pairs, { window: 3 });
    console.log(df.reduce((a, b) => a + b));
  `;
  const options = ["--max-old-space-size=32", "--input-type=module", "--eval", script];
  expect(execFileSync(process.execPath, options, { encoding: "utf8" })).toBe("1600\n");
});

test("an error while reading reaches the caller, on one thread and on several", async () => {
  const corpus = memoryCorpus(["a ".repeat(600_000), "b"], { byteLength: 8 * 1024 * 1024 });
  const failing = {
    ...corpus,
    async *documents() {
      yield* corpus.documents();
      throw new Error("the disk is gone");
    },
  };
  for (const jobs of [1, 2]) {
    const engine = await openScan(failing, { jobs });
    await expect(engine.countPhrases(["a"])).rejects.toThrow("the disk is gone");
    expect(engine.identity.documents).toBeUndefined();
  }
});

describe("what a count is", () => {
  const corpus = memoryCorpus(["Don't stop! Don't stop.", "don—t\u0301 stop", "a a a a", ""]);

  test("occurrences overlap, and separators do not matter", async () => {
    const engine = await openScan(corpus);
    const { df, tf } = await engine.countPhrases(["don t stop", "a a", "DON'T", "stop stop"]);
    expect(Array.from(df)).toEqual([1, 1, 1, 0]);
    expect(Array.from(tf)).toEqual([2, 3, 2, 0]);
  });

  test("a pair of one phrase in two spellings counts the phrase's documents", async () => {
    const engine = await openScan(corpus);
    const pairs = Uint32Array.from([0, 1, 1, 0, 0, 0]);
    const { codf } = await engine.countPairs(["Stop", "stop."], pairs, { window: 0 });
    expect(Array.from(codf)).toEqual([2, 2, 2]);
  });

  test("the identity knows the sizes after the first whole pass", async () => {
    const engine = await openScan(corpus);
    expect(engine.identity).toEqual({ name: "memory", policy: wordsPolicy.version, files: 1 });
    await engine.countPhrases(["a"]);
    expect(engine.identity).toMatchObject({
      documents: 4,
      words: 13,
      bytes: 0,
      sha256: "0".repeat(64),
    });
  });

  test("no phrases are no counts", async () => {
    const engine = await openScan(corpus);
    const { df, tf, codf } = await engine.countPairs([], new Uint32Array(0));
    expect([df.length, tf.length, codf.length]).toEqual([0, 0, 0]);
  });

  test("a question that makes no sense is refused", async () => {
    const engine = await openScan(corpus);
    await expect(engine.countPhrases(["a", "…"])).rejects.toThrow('phrase 2 "…" has no words');
    await expect(engine.countPairs(["a"], Uint32Array.from([0]))).rejects.toThrow("two indexes");
    await expect(engine.countPairs(["a"], Uint32Array.from([0, 1]))).rejects.toThrow(
      "phrase 1 of 1",
    );
    await expect(
      engine.countPairs(["a"], Uint32Array.from([0, 0]), { window: -1 }),
    ).rejects.toThrow("got -1");
    await expect(openScan(corpus, { jobs: 0 })).rejects.toThrow("got 0");
  });
});

describe("finding documents", () => {
  const texts = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? `x½ Élan ${i}` : "x"));
  const corpus = memoryCorpus(texts);
  const find = async (phrases: string[], options?: FindOptions): Promise<DocumentHit[]> => {
    const engine = await openScan(corpus);
    const found: DocumentHit[] = [];
    for await (const hit of engine.findDocuments([{ phrases }], options)) found.push(hit);
    return found;
  };

  test("gives the documents with all phrases and the places in the original text", async () => {
    const found = await find(["2 E\u0301lan", "x1"], { limit: 3 });
    expect(found.map(({ id }) => id)).toEqual(["0", "2", "4"]);
    expect(found[0]).toEqual({
      query: 0,
      id: "0",
      source: "memory",
      text: "x½ Élan 0",
      hits: [
        { phrase: 1, start: 0, end: 2 },
        { phrase: 0, start: 1, end: 7 },
      ],
    });
    expect(await find(["x1", "y"])).toEqual([]);
    expect(await find(["x1"], { limit: 0 })).toEqual([]);
  });

  test("many queries are answered together as each would be alone", async () => {
    const engine = await openScan(corpus);
    const queries = [["élan"], ["x1", "élan"], ["x"], ["y"]].map((phrases) => ({ phrases }));
    for (const limit of [1, 3, 100]) {
      const found: DocumentHit[][] = queries.map(() => []);
      for await (const hit of engine.findDocuments(queries, { limit })) found[hit.query]!.push(hit);
      for (const [query, { phrases }] of queries.entries()) {
        const alone = await find([...phrases], { limit });
        expect(found[query]).toEqual(alone.map((hit) => ({ ...hit, query })));
      }
    }
  });

  test("hits are all occurrences", async () => {
    await fc.assert(
      fc.asyncProperty(text(0, 20), text(1, 3), async (document, phrase) => {
        const engine = await openScan(memoryCorpus([document]));
        const words = wordsPolicy.wordsWithOffsets(document);
        const starts = positions(words.words, wordsPolicy.words(phrase));
        for await (const { hits } of engine.findDocuments([{ phrases: [phrase] }]))
          expect(hits.map(({ start }) => start)).toEqual(starts.map((at) => words.offsets[2 * at]));
        expect(engine.identity.documents).toBe(1);
      }),
    );
  });

  test("a sample has the wished size, is drawn from all matches, and follows from its seed", async () => {
    const ids = async (seed: number): Promise<string[]> =>
      (await find(["élan"], { sample: 10, seed })).map(({ id }) => id);
    const drawn = await ids(1);
    expect(new Set(drawn).size).toBe(10);
    expect(drawn.every((id) => Number(id) % 2 === 0)).toBe(true);
    expect(drawn).toEqual([...drawn].sort((a, b) => Number(a) - Number(b)));
    expect(await ids(1)).toEqual(drawn);
    expect(await ids(2)).not.toEqual(drawn);
    expect((await find(["élan"], { sample: 1000 })).length).toBe(50);
  });

  test("sampling is uniform", async () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 400; seed++)
      for (const { id } of await find(["élan"], { sample: 5, seed }))
        counts.set(id, (counts.get(id) ?? 0) + 1);
    // 2,000 draws over 50 documents: chi-squared with 49 degrees of freedom is below 85.4 in 99.9 %.
    const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - 40) ** 2 / 40, 0);
    expect(counts.size).toBe(50);
    expect(chiSquared).toBeLessThan(85.4);
  });

  test("a search needs a phrase", async () => {
    await expect(find([])).rejects.toThrow("at least one phrase");
    await expect(find(["x"], { sample: 1.5 })).rejects.toThrow("got 1.5");
  });
});
