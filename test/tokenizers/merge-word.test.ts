import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteStrings } from "#rote/tokenizers/byte-strings.js";
import { Heap } from "#rote/tokenizers/heap.js";
import { MergeTable } from "#rote/tokenizers/merge-table.js";
import { mergeWord } from "#rote/tokenizers/merge-word.js";

/** Merge from the definition: the pair of lowest rank, the leftmost of several, again and again. */
function mergeNaively(ids: number[], merges: readonly (readonly number[])[]): number[] {
  for (;;) {
    let best: { rank: number; at: number } | undefined;
    for (let at = 0; at + 1 < ids.length; at++) {
      const rank = merges.findLastIndex(([a, b]) => a === ids[at] && b === ids[at + 1]);
      if (rank >= 0 && (best === undefined || rank < best.rank)) best = { rank, at };
    }
    if (best === undefined) return ids;
    ids.splice(best.at, 2, merges[best.rank]![2]!);
  }
}

// Few ids and merges that make old ids again: pairs repeat, overlap and come back.
const merge = fc.tuple(fc.nat(5), fc.nat(5), fc.nat(7));
const merges = fc.uniqueArray(merge, { maxLength: 12, selector: ([a, b]) => a * 8 + b });

describe("mergeWord", () => {
  test("merges short and long words as the definition says", () => {
    const word = fc.array(fc.nat(5), { maxLength: 120 });
    fc.assert(
      fc.property(word, merges, (ids, merges) => {
        const copy = Int32Array.from(ids);
        const length = mergeWord(copy, ids.length, new MergeTable(Int32Array.from(merges.flat())));
        expect(Array.from(copy.subarray(0, length))).toEqual(mergeNaively([...ids], merges));
      }),
      { numRuns: 1000 },
    );
  });

  test("a page without a space takes no page's square of time", () => {
    const table = new MergeTable(Int32Array.of(0, 0, 1, 1, 1, 2, 2, 2, 3));
    const ids = new Int32Array(400_000);
    // 0.3 s on one core; looking through all pairs each time would take minutes and end the test.
    expect(mergeWord(ids, ids.length, table)).toBe(50_000);
  });
});

test("byte strings are numbered in order of arrival, however many there are", () => {
  const bytes = fc.uint8Array({ max: 2, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 200 }), (strings) => {
      const [set, naive] = [new ByteStrings(), new Map<string, number>()];
      for (const string of strings) {
        const expected = naive.get(string.join()) ?? naive.size;
        naive.set(string.join(), expected);
        expect(set.intern(Uint8Array.of(9, ...string), 1, string.length + 1)).toBe(expected);
        expect(set.get(expected)).toEqual(string);
      }
      expect(set.count).toBe(naive.size);
    }),
  );
  const many = new ByteStrings();
  const number = (i: number): Uint8Array => new Uint8Array(Int32Array.of(i).buffer);
  for (let i = 0; i < 10_000; i++) expect(many.intern(number(i), 0, 4)).toBe(i);
  for (let i = 0; i < 10_000; i++) expect(many.intern(number(i), 0, 4)).toBe(i);
});

test("a heap gives its elements in order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const heap = new Heap<number>((a, b) => a < b);
      for (const number of numbers) heap.push(number);
      expect(numbers.map(() => heap.pop())).toEqual(numbers.toSorted((a, b) => a - b));
      expect(heap.pop()).toBe(undefined);
    }),
  );
});
