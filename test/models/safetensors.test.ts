import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToBfloat16,
  float32ToFloat16,
} from "#rote/models/half-float.js";
import { openWeights } from "#rote/models/open-weights.js";
import { readTensors } from "#rote/models/weights.js";
import { writeSafetensors } from "#rote/models/write-safetensors.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rote-safetensors-"));
});
afterAll(() => rm(folder, { recursive: true }));

const tensors = [
  { name: "b", shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 65504, 0, -0.25) },
  { name: "a", shape: [1], data: Float32Array.of(3) },
];

test.each(["float32", "float16"] as const)("what is written as %s is read back", async (dtype) => {
  const path = join(folder, dtype);
  await writeSafetensors(join(path, "model.safetensors"), tensors, { dtype });
  const read = await readTensors(await openWeights(path), tensors);
  for (const { name, data } of tensors) expect(read.get(name)).toEqual(data);
});

test("a file is a length, a JSON header padded to 8 bytes, and the data", async () => {
  const path = join(folder, "golden.safetensors");
  await writeSafetensors(path, [{ name: "x", shape: [1, 2], data: Float32Array.of(1, -2) }]);
  const header =
    '{"__metadata__":{"format":"pt"},"x":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
  const bytes = await readFile(path);
  expect(bytes.readBigUInt64LE()).toBe(88n);
  expect(bytes.subarray(8, 96).toString()).toBe(header.padEnd(88));
  expect(bytes.subarray(96).toString("hex")).toBe("0000803f000000c0");
});

test.each([
  ["shorter than a header", "0000", /it holds 2 bytes, too few for the length of its header/],
  ["longer header than file", "ff00000000000000", /header of 255 bytes does not fit in 8 bytes/],
  ["a header that is not JSON", "02000000000000007b7b", /its header is not JSON/],
])("%s is refused", async (name, hex, message) => {
  const path = join(folder, name);
  await writeSafetensors(join(path, "model.safetensors"), []);
  await writeFile(join(path, "model.safetensors"), Buffer.from(hex, "hex"));
  await expect(openWeights(path)).rejects.toThrow(message);
});

/** A file of a header and so many bytes of data. */
async function writeRaw(
  name: string,
  header: Record<string, unknown>,
  bytes: number,
): Promise<string> {
  const text = JSON.stringify(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const path = join(folder, name);
  await writeSafetensors(join(path, "model.safetensors"), []);
  const data = Buffer.concat([length, Buffer.from(text), Buffer.alloc(bytes)]);
  await writeFile(join(path, "model.safetensors"), data);
  return path;
}

const numbers = (start: number, end: number): Record<string, unknown> => ({
  dtype: "F32",
  shape: [(end - start) / 4],
  data_offsets: [start, end],
});

test.each([
  [
    "bytes that two tensors share",
    { a: numbers(0, 8), b: numbers(4, 12) },
    12,
    /tensor b begins at byte \d+, but tensor a ends at byte/,
  ],
  [
    "a hole",
    { a: numbers(0, 8), b: numbers(12, 16) },
    16,
    /tensor b begins at byte \d+, but tensor a ends/,
  ],
  [
    "bytes of no tensor at the end",
    { a: numbers(0, 8) },
    12,
    /tensor a ends at byte \d+, but the file at byte/,
  ],
  [
    "a range of another size than the shape's",
    { a: { ...numbers(0, 8), shape: [3] } },
    8,
    /the entry of tensor a makes no sense/,
  ],
  [
    "a range that ends before it begins",
    { a: { ...numbers(0, 8), data_offsets: [8, 0] } },
    8,
    /the entry of tensor a makes no sense/,
  ],
])("a header that lies is refused: %s", async (name, header, bytes, message) => {
  await expect(openWeights(await writeRaw(name, header, bytes))).rejects.toThrow(message);
});

test("a type that is no 16- or 32-bit float can lie in a file but not be read", async () => {
  const header = '{"mask":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}';
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const path = join(folder, "u8");
  await writeSafetensors(join(path, "model.safetensors"), []);
  await writeFile(
    join(path, "model.safetensors"),
    Buffer.concat([length, Buffer.from(header), Buffer.of(1, 0)]),
  );
  const weights = await openWeights(path);
  await expect(readTensors(weights, [{ name: "mask", shape: [2] }])).rejects.toThrow(
    /mask has type U8; F32, F16 and BF16/,
  );
});

test("every float16 survives the way to float32 and back", () => {
  const all = Uint16Array.from({ length: 65536 }, (_, half) => half);
  const back = float32ToFloat16(float16ToFloat32(all));
  const isNaN16 = (half: number): boolean => (half & 0x7fff) > 0x7c00;
  for (const half of all) if (!isNaN16(half)) expect(back[half]).toBe(half);
});

test("a float32 becomes the nearest float16, the even one of two equally near", () => {
  const finite = Uint16Array.from({ length: 0x7c00 }, (_, half) => half);
  const values = float16ToFloat32(finite);
  fc.assert(
    fc.property(fc.nat(0x7bfe), fc.float({ min: 0, max: 1, noNaN: true }), (half, share) => {
      const [low, high] = [values[half]!, values[half + 1]!];
      const x = Math.fround(low + share * (high - low));
      const [belowBy, aboveBy] = [x - low, high - x];
      const even = half % 2 === 0 ? half : half + 1;
      const nearest = belowBy === aboveBy ? even : belowBy < aboveBy ? half : half + 1;
      expect(float32ToFloat16(Float32Array.of(x, -x))).toEqual(
        Uint16Array.of(nearest, nearest | 0x8000),
      );
    }),
    { numRuns: 2000 },
  );
  expect(float32ToFloat16(Float32Array.of(65519, 65520, Infinity, NaN))).toEqual(
    Uint16Array.of(0x7bff, 0x7c00, 0x7c00, 0x7e00),
  );
});

test("a float32 becomes the nearest bfloat16, the even one of two equally near", () => {
  const all = Uint16Array.from({ length: 65536 }, (_, half) => half);
  const isNaN16 = (half: number): boolean => (half & 0x7fff) > 0x7f80;
  const back = float32ToBfloat16(bfloat16ToFloat32(all));
  for (const half of all)
    if (isNaN16(half)) expect(isNaN16(back[half]!)).toBe(true);
    else expect(back[half]).toBe(half);
  const near = Float32Array.of(1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 1.01 * 2 ** -8, -1 - 2 ** -8);
  expect(float32ToBfloat16(near)).toEqual(Uint16Array.of(0x3f80, 0x3f80, 0x3f82, 0x3f81, 0xbf80));
  // The smallest NaN, whose set bit rounding would carry into infinity; and overflow.
  const bits = new Uint32Array([0x7f800001, 0xff800001, 0x7f7fffff]);
  const [nan, negative, infinite] = float32ToBfloat16(new Float32Array(bits.buffer));
  expect([isNaN16(nan!), isNaN16(negative!), infinite]).toEqual([true, true, 0x7f80]);
});

test("bfloat16 is the upper half of float32", () => {
  expect(bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc000, 0x7f80))).toEqual(
    Float32Array.of(1, -2, Infinity),
  );
});
