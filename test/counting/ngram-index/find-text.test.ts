import { describe, expect, test } from "vitest";
import { createRng, type Rng } from "#rote/base/random.js";
import { findText } from "#rote/counting/ngram-index/find-text.js";
import {
  countText,
  countTextPair,
  createLocator,
  searchText,
} from "#rote/counting/ngram-index/search-text.js";
import { byteText } from "#rote/counting/ngram-index/index-text.js";
import { answerRequest, originalLimits } from "#rote/counting/ngram-index/infini-gram-api.js";
import { TokenSpellings } from "#rote/counting/ngram-index/token-spellings.js";
import { kinds, openNaive } from "./cases.ts";

/** Letters whose other case has as many bytes, or more, or fewer; and what separates words. */
const alphabet = Array.from("aAbBéÉsSſkK\u212AßẞǅǆǄ1 '");
const folded: Readonly<Record<string, string>> = { ſ: "s", "\u212A": "k", ẞ: "ß", ǅ: "ǆ" };
const fold = (text: string): string =>
  Array.from(text, (letter) => folded[letter] ?? letter.toLowerCase()).join("");

function drawText(rng: Rng, most: number): string {
  const spread = 1 + rng.int(alphabet.length);
  return Array.from({ length: rng.int(most + 1) }, () => alphabet[rng.int(spread)]!).join("");
}

/** Every byte, and pieces of texts that may begin or end within a letter. */
function drawVocabulary(rng: Rng, size: number): (Uint8Array | undefined)[] {
  const spellings = new Set(Array.from(Buffer.from(alphabet.join("")), (byte) => `${byte}`));
  while (spellings.size < size) {
    const bytes = Buffer.from(drawText(rng, 6));
    const start = rng.int(bytes.length + 1);
    const piece = bytes.subarray(start, start + 1 + rng.int(5));
    if (piece.length > 0) spellings.add(piece.join(" "));
  }
  const tokens: (Uint8Array | undefined)[] = [undefined];
  for (const spelling of spellings) tokens.push(Uint8Array.from(spelling.split(" "), Number));
  return tokens;
}

/** A text cut into tokens in any way. */
function cut(rng: Rng, text: string, vocabulary: readonly (Uint8Array | undefined)[]): number[] {
  const bytes = Buffer.from(text);
  const tokens: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const fitting = vocabulary.flatMap((token, id) =>
      token !== undefined && Buffer.compare(bytes.subarray(at, at + token.length), token) === 0
        ? [id]
        : [],
    );
    const token = fitting[rng.int(fitting.length)]!;
    tokens.push(token);
    at += vocabulary[token]!.length;
  }
  return tokens;
}

interface Asked {
  readonly ignoreCase: boolean;
  readonly wholeWords: boolean;
}

/** Where a text stands in another one, in code points. */
function placesIn(document: string, text: string, { ignoreCase, wholeWords }: Asked): number[] {
  const [letters, sought] = [Array.from(document), Array.from(text)];
  const same = (a: string): string => (ignoreCase ? fold(a) : a);
  const isWord = (letter = " "): boolean => /[\p{L}\p{M}\p{N}]/u.test(letter);
  return [...letters.keys()].filter((start) => {
    const end = start + sought.length;
    if (same(letters.slice(start, end).join("")) !== same(text)) return false;
    if (!wholeWords) return true;
    const splitsBefore = isWord(sought[0]) && start > 0 && isWord(letters[start - 1]);
    return (
      !splitsBefore && !(isWord(sought.at(-1)) && end < letters.length && isWord(letters[end]))
    );
  });
}

