import { describe, expect, test } from "vitest";
import { ConfigEntries } from "#rote/models/families/config-entries.js";
import type { Decoder } from "#rote/models/families/decoder.js";
import { familyOf } from "#rote/models/families/registry.js";
import { rotaryOf } from "#rote/models/families/rotary-config.js";

const base = {
  vocab_size: 32,
  hidden_size: 48,
  intermediate_size: 96,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  max_position_embeddings: 64,
};

function decoderOf(model_type: string, entries: Record<string, unknown> = {}): Decoder {
  const config = { model_type, ...base, ...entries };
  return familyOf(config, "config.json").decoder(new ConfigEntries(config, "config.json"));
}

function windowsOf({ layers }: Decoder): (number | undefined)[] {
  return layers.map(({ attention }) => attention.window);
}

describe("what no graph can be built for is refused with the reason", () => {
  test.each([
    ["llama", { hidden_act: "relu" }, 'hidden_act "relu" is not supported; only "gelu" and'],
    [
      "llama",
      { num_key_value_heads: 3 },
      "4 query heads cannot be divided among 3 key-value heads",
    ],
    ["llama", { num_attention_heads: 5 }, "a hidden size of 48 cannot be divided among 5 heads"],
    ["llama", { hidden_size: -1 }, "hidden_size must be a positive whole number, found -1"],
    [
      "llama",
      { vocab_size: undefined },
      "vocab_size must be a positive whole number, found undefined",
    ],
    [
      "llama",
      { tie_word_embeddings: "no" },
      'tie_word_embeddings must be true or false, found "no"',
    ],
    [
      "llama",
      { rope_scaling: { rope_type: "longrope" } },
      'rotary scaling "longrope" is not supported; known are "default", "linear"',
    ],
    [
      "llama",
      { rope_scaling: { rope_type: "llama3", factor: 8 } },
      "low_freq_factor must be a positive number",
    ],
    ["phi", { qk_layernorm: true }, "qk_layernorm is not supported"],
    ["gptj", { n_layer: 1, rotary_dim: 7 }, "rotary_dim must be even"],
    [
      "olmo3",
      { layer_types: ["full_attention"] },
      "layer_types must list the type of each of 4 layers",
    ],
    [
      "gemma2",
      { layer_types: Array(4).fill("chunked_attention") },
      'layer type "chunked_attention" is not supported',
    ],
  ])("%s with %j", (type, entries, message) => {
    expect(() => decoderOf(type, entries)).toThrow(message);
  });
});

describe("windows where config.json lists no layer types", () => {
  test("OLMo 3 has three layers with one before each without", () => {
    expect(windowsOf(decoderOf("olmo3", { sliding_window: 8 }))).toEqual([8, 8, 8, undefined]);
  });

  test("Gemma 2 has one in every other layer, the first among them", () => {
    expect(windowsOf(decoderOf("gemma2", { sliding_window: 8 }))).toEqual([
      8,
      undefined,
      8,
      undefined,
    ]);
  });

  test("Qwen has one only where it is switched on, in the later layers", () => {
    const entries = { sliding_window: 8, max_window_layers: 3 };
    expect(windowsOf(decoderOf("qwen2", entries))).toEqual(Array(4).fill(undefined));
    expect(windowsOf(decoderOf("qwen3", { ...entries, use_sliding_window: true }))).toEqual([
      undefined,
      undefined,
      undefined,
      8,
    ]);
  });
});

describe("rotary scaling", () => {
  const frequencies = (rope_scaling: Record<string, unknown>): readonly number[] =>
    rotaryOf(new ConfigEntries({ rope_theta: 10000, rope_scaling, ...base }, "c"), { headSize: 8 })
      .frequencies;

  test("linear stretches every wave", () => {
    expect(frequencies({ type: "linear", factor: 4 })).toEqual(
      [1, 0.1, 0.01, 0.001].map((f) => f / 4),
    );
  });

  test("yarn is that of transformers 5.23", () => {
    const rope_parameters = {
      rope_type: "yarn",
      rope_theta: 500000,
      factor: 8,
      original_max_position_embeddings: 512,
    };
    const rotary = rotaryOf(new ConfigEntries({ rope_parameters }, "c"), { headSize: 64 });
    const pairs = [0, 1, 2, 3, 8, 10, 11, 12, 31];
    const expected = [
      1, 0.66360128, 0.44036663, 0.2638168, 0.015669178, 0.0036800979, 0.0013736911, 0.00091158313,
      3.7673226e-7,
    ];
    for (const [i, pair] of pairs.entries())
      expect(rotary.frequencies[pair]! / expected[i]! - 1).toBeCloseTo(0, 6); // float32 there
    expect(rotary.amplitude).toBeCloseTo(1.2079441541679836, 12);
  });
});
