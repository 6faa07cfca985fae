import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openTokenizer } from "#rote/tokenizers/open.js";
import type { Tokenizer } from "#rote/tokenizers/tokenizer.js";
import { data, hardStrings, hasData, hasNative, openOracle, published } from "./oracle.ts";

const reason = hasData
  ? hasNative
    ? ""
    : " (skipped: the package tokenizers is not installed)"
  : " (skipped: ../shared/data is absent)";

// What a tokenizer reads as a letter or a mark changes with Unicode; the reference composes by an
// older table than the platform, so marks are drawn from blocks that have long been stable.
const character = fc.oneof(
  fc.constantFrom(" ", "\n", "\t", "'", "\u0301", "\u00a0", "\u0085", "s", "1", "."),
  fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)),
  fc.integer({ min: 0xa0, max: 0x5ff }).map((code) => String.fromCodePoint(code)),
  fc.integer({ min: 0x1e00, max: 0x2fff }).map((code) => String.fromCodePoint(code)),
  fc.integer({ min: 0x3040, max: 0xd7a3 }).map((code) => String.fromCodePoint(code)),
  fc.integer({ min: 0x1f300, max: 0x1f6ff }).map((code) => String.fromCodePoint(code)),
);
const text = fc.string({ unit: character, maxLength: 40 });

/** Slices of prose in seven languages, cut without regard to words. */
function* slicesOfProse(): Generator<string> {
  const shakespeare = readFileSync(`${data}/corpora/tinyshakespeare/input.txt`, "utf8");
  for (let at = 0; at < 200_000; at += 20_000) yield shakespeare.slice(at, at + 20_000);
  const novels = gunzipSync(readFileSync(`${data}/corpora/eltec/eltec-mini-7lang.jsonl.gz`))
    .toString("utf8")
    .split("\n");
  for (let line = 0; line < 140; line += 7)
    yield (JSON.parse(novels[line]!) as { text: string }).text.slice(1000, 9000);
}

describe.skipIf(reason !== "")(`the ids of the reference${reason}`, () => {
  for (const [name, path] of Object.entries(published)) {
    test(`${name}: hard strings`, async () => {
      const [ours, oracle] = [await openTokenizer(path), openOracle(path)];
      for (const hard of hardStrings) await expectSame(ours, oracle, hard);
    });

    test(`${name}: prose in seven languages`, async () => {
      const [ours, oracle] = [await openTokenizer(path), openOracle(path)];
      for (const slice of slicesOfProse()) {
        const ids = ours.encode(slice);
        expect(Array.from(ids)).toEqual((await oracle.encode(slice)).ids);
      }
    });

    test(`${name}: random Unicode`, async () => {
      const [ours, oracle] = [await openTokenizer(path), openOracle(path)];
      await fc.assert(
        fc.asyncProperty(text, (random) => expectSame(ours, oracle, random)),
        { numRuns: 300 },
      );
    });
  }
});

async function expectSame(
  ours: Tokenizer,
  oracle: ReturnType<typeof openOracle>,
  text: string,
): Promise<void> {
  const expected = await oracle.encode(text);
  const { ids, offsets } = ours.encodeWithOffsets(text);
  expect(Array.from(ids), JSON.stringify(text)).toEqual(expected.ids);
  expect(ours.encode(text)).toEqual(ids);
  // Where NFC changes a cluster, the reference leaves the marks it swallows out of every offset.
  if (text.normalize("NFC") === text)
    expect(Array.from(offsets), JSON.stringify(text)).toEqual(expected.offsets);
  expect(ours.decode(ids)).toBe(await oracle.decode(expected.ids));
}
