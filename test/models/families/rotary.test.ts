import { expect, test } from "vitest";
import { GraphBuilder } from "#rote/graph/builder.js";
import { openSession } from "#rote/graph/session.js";
import { ConfigEntries } from "#rote/models/families/config-entries.js";
import { decoderParameters } from "#rote/models/families/decoder.js";
import { decoderHidden } from "#rote/models/families/forward.js";
import { llama } from "#rote/models/families/llama.js";
import { rotaryTables } from "#rote/models/families/parts/rotary.js";
import { rotaryFrequencies } from "#rote/models/families/rotary-config.js";

test("tables hold cos and sin of position times frequency, also far into a long context", async () => {
  const positions = [0, 1, 2, 1000, 8191, 100_003, 131_071];
  const frequencies = rotaryFrequencies(500_000, 128);
  const graph = new GraphBuilder();
  const given = graph.input("positions", "int64", ["N"]);
  const { cos, sin } = rotaryTables(graph, given)({ frequencies, amplitude: 1.25 });
  graph.output("cos", cos);
  graph.output("sin", sin);
  await using session = await openSession(graph.toModel(), { threads: 1 });
  const data = BigInt64Array.from(positions, BigInt);
  const tables = await session.run(
    { positions: { dtype: "int64", shape: [positions.length], data } },
    { cos: true, sin: true },
  );
  const expected = (of: (angle: number) => number): number[] =>
    positions.flatMap((position) =>
      frequencies.map((frequency) => Math.fround(1.25 * of(position * frequency))),
    );
  for (const [name, of] of [
    ["cos", Math.cos],
    ["sin", Math.sin],
  ] as const) {
    const found = tables[name]!;
    expect(found.shape).toEqual([positions.length, 64]);
    // Both are correct to float64; where they differ there, one step of float32 may lie between.
    const distance = expected(of).map((value, i) => Math.abs(value - Number(found.data[i])));
    expect(Math.max(...distance)).toBeLessThanOrEqual(2 ** -23);
  }
});

test("a graph of 128k positions is as small as one of 128", () => {
  const bytesAt = (positions: number): number => {
    const decoder = llama.decoder(
      new ConfigEntries(
        {
          hidden_size: 64,
          num_hidden_layers: 2,
          num_attention_heads: 2,
          intermediate_size: 64,
          vocab_size: 32,
          max_position_embeddings: positions,
          rms_norm_eps: 1e-5,
          rope_theta: 500_000,
        },
        "config.json",
      ),
    );
    const graph = new GraphBuilder();
    const shapes = new Map(decoderParameters(decoder).map(({ name, shape }) => [name, shape]));
    const parameters = (name: string) => graph.input(name, "float32", shapes.get(name)!);
    const ids = graph.input("ids", "int32", ["B", "T"]);
    graph.output("hidden", decoderHidden({ graph, parameters }, decoder, ids));
    const { bytes, external } = graph.toModel();
    return bytes.length + external.reduce((sum, { data }) => sum + data.length, 0);
  };
  expect(bytesAt(131_072)).toBe(bytesAt(128));
  expect(bytesAt(128)).toBeLessThan(100_000);
});
