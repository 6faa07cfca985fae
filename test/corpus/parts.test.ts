import { statSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { BLOCK_BYTES } from "#rote/base/block-hash.js";
import { hashFiles } from "#rote/base/files.js";
import { digestBlocks } from "#rote/base/block-hash.js";
import { openCorpus } from "#rote/corpus/corpus.js";
import { countLines, lineChunks, type Stretches } from "#rote/corpus/line-chunks.js";
import { dealParts, partBytes, planParts, type PlannedFile } from "#rote/corpus/parts.js";
import { planCorpus } from "#rote/corpus/part-plan.js";
import { readPart } from "#rote/corpus/read-part.js";
import { Tally } from "#rote/corpus/tally.js";
import { collect, inChunks, scratch } from "./helpers.ts";

const { folder, write, remove } = scratch();
afterAll(remove);

const MiB = 1024 * 1024;
const file = (path: string, byteLength: number, more: Partial<PlannedFile> = {}): PlannedFile => ({
  path,
  byteLength,
  kind: "jsonl",
  compression: "none",
  ...more,
});

describe("the plan", () => {
  test("large files of lines are ranges of 16 MiB, small files are read together", () => {
    const files = [
      file("a", 1 * MiB),
      file("b", 2 * MiB),
      file("large", 40 * MiB),
      file("c", 3 * MiB),
      file("d", 2 * MiB),
      file("stream.gz", 2 * MiB, { compression: "gzip" }),
      file("small.gz", 1000, { compression: "gzip" }),
      file("e.csv", 50 * MiB, { kind: "csv" }),
    ];
    expect(planParts(files)).toEqual([
      { kind: "files", file: 0, endFile: 2 },
      { kind: "range", file: 2, start: 0, end: 16 * MiB },
      { kind: "range", file: 2, start: 16 * MiB, end: 32 * MiB },
      { kind: "range", file: 2, start: 32 * MiB, end: 40 * MiB },
      { kind: "files", file: 3, endFile: 4 },
      { kind: "files", file: 4, endFile: 5 },
      { kind: "stream", file: 5 },
      { kind: "files", file: 6, endFile: 7 },
      { kind: "files", file: 7, endFile: 8 },
    ]);
  });

  test("a text file is cut only where its lines are documents, and no file where a filter needs ids", () => {
    const text = [file("t.txt", 40 * MiB, { kind: "text" })];
    expect(planParts(text)).toEqual([{ kind: "files", file: 0, endFile: 1 }]);
    expect(planParts(text, { lines: true })).toHaveLength(3);
    expect(planParts(text, { lines: true, where: { id: "t.txt:7" } })).toHaveLength(1);
  });

  test("row groups are gathered to 4 MiB", () => {
    const rowGroups = [1, 2, 3, 4, 5].map((group) => ({ rows: group, start: group * MiB }));
    const files = [file("p", 9 * MiB, { kind: "parquet", rowGroups })];
    expect(planParts(files)).toEqual([
      { kind: "rows", file: 0, firstGroup: 0, endGroup: 3, firstRow: 0, start: 0, end: 4 * MiB },
      {
        kind: "rows",
        file: 0,
        firstGroup: 3,
        endGroup: 5,
        firstRow: 6,
        start: 4 * MiB,
        end: 9 * MiB,
      },
    ]);
  });

  test("parts are dealt once each, and evenly", () => {
    const weights = fc.array(fc.nat(1000), { maxLength: 60 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 9 }), (weights, of) => {
        const dealt = Array.from({ length: of }, (_, i) => dealParts(weights, i + 1, of));
        expect(dealt.flat().sort((a, b) => a - b)).toEqual(weights.map((_, i) => i));
        const sums = dealt.map((parts) => parts.reduce((sum, part) => sum + weights[part]!, 0));
        expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(Math.max(0, ...weights));
      }),
    );
  });
});

/** The pieces of all parts of one file, as text. */
async function readInParts(
  path: string,
  cut: Parameters<typeof planCorpus>[1],
  counted: Stretches = [],
): Promise<{ text: string; starts: string[]; lines: number; hash: string }> {
  const { reading } = (await openCorpus({ paths: [path], lines: true })).parts;
  const { parts } = await planCorpus(reading, cut);
  const blocks: string[] = [];
  const texts: string[] = [];
  let lines = 0;
  for (const part of parts) {
    if (part.kind === "stream") throw new Error("a stream is read by itself");
    const tally = new Tally();
    const pieces = readPart(part, reading, { counted, tally, onBytes: () => undefined });
    for (let next = await pieces.next(); ; next = await pieces.next()) {
      if (next.done === true) {
        blocks.push(...next.value);
        break;
      }
      if (next.value.kind !== "lines") throw new Error("lines were expected");
      const { bytes, passed } = next.value.chunk;
      texts.push(Buffer.from(bytes).toString());
      lines += passed + countLines(bytes);
    }
  }
  return { text: texts.join(""), starts: texts, lines, hash: digestBlocks(blocks) };
}

