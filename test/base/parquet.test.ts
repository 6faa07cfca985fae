import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import {
  describeParquet,
  type ParquetColumn,
  readParquet,
  readParquetRowGroups,
  writeParquet,
} from "#rote/base/parquet.js";

const folder = mkdtempSync(join(tmpdir(), "rote-parquet-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = (name: string): string => join(folder, name);

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const columns: ParquetColumn[] = [
  { name: "a", type: "string" },
  { name: "codf", type: "int64" },
  { name: "n", type: "int32" },
  { name: "logLikelihood", type: "double", nullable: true },
  { name: "matched", type: "boolean" },
  { name: "reason", type: "string", nullable: true },
];

test("rows come back as they were written, over several row groups", async () => {
  const row = fc.record({
    a: fc.string({ unit: "binary" }),
    codf: fc.maxSafeInteger(),
    n: fc.integer(),
    logLikelihood: fc.option(fc.double()),
    matched: fc.boolean(),
    reason: fc.option(fc.string()),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (rows) => {
      const path = file("property.parquet");
      expect(await writeParquet(path, columns, rows, { rowGroupSize: 7 })).toBe(rows.length);
      expect(await collect(readParquet(path))).toEqual(rows);
    }),
    { numRuns: 50 },
  );
});

test("the footer tells rows, columns and metadata; columns are selected by name", async () => {
  const path = file("described.parquet");
  const rows = [{ a: "x", codf: 3n, n: 1, matched: true }];
  await writeParquet(path, columns, rows, { metadata: { policy: "words@1" } });
  expect(await describeParquet(path)).toEqual({
    rows: 1,
    columns: [
      { name: "a", type: "BYTE_ARRAY" },
      { name: "codf", type: "INT64" },
      { name: "n", type: "INT32" },
      { name: "logLikelihood", type: "DOUBLE" },
      { name: "matched", type: "BOOLEAN" },
      { name: "reason", type: "BYTE_ARRAY" },
    ],
    metadata: { policy: "words@1" },
  });
  const selected = readParquet(path, { columns: ["codf", "reason"] });
  expect(await collect(selected)).toEqual([{ codf: 3, reason: null }]);
});

test("an empty file keeps its columns, and the same rows make the same bytes", async () => {
  await writeParquet(file("empty.parquet"), columns, []);
  expect(await collect(readParquet(file("empty.parquet")))).toEqual([]);
  expect((await describeParquet(file("empty.parquet"))).columns).toHaveLength(6);
  const rows = [{ a: "x", codf: 1, n: 1, matched: false }];
  for (const name of ["1.parquet", "2.parquet"]) await writeParquet(file(name), columns, rows);
  expect(readFileSync(file("1.parquet"))).toEqual(readFileSync(file("2.parquet")));
});

test("row groups are read one at a time, with the bytes read so far", async () => {
  const path = file("groups.parquet");
  const rows = Array.from({ length: 100 }, (_, i) => ({ i }));
  await writeParquet(path, [{ name: "i", type: "int64" }], rows, { rowGroupSize: 30 });
  const groups = await collect(readParquetRowGroups(path));
  expect(groups.map((group) => group.rows.length)).toEqual([30, 30, 30, 10]);
  const stored = groups.map((group) => group.storedBytes);
  expect(stored).toEqual([...stored].sort((a, b) => a - b));
  expect(stored[3]).toBeLessThan(readFileSync(path).length);
});

test("a value of the wrong type names file, row, column and value, and leaves nothing behind", async () => {
  const path = file("wrong.parquet");
  const write = (row: Record<string, unknown>): Promise<number> =>
    writeParquet(path, columns, [{ a: "x", codf: 1, n: 1, matched: true, ...row }]);
  await expect(write({ codf: 1.5 })).rejects.toThrow(
    `${path} row 1: column "codf" is int64, got 1.5`,
  );
  await expect(write({ codf: 2 ** 53 })).rejects.toThrow('"codf" is int64');
  await expect(write({ n: 2 ** 31 })).rejects.toThrow('"n" is int32');
  await expect(write({ a: null })).rejects.toThrow('"a" is string, got null');
  expect(readdirSync(folder).filter((name) => name.startsWith("wrong"))).toEqual([]);
});

test("integers beyond 2^53 are an error, or their digits where asked for", async () => {
  const path = file("large.parquet");
  await writeParquet(path, [{ name: "hash", type: "int64" }], [{ hash: 2n ** 60n }]);
  await expect(collect(readParquet(path))).rejects.toThrow("1152921504606846976, beyond the 2^53");
  expect(await collect(readParquet(path, { largeIntegers: "text" }))).toEqual([
    { hash: "1152921504606846976" },
  ]);
});

test("broken files are refused by name", async () => {
  const path = file("whole.parquet");
  await writeParquet(path, columns, [{ a: "x", codf: 1, n: 1, matched: true }]);
  const bytes = readFileSync(path);
  writeFileSync(file("cut.parquet"), bytes.subarray(0, bytes.length - 10));
  writeFileSync(file("text.parquet"), "this is no Parquet file");
  const footer = Buffer.from(bytes).fill(0xff, bytes.length - 60, bytes.length - 8);
  writeFileSync(file("flipped.parquet"), footer);
  const read = (name: string): Promise<unknown> => collect(readParquet(file(name)));
  await expect(read("cut.parquet")).rejects.toMatchObject({ code: "file/truncated" });
  await expect(read("text.parquet")).rejects.toMatchObject({ code: "file/malformed" });
  await expect(read("flipped.parquet")).rejects.toMatchObject({ code: "file/malformed" });
  await expect(read("absent.parquet")).rejects.toMatchObject({ code: "file/missing" });
  await expect(collect(readParquet(folder))).rejects.toMatchObject({ code: "file/unreadable" });
  await expect(collect(readParquet(path, { columns: ["codff"] }))).rejects.toThrow(
    'has no column "codff", but "codf"; its columns are a, codf, n',
  );
});
