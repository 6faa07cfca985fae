/** Archives that lie or are damaged: each is refused with one clear error. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { RoteError } from "#rote/base/errors.js";
import { openTorchCheckpoint } from "#rote/models/torch-checkpoint/open-torch-checkpoint.js";
import { type ArchiveEntry, type ArchiveOptions, writeArchive } from "./archive.ts";
import { entriesOf, writeCheckpoint } from "./checkpoint.ts";
import { global, none, orderedDict, pickle, stateDict, text } from "./pickle.ts";
import { inArchive, Refusals } from "./refusal.ts";

const refusals = new Refusals();
const refusal = (bytes: Uint8Array): Promise<RoteError> => refusals.of(bytes);
afterAll(() => refusals.remove());

describe("an archive that lies", () => {
  const good = (): ArchiveEntry[] =>
    entriesOf(stateDict([{ name: "w", key: "0", shape: [1] }]), [new Uint8Array(4)]);
  const changed = (name: string, change: Partial<ArchiveEntry>): ArchiveEntry[] =>
    good().map((entry) => (entry.name === `archive/${name}` ? { ...entry, ...change } : entry));

  test.each<[string, ArchiveEntry[], ArchiveOptions, RegExp]>([
    [
      "a compressed storage",
      changed("data/0", { deflated: true }),
      {},
      /"archive\/data\/0" is compressed, as in TorchScript .* save the weights again with torch\.save/,
    ],
    [
      "an encrypted entry",
      changed("data/0", { encrypted: true }),
      {},
      /"archive\/data\/0" is encrypted/,
    ],
    [
      "two sizes",
      changed("data/0", { claims: { storedSize: 8 } }),
      {},
      /stored, but in 8 bytes for 4/,
    ],
    [
      "a size beyond the file",
      changed("data/0", { claims: { size: 1e6, storedSize: 1e6 } }),
      {},
      /of 1000000 bytes at byte \d+ does not fit/,
    ],
    [
      "a size of 8 EiB",
      changed("data/0", { claims: { size: 2 ** 62, storedSize: 2 ** 62 } }),
      { zip64: true },
      /a size of 4611686018427388000 bytes is no size/,
    ],
    [
      "a size over the next entry",
      changed("byteorder", { claims: { size: 60, storedSize: 60 } }),
      {},
      /entry "archive\/data\/0" overlaps/,
    ],
    [
      "a place of another entry",
      changed("data/0", { claims: { start: 0 } }),
      {},
      /calls itself otherwise|overlaps/,
    ],
    [
      "a place in the middle",
      changed("data/0", { claims: { start: 7 } }),
      {},
      /overlaps|no stored entry/,
    ],
    [
      "a place behind the file",
      changed("data/0", { claims: { start: 1e6 } }),
      {},
      /does not fit before the directory/,
    ],
    [
      "another name inside",
      changed("data/0", { localName: "archive/data/1" }),
      {},
      /calls itself otherwise in its own header/,
    ],
    [
      "a name twice",
      changed("version", { name: "archive/data/0" }),
      {},
      /two entries are called "archive\/data\/0"/,
    ],
    [
      "a path upwards",
      changed("version", { name: "archive/../../x" }),
      {},
      /"archive\/\.\.\/\.\.\/x" leads out of the archive/,
    ],
    [
      "an absolute path",
      changed("version", { name: "/etc/passwd" }),
      {},
      /leads out of the archive/,
    ],
    ["a path of Windows", changed("version", { name: "C:\\x" }), {}, /leads out of the archive/],
    ["no pickle", good().slice(1), {}, /holds 0 entries NAME\/data\.pkl/],
    [
      "two pickles",
      [...good(), { name: "b/data.pkl", data: pickle(none) }],
      {},
      /holds 2 entries NAME\/data\.pkl/,
    ],
    [
      "big-endian numbers",
      changed("byteorder", { data: Buffer.from("big") }),
      {},
      /byte order "big"; "little" is read/,
    ],
    ["a count too high", good(), { end: { entries: 9 } }, /has 4 entries, but claims 9/],
    [
      "a count beyond reason",
      good(),
      { zip64: true, end: { entries: 2 ** 40 } },
      /directory of 1099511627776 entries/,
    ],
    ["a directory elsewhere", good(), { end: { start: 5 } }, /does not end at byte/],
    [
      "a directory of 2^52 bytes",
      good(),
      { zip64: true, end: { length: 2 ** 52 } },
      /does not end at byte/,
    ],
    ["another disk", good(), { end: { disk: 1 } }, /one part of an archive of several/],
  ])("%s", async (_, entries, options, message) => {
    expect((await refusal(writeArchive(entries, options))).message).toMatch(message);
  });

  test("bytes behind its end are not passed over", async () => {
    const bytes = Buffer.concat([writeArchive(good()), Buffer.from("x")]);
    expect((await refusal(bytes)).code).toBe("file/truncated");
  });

  test("what is no archive is called what it is", async () => {
    const legacy = Buffer.from("80028a0a6cfc9c46f9206aa850192e8002", "hex");
    expect((await refusal(legacy)).message).toContain("format from before version 1.6");
    expect((await refusal(Buffer.alloc(0))).message).toContain("it is empty");
    expect((await refusal(Buffer.from("<html>"))).message).toContain("does not begin as a zip");
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    expect((await refusal(Buffer.from(pointer))).message).toContain("git lfs pull");
  });
});

describe("damage", () => {
  const whole = writeCheckpoint([
    { name: "a", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    { name: "b", shape: [1], data: Float32Array.of(7) },
  ]);

  test("a file cut off anywhere is refused", async () => {
    for (let length = 0; length < whole.length; length += 7)
      await refusal(whole.subarray(0, length));
    expect((await refusal(whole.subarray(0, -1))).code).toBe("file/truncated");
  });

  test("changed bytes give tensors inside the file or one clear error", async () => {
    const change = fc.record({ at: fc.nat(whole.length - 1), to: fc.nat(255) });
    const path = join(refusals.folder, "fuzz.bin");
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const bytes = Buffer.from(whole);
        for (const { at, to } of changes) bytes[at] = to;
        await writeFile(path, bytes);
        try {
          const { tensors } = await openTorchCheckpoint(path);
          for (const { startByte, endByte } of tensors.values())
            expect(0 <= startByte && startByte <= endByte && endByte <= bytes.length).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(RoteError);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("random operations give an answer or one clear error", async () => {
    const known = "N\x88\x89)]}(021te.uasR bQ\x85\x86\x87\x94h\x00q\x00K\x01".split("");
    const names = [text("w"), orderedDict, global("torch", "FloatStorage"), global("os", "system")];
    const piece = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom(...known).map((each) => Buffer.from(each, "latin1")),
      },
      { weight: 1, arbitrary: fc.constantFrom(...names) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }).map((each) => Buffer.from(each)) },
    );
    const path = join(refusals.folder, "operations.bin");
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
        await writeFile(path, inArchive(pickle(Buffer.concat(pieces))));
        const error: unknown = await openTorchCheckpoint(path).catch((reason: unknown) => reason);
        expect(error instanceof RoteError || "tensors" in (error as object)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
