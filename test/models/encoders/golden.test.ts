import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openEncoder } from "#rote/models/encoders/open-encoder.js";
import type { Pooling } from "#rote/models/encoders/pooling.js";
import { goldenFolder, hasGolden } from "../golden.ts";
import { renameTensors } from "./safetensors-files.ts";
import { wordPiece } from "./tokenizer-files.ts";

const names = ["bert", "xlm-roberta", "mpnet"];
const folder = mkdtempSync(join(tmpdir(), "rote-encoders-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Golden {
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_mask: readonly (readonly number[])[];
  readonly last_hidden_state: Readonly<Record<string, readonly number[]>>;
  readonly embedding: readonly (readonly number[])[];
  readonly cls_embedding: readonly (readonly number[])[];
  readonly pooler_embedding: readonly (readonly number[])[];
}

function readGolden(name: string): { readonly golden: Golden; readonly batch: Int32Array[] } {
  const golden = JSON.parse(readFileSync(join(goldenFolder(name), "io.json"), "utf8")) as Golden;
  const batch = golden.input_ids.map((row, i) =>
    Int32Array.from(row.filter((_, t) => golden.attention_mask[i]![t] === 1)),
  );
  return { golden, batch };
}

interface Changes {
  readonly config?: string;
  /** The name that a tensor is stored under. */
  readonly rename?: (name: string) => string;
}

/** A copy of a golden model with a tokenizer, which the goldens lack. */
function modelFolder(name: string, { config = "config.json", rename }: Changes = {}): string {
  const target = mkdtempSync(join(folder, `${name}-`));
  const source = goldenFolder(name);
  copyFileSync(join(source, config), join(target, "config.json"));
  const weights = readFileSync(join(source, "model.safetensors"));
  const stored = rename === undefined ? weights : renameTensors(weights, rename);
  writeFileSync(join(target, "model.safetensors"), stored);
  writeFileSync(join(target, "tokenizer.json"), wordPiece());
  return target;
}

function largestDifference(a: ArrayLike<number>, b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return Math.max(...b.map((x, i) => Math.abs(x - a[i]!)));
}

const embed = async (
  path: string,
  batch: readonly Int32Array[],
  pooling?: Pooling,
): Promise<Float32Array> => {
  await using encoder = await openEncoder(path, {
    threads: 1,
    ...(pooling === undefined ? {} : { pooling }),
  });
  return await encoder.tokens.embed(batch);
};

// Noise of float32 in the references is 1e-7 on embeddings and 2e-6 on hidden states.
describe.skipIf(!hasGolden)("encoders against PyTorch", () => {
  test.each(names)("%s: pooled vectors to 1e-6, in one batch and alone", async (name) => {
    const path = modelFolder(name);
    const { golden, batch } = readGolden(name);
    const flat = golden.embedding.flat();
    expect(largestDifference(await embed(path, batch), flat)).toBeLessThan(1e-6);
    expect(
      largestDifference(await embed(path, batch, "cls"), golden.cls_embedding.flat()),
    ).toBeLessThan(1e-6);
    expect(
      largestDifference(await embed(path, batch, "pooler"), golden.pooler_embedding.flat()),
    ).toBeLessThan(1e-6);
    for (const [i, ids] of batch.entries())
      expect(largestDifference(await embed(path, [ids]), golden.embedding[i]!)).toBeLessThan(1e-6);
  });

  test.each(names)("%s: hidden states to 1e-5", async (name) => {
    const { golden, batch } = readGolden(name);
    await using encoder = await openEncoder(modelFolder(name), { threads: 1 });
    const rows = await encoder.tokens.hidden(batch, encoder.tokens.layers);
    for (const [place, expected] of Object.entries(golden.last_hidden_state)) {
      const [row, token] = place.split(",").map(Number);
      const size = encoder.tokens.hiddenSize;
      const found = rows[row!]!.subarray(token! * size, (token! + 1) * size);
      expect(largestDifference(found, expected)).toBeLessThan(1e-5);
    }
  });

  test.each(names)("%s: both spellings of config.json say the same", async (name) => {
    const { golden, batch } = readGolden(name);
    const path = modelFolder(name, { config: "config.v5.json" });
    expect(largestDifference(await embed(path, batch), golden.embedding.flat())).toBeLessThan(1e-6);
  });

  test("mpnet: positions count on from 1 whatever id padding has", async () => {
    const { golden, batch } = readGolden("mpnet");
    const path = modelFolder("mpnet");
    const config = JSON.parse(readFileSync(join(path, "config.json"), "utf8")) as object;
    writeFileSync(join(path, "config.json"), JSON.stringify({ ...config, pad_token_id: 0 }));
    expect(largestDifference(await embed(path, batch), golden.embedding.flat())).toBeLessThan(1e-6);
  });

  const prefixes = { bert: "bert.", "xlm-roberta": "roberta.", mpnet: "mpnet." };
  test.each(Object.entries(prefixes))("%s: names that begin with %s", async (name, prefix) => {
    const { golden, batch } = readGolden(name);
    const rename = (tensor: string): string =>
      prefix +
      tensor
        .replace(/LayerNorm\.weight/, "LayerNorm.gamma")
        .replace(/LayerNorm\.bias/, "LayerNorm.beta");
    const path = modelFolder(name, { rename });
    expect(largestDifference(await embed(path, batch), golden.embedding.flat())).toBeLessThan(1e-6);
  });

  test("a missing and an additional tensor are errors that name them", async () => {
    const rename = (wrong: string) => (name: string) =>
      name === "encoder.layer.1.output.dense.bias" ? wrong : name;
    const skipped = modelFolder("bert", { rename: rename("cls.predictions.bias") });
    await expect(openEncoder(skipped)).rejects.toMatchObject({
      code: "model/missing-tensor",
      message: expect.stringContaining("encoder.layer.1.output.dense.bias") as string,
    });
    const added = modelFolder("bert", { rename: rename("encoder.layer.2.output.dense.bias") });
    await expect(openEncoder(added)).rejects.toMatchObject({
      code: "model/malformed",
      message: expect.stringContaining("encoder.layer.2.output.dense.bias") as string,
    });
  });

  test("ids outside the vocabulary and too many of them are errors", async () => {
    await using encoder = await openEncoder(modelFolder("bert"));
    await expect(encoder.tokens.embed([Int32Array.of(300)])).rejects.toThrow(/300/);
    await expect(encoder.tokens.embed([new Int32Array(65)])).rejects.toThrow(/at most 64/);
  });
});
