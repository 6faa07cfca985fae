import { join } from "node:path";
import { expect } from "vitest";
import { readJsonObject } from "#rote/base/files.js";
import { openSession } from "#rote/graph/session.js";
import { float32, int32 } from "#rote/graph/tensor.js";
import { ConfigEntries } from "#rote/models/families/config-entries.js";
import { type Decoder, decoderParameters } from "#rote/models/families/decoder.js";
import { familyOf } from "#rote/models/families/registry.js";
import { readDecoderWeights } from "#rote/models/families/weights.js";
import { openWeights } from "#rote/models/open-weights.js";
import {
  layOut,
  type ParameterLayout,
  tensorsOf,
  vectorOf,
} from "#rote/models/training/parameter-layout.js";
import { buildGradientGraph } from "#rote/models/training/step-graph.js";
import { type GoldenGradient, goldenFolder } from "./golden.ts";

/** A golden model, ready for a graph of its gradient. */
export interface Opened {
  readonly decoder: Decoder;
  readonly layout: ParameterLayout;
  readonly vector: Float32Array;
}

export async function openParameters(name: string): Promise<Opened> {
  const folder = goldenFolder(name);
  const path = join(folder, "config.json");
  const entries = await readJsonObject(path);
  const family = familyOf(entries, path);
  const decoder = family.decoder(new ConfigEntries(entries, path));
  const layout = layOut(decoderParameters(decoder));
  const tensors = await readDecoderWeights(await openWeights(folder), family, decoder);
  return { decoder, layout, vector: vectorOf(layout, tensors) };
}

/** The loss of sequences padded on the right, and its gradient. */
export async function gradientOf(
  { decoder, layout, vector }: Opened,
  rows: readonly (readonly number[])[],
): Promise<{ loss: number; gradient: Float32Array }> {
  const length = Math.max(...rows.map((row) => row.length)) - 1;
  const shape = [rows.length, length];
  const feeds = {
    ids: new Int32Array(rows.length * length),
    labels: new Int32Array(rows.length * length),
  };
  const weights = new Float32Array(rows.length * length);
  for (const [b, row] of rows.entries()) {
    feeds.ids.set(row.slice(0, -1), b * length);
    feeds.labels.set(row.slice(1), b * length);
    weights.fill(1, b * length, b * length + row.length - 1);
  }
  const graph = buildGradientGraph(decoder, layout, {
    batchSize: rows.length,
    sequenceLength: length,
  });
  await using session = await openSession(graph, { threads: 1 });
  const results = await session.run(
    {
      parameters: float32(vector, [layout.length]),
      ids: int32(feeds.ids, shape),
      labels: int32(feeds.labels, shape),
      weights: float32(weights, shape),
    },
    { loss: true, gradient: true },
  );
  return {
    loss: Number(results.loss!.data[0]),
    gradient: results.gradient!.data as Float32Array,
  };
}

/** ‖difference‖ / ‖value‖ over the sampled entries, the worst of all tensors. */
export function worstSample(
  { layout }: Opened,
  vector: Float32Array,
  golden: Readonly<Record<string, GoldenGradient>>,
): number {
  const found = new Map(tensorsOf(layout, vector).map((tensor) => [tensor.name, tensor.data]));
  expect([...found.keys()].sort()).toEqual(Object.keys(golden).sort());
  const errors = Object.entries(golden).map(([name, { index, value }]) => {
    const ours = index.map((i) => found.get(name)![i]!);
    const difference = Math.hypot(...ours.map((x, i) => x - value[i]!));
    return difference / Math.hypot(...value);
  });
  return Math.max(...errors);
}
