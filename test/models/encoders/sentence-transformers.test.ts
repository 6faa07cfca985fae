import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { TokenVectors } from "#rote/models/embedding-model.js";
import { openEncoder, type SentenceEncoder } from "#rote/models/encoders/open-encoder.js";
import { relativeBuckets } from "#rote/models/encoders/relative-positions.js";
import { safetensors } from "./safetensors-files.ts";
import { saveEncoder, tinyConfig } from "./tiny-bert.ts";
import { idsOf } from "./tokenizer-files.ts";

const folder = mkdtempSync(join(tmpdir(), "rote-sentence-transformers-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const save = (name: string, files?: Readonly<Record<string, unknown>>): string =>
  saveEncoder(join(folder, name), files);

const modules = (...kinds: readonly string[]): unknown =>
  kinds.map((kind, idx) => ({
    idx,
    name: String(idx),
    path: idx === 0 ? "" : `${idx}_${kind}`,
    type: `sentence_transformers.models.${kind}`,
  }));

const weight = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));
const bias = Float32Array.of(0.1, -0.2, 0.3);
const dense = {
  "2_Dense/config.json": {
    in_features: 8,
    out_features: 3,
    bias: true,
    activation_function: "torch.nn.modules.activation.Tanh",
  },
  "2_Dense/model.safetensors": safetensors(
    new Map([
      ["linear.weight", { shape: [3, 8], data: weight }],
      ["linear.bias", { shape: [3], data: bias }],
    ]),
  ),
};

const pooling = (mode: string): Record<string, unknown> => ({
  word_embedding_dimension: 8,
  pooling_mode_cls_token: false,
  pooling_mode_mean_tokens: false,
  pooling_mode_max_tokens: false,
  pooling_mode_mean_sqrt_len_tokens: false,
  [mode]: true,
});

function unit(row: readonly number[]): number[] {
  const length = Math.hypot(...row);
  return row.map((x) => x / length);
}

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 5);
}

describe("a folder of sentence-transformers", () => {
  test("a text is read with its special tokens, whatever the tokenizer is told to cut and pad", async () => {
    await using encoder = await openEncoder(save("plain"));
    const [first, second] = ["How many people live in Berlins?", "in Berlin"];
    const ids = [
      idsOf("[CLS]", "how", "many", "people", "live", "in", "berlin", "##s", "?", "[SEP]"),
      idsOf("[CLS]", "in", "berlin", "[SEP]"),
    ];
    expect(await encoder.embed([first, second])).toEqual(await encoder.tokens.embed(ids));
    const [tokens] = await encoder.embedTokens([second]);
    expect(tokens!.ids).toEqual(ids[1]);
    expect([...tokens!.offsets]).toEqual([0, 0, 0, 2, 3, 9, 9, 9]);
    expect(tokens!.rows.length).toBe(4 * 8);
    expect(encoder.cutTexts).toBe(0);
    await encoder.embed([first.repeat(3)]);
    expect(encoder.cutTexts).toBe(1);
  });

  const twins: Record<string, (rows: readonly Float32Array[]) => number[]> = {
    pooling_mode_cls_token: (rows) => [...rows[0]!],
    pooling_mode_mean_tokens: (rows) => over(rows, (xs) => sum(xs) / xs.length),
    pooling_mode_max_tokens: (rows) => over(rows, (xs) => Math.max(...xs)),
    pooling_mode_mean_sqrt_len_tokens: (rows) => over(rows, (xs) => sum(xs) / Math.sqrt(xs.length)),
  };
  test.each(Object.entries(twins))("%s", async (mode, twin) => {
    const files = { "modules.json": modules("Transformer", "Pooling", "Normalize") };
    const root = save(mode, { ...files, "1_Pooling/config.json": pooling(mode) });
    await using encoder = await openEncoder(root);
    const texts = ["in Berlin", "how many people"];
    const found = await encoder.embed(texts);
    const hidden = await encoder.embedTokens(texts);
    for (const [i, { rows }] of hidden.entries())
      expectClose(found.subarray(8 * i, 8 * i + 8), unit(twin(splitRows(rows, 8))));
  });

  const twoModes = {
    flags: { ...pooling("pooling_mode_max_tokens"), pooling_mode_cls_token: true },
    names: { embedding_dimension: 8, pooling_mode: ["cls", "max"] }, // sentence-transformers 6
  };
  test.each(Object.entries(twoModes))(
    "several modes stand side by side: %s",
    async (how, modes) => {
      const root = save(`two-modes-${how}`, {
        "modules.json": modules("Transformer", "Pooling"),
        "1_Pooling/config.json": modes,
      });
      await using encoder = await openEncoder(root);
      expect(encoder.dimension).toBe(16);
      const { rows } = await one(encoder, "berlin");
      const parts = splitRows(rows, 8);
      const expected = [...parts[0]!, ...over(parts, (xs) => Math.max(...xs))];
      expectClose(await encoder.embed(["berlin"]), unit(expected));
    },
  );

  test("a dense layer turns the pooled vector, as LaBSE's does", async () => {
    const root = save("dense", {
      "modules.json": modules("Transformer", "Pooling", "Dense", "Normalize"),
      "1_Pooling/config.json": pooling("pooling_mode_cls_token"),
      ...dense,
    });
    await using encoder = await openEncoder(root);
    expect(encoder.dimension).toBe(3);
    const { rows } = await one(encoder, "in");
    const turned = [0, 1, 2].map((out) =>
      Math.tanh(bias[out]! + sum([...rows.subarray(0, 8)].map((x, i) => x * weight[8 * out + i]!))),
    );
    expectClose(await encoder.embed(["in"]), unit(turned));
  });

  test("E5 puts a prefix before each text, by its role", async () => {
    await using encoder = await openEncoder(save("multilingual-e5-tiny"));
    const [berlin, asked] = ["berlin", "how many"];
    const ids = [
      idsOf("[CLS]", "passage", ":", "berlin", "[SEP]"),
      idsOf("[CLS]", "query", ":", "how", "many", "[SEP]"),
    ];
    const expected = await encoder.tokens.embed(ids);
    expectClose(await encoder.embed([berlin], "passage"), [...expected.subarray(0, 8)]);
    expectClose(await encoder.embed([asked], "query"), [...expected.subarray(8)]);
    expectClose(await encoder.embed([asked]), [...expected.subarray(8)]);
  });

  test("prompts of the folder count before names", async () => {
    const prompts = { query: "in ", document: "" };
    const root = save("e5-own", { "config_sentence_transformers.json": { prompts } });
    await using encoder = await openEncoder(root);
    const expected = await encoder.tokens.embed([
      idsOf("[CLS]", "in", "berlin", "[SEP]"),
      idsOf("[CLS]", "berlin", "[SEP]"),
    ]);
    expectClose(await encoder.embed(["berlin"], "query"), [...expected.subarray(0, 8)]);
    expectClose(await encoder.embed(["berlin"]), [...expected.subarray(8)]);
  });

  test("the identity tells what makes other vectors", async () => {
    const root = save("identity");
    await using mean = await openEncoder(root);
    await using cls = await openEncoder(root, { pooling: "cls" });
    expect(mean.identity).toMatchObject({ name: "identity", family: "bert" });
    expect(mean.identity.sha256).not.toBe(cls.identity.sha256);
  });
});

