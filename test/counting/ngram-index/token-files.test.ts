import { existsSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { messageOf } from "#rote/base/errors.js";
import { buildIndex } from "#rote/counting/ngram-index/build-index.js";
import { openTokenFiles, type TokenFilesOptions } from "#rote/counting/ngram-index/token-files.js";
import type { TokenReading, TokenSource } from "#rote/counting/ngram-index/token-source.js";
import { verifyIndex } from "#rote/counting/ngram-index/verify-index.js";
import { freshDirectory } from "../../cli/rote.js";

const scratch = freshDirectory();
afterAll(() => {
  scratch[Symbol.dispose]();
});
const arrays = {
  ...{ u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, u8: BigUint64Array },
  ...{ i2: Int16Array, i4: Int32Array, i8: BigInt64Array },
};
type NumberName = keyof typeof arrays;

function bytesOf(ids: readonly number[], type: NumberName): Buffer {
  const array = arrays[type];
  const numbers =
    array === BigUint64Array || array === BigInt64Array
      ? array.from(ids.map(BigInt))
      : (array as typeof Uint16Array).from(ids);
  return Buffer.from(numbers.buffer);
}

function write(name: string, ...parts: readonly Buffer[]): string {
  writeFileSync(scratch.in(name), Buffer.concat(parts));
  return scratch.in(name);
}

/** NumPy's format, version 1.0 or 2.0. */
function numPy(
  ids: readonly number[],
  {
    type = "u2",
    shape = `${ids.length},`,
    long = false,
    order = "<",
  }: { type?: NumberName; shape?: string; long?: boolean; order?: string } = {},
): Buffer {
  const header = `{'descr': '${type === "u1" ? "|" : order}${type}', 'fortran_order': False, 'shape': (${shape}), }`;
  const padded = `${header.padEnd(117)}\n`;
  const length = long ? [padded.length, 0, 0, 0] : [padded.length, 0];
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), long ? 2 : 1, 0, ...length]);
  return Buffer.concat([start, Buffer.from(padded), bytesOf(ids, type)]);
}

/** Megatron's index of these sequences; a document begins with each of the given ones. */
function megatron(
  code: number,
  width: number,
  sequences: readonly number[],
  documents: readonly number[],
): Buffer {
  const head = Buffer.alloc(34);
  head.write("MMIDIDX\0\0", "latin1");
  head.writeBigUInt64LE(1n, 9);
  head.writeUInt8(code, 17);
  head.writeBigUInt64LE(BigInt(sequences.length), 18);
  head.writeBigUInt64LE(BigInt(documents.length), 26);
  const places = sequences.map((_, i) => width * sequences.slice(0, i).reduce((a, b) => a + b, 0));
  return Buffer.concat([
    head,
    bytesOf(sequences, "i4"),
    ...[bytesOf(places, "i8"), bytesOf(documents, "i8")],
  ]);
}

async function read(
  path: string | readonly string[],
  options: TokenFilesOptions = {},
  reading: TokenReading = {},
): Promise<number[][]> {
  const source = await openTokenFiles([path].flat(), options);
  const documents: number[][] = [];
  for await (const { tokens, ends, metadata } of source.batches(reading)) {
    expect(metadata.length).toBe(ends.length);
    for (let i = 0; i < ends.length; i++)
      documents.push(Array.from(tokens.subarray(i === 0 ? 0 : ends[i - 1]!, ends[i])));
  }
  return documents;
}

describe("documents end", () => {
  test("at the id that ends them, which belongs to none; empty ones count", async () => {
    const path = write("eos.npy", numPy([5, 6, 0, 0, 7, 0, 8]));
    expect(await read(path, { endId: 0 })).toEqual([[5, 6], [], [7], [8]]);
    expect(await read(path, { endId: 0 }, { skip: 3 })).toEqual([[8]]);
    const ended = write("ended.npy", numPy([5, 0]));
    expect(await read([ended, path], { endId: 0 })).toEqual([[5], [5, 6], [], [7], [8]]);
  });

  test("after rows of the length that is asked for, or that the array has", async () => {
    const flat = write("flat.bin", bytesOf([1, 2, 3, 4, 5], "u2"));
    expect(await read(flat, { tokenType: "u16", rowLength: 2 })).toEqual([[1, 2], [3, 4], [5]]);
    const rows = write("rows.npy", numPy([1, 2, 3, 4, 5, 0], { shape: "2, 3", long: true }));
    expect(await read(rows)).toEqual([
      [1, 2, 3],
      [4, 5, 0],
    ]);
    expect(await read(rows, { endId: 3 })).toEqual([
      [1, 2],
      [4, 5, 0],
    ]);
  });

  test("where Megatron's index says, with or without the id that ends them", async () => {
    const path = write("m.bin", bytesOf([5, 6, 0, 7, 8, 9, 0, 0], "u2"));
    write("m.idx", megatron(8, 2, [3, 2, 0, 2, 1], [0, 1, 2, 3, 4, 5]));
    expect(await read(path)).toEqual([[5, 6, 0], [7, 8], [], [9, 0], [0]]);
    expect(await read(path, { endId: 0 })).toEqual([[5, 6], [7, 8], [], [9], []]);
    write("m.idx", megatron(8, 2, [3, 5], [0, 2]));
    expect(await read(path.replace(".bin", ".idx"))).toEqual([[5, 6, 0, 7, 8, 9, 0, 0]]);
  });

  test("once in a file that is named twice, or beside its index", async () => {
    const path = write("twice.bin", bytesOf([5, 6, 7], "u2"));
    write("twice.idx", megatron(8, 2, [2, 1], [0, 1, 2]));
    const paths = [path, path.replace(".bin", ".idx"), path, scratch.in("twice.b?n")];
    expect(await read(paths)).toEqual([[5, 6], [7]]);
  });

  test("alike however many numbers are read at once", async () => {
    const ids = Array.from({ length: 2_300_000 }, (_, i) => (i * 7919) % 300);
    const path = write("large.npy", numPy(ids, { type: "i4" }));
    const documents = await read(path, { endId: 0 });
    expect(documents.length).toBe(ids.filter((id) => id === 0).length + (ids.at(-1) === 0 ? 0 : 1));
    const joined = documents.flatMap((document, i) => (i === 0 ? document : [0, ...document]));
    expect(joined.length === ids.length || joined.length === ids.length - 1).toBe(true);
    expect(joined.every((id, i) => id === ids[i])).toBe(true);
  });
});

