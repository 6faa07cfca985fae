import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDecoder } from "#rote/models/open-decoder.js";
import { openWeights } from "#rote/models/open-weights.js";
import { openTorchCheckpoint } from "#rote/models/torch-checkpoint/open-torch-checkpoint.js";
import { readTensors } from "#rote/models/weights.js";
import { wholeSequence } from "#rote/models/scoring/token-tree.js";
import { goldenFolder, hasGolden, readGolden } from "../golden.ts";
import { type ArchiveOptions, writeArchive } from "./archive.ts";
import { asTorch, entriesOf, writeCheckpoint } from "./checkpoint.ts";
import {
  dict,
  emptyDict,
  integer,
  orderedDict,
  pickle,
  reduce,
  stackGlobal,
  stateDict,
  tensor,
  text,
  tuple,
} from "./pickle.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rote-torch-"));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function write(bytes: Uint8Array): Promise<string> {
  const path = join(folder, `${(files += 1)}.bin`);
  await writeFile(path, bytes);
  return path;
}

const a = { name: "a", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
const b = { name: "b", shape: [], data: Float32Array.of(-0.5) };
const floats = (...values: number[]): Uint8Array =>
  new Uint8Array(Float32Array.from(values).buffer);

describe("an archive", () => {
  const ways: Record<string, ArchiveOptions> = {
    "as PyTorch writes it": asTorch,
    "with sizes before the data": {},
    "with 64-bit sizes": { ...asTorch, zip64: true },
    "with a comment that looks like an end": { comment: "PK\x05\x06 is no end" },
  };
  test.each(Object.keys(ways))("%s is read where it lies", async (way) => {
    const path = await write(writeCheckpoint([a, b], ways[way]));
    const weights = await openTorchCheckpoint(path);
    expect(weights.files).toEqual([path]);
    expect(weights.tensors.get("a")).toMatchObject({ dtype: "F32", shape: [2, 3], file: path });
    const { startByte, endByte } = weights.tensors.get("a")!;
    expect((await readFile(path)).subarray(startByte, endByte)).toEqual(Buffer.from(a.data.buffer));
    if (ways[way] === asTorch) expect(startByte % 64).toBe(0);
    const read = await readTensors(weights, [a, b]);
    expect(read.get("a")).toEqual(a.data);
    expect(read.get("b")).toEqual(b.data);
  });

  test("of more than 4 GiB is read where it lies", async () => {
    // A sparse file: a storage of 5 GiB of zeros, and one behind it.
    const zeros = 5 * 2 ** 30;
    const size = { size: zeros, storedSize: zeros };
    const dictionary = stateDict([
      { name: "large", key: "0", shape: [zeros / 4] },
      { name: "behind", key: "1", shape: [2] },
    ]);
    const [pickled, , large] = entriesOf(dictionary, [new Uint8Array(0)]);
    const front = writeArchive([pickled!, large!]);
    const directoryBytes = 46 + pickled!.name.length + 46 + large!.name.length;
    const frontEnd = front.length - 22 - directoryBytes;
    const behind = { name: "archive/data/1", data: floats(7, 8) };
    const behindStart = frontEnd + zeros;
    const local = writeArchive([behind]);
    const localEnd = local.length - 22 - 46 - behind.name.length;
    const all = writeArchive(
      [
        { ...pickled!, claims: { start: 0 } },
        { ...large!, claims: { ...size, start: frontEnd - 30 - large!.name.length } },
        { ...behind, claims: { start: behindStart } },
      ],
      { zip64: true },
    );
    const path = join(folder, "large.bin");
    const handle = await open(path, "w");
    try {
      await handle.write(front.subarray(0, frontEnd), 0, frontEnd, 0);
      await handle.write(local.subarray(0, localEnd), 0, localEnd, behindStart);
      await handle.write(
        zip64Tail(all, behindStart + localEnd),
        undefined,
        undefined,
        behindStart + localEnd,
      );
    } finally {
      await handle.close();
    }
    const weights = await openTorchCheckpoint(path);
    expect(weights.tensors.get("large")).toMatchObject({ startByte: frontEnd });
    const read = await readTensors(weights, [{ name: "behind", shape: [2] }]);
    expect(read.get("behind")).toEqual(Float32Array.of(7, 8));
  });
});

/** The directory and what follows it, moved to another place. */
function zip64Tail(archive: Buffer, directoryStart: number): Buffer {
  const start = Number(archive.readBigUInt64LE(archive.length - 22 - 20 - 56 + 48));
  const tail = Buffer.from(archive.subarray(start));
  const record = tail.length - 22 - 20 - 56;
  tail.writeBigUInt64LE(BigInt(directoryStart), record + 48);
  tail.writeBigUInt64LE(BigInt(directoryStart + record), record + 56 + 8);
  return tail;
}

describe("a state dict", () => {
  async function openPickle(bytes: Uint8Array, storages: readonly Uint8Array[] = []) {
    return openTorchCheckpoint(await write(writeArchive(entriesOf(bytes, storages), asTorch)));
  }

  test("may be a plain dictionary, and of protocol 4", async () => {
    const value = dict([[text("a"), tensor({ name: "a", key: "0", shape: [1] })]]);
    for (const version of [2, 3, 4, 5]) {
      const { tensors } = await openPickle(pickle(value, version), [floats(3)]);
      expect([...tensors.keys()]).toEqual(["a"]);
    }
    const framed = Buffer.concat([Buffer.of(0x95, 9, 0, 0, 0, 0, 0, 0, 0), emptyDict]);
    expect((await openPickle(pickle(framed, 4))).tensors.size).toBe(0);
    const named = reduce(stackGlobal("collections", "OrderedDict"));
    expect((await openPickle(pickle(named, 4))).tensors.size).toBe(0);
  });

  test("may hold tensors that share a storage, in part or whole", async () => {
    const shared = { key: "0", length: 6 };
    const { tensors } = await openPickle(
      stateDict([
        { name: "whole", shape: [2, 3], ...shared },
        { name: "tied", shape: [2, 3], ...shared },
        { name: "row", shape: [3], offset: 3, ...shared },
      ]),
      [floats(1, 2, 3, 4, 5, 6)],
    );
    const { startByte, endByte } = tensors.get("whole")!;
    expect(tensors.get("tied")).toMatchObject({ startByte, endByte });
    expect(tensors.get("row")).toMatchObject({ startByte: startByte + 12, endByte });
  });

  test.each([
    ["DoubleStorage", "F64", 8],
    ["HalfStorage", "F16", 2],
    ["BFloat16Storage", "BF16", 2],
    ["LongStorage", "I64", 8],
    ["IntStorage", "I32", 4],
    ["ShortStorage", "I16", 2],
    ["CharStorage", "I8", 1],
    ["ByteStorage", "U8", 1],
    ["BoolStorage", "BOOL", 1],
  ])("names the type of a %s", async (storage, dtype, width) => {
    const bytes = stateDict([{ name: "x", key: "0", shape: [3], storage }]);
    const { tensors } = await openPickle(bytes, [new Uint8Array(3 * width)]);
    const { startByte, endByte } = tensors.get("x")!;
    expect(tensors.get("x")!.dtype).toBe(dtype);
    expect(endByte - startByte).toBe(3 * width);
  });

  test("may have strides that are never taken", async () => {
    const { tensors } = await openPickle(
      stateDict([
        { name: "one", key: "0", shape: [1, 2, 1], strides: [99, 1, 7] },
        { name: "none", key: "1", shape: [0, 4], strides: [1, 9] },
      ]),
      [floats(1, 2), new Uint8Array(0)],
    );
    expect(tensors.get("one")!.shape).toEqual([1, 2, 1]);
    expect(tensors.get("none")!.shape).toEqual([0, 4]);
  });

  test("with a transposed tensor is refused by its name", async () => {
    const bytes = stateDict([{ name: "w", key: "0", shape: [2, 3], strides: [1, 2] }]);
    await expect(openPickle(bytes, [floats(1, 2, 3, 4, 5, 6)])).rejects.toMatchObject({
      code: "model/unsupported",
      message: expect.stringContaining(
        'tensor "w" is stored transposed or spread (strides [1, 2] for shape [2, 3]); save it as it is read: tensor.contiguous()',
      ) as string,
    });
  });

  test("with a name like a property of objects is a name like any other", async () => {
    const { tensors } = await openPickle(stateDict([{ name: "__proto__", key: "0", shape: [1] }]), [
      floats(1),
    ]);
    expect([...tensors.keys()]).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>).kind).toBeUndefined();
  });

  test.each([
    [
      "a number under a name",
      dict([[text("step"), integer(3)]]),
      /under the name "step" it holds a number, not a tensor/,
    ],
    [
      "a dictionary in the dictionary",
      dict([[text("state_dict"), emptyDict]]),
      /under the name "state_dict" it holds a mapping/,
    ],
    ["a number for a name", dict([[integer(1), integer(1)]]), /the name of a tensor is a number/],
    ["a tuple", tuple(integer(1)), /it holds a tuple in place of names and tensors/],
    ["None", Buffer.from("N"), /it holds None in place/],
  ])("that is %s is refused", async (_, value, message) => {
    await expect(openPickle(pickle(value))).rejects.toThrow(message);
  });

  test("with two tensors of one name is refused", async () => {
    const twice = [1, 2].map(() => ({ name: "x", key: "0", shape: [1] }));
    await expect(openPickle(stateDict(twice), [floats(1)])).rejects.toThrow(/two tensors "x"/);
  });

  test("with attributes of no use is read without them", async () => {
    const value = Buffer.concat([orderedDict, dict([[text("x"), integer(1)]]), Buffer.from("b")]);
    expect((await openPickle(pickle(value))).tensors.size).toBe(0);
  });
});