describe("a text however it is cut and whatever its case, against brute force", () => {
  test.each(kinds.map((kind, number) => [JSON.stringify(kind), kind, number] as const))(
    "%s",
    async (_, kind, number) => {
      for (const memory of [undefined, 0])
        for (let round = 0; round < 2; round++) {
          const rng = createRng(`find-text/${number}/${round}`);
          const vocabulary = drawVocabulary(rng, 40 + rng.int(120));
          const spellings = new TokenSpellings(vocabulary);
          const texts = Array.from({ length: 3 + rng.int(60) }, () => drawText(rng, 30));
          const documents = texts.map((text) => cut(rng, text, vocabulary));
          const index = await openNaive(documents, {
            ...kind,
            ...(memory === 0 ? { memory } : {}),
          });
          for (let query = 0; query < 25; query++) {
            const source = Array.from(texts[rng.int(texts.length)]!);
            const at = rng.int(source.length + 1);
            const drawn = source.slice(at, at + 1 + rng.int(6)).join("");
            const text = drawn === "" || rng.int(8) === 0 ? drawText(rng, 3) || "a" : drawn;
            const asked = { ignoreCase: rng.int(4) > 0, wholeWords: rng.int(2) === 0 };
            const places = texts.map((document) => placesIn(document, text, asked));
            const holders = [...places.keys()].filter((i) => places[i]!.length > 0);
            const tf = places.flat().length;
            const what = JSON.stringify({ text, ...asked });
            expect(countText(index, text, spellings, asked), what).toEqual({
              df: holders.length,
              tf,
            });
            const found = findText(index, text, spellings, asked);
            const counts = found.sequences.map((sequence) => found.countOf(sequence));
            expect(counts.reduce((a, b) => a + b, 0)).toBe(tf);
            const other = texts[rng.int(texts.length)]!.slice(0, 2) || "a";
            const both = holders.filter((i) => placesIn(texts[i]!, other, asked).length > 0);
            const pair = countTextPair(index, [text, other], spellings, asked);
            expect([pair.codf, pair.dfA]).toEqual([both.length, holders.length]);
            const all = searchText(index, text, spellings, { ...asked, limit: 100 });
            const locate = createLocator(text, spellings, asked);
            const shown = all.documents.map(({ tokens }) =>
              Buffer.concat(Array.from(tokens, (id) => vocabulary[id]!)).toString(),
            );
            expect(shown.sort()).toEqual(holders.map((i) => texts[i]!).sort());
            for (const { tokens, needleOffset } of all.documents)
              expect(locate(tokens)[0]?.token).toBe(needleOffset);
          }
        }
    },
  );
});

test("a sample of documents has no document twice, and is drawn by the seed", async () => {
  const spellings = new TokenSpellings(Array.from({ length: 128 }, (_, id) => Uint8Array.of(id)));
  const index = await openNaive(
    Array.from({ length: 50 }, (_, i) => [...Buffer.from(`The ${i} the`)]),
    { width: 1, shards: 3 },
  );
  const draw = (seed: number): number[] =>
    searchText(index, "THE", spellings, { limit: 10, seed }).documents.map(
      ({ document }) => document,
    );
  expect(new Set(draw(1)).size).toBe(10);
  expect(draw(1)).toEqual(draw(1));
  expect(draw(2)).not.toEqual(draw(1));
  const met = new Set(Array.from({ length: 60 }, (_, seed) => draw(seed)).flat());
  expect(met.size).toBe(50);
});

test("more sequences than allowed are an error that says so, and so is an empty text", async () => {
  const spellings = new TokenSpellings(Array.from({ length: 128 }, (_, id) => Uint8Array.of(id)));
  const index = await openNaive([[...Buffer.from("aA Aa AA aa")]], { width: 1 });
  expect(findText(index, "aa", spellings, { maxSequences: 4 }).count()).toBe(4);
  expect(() => findText(index, "aa", spellings, { maxSequences: 3 })).toThrow(
    "more than 3 different sequences of tokens; ask for a longer one",
  );
  expect(() => findText(index, "", spellings)).toThrow("must not be empty");
});

test("a request for a text in too many sequences is refused", async () => {
  const index = await openNaive([[...Buffer.from("aA Aa AA aa")]], { width: 1 });
  const indexes = new Map([["letters", { index, text: byteText }]]);
  const request = { query_type: "count", query: "aa", ignore_case: true };
  const ask = async (sequences: number): Promise<unknown> =>
    (await answerRequest(request, { indexes, limits: { ...originalLimits, sequences } })).body;
  expect(await ask(4)).toMatchObject({ count: 4 });
  expect(await ask(3)).toEqual({
    error: "the text stands in more than 3 different sequences of tokens; ask for a longer one",
  });
});

test("words are found whole", async () => {
  const words = ["To", "to", "Tomorrow", "be"].map((word) => Buffer.from(`${word} `));
  const spellings = new TokenSpellings(words, { isWhole: true });
  const index = await openNaive([
    [0, 3],
    [1, 3, 1],
    [2, 3],
  ]);
  expect(countText(index, "to ", spellings)).toEqual({ df: 2, tf: 3 });
  expect(countText(index, "TO BE ", spellings, { wholeWords: true })).toEqual({ df: 2, tf: 2 });
  expect(countText(index, "to ", spellings, { ignoreCase: false })).toEqual({ df: 1, tf: 2 });
});
