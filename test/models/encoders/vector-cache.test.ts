import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { EmbeddingModel } from "#rote/models/embedding-model.js";
import { cacheVectors } from "#rote/models/encoders/vector-cache.js";

const folder = mkdtempSync(join(tmpdir(), "rote-vectors-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Three numbers a text, and the texts it was asked for. */
function counting(sha256 = "a"): EmbeddingModel & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    identity: { name: "counting", family: "test", parameters: 0, sha256 },
    dimension: 3,
    embed(texts, role) {
      asked.push(...texts);
      const rows = texts.map((text) => [text.length, text.charCodeAt(0), role === "query" ? 1 : 0]);
      return Promise.resolve(Float32Array.from(rows.flat()));
    },
  };
}

async function ask(
  path: string,
  texts: readonly string[],
  embedder = counting(),
): Promise<string[]> {
  await using cached = await cacheVectors(embedder, path);
  expect(await cached.embed(texts)).toEqual(await counting().embed(texts));
  return embedder.asked;
}

test("a text is embedded once, also by the next process", async () => {
  const path = join(folder, "once");
  expect(await ask(path, ["a", "bb", "a"])).toEqual(["a", "bb"]);
  expect(await ask(path, ["bb", "ccc", "a"])).toEqual(["ccc"]);
  expect(readFileSync(path).length).toBe(48 + 3 * 32);
});

test("roles are kept apart", async () => {
  await using cached = await cacheVectors(counting(), join(folder, "roles"));
  expect([...(await cached.embed(["a"], "query"))]).toEqual([1, 97, 1]);
  expect([...(await cached.embed(["a"], "passage"))]).toEqual([1, 97, 0]);
  expect([...(await cached.embed(["a"], "query"))]).toEqual([1, 97, 1]);
  expect(cached.rows).toBe(2);
});

test("what a killed process cut off is taken away, wherever it was cut", async () => {
  const path = join(folder, "cut");
  await ask(path, ["a", "bb"]);
  const whole = readFileSync(path);
  for (let length = 0; length < whole.length; length++) {
    writeFileSync(path, whole);
    truncateSync(path, length);
    const kept = Math.max(0, Math.floor((length - 48) / 32));
    expect(await ask(path, ["a", "bb"])).toEqual(["a", "bb"].slice(kept));
    expect(readFileSync(path)).toEqual(whole);
  }
});

test("damage, another embedder's file and any other file are errors", async () => {
  const path = join(folder, "wrong");
  await ask(path, ["a", "bb"]);
  await expect(cacheVectors(counting("b"), path)).rejects.toThrow(/vectors of another embedder/);
  const bytes = readFileSync(path);
  bytes[70]! ^= 1;
  writeFileSync(path, bytes);
  await expect(cacheVectors(counting(), path)).rejects.toThrow(/damaged at byte 48/);
  for (const text of ["notes", "notes that are much longer than a header is, and then some"]) {
    writeFileSync(path, text);
    await expect(cacheVectors(counting(), path)).rejects.toThrow(/no file of kept vectors/);
    expect(readFileSync(path, "utf8")).toBe(text);
  }
});

test("no more rows are kept than allowed, and all are answered", async () => {
  const embedder = counting();
  await using cached = await cacheVectors(embedder, join(folder, "full"), { maximumRows: 1 });
  for (let round = 0; round < 2; round++)
    expect([...(await cached.embed(["a", "bb"]))]).toEqual([1, 97, 0, 2, 98, 0]);
  expect(cached.rows).toBe(1);
  expect(embedder.asked).toEqual(["a", "bb", "bb"]);
});

test("two processes at once are refused", async () => {
  const path = join(folder, "locked");
  await using _ = await cacheVectors(counting(), path);
  await expect(cacheVectors(counting(), path)).rejects.toThrow(/is being written/);
});
