import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { hashFiles } from "#rote/base/files.js";
import { digestBlocks } from "#rote/base/block-hash.js";
import { findFrame, hasFrames } from "#rote/corpus/frames.js";
import { readFrameLines } from "#rote/corpus/line-stream.js";
import { blockedGzip, scratch } from "./helpers.ts";

const { write, remove } = scratch();
afterAll(remove);

// Made with `zstd -19`, which stores the size and a checksum.
const zstdText = "It was the best of times, it was the worst of times.\n".repeat(40);
const zstdFrame = readFileSync(new URL("fixtures/times.zst", import.meta.url));
const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

/** A frame that holds its text as it is, without checksum: what else is inside is up to the test. */
function rawFrame(text: Uint8Array): Buffer {
  const blocks: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])];
  for (let start = 0; start === 0 || start < text.length; start += 5) {
    const block = text.subarray(start, start + 5);
    const isLast = start + 5 >= text.length;
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | (isLast ? 1 : 0), 0, 3);
    blocks.push(header, Buffer.from(block));
  }
  return Buffer.concat(blocks);
}

interface Read {
  readonly text: string;
  readonly firstLines: readonly number[];
  readonly hash: string;
}

/** All ranges of a file, one after another. */
async function readRanges(path: string, byteLength: number, rangeBytes: number): Promise<Read> {
  const compression = path.endsWith("gz") ? "gzip" : "zstd";
  const texts: string[] = [];
  const blocks: string[] = [];
  const firstLines: number[] = [];
  for (let start = 0; start < byteLength; start += rangeBytes) {
    const end = Math.min(byteLength, start + rangeBytes);
    for await (const step of readFrameLines({ path, compression }, { start, end })) {
      if ("end" in step) blocks.push(...step.end.blocks);
      else {
        texts.push(Buffer.from(step.chunk.bytes).toString());
        firstLines.push(step.chunk.firstLine);
      }
    }
  }
  return { text: texts.join(""), firstLines, hash: digestBlocks(blocks) };
}

const lines = fc
  .array(fc.tuple(fc.constantFrom("", "a", "bcd", "efghij"), fc.constantFrom("\n", "\r\n", "")), {
    maxLength: 30,
  })
  .map((parts) => parts.flat().join(""));

test("ranges of blocked gzip hold every line once, wherever blocks and ranges end", async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 5, max: 200 }),
      async (text, blockBytes, rangeBytes) => {
        const bytes = blockedGzip(Buffer.from(text), blockBytes);
        const path = write(`bgzf/${(number += 1)}.gz`, bytes);
        const read = await readRanges(path, bytes.length, rangeBytes);
        expect(read.text).toBe(text);
        expect(read.hash).toBe(await hashFiles([path]));
      },
    ),
    { numRuns: 100 },
  );
});

test("ranges of Zstandard frames do too, skippable frames between them", async () => {
  let number = 0;
  const piece = fc.oneof(
    lines.map((text) => ({ text, bytes: rawFrame(Buffer.from(text)) })),
    fc.constant({ text: zstdText, bytes: zstdFrame }),
    fc.constant({ text: "", bytes: skippable }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 5, max: 300 }),
      async (pieces, rangeBytes) => {
        const bytes = Buffer.concat(pieces.map((each) => each.bytes));
        const path = write(`frames/${(number += 1)}.zst`, bytes);
        const read = await readRanges(path, bytes.length, rangeBytes);
        expect(read.text).toBe(pieces.map(({ text }) => text).join(""));
      },
    ),
    { numRuns: 100 },
  );
});

test("what looks like the beginning of a frame inside one is none", async () => {
  const text = Buffer.concat([Buffer.from("a\n"), zstdFrame.subarray(0, 40), Buffer.from("\nb\n")]);
  const bytes = Buffer.concat([rawFrame(text), zstdFrame, rawFrame(text)]);
  const path = write("nested.zst", bytes);
  const file = { path, compression: "zstd" } as const;
  expect(await findFrame(file, 1, bytes.length)).toBe(rawFrame(text).length);
  for (const rangeBytes of [20, 50, 100])
    expect((await readRanges(path, bytes.length, rangeBytes)).text).toBe(
      [text, zstdText, text].map((each) => each.toString()).join(""),
    );
});

test("where the search is led astray, it is noticed", async () => {
  // A whole frame inside a frame, in one raw block of which another frame begins where the inner one ends.
  const inner = rawFrame(Buffer.from("no\n"));
  const twice = Buffer.concat([inner, inner, Buffer.from("yes\n")]);
  const header = Buffer.alloc(3);
  header.writeUIntLE((twice.length << 3) | 1, 0, 3);
  const outer = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]), header, twice]);
  const path = write("astray.zst", Buffer.concat([outer, zstdFrame]));
  await expect(readRanges(path, outer.length + zstdFrame.length, 5)).rejects.toMatchObject({
    code: "corpus/unsupported",
  });
});

test("a file of frames is known by its first two", async () => {
  const kinds = {
    "one.zst": zstdFrame,
    "two.zst": Buffer.concat([skippable, zstdFrame, skippable, zstdFrame]),
    "raw.zst": Buffer.from("neither of them at all"),
    "blocked.gz": blockedGzip(Buffer.from(zstdText), 100),
    "members.gz": Buffer.concat([gzipSync("a"), gzipSync("b")]),
  };
  const found: Record<string, boolean> = {};
  for (const [name, bytes] of Object.entries(kinds)) {
    const compression = name.endsWith("gz") ? "gzip" : "zstd";
    found[name] = await hasFrames({ path: write(`known/${name}`, bytes), compression });
  }
  expect(found).toEqual({
    "one.zst": false,
    "two.zst": true,
    "raw.zst": false,
    "blocked.gz": true,
    "members.gz": false,
  });
});

test("a frame cut short is an error of the range in which it begins", async () => {
  for (const [name, whole] of [
    ["cut.gz", blockedGzip(Buffer.from(zstdText), 100)],
    ["cut.zst", Buffer.concat([zstdFrame, zstdFrame, zstdFrame])],
  ] as const) {
    const bytes = whole.subarray(0, whole.length - (name === "cut.gz" ? 35 : 9));
    await expect(readRanges(write(name, bytes), bytes.length, 40)).rejects.toMatchObject({
      code: "file/truncated",
    });
  }
});
