import fc from "fast-check";
import { expect, test } from "vitest";
import { hashBytes } from "#rote/tokenizers/byte-strings.js";
import { WordCache } from "#rote/tokenizers/word-cache.js";

/** The ids of a word, or undefined where it is not cached. */
function lookUp(cache: WordCache, word: Uint8Array): number[] | undefined {
  const entry = cache.find(hashBytes(word, 0, word.length), word, 0, word.length);
  if (entry === 0) return undefined;
  const count = cache.words[entry + 1]! & 0xffff;
  return Array.from(cache.words.subarray(entry + 2, entry + 2 + count));
}

function add(cache: WordCache, word: Uint8Array, ids: readonly number[]): void {
  const hash = hashBytes(word, 0, word.length);
  cache.add(hash, word, 0, word.length, Int32Array.of(...ids, 99, 99), ids.length);
}

test("gives back the ids of every word added", () => {
  const word = fc.uint8Array({ max: 2, maxLength: 9 });
  const ids = fc.array(fc.nat(), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.tuple(word, ids), { maxLength: 100 }), (entries) => {
      const [cache, naive] = [new WordCache(), new Map<string, number[]>()];
      for (const [word, ids] of entries) {
        expect(lookUp(cache, word)).toEqual(naive.get(word.join()));
        if (naive.has(word.join())) continue;
        add(cache, word, ids);
        naive.set(word.join(), ids);
      }
    }),
  );
});

test("a full cache is emptied and goes on", () => {
  const cache = new WordCache();
  const word = (i: number): Uint8Array => new Uint8Array(Int32Array.of(i).buffer);
  const most = 1 << 19;
  for (let i = 0; i < most; i++) add(cache, word(i), [i]);
  expect(lookUp(cache, word(0))).toEqual([0]);
  expect(lookUp(cache, word(most - 1))).toEqual([most - 1]);
  add(cache, word(most), [most]);
  expect(lookUp(cache, word(0))).toBe(undefined);
  expect(lookUp(cache, word(most))).toEqual([most]);
});
