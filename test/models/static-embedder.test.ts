import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  fitStaticEmbedder,
  openStaticEmbedder,
  type StaticEmbedder,
  writeStaticEmbedder,
} from "#rote/models/static-embedder.js";
import {
  characterNgrams,
  fitCharacterNgrams,
} from "#rote/models/static-embedder/character-ngrams.js";
import { countContexts } from "#rote/models/static-embedder/contexts.js";
import { quantize } from "#rote/models/static-embedder/embedder-file.js";
import { fitLatentSpace, logEntropyWeights } from "#rote/models/static-embedder/latent-space.js";
import { createRng } from "#rote/base/random.js";
import { wordsPolicy } from "#rote/text/policies.js";

type Context = readonly string[] | string;

// eslint-disable-next-line @typescript-eslint/require-await
async function* stream(contexts: readonly Context[]): AsyncGenerator<Context> {
  yield* contexts;
}

const cosine = (rows: Float32Array, i: number, j: number, dimension: number): number => {
  let sum = 0;
  for (let k = 0; k < dimension; k++) sum += rows[i * dimension + k]! * rows[j * dimension + k]!;
  return sum;
};

const bilingual: Context[] = [
  ["the red house", "das rote Haus"],
  ["the red car", "das rote Auto"],
  ["a green house", "ein grünes Haus"],
  ["a green car", "ein grünes Auto"],
  ["the green tree", "der grüne Baum"],
  ["a red tree", "ein roter Baum"],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rote-embedder-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("contexts", () => {
  test("texts of one context that repeat each other count once", async () => {
    const counts = await countContexts(stream([["a b b", "a b b", "b c"], "a"]), wordsPolicy);
    expect(counts.words).toEqual(["a", "b", "c"]);
    expect([...counts.contextFrequency]).toEqual([2, 1, 1]);
    expect([...counts.contextStarts]).toEqual([0, 3, 4]);
    expect([...counts.counts]).toEqual([1, 3, 1, 1]);
  });

  test("log-entropy weights by hand: 1 in one context, 0 spread evenly, idf/log N for single occurrences", async () => {
    const counts = await countContexts(
      stream(["even one twice", "even twice x", "even x x", "even"]),
      wordsPolicy,
    );
    const weights = logEntropyWeights(counts);
    const weightOf = (word: string): number => weights[counts.words.indexOf(word)]!;
    expect(weightOf("one")).toBeCloseTo(1, 12);
    expect(weightOf("even")).toBeCloseTo(0, 12);
    expect(weightOf("twice")).toBeCloseTo(Math.log(4 / 2) / Math.log(4), 12);
    const entropy = -(1 / 3) * Math.log(1 / 3) - (2 / 3) * Math.log(2 / 3);
    expect(weightOf("x")).toBeCloseTo(1 - entropy / Math.log(4), 12);
  });
});

describe("latent space", () => {
  test("words that always stand together get one direction, also when folded in", async () => {
    const counts = await countContexts(stream(bilingual), wordsPolicy);
    const basis = [...counts.words.keys()].filter((word) => counts.words[word] !== "haus");
    const { directions } = fitLatentSpace(counts, basis, { dimension: 4, rng: createRng(1) });
    const [house, folded] = ["house", "haus"].map((word) => counts.words.indexOf(word));
    expect(cosine(directions, house!, folded!, 4)).toBeCloseTo(1, 5);
  });
});

describe("character n-grams", () => {
  test("an n-gram's hash is FNV-1a over the bytes of its units: twin over substrings", () => {
    const fnv = (text: string): number => {
      let hash = 0x811c9dc5;
      for (const byte of Buffer.from(text, "utf16le")) hash = Math.imul(hash ^ byte, 0x01000193);
      return hash >>> 0;
    };
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 8 }), (word) => {
        const marked = `<${word}>`;
        const expected = new Set<number>();
        for (let start = 0; start < marked.length; start++)
          for (const length of [3, 4, 5])
            if (start + length <= marked.length)
              expected.add(fnv(marked.slice(start, start + length)));
        expect(new Set(characterNgrams(word))).toEqual(expected);
      }),
    );
  });

  test("an n-gram's vector is the mean of its words' and those that agree are kept first", () => {
    // "abx" and "aby" agree, "cdx" and "cdy" oppose each other; "<ab" and "<cd" have two words each.
    const words = ["abx", "aby", "cdx", "cdy"];
    const rows = Float32Array.from([1, 0, 0.6, 0.8, 0, 1, 0, -1]);
    const all = fitCharacterNgrams(words, rows, { dimension: 2, limit: 10 });
    expect([...all.keys]).toEqual(characterNgrams("ab").slice(0, 1)); // "<ab"; "<cd" has sum zero
    expect(all.lengths[0]).toBeCloseTo(Math.hypot(0.8, 0.4), 6);
    expect(all.directions[0]! / all.directions[1]!).toBeCloseTo(2, 5);
    expect(fitCharacterNgrams(words, rows, { dimension: 2, limit: 0 }).keys.length).toBe(0);
  });

  test("rounding to bytes turns a direction by less than a degree", () => {
    const rng = createRng(5);
    const row = Float32Array.from({ length: 128 }, () => rng.normal());
    const bytes = Float32Array.from(quantize(row, 128));
    const dot = (a: Float32Array, b: Float32Array): number =>
      a.reduce((s, x, i) => s + x * b[i]!, 0);
    const cos = dot(row, bytes) / Math.sqrt(dot(row, row) * dot(bytes, bytes));
    expect((Math.acos(cos) * 180) / Math.PI).toBeLessThan(1);
  });
});