const lineText = fc
  .array(
    fc.tuple(
      fc.constantFrom("", "a", "bcd", "é\u2028", "\ufeffx"),
      fc.constantFrom("\n", "\r\n", "\n\n"),
    ),
    {
      maxLength: 20,
    },
  )
  .map((lines) => lines.flat().join(""));

describe("ranges", () => {
  test("hold every line once, whole, in order, whatever their length", async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(
        lineText,
        fc.constantFrom("", "\ufeff"),
        fc.constantFrom("", "end"),
        fc.integer({ min: 1, max: 40 }),
        async (text, mark, end, partBytes) => {
          const path = write(`ranges/${(number += 1)}.txt`, mark + text + end);
          const read = await readInParts(path, { partBytes });
          // At the beginning of a file one mark is dropped; a second one is text.
          expect(read.text).toBe(mark === "" ? (text + end).replace(/^\ufeff/, "") : text + end);
          expect(read.lines).toBe(countLines(Buffer.from(read.text)));
          for (const piece of read.starts.slice(0, -1)) expect(piece.endsWith("\n")).toBe(true);
          expect(read.hash).toBe(await hashFiles([path]));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("of 16 MiB cut no line and hash each block once, also with one line over three of them", async () => {
    const line = `${"word ".repeat(3000)}\n`;
    const many = Math.floor((BLOCK_BYTES - 1000) / line.length);
    const text = [line.repeat(many), "x".repeat(2.5 * BLOCK_BYTES), "\n", line.repeat(100)].join(
      "",
    );
    const path = write("long.txt", text);
    const read = await readInParts(path, {});
    expect(read.text === text).toBe(true);
    expect(read.lines).toBe(many + 101);
    expect(read.hash).toBe(await hashFiles([path]));
  });
});

test("lines that are counted are passed over and counted as lines", async () => {
  const text = "a\nbb\nccc\n\neeeee\nf";
  const starts = [0, 2, 5, 9, 10, 16, 17];
  for (const from of starts)
    for (const to of starts.filter((end) => end > from)) {
      const pieces = await collect(
        lineChunks(inChunks(Buffer.from(text), 3), { chunkBytes: 4, counted: [[from, to]] }),
      );
      const rest = pieces.map(({ bytes }) => Buffer.from(bytes).toString()).join("");
      expect(rest).toBe(text.slice(0, from) + text.slice(to));
      let lines = 0;
      for (const { bytes, passed } of pieces) lines += passed + countLines(bytes);
      expect(lines).toBe(6);
    }
});

test("a line that is too long ends the chunks, after the lines before it", async () => {
  const text = Buffer.from(`ab\ncd\n${"x".repeat(50)}\nef\n`);
  const chunks = await collect(lineChunks(inChunks(text, 4), { longestLine: 20 }));
  expect(chunks.map(({ bytes }) => Buffer.from(bytes).toString()).join("")).toBe("ab\ncd\n");
  expect(chunks.at(-1)).toMatchObject({ start: 6, isBeforeTooLong: true });
});

test("the plan of a corpus follows from its files, and tells them by size and time", async () => {
  const paths = ["a.jsonl", "b.jsonl.gz"].map((name) =>
    write(`plan/${name}`, name.endsWith("gz") ? gzipSync('{"text":"b"}\n') : '{"text":"a"}\n'),
  );
  const { reading } = (await openCorpus({ paths })).parts;
  const plan = await planCorpus(reading, { streamBytes: 1 });
  expect(plan).toEqual(await planCorpus(reading, { streamBytes: 1 }));
  expect(plan.parts.map(({ kind }) => kind)).toEqual(["files", "stream"]);
  expect(plan.weights).toEqual(paths.map((path) => statSync(path).size));
  expect(plan.weights).toEqual(plan.parts.map((part) => partBytes(part, plan.files)));
  expect(plan.files.map(({ modified }) => modified)).toEqual(
    paths.map((path) => statSync(path).mtimeMs),
  );
  const other = await planCorpus({ ...reading, field: "body" }, { streamBytes: 1 });
  expect(other.hash).not.toBe(plan.hash);
  await expect(
    planCorpus({ ...reading, files: [{ ...reading.files[0]!, path: `${folder}/no` }] }),
  ).rejects.toThrow("does not exist");
});
