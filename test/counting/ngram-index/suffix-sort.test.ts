import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { findOrderFault, positionsInMemory } from "#rote/counting/ngram-index/suffix-order.js";
import {
  mostSortableTokens,
  sortSuffixes,
  type Tokens,
} from "#rote/counting/ngram-index/suffix-sort.js";

/** The definition: the bytes of the tokens from each position on, compared as memcmp does. */
function naiveOrder(tokens: Tokens): number[] {
  const bytes = Buffer.from(tokens.buffer, tokens.byteOffset, tokens.byteLength);
  const width = tokens.BYTES_PER_ELEMENT;
  return Array.from(tokens.keys()).sort((a, b) =>
    Buffer.compare(bytes.subarray(a * width), bytes.subarray(b * width)),
  );
}

const widths = [
  ["8 bits", Uint8Array, 0xff],
  ["16 bits", Uint16Array, 0xffff],
  ["32 bits", Uint32Array, 0xffffffff],
] as const;

describe.each(widths)("tokens of %s", (_, Array, highest) => {
  // Few different ids make repeats and shared prefixes common; the high ones show the byte order.
  const ids = [0, 1, 2, 255, 256, 257, 65_536, 0x01020304, highest - 1, highest].filter(
    (id) => id <= highest,
  );

  test("come in the order of their bytes", () => {
    const texts = fc
      .integer({ min: 1, max: ids.length })
      .chain((kinds) => fc.array(fc.constantFrom(...ids.slice(-kinds)), { maxLength: 60 }));
    fc.assert(
      fc.property(texts, (text) => {
        const tokens = Array.from(text);
        expect([...sortSuffixes(tokens)]).toEqual(naiveOrder(tokens));
      }),
      { numRuns: 1000 },
    );
  });

  test("come in the order of their bytes where the shorter texts repeat, too", () => {
    const rng = createRng("suffixes");
    let text = [0, 1];
    for (let i = 0; i < 9; i++) text = [...text, ...text.slice(rng.int(text.length)), rng.int(3)];
    const tokens = Array.from(text.slice(0, 3000));
    expect([...sortSuffixes(tokens)]).toEqual(naiveOrder(tokens));
  });

  // The kernel works in blocks of 1,024 suffixes.
  test.each([1023, 1024, 1025, 1026, 2048, 2049, 3072, 5000])(
    "%i of them come in the order of their bytes",
    (length) => {
      const rng = createRng(length);
      const tokens = Array.from(Uint32Array.from({ length }, () => ids[rng.int(ids.length)]!));
      expect([...sortSuffixes(tokens)]).toEqual(naiveOrder(tokens));
    },
  );

  test("all alike come from the last to the first", () => {
    const tokens = new Array(100_000).fill(highest);
    expect(sortSuffixes(tokens)).toEqual(Uint32Array.from(tokens, (_, i) => tokens.length - 1 - i));
  });
});

test("low and high tokens in turn, nearly all different by threes, leave room for the shorter texts", () => {
  const rng = createRng("turns");
  const half = (k: number): number => (k % 2 === 0 ? rng.int(16_000) : 16_384 + rng.int(16_000));
  const symbols = Array.from({ length: 400_000 }, (_, i) =>
    i % 2 === 1 ? 32_768 + rng.int(32_000) : half(i / 2),
  );
  const tokens = Uint16Array.from(symbols, (symbol) => (symbol >>> 8) | ((symbol & 0xff) << 8));
  // A repeated passage makes the shorter texts be sorted, too.
  tokens.copyWithin(tokens.length - 3000, 0, 2048);
  const suffixes = positionsInMemory(Uint32Array.from(sortSuffixes(tokens)));
  expect(findOrderFault(tokens, suffixes)).toBeUndefined();
});

test("a text of no tokens has no suffixes", () => {
  expect(sortSuffixes(new Uint16Array(0))).toHaveLength(0);
});

test("one sorting takes hundreds of millions of tokens", () => {
  expect(mostSortableTokens(2)).toBeGreaterThan(450e6);
});