describe("static embedder", () => {
  const fit = (seed = 1): Promise<StaticEmbedder> =>
    fitStaticEmbedder(stream(bilingual), { dimension: 6, minimumContexts: 1, seed, name: "toy" });

  test("translations are nearer than other words; rows have length 1", async () => {
    const embedder = await fit();
    const rows = await embedder.embed(["red house", "rote Haus", "green tree"]);
    expect(cosine(rows, 0, 1, 6)).toBeGreaterThan(cosine(rows, 0, 2, 6) + 0.3);
    for (let i = 0; i < 3; i++) expect(cosine(rows, i, i, 6)).toBeCloseTo(1, 5);
  });

  test("an unseen word takes its vector from its n-grams, a text with nothing known is zeros", async () => {
    const embedder = await fit();
    expect(embedder.ngrams).toBeGreaterThan(0);
    const rows = await embedder.embed(["grünem", "grünes", "qqq", "", "qqq grünes"]);
    expect(cosine(rows, 0, 1, 6)).toBeGreaterThan(0.6);
    expect([...rows.subarray(12, 24)]).toEqual(new Array(12).fill(0));
    expect(cosine(rows, 1, 4, 6)).toBeCloseTo(1, 6);
  });

  test("word order and batching do not matter, repetition does", async () => {
    const embedder = await fit();
    const together = await embedder.embed(["red house", "house red", "red red house"]);
    const alone = await embedder.embed(["red house"]);
    expect([...together.subarray(0, 6)]).toEqual([...alone]);
    expect(cosine(together, 0, 1, 6)).toBeCloseTo(1, 6);
    expect(cosine(together, 0, 2, 6)).toBeLessThan(0.9999);
  });

  test("the same seed gives the same bytes, and a file opens as what was written", async () => {
    const [first, second] = [await fit(3), await fit(3)];
    expect(second.bytes).toEqual(first.bytes);
    const path = join(folder, "toy.safetensors");
    await writeStaticEmbedder(first, path);
    const opened = await openStaticEmbedder(path);
    expect(opened.identity).toEqual(first.identity);
    expect(opened.identity).toMatchObject({ name: "toy", family: "static-embedder" });
    expect(opened.fit).toEqual(first.fit);
    const texts = ["red house", "grünem Auto"];
    expect(await opened.embed(texts)).toEqual(await first.embed(texts));
  });

  test("a cut, foreign or missing file and an empty corpus are errors that say so", async () => {
    const embedder = await fit();
    const path = join(folder, "broken");
    for (const length of [0, 7, 40, embedder.bytes.length - 1]) {
      await writeFile(path, embedder.bytes.subarray(0, length));
      await expect(openStaticEmbedder(path)).rejects.toMatchObject({ code: "model/malformed" });
    }
    const text = (await readFile(path, "latin1")).replace("static-embedder@1", "static-embedder@9");
    await writeFile(path, text, "latin1");
    await expect(openStaticEmbedder(path)).rejects.toThrow(/rote-static-embedder@9/);
    await expect(openStaticEmbedder(join(folder, "none"))).rejects.toMatchObject({
      code: "file/missing",
    });
    for (const contexts of [[], ["each word once only"]])
      await expect(fitStaticEmbedder(stream(contexts))).rejects.toMatchObject({
        code: "corpus/empty",
      });
  });

  test("a file of another text policy is refused", async () => {
    const { bytes } = await fit();
    const path = join(folder, "policy");
    const text = Buffer.from(bytes).toString("latin1").replace("words@", "wards@");
    await writeFile(path, text, "latin1");
    await expect(openStaticEmbedder(path)).rejects.toMatchObject({ code: "text/policy-mismatch" });
  });
});

