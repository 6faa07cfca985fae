import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { openTokenizer } from "#rote/tokenizers/open.js";
import type { Tokenizer } from "#rote/tokenizers/tokenizer.js";
import {
  data,
  hardStrings,
  hasData,
  hasNative,
  type Oracle,
  openOracle,
  published,
} from "./oracle.ts";

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
  for (let at = 0; at < 60_000; at += 20_000) yield shakespeare.slice(at, at + 20_000);
  const novels = gunzipSync(readFileSync(`${data}/corpora/eltec/eltec-mini-7lang.jsonl.gz`))
    .toString("utf8")
    .split("\n");
  for (let line = 0; line < 140; line += 7)
    yield (JSON.parse(novels[line]!) as { text: string }).text.slice(1000, 9000);
}

/** Code points by the hundred: every 101st, and the borders of what Unicode 17 added. */
function* codePoints(): Generator<readonly number[]> {
  const codes = [0x88e, 0x88f, 0x890, 0xa7cf, 0xa7d2, 0x10940, 0x11de9, 0x187ff, 0x2b73f, 0x323b0];
  for (let code = 0x80; code < 0x110000; code += 101)
    if (code < 0xd800 || code > 0xdfff) codes.push(code);
  // Planes 4 to 13 are empty.
  const some = codes.filter((code) => code < 0x34000 || code > 0xe0000);
  for (let at = 0; at < some.length; at += 100) yield some.slice(at, at + 100);
}

const isComposed = (character: string): boolean =>
  !/\p{M}/u.test(character) && character.normalize("NFC") === character;

describe.skipIf(reason !== "")(`the ids of the reference${reason}`, () => {
  for (const [name, path] of Object.entries(published)) {
    let both: Promise<{ readonly ours: Tokenizer; readonly oracle: Oracle }>;
    beforeAll(() => {
      both = openTokenizer(path).then((ours) => ({ ours, oracle: openOracle(path) }));
    });

    test(`${name}: hard strings`, async () => {
      const { ours, oracle } = await both;
      for (const hard of hardStrings) await expectSame(ours, oracle, hard);
    });

    test(`${name}: characters of all kinds, among them those new in Unicode 17`, async () => {
      const { ours, oracle } = await both;
      for (const group of codePoints()) {
        // Composition is left out: the reference composes by an older table.
        const all = group.map((code) => String.fromCodePoint(code)).filter(isComposed);
        const probe = all.map((c) => `x${c}x 1${c}1 !${c}! ${c} '${c}\n`).join("");
        expect(Array.from(ours.encode(probe))).toEqual((await oracle.encode(probe)).ids);
      }
    });

    test(`${name}: prose in seven languages`, async () => {
      const { ours, oracle } = await both;
      for (const slice of slicesOfProse()) {
        const ids = ours.encode(slice);
        expect(Array.from(ids)).toEqual((await oracle.encode(slice)).ids);
      }
    });

    test(`${name}: random Unicode`, async () => {
      const { ours, oracle } = await both;
      await fc.assert(
        fc.asyncProperty(text, (random) => expectSame(ours, oracle, random)),
        { numRuns: 300 },
      );
    });
  }
});

async function expectSame(ours: Tokenizer, oracle: Oracle, text: string): Promise<void> {
  const expected = await oracle.encode(text);
  const { ids, offsets } = ours.encodeWithOffsets(text);
  expect(Array.from(ids), JSON.stringify(text)).toEqual(expected.ids);
  expect(ours.encode(text)).toEqual(ids);
  // Where NFC changes a cluster, the reference leaves the marks it swallows out of every offset.
  if (text.normalize("NFC") === text)
    expect(Array.from(offsets), JSON.stringify(text)).toEqual(expected.offsets);
  expect(ours.decode(ids)).toBe(await oracle.decode(expected.ids));
}