describe("a model folder", () => {
  test("with shards is read as one", async () => {
    const names = ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"] as const;
    await writeFile(join(folder, names[0]), writeCheckpoint([a]));
    await writeFile(join(folder, names[1]), writeCheckpoint([b]));
    const weight_map = { a: names[0], b: names[1] };
    const index = join(folder, "pytorch_model.bin.index.json");
    await writeFile(index, JSON.stringify({ metadata: { total_size: 28 }, weight_map }));
    const weights = await openWeights(folder);
    expect(weights.files).toEqual(names.map((name) => join(folder, name)));
    const read = await readTensors(weights, [a, b]);
    expect(read.get("a")).toEqual(a.data);
    expect(read.get("b")).toEqual(b.data);
  });

  test.skipIf(!hasGolden)(
    "of PyTorch's own writing gives PyTorch's log-probabilities",
    async () => {
      const { sequences } = readGolden("neox-bin");
      await using model = await openDecoder(goldenFolder("neox-bin"), { threads: 1 });
      const results = await model.run(
        sequences.map(({ input_ids }) => wholeSequence(Int32Array.from(input_ids))),
      );
      for (const [i, { logprobs, argmax }] of sequences.entries()) {
        // 3e-5: ten times float32 noise, a ninth of the smallest planted mistake (README there).
        for (const [t, value] of logprobs.entries())
          expect(Math.abs(results[i]!.logProbs[t]! - value)).toBeLessThan(3e-5);
        expect([...results[i]!.argmax]).toEqual(argmax.slice(0, -1));
      }
    },
  );

  test.skipIf(!hasGolden)("of PyTorch's own writing lists what safetensors list", async () => {
    const listed = async (name: string): Promise<unknown[]> =>
      [...(await openWeights(goldenFolder(name))).tensors.values()]
        .map(({ name, dtype, shape }) => [name, dtype, shape])
        .sort();
    expect(await listed("neox-bin")).toEqual(await listed("neox-f16-legacy"));
  });
});
