import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWeights } from "#rote/models/open-weights.js";
import { readTensors } from "#rote/models/weights.js";
import { writeSafetensors } from "#rote/models/write-safetensors.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rote-weights-"));
});
afterAll(() => rm(folder, { recursive: true }));

const a = { name: "a", shape: [2], data: Float32Array.of(1, 2) };
const b = { name: "b", shape: [1], data: Float32Array.of(3) };

async function writeShards(
  name: string,
  shards: Record<string, (typeof a)[]>,
  index: unknown,
): Promise<string> {
  const path = join(folder, name);
  for (const [file, tensors] of Object.entries(shards))
    await writeSafetensors(join(path, file), tensors);
  await writeFile(join(path, "model.safetensors.index.json"), JSON.stringify(index));
  return path;
}

describe("shards", () => {
  test("are read as one", async () => {
    const shards = { "x.safetensors": [a], "y.safetensors": [b] };
    const weight_map = { a: "x.safetensors", b: "y.safetensors" };
    const weights = await openWeights(await writeShards("two", shards, { weight_map }));
    expect(weights.files.length).toBe(2);
    const read = await readTensors(weights, [a, b]);
    expect(read.get("a")).toEqual(a.data);
    expect(read.get("b")).toEqual(b.data);
  });

  test.each([
    ["no map", {}, /has no "weight_map" of names to files/],
    ["a number", { weight_map: { a: 1 } }, /the file of tensor a is no name/],
    ["outside", { weight_map: { a: "../x.safetensors" } }, /outside its folder: "\.\.\/x/],
    [
      "elsewhere",
      { weight_map: { a: "y.safetensors", b: "x.safetensors" } },
      /it places tensor a in \S+y\.safetensors, which does not hold it/,
    ],
    [
      "twice",
      { weight_map: { a: "x.safetensors", b: "z.safetensors" } },
      /tensor a lies in both \S+x\.safetensors and \S+z\.safetensors/,
    ],
  ])("with a wrong index are refused: %s", async (name, index, message) => {
    const shards = { "x.safetensors": [a], "y.safetensors": [b], "z.safetensors": [a, b] };
    const path = await writeShards(name, shards, index);
    await expect(openWeights(path)).rejects.toMatchObject({
      code: "model/malformed",
      message: expect.stringMatching(message) as string,
    });
  });
});

test("a folder without weights is refused by name", async () => {
  await expect(openWeights(join(folder, "none"))).rejects.toMatchObject({ code: "file/missing" });
});
