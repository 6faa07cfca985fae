import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readDocument } from "#rote/counting/ngram-index/documents.js";
import type { MemoryShard } from "#rote/counting/ngram-index/memory-shard.js";
import {
  openIndex,
  type OpenIndexOptions,
  readIndexShards,
} from "#rote/counting/ngram-index/open-index.js";
import { writeNaiveIndex, type NaiveOptions } from "./naive-index.ts";

const documents = [[1, 2, 3], [2, 3], [], [3, 1, 2]];

function makeIndex(options: NaiveOptions = {}, name = "index"): string {
  const directory = join(mkdtempSync(join(tmpdir(), "rote-index-")), name);
  writeNaiveIndex(directory, documents, options);
  return directory;
}

async function countOf(directory: string, options?: OpenIndexOptions): Promise<number> {
  using index = await openIndex(directory, options);
  return index.count([2, 3]);
}

function breaks(code: string, message: RegExp): object {
  return expect.objectContaining({
    code,
    message: expect.stringMatching(message) as string,
  }) as object;
}

test("a path with the names of parts in it and foreign files beside them do not matter", async () => {
  const directory = makeIndex({}, "tables of metadata, portable offset");
  for (const name of [
    "table",
    "x.tokenized.0",
    "table.0.bak",
    "tables.0",
    "unigram.txt",
    "offset.01",
  ])
    writeFileSync(join(directory, name === "table" ? "table.md5" : name), "x");
  expect(await countOf(directory)).toBe(2);
  expect(await countOf(`${directory}/`)).toBe(2);
});

test("shards are joined in the order of their numbers, also beyond ten", async () => {
  const directory = mkdtempSync(join(tmpdir(), "rote-index-"));
  const many = Array.from({ length: 12 }, (_, i) => [i]);
  writeNaiveIndex(directory, many, { shards: 12 });
  using index = await openIndex(directory);
  expect(index.shards.map((shard) => shard.tokenAt(1))).toEqual(many.flat());
});

test("directories are one index in the order given", async () => {
  const [one, other] = [makeIndex(), makeIndex({ shards: 2 })];
  using index = await openIndex([one, other]);
  expect([index.shards.length, index.documentCount, index.count([2, 3])]).toEqual([3, 8, 4]);
});

test("what is missing is named", async () => {
  const directory = makeIndex({ shards: 3 });
  rmSync(join(directory, "table.1"));
  await expect(countOf(directory)).rejects.toEqual(breaks("index/missing", /has no table\.1/));
  await expect(countOf(tmpdir())).rejects.toEqual(breaks("index/missing", /holds no index/));
  await expect(countOf("no/such")).rejects.toEqual(breaks("file/missing", /no\/such/));
  const other = makeIndex();
  rmSync(join(other, "metaoff.0"));
  await expect(countOf(other)).rejects.toEqual(breaks("index/missing", /has no metaoff\.0/));
});

test("an index that is not finished is refused by name", async () => {
  const directory = makeIndex();
  renameSync(directory, `${directory}.unfinished`);
  const error = breaks(
    "index/unfinished",
    /index\.unfinished is an index whose build was interrupted/,
  );
  await expect(countOf(directory)).rejects.toEqual(error);
  await expect(countOf(`${directory}.unfinished`)).rejects.toEqual(error);
});

test.each([
  ["tokenized.0", 1, /no multiple of 2 bytes a token/],
  ["tokenized.0", 2, /no whole number of bytes/],
  ["table.0", 1, /no whole number of bytes/],
  ["offset.0", 1, /no multiple of 8/],
  ["metaoff.0", 8, /8 bytes for each of 4 documents/],
])("%s cut by %d bytes is found by its size", async (file, bytes, message) => {
  const path = join(makeIndex(), file);
  truncateSync(path, readFileSync(path).length - bytes);
  await expect(countOf(join(path, ".."))).rejects.toEqual(breaks("index/truncated", message));
});

test.each([0, 2 ** 30])("places outside of their file are errors (memory %d)", async (memory) => {
  const overwrite = async (file: string, at: number, value: number): Promise<void> => {
    const path = join(makeIndex(), file);
    const bytes = readFileSync(path);
    bytes[at] = value;
    writeFileSync(path, bytes);
    using index = await openIndex(join(path, ".."), { memory });
    for (let rank = 0; rank < index.tokenCount; rank++)
      index.shards[0]!.documentAt(index.shards[0]!.positionAt(rank));
  };
  await expect(overwrite("table.0", 5, 24)).rejects.toEqual(
    breaks("index/malformed", /table\.0: pointer 5 is byte 24, .* before byte 24/),
  );
  await expect(overwrite("table.0", 5, 7)).rejects.toEqual(
    breaks("index/malformed", /pointer 5 is byte 7/),
  );
  await expect(overwrite("offset.0", 16, 99)).rejects.toEqual(
    breaks("index/malformed", /offset\.0: offset 2 is byte 99/),
  );
});

test.skipIf(!existsSync("/proc/self/fd")).each([0, 2 ** 30])(
  "an index that cannot be opened leaves no file open (memory %d)",
  async (memory) => {
    const directory = makeIndex({ shards: 2 });
    const areOpen = (): string[] =>
      readdirSync("/proc/self/fd").filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).startsWith(directory);
        } catch {
          return false; // the one that has listed them
        }
      });
    {
      using _index = await openIndex(directory, { memory });
      expect(areOpen()).toHaveLength(memory === 0 ? 10 : 4);
    }
    // The last file that is opened is in the folder and cannot be.
    rmSync(join(directory, "metadata.1"));
    symlinkSync("gone", join(directory, "metadata.1"));
    await expect(countOf(directory, { memory })).rejects.toThrow("metadata.1 does not exist");
    expect(areOpen()).toEqual([]);
    if (memory === 0) return;
    const table = join(directory, "table.1");
    writeFileSync(table, readFileSync(table).fill(0xff));
    await expect(countOf(directory, { memory })).rejects.toThrow("table.1: pointer 0");
    expect(areOpen()).toEqual([]);
  },
);

test("shards with and without numbers are not one index", async () => {
  const directory = makeIndex();
  writeFileSync(join(directory, "tokenized"), "");
  await expect(countOf(directory)).rejects.toEqual(breaks("index/malformed", /one kind/));
});

test("tokens of another width are told by their beginning or by the sizes", async () => {
  const directory = makeIndex({ width: 2 });
  for (const tokenType of ["u8", "u32"] as const)
    await expect(countOf(directory, { tokenType })).rejects.toThrow("say with --token-type what");
});

test("shards that are read once are opened by others without a copy", async () => {
  const directory = mkdtempSync(join(tmpdir(), "rote-index-"));
  const directories = writeNaiveIndex(directory, [[1, 2, 3], [2, 3], [3]], { shards: 2 });
  expect(await readIndexShards(directories, { memory: 1 })).toBeUndefined();
  const shards = await readIndexShards(directories);
  for (const { tokens, suffixes, documentStarts } of shards!)
    for (const { buffer } of [tokens, suffixes, documentStarts])
      expect(buffer).toBeInstanceOf(SharedArrayBuffer);
  using index = await openIndex(directories, { shards });
  for (const [i, shard] of index.shards.entries())
    expect(shard).toMatchObject({ tokens: shards![i]!.tokens, suffixes: shards![i]!.suffixes });
  expect((index.shards[0] as MemoryShard).suffixes.buffer).toBe(shards![0]!.suffixes.buffer);
  expect(index.count([2, 3])).toBe(2);
  expect(readDocument(index, 0).metadata).toContain("ü0");
});