// 4,447 segments of real documentation; every tenth is held out and searched among its likes.
const documentation = "../shared/data/parallel/gnome-user-docs-7lang.jsonl.gz";
test.skipIf(!existsSync(documentation))(
  "a held-out sentence finds its translation among 444 (needs ../shared/data)",
  async () => {
    const languages = ["en", "de", "fr", "es", "it", "cs", "hu"];
    const segments = gunzipSync(readFileSync(documentation))
      .toString("utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, string>);
    const contexts = segments
      .filter((_, i) => i % 10 !== 9)
      .map((segment) => languages.flatMap((language) => segment[language] ?? []));
    const embedder = await fitStaticEmbedder(stream(contexts));
    expect(embedder.bytes.length).toBeLessThan(2.5e6);

    const heldOut = segments.filter((_, i) => i % 10 === 9);
    for (const [language, least] of [
      ["de", 0.88],
      ["fr", 0.88],
      ["hu", 0.86],
    ] as const) {
      const pairs = heldOut.filter(
        (segment) => segment.en && segment[language] && segment[language] !== segment.en,
      );
      const english = await embedder.embed(pairs.map((segment) => segment.en!));
      const other = await embedder.embed(pairs.map((segment) => segment[language]!));
      const found = pairs.filter((_, i) => nearestRow(english, i, other, 128) === i).length;
      expect(found / pairs.length, language).toBeGreaterThan(least);
      expect(meanCosine(english, other, 0) - meanCosine(english, other, 7)).toBeGreaterThan(0.6);
    }
  },
);

function nearestRow(
  queries: Float32Array,
  i: number,
  rows: Float32Array,
  dimension: number,
): number {
  let [best, bestIndex] = [-2, -1];
  for (let j = 0; j < rows.length / dimension; j++) {
    let dot = 0;
    for (let k = 0; k < dimension; k++)
      dot += queries[i * dimension + k]! * rows[j * dimension + k]!;
    if (dot > best) [best, bestIndex] = [dot, j];
  }
  return bestIndex;
}

/** Mean cosine of each row with the one `shift` places on in the other set. */
function meanCosine(a: Float32Array, b: Float32Array, shift: number): number {
  let sum = 0;
  const offset = 128 * shift;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[(i + offset) % b.length]!;
  return sum / (a.length / 128);
}