test.each(["u1", "u2", "u4", "u8", "i2", "i4", "i8"] as const)(
  "numbers of type %s",
  async (type) => {
    const path = write(`${type}.npy`, numPy([1, 100, 0], { type }));
    expect(await read(path, { endId: 0 })).toEqual([[1, 100]]);
  },
);

test("an index of ids has them, their end, and where each document stood", async () => {
  const path = write("i.npy", numPy([5, 65534, 0, 7, 0]));
  const out = scratch.in("i.index");
  const { description } = await buildIndex(await openTokenFiles([path], { endId: 0 }), { out });
  expect(description).toMatchObject({
    ...{ tokenType: "u16", endOfDocument: 0, documents: 2, tokens: 5, tokenizer: null },
    corpus: { name: "i", files: 1, bytes: 138 },
  });
  expect((await verifyIndex(out)).findings).toEqual([]);
});

describe("bad input:", () => {
  const cases: readonly [string, string, TokenFilesOptions, string][] = [
    ["no end", write("n.npy", numPy([1])), {}, "does not say where documents end"],
    ["no type", write("r.bin", bytesOf([1], "u2")), { endId: 0 }, "say it with --token-type"],
    [
      "another type",
      write("t.npy", numPy([1])),
      { tokenType: "u32", endId: 0 },
      "holds u16 by its own",
    ],
    ["half a number", write("h.bin", Buffer.alloc(3)), { tokenType: "u16", endId: 0 }, "3 bytes"],
    [
      "a short array",
      write("s.npy", numPy([1, 2], { shape: "3," })),
      { endId: 0 },
      "announces 3 numbers",
    ],
    [
      "big-endian",
      write("b.npy", numPy([1], { order: ">" })),
      { endId: 0 },
      "little-endian whole numbers",
    ],
    ["the separator", write("x.npy", numPy([65535])), { endId: 0 }, "number 0 is 65535"],
    [
      "a negative id",
      write("neg.npy", numPy([3, -1], { type: "i4" })),
      { endId: 0 },
      "number 1 is -1",
    ],
    ["both ends", write("e.npy", numPy([1])), { endId: 0, rowLength: 2 }, "give one of them"],
    ["an end beyond all ids", write("z.npy", numPy([1])), { endId: 65535 }, "--eos 65535 ends no"],
    ["no file", scratch.in("gone.npy"), { endId: 0 }, "gone.npy does not exist"],
    ["no match", scratch.in("gone*.npy"), { endId: 0 }, "matches no file"],
  ];

  test.each(cases)("%s", async (_, path, options, message) => {
    await expect(read(path, options)).rejects.toThrow(message);
  });

  test("an index that is about other numbers", async () => {
    const path = write("bad.bin", bytesOf([1, 2, 3], "u2"));
    write("bad.idx", megatron(8, 2, [2], [0, 1]));
    await expect(read(path)).rejects.toThrow("is about 2 numbers, but");
    write("bad.idx", megatron(6, 2, [3], [0, 1]));
    await expect(read(path)).rejects.toThrow("numbers (6) that are not read");
    write("bad.idx", megatron(8, 2, [3], [0, 1]).subarray(0, 40));
    await expect(read(path)).rejects.toThrow("holds 40 bytes for 1 sequences");
  });
});

test("files of more ids than their shards can take are refused before anything is written", async () => {
  const path = write("few.npy", numPy([1, 2, 0, 3]));
  const source = await openTokenFiles([path], { endId: 0 });
  expect(source.tokens).toBe(4);
  const out = scratch.in("refused");
  const refused = async (options: object, source_: TokenSource = source): Promise<unknown> =>
    buildIndex(source_, { out, ...options }).catch((error: unknown) => messageOf(error));
  expect(await refused({ memory: 1000 })).toMatch(/^sorting a shard of 4 tokens .* --memory/);
  const many = { ...source, width: 1, tokens: 3 * (2 ** 32 - 1) } as const;
  expect(await refused({ shards: 3, memory: 1e15 }, many)).toMatch(
    /^a shard of 4294967295 tokens of 1 bytes is too large to sort, .* at least 4 --shards/,
  );
  expect(existsSync(`${out}.unfinished`)).toBe(false);
});
