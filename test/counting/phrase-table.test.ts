import fc from "fast-check";
import { expect, test } from "vitest";
import { PhraseTable } from "#rote/counting/phrase-table.js";

/** The number of a phrase, which is added where it is new. */
function numberOf(table: PhraseTable, text: string): number {
  const known = table.findText(text);
  return known === -1 ? table.addText(text) : known;
}

test("phrases are numbered as a Map numbers them", () => {
  // Prefixes of one another, lengths around whole words, lone surrogates, the empty text.
  const unit = fc.constantFrom("a", "b", "é", "東", "\ud800");
  fc.assert(
    fc.property(fc.array(fc.string({ unit, maxLength: 9 }), { maxLength: 60 }), (texts) => {
      const [table, twin] = [new PhraseTable(), new Map<string, number>()];
      for (const text of texts) {
        if (!twin.has(text)) twin.set(text, twin.size);
        expect(numberOf(table, text)).toBe(twin.get(text));
      }
      expect(table.size).toBe(twin.size);
      expect(table.texts()).toEqual([...twin.keys()]);
    }),
    { numRuns: 1000 },
  );
});

test("nothing is lost while a table grows", () => {
  const texts = Array.from({ length: 30_000 }, (_, i) => `phrase ${i} ${"x".repeat(i % 5)}`);
  const table = new PhraseTable();
  expect(texts.map((text) => numberOf(table, text))).toEqual(texts.map((_, i) => i));
  expect(texts.map((text) => table.findText(text))).toEqual(texts.map((_, i) => i));
  expect(table.texts()).toEqual(texts);
  expect(table.findText("phrase")).toBe(-1);
});

test("phrases with the same hash are two phrases", () => {
  // Known collisions of FNV-1a with 32 bits.
  const texts = ["costarring", "liquid", "declinate", "macallums"];
  const table = new PhraseTable();
  expect(texts.map((text) => numberOf(table, text))).toEqual([0, 1, 2, 3]);
  expect(texts.map((text) => table.findText(text))).toEqual([0, 1, 2, 3]);
});

test("a batch is looked up as each phrase by itself", () => {
  const table = new PhraseTable();
  const texts = ["a", "bc", "a much longer phrase than the others", "é"];
  for (const text of texts) table.addText(text);
  const asked = ["é", "x", "a", "bc", "a much longer phrase than the other", texts[2]!];
  const bounds = new Uint32Array(2 * asked.length);
  let end = 0;
  for (const [i, text] of asked.entries()) {
    bounds[2 * i] = end;
    end += Buffer.byteLength(text);
    bounds[2 * i + 1] = end;
  }
  const numbers = new Int32Array(asked.length);
  table.findAll(Buffer.from(asked.join("")), { bounds, count: asked.length }, numbers);
  expect([...numbers]).toEqual([3, -1, 0, 1, -1, 2]);
});
