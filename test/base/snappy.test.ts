import fc from "fast-check";
import { snappyUncompress } from "hyparquet";
import { expect, test } from "vitest";
import { compressSnappy } from "#rote/base/snappy.js";

function expectWhole(input: Uint8Array): void {
  const compressed = compressSnappy(input);
  const output = new Uint8Array(input.length);
  snappyUncompress(compressed, output);
  expect(Buffer.compare(output, input)).toBe(0);
  expect(compressed.length).toBeLessThanOrEqual(32 + input.length + input.length / 6);
}

test("what is compressed comes back", () => {
  // Few letters and repeated pieces: matches of all lengths and distances, overlapping ones too.
  const letters = fc.uint8Array({ max: 2, maxLength: 300 });
  const pieces = fc
    .tuple(
      fc.array(letters, { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(4), { maxLength: 60 }),
    )
    .map(([parts, order]) => Buffer.concat(order.map((i) => parts[i % parts.length]!)));
  fc.assert(fc.property(fc.oneof(letters, fc.uint8Array(), pieces), expectWhole), {
    numRuns: 2000,
  });
});

test.each([0, 1, 3, 4, 59, 60, 61, 255, 256, 257, 65_535, 65_536, 65_537, 200_000, 17_000_000])(
  "%d bytes, all alike and all different",
  (length) => {
    const mixed = new Uint8Array(length);
    for (let i = 0, state = 1; i < length; i++) {
      state = Math.imul(state, 1664525) + 1013904223;
      mixed[i] = state >>> 24;
    }
    expectWhole(mixed);
    expectWhole(new Uint8Array(length).fill(7));
    if (length > 1000)
      expect(compressSnappy(new Uint8Array(length)).length).toBeLessThan(length / 18);
  },
);

test("matches reach back as far as the format can say, and no farther", () => {
  for (const distance of [2047, 2048, 65_535, 65_536]) {
    const input = new Uint8Array(distance + 40);
    for (let i = 0; i < distance; i++) input[i] = (i * i) >>> 3;
    input.copyWithin(distance, 0, 40);
    expectWhole(input);
  }
});
