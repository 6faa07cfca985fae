import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type Compression, decompress, sniffCompression } from "#rote/corpus/compression.js";
import { collect, inChunks } from "./helpers.ts";

// Made with `zstd -19`, which stores the size and a checksum.
const text = "It was the best of times, it was the worst of times.\n".repeat(40);
const frame = readFileSync(new URL("fixtures/times.zst", import.meta.url));
const longFrame = readFileSync(new URL("fixtures/times-long.zst", import.meta.url));

async function inflate(
  bytes: Uint8Array,
  compression: Compression,
  chunkSize = 7,
): Promise<string> {
  const chunks = decompress("f.gz", inChunks(bytes, chunkSize), compression);
  return Buffer.concat(await collect(chunks)).toString();
}

test("all members of a gzip file are read, also before a padding of zeros", async () => {
  const members = [gzipSync(text), gzipSync("second"), Buffer.alloc(9)];
  expect(await inflate(Buffer.concat(members), "gzip")).toBe(`${text}second`);
});

test("all frames of a Zstandard file are read", async () => {
  // Skippable frames of three bytes stand before and between them.
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const frames = Buffer.concat([skippable, frame, skippable, frame]);
  for (const chunkSize of [1, 7, 1000])
    expect(await inflate(frames, "zstd", chunkSize)).toBe(text + text);
  expect(
    [frames, frame, gzipSync(""), Buffer.from("P*M a"), Buffer.alloc(0)].map(sniffCompression),
  ).toEqual(["zstd", "zstd", "gzip", "none", "none"]);
});

test("a frame of many blocks is read, and its cut noticed between any two", async () => {
  const expected = Array.from(
    { length: 20_000 },
    (_, i) => `It was the best of times, it was line ${i % 977}.\n`,
  ).join("");
  expect(await inflate(longFrame, "zstd", 100)).toBe(expected);
  for (let cut = 100; cut < longFrame.length; cut += 97)
    await expect(inflate(longFrame.subarray(0, cut), "zstd", 1000)).rejects.toMatchObject({
      code: "file/truncated",
    });
});

test.each([
  ["gzip", gzipSync(text)],
  ["zstd", frame],
] as const)("a %s file cut anywhere is an error that says how far it got", async (kind, bytes) => {
  for (let cut = 1; cut < bytes.length; cut++) {
    const reading = inflate(bytes.subarray(0, cut), kind);
    await expect(reading, `cut at ${cut}`).rejects.toMatchObject({ code: "file/truncated" });
    await expect(reading).rejects.toThrow(/^f\.gz ends in the middle .* stored bytes/);
  }
});

test("damage is an error of its own", async () => {
  const bytes = gzipSync(text);
  bytes[bytes.length - 6]! ^= 1;
  await expect(inflate(bytes, "gzip")).rejects.toMatchObject({ code: "file/malformed" });
  for (const kind of ["gzip", "zstd"] as const)
    await expect(inflate(Buffer.from("neither of them at all"), kind)).rejects.toMatchObject({
      code: "file/malformed",
    });
});

test("a failure of the source stays what it is", async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield gzipSync(text).subarray(0, 10);
    await Promise.resolve();
    throw new RangeError("the disk is gone");
  }
  for (const kind of ["gzip", "zstd", "none"] as const)
    await expect(collect(decompress("f", broken(), kind))).rejects.toThrow("the disk is gone");
});

test("a flipped bit of a Zstandard frame never makes another text of it", async () => {
  // Some bits matter to nobody: a larger window, for one.
  for (let at = 0; at < frame.length; at++)
    for (const bit of [1, 16, 128]) {
      const damaged = Buffer.from(frame);
      damaged[at]! ^= bit;
      const read = await inflate(damaged, "zstd", 1000).catch((error: unknown) => error);
      if (read instanceof Error) expect(read.message).toMatch(/^f\.gz /);
      else expect(read, `byte ${at}, bit ${bit}`).toBe(text);
    }
});

test("frames without a text are passed over, however many", async () => {
  const empty = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
  const many = Buffer.concat([...Array<Buffer>(40_000).fill(empty), frame]);
  for (const chunkSize of [8, 1000, many.length])
    expect(await inflate(many, "zstd", chunkSize)).toBe(text);
});
