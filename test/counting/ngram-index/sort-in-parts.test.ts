import fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { partSortingBytes, sortInParts } from "#rote/counting/ngram-index/sort-in-parts.js";
import { differenceCover, SuffixSample } from "#rote/counting/ngram-index/suffix-sample.js";
import { sortSuffixes } from "#rote/counting/ngram-index/suffix-sort.js";

const arrays = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };
const widths = [1, 2, 4] as const;

function inParts(tokens: Uint8Array | Uint16Array | Uint32Array, parts: number): number[][] {
  const least = partSortingBytes(tokens.length, tokens.BYTES_PER_ELEMENT as 1 | 2 | 4);
  const memory = least + Math.floor((40 * tokens.length) / parts);
  return [...sortInParts(tokens.slice(), memory)].map((part) => Array.from(part));
}

test("any two positions can be shifted alike into a difference cover", () => {
  for (const r of [0, 1, 2, 6]) {
    const { period, residues } = differenceCover(r);
    expect(residues.length).toBe(6 * r + 4);
    const differences = new Set(
      residues.flatMap((one) => residues.map((other) => (other - one + period) % period)),
    );
    expect(differences.size).toBe(period);
  }
});

test.each(widths)("a sample of a short period compares as the text does: %i bytes", (width) => {
  const ids = fc.array(fc.constantFrom(0, 1, 2 ** (8 * width) - 1), {
    minLength: 1,
    maxLength: 90,
  });
  fc.assert(
    fc.property(ids, fc.nat(), fc.nat(), (list, a, b) => {
      // Symbols in the order of their numbers: compare lists of them.
      const symbols = arrays[width].from(list);
      const sample = new SuffixSample(symbols, differenceCover(0));
      const [p, q] = [a % list.length, b % list.length];
      const naive = (): number => {
        for (let i = 0; ; i++) {
          if (p + i === list.length || q + i === list.length) return q - p;
          if (list[p + i] !== list[q + i]) return list[p + i]! - list[q + i]!;
        }
      };
      expect(Math.sign(sample.compare(p, q))).toBe(p === q ? 0 : Math.sign(naive()));
    }),
    { numRuns: 500 },
  );
});

test.each(widths)("sorting in parts is sorting: tokens of %i bytes", (width) => {
  const rng = createRng(width);
  const highest = 2 ** (8 * width) - 1;
  const random = Array.from({ length: 20_000 }, () => rng.int(40) * 7);
  const texts: readonly (readonly number[])[] = [
    ...[[], [3], [3, 3, 3]],
    random,
    // Copies longer than the sample's period.
    [...random.slice(0, 4000), ...random.slice(0, 4000), highest, ...random.slice(0, 4000)],
    Array<number>(9000).fill(5),
    Array.from({ length: 9000 }, (_, i) => (i % 1200 === 0 ? highest : i % 2)),
  ];
  for (const text of texts) {
    const tokens = arrays[width].from(text);
    const expected = Array.from(sortSuffixes(tokens));
    for (const parts of [1, 5]) {
      const sorted = inParts(tokens, parts);
      if (parts > 1 && text.length > 8000) expect(sorted.length).toBeGreaterThan(3);
      expect(sorted.flat()).toEqual(expected);
    }
  }
});