const broken: Record<string, readonly [files: Record<string, unknown>, message: RegExp]> = {
  "an unknown pooling mode": [
    {
      "modules.json": modules("Transformer", "Pooling"),
      "1_Pooling/config.json": pooling("pooling_mode_lasttoken"),
    },
    /pooling_mode_lasttoken is not supported/,
  ],
  "an unknown mode by its new spelling": [
    {
      "modules.json": modules("Transformer", "Pooling"),
      "1_Pooling/config.json": { embedding_dimension: 8, pooling_mode: "weightedmean" },
    },
    /pooling_mode "weightedmean" is not supported/,
  ],
  "no pooling mode at all": [
    {
      "modules.json": modules("Transformer", "Pooling"),
      "1_Pooling/config.json": pooling("pooling_mode"),
    },
    /pooling_mode true is not supported/,
  ],
  "a pooled size that is not the model's": [
    {
      "modules.json": modules("Transformer", "Pooling"),
      "1_Pooling/config.json": { word_embedding_dimension: 9, pooling_mode_mean_tokens: true },
    },
    /is 9, but the encoder's hidden states have 8/,
  ],
  "a dense layer for another dimension": [
    {
      "modules.json": modules("Transformer", "Pooling", "Dense"),
      "1_Pooling/config.json": {
        ...pooling("pooling_mode_cls_token"),
        pooling_mode_max_tokens: true,
      },
      ...dense,
    },
    /in_features is 8, but what comes before gives vectors of 16/,
  ],
  "parts in another order": [
    { "modules.json": modules("Transformer", "Dense", "Pooling") },
    /lists the parts Transformer Dense Pooling/,
  ],
  "a folder outside": [
    { "modules.json": [{ type: "sentence_transformers.models.Transformer", path: "../other" }] },
    /must be a list of parts/,
  ],
  "another architecture": [
    { "config.json": { ...tinyConfig, model_type: "deberta" } },
    /"deberta", which is no encoder known here; known are bert/,
  ],
  "positions of another kind": [
    { "config.json": { ...tinyConfig, position_embedding_type: "relative_key" } },
    /position_embedding_type "relative_key" is not supported/,
  ],
  "another width": [
    { "config.json": { ...tinyConfig, hidden_size: 16 } },
    /has shape \[15, 8\], but config.json asks for \[15, 16\]/,
  ],
};

describe("what cannot be opened says why", () => {
  test.each(Object.entries(broken))("%s", async (name, [files, message]) => {
    await expect(openEncoder(save(`broken-${name.replaceAll(" ", "-")}`, files))).rejects.toThrow(
      message,
    );
  });

  test("a folder without tokenizer.json", async () => {
    const root = save("no-tokenizer");
    rmSync(join(root, "tokenizer.json"));
    await expect(openEncoder(root)).rejects.toThrow(/tokenizer.json does not exist/);
  });
});

test("distances fall into the buckets of transformers' MPNet", () => {
  // MPNetEncoder.relative_position_bucket(torch.arange(0, -140, -1)) at the borders, 32 buckets.
  const row = relativeBuckets(140, 32).subarray(0, 140);
  expect([...row].map((bucket) => bucket - 16).filter((b, i, all) => b !== all[i - 1])).toEqual([
    -16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  ]);
  expect([7, 8, 11, 12, 16, 23, 32, 46, 64, 91].map((d) => row[d]! - 16)).toEqual([
    7, 8, 8, 9, 10, 11, 12, 13, 14, 15,
  ]);
});

async function one(encoder: SentenceEncoder, text: string): Promise<TokenVectors> {
  const [vectors] = await encoder.embedTokens([text]);
  return vectors!;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function splitRows(rows: Float32Array, size: number): Float32Array[] {
  return Array.from({ length: rows.length / size }, (_, i) =>
    rows.subarray(i * size, (i + 1) * size),
  );
}

function over(rows: readonly Float32Array[], reduce: (xs: readonly number[]) => number): number[] {
  return Array.from(rows[0]!, (_, i) => reduce(rows.map((row) => row[i]!)));
}
