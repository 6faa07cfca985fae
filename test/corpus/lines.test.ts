import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeUtf8, readLineBlocks, readLines, readWhole } from "#rote/corpus/lines.js";
import { collect, inChunks } from "./helpers.ts";

async function split(
  content: string | Uint8Array,
  chunkSize = 3,
): Promise<{ lines: string[]; numbers: number[]; replaced: number }> {
  const counter = { replacedCharacters: 0 };
  const batches = await collect(readLines("f", inChunks(Buffer.from(content), chunkSize), counter));
  return {
    lines: batches.flatMap(({ lines }) => lines),
    numbers: batches.flatMap(({ firstLine, lines }) => lines.map((_, i) => firstLine + i)),
    replaced: counter.replacedCharacters,
  };
}

test.each([
  ["", []],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["a\n\nb", ["a", "", "b"]],
  ["a\r\nb\r\n", ["a", "b"]],
  ["a\rb\r\r\n", ["a\rb\r"]],
  ["a\u2028b\u2029c\u0085d\n", ["a\u2028b\u2029c\u0085d"]],
  ["\ufeffa\n\ufeffb", ["a", "\ufeffb"]],
  ["\n", [""]],
])("lines of %j", async (content, expected) => {
  const { lines, numbers } = await split(content);
  expect(lines).toEqual(expected);
  expect(numbers).toEqual(expected.map((_, i) => i + 1));
});

test("lines equal those of splitting the whole text, however the bytes are cut", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "\n", "\r", "é", "😀", "\u2028", "\ufeff") });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (text, chunkSize) => {
      const expected = text.replace(/^\ufeff/, "").split("\n");
      if (expected.at(-1) === "") expected.pop();
      const { lines } = await split(text, chunkSize);
      expect(lines).toEqual(expected.map((line) => line.replace(/\r$/, "")));
    }),
  );
});

test("blocks are all bytes but the mark, cut behind line ends", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "\n", "\r", "é", "\ufeff") });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (text, chunkSize) => {
      const chunks = inChunks(Buffer.from(text), chunkSize);
      const blocks = (await collect(readLineBlocks("f", chunks, { line: 1 }))).map(String);
      expect(blocks.join("")).toBe(text.replace(/^\ufeff/, ""));
      expect(blocks.slice(0, -1).every((block) => block.endsWith("\n"))).toBe(true);
      expect(blocks).not.toContain("");
    }),
  );
});

test("invalid UTF-8 is replaced as the WHATWG decoder does, and each replacement counted", () => {
  // Bytes that begin, continue and break sequences, and those of U+FFFD itself.
  const byte = fc.constantFrom(0x61, 0x80, 0xbf, 0xc3, 0xa9, 0xe2, 0xed, 0xa0, 0xef, 0xbd, 0xf0);
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 40 }), (bytes) => {
      const counter = { replacedCharacters: 0 };
      const buffer = Buffer.from(bytes);
      const text = decodeUtf8(buffer, counter);
      expect(text).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(buffer));
      const all = text.split("\ufffd").length - 1;
      const genuine = buffer.toString("latin1").split("\u00ef\u00bf\u00bd").length - 1;
      expect(counter.replacedCharacters).toBe(all - genuine);
    }),
    { numRuns: 2000 },
  );
});

test("a replacement character that stands in the file is not counted", async () => {
  const bytes = Buffer.concat([Buffer.from("a\ufffdb"), Buffer.from([0xff]), Buffer.from("c")]);
  const { lines, replaced } = await split(bytes);
  expect(lines).toEqual(["a\ufffdb\ufffdc"]);
  expect(replaced).toBe(1);
});

test("a line of 80 MB is one line", async () => {
  const line = Buffer.alloc(80_000_000, "x");
  const { lines } = await split(Buffer.concat([line, Buffer.from("\r\nend")]), 256 * 1024);
  expect(lines.map((text) => text.length)).toEqual([80_000_000, 3]);
});

test("a whole file loses its byte order mark and nothing else", async () => {
  const bytes = Buffer.from("\ufeffone\r\n\ufefftwo\n");
  const text = await readWhole("f", inChunks(bytes, 2), { replacedCharacters: 0 });
  expect(text).toBe("one\r\n\ufefftwo\n");
});
