import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readJsonObject } from "#rote/base/files.js";
import { openSession } from "#rote/graph/session.js";
import { float32, int32, type Tensor } from "#rote/graph/tensor.js";
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
import { buildGradientGraph, buildStepGraph } from "#rote/models/training/step-graph.js";
import {
  type GoldenGradient,
  goldenFolder,
  hasGolden,
  readGolden,
  readGoldenFile,
} from "../golden.ts";

interface Opened {
  readonly decoder: Decoder;
  readonly layout: ParameterLayout;
  readonly vector: Float32Array;
}

async function openParameters(name: string): Promise<Opened> {
  const folder = goldenFolder(name);
  const path = join(folder, "config.json");
  const entries = await readJsonObject(path);
  const family = familyOf(entries, path);
  const decoder = family.decoder(new ConfigEntries(entries, path));
  const layout = layOut(decoderParameters(decoder));
  const tensors = await readDecoderWeights(await openWeights(folder), family, decoder);
  return { decoder, layout, vector: vectorOf(layout, tensors) };
}

async function gradientOf(
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
function worstSample(
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

describe.skipIf(!hasGolden)("gradients against PyTorch", () => {
  test.each(["neox", "neox-sequential"])(
    "%s: loss to 2e-5, entries to 2e-5 relative",
    async (name) => {
      const opened = await openParameters(name);
      const { sequences, batch_right } = readGolden(name);
      for (const { input_ids, loss, gradients } of sequences) {
        if (gradients === undefined) continue;
        const ours = await gradientOf(opened, [input_ids]);
        expect(Math.abs(ours.loss - loss)).toBeLessThan(2e-5);
        expect(worstSample(opened, ours.gradient, gradients)).toBeLessThan(2e-5);
      }
      const batch = await gradientOf(
        opened,
        sequences.map(({ input_ids }) => input_ids),
      );
      expect(Math.abs(batch.loss - batch_right.loss)).toBeLessThan(2e-5);
      expect(worstSample(opened, batch.gradient, batch_right.gradients)).toBeLessThan(2e-5);
    },
  );
});

interface GoldenTraining {
  readonly stream: readonly number[];
  readonly loss: readonly number[];
  readonly gradient_norm_before_clip: readonly number[];
  readonly weights: Readonly<Record<string, Readonly<Record<string, GoldenGradient>>>>;
}

const trainingOptions = {
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clip: 1,
};

test.skipIf(!hasGolden)("20 steps of AdamW follow PyTorch's losses and weights", async () => {
  const opened = await openParameters("neox");
  const golden = readGoldenFile("training.json") as GoldenTraining;
  const { decoder, layout } = opened;
  const graph = buildStepGraph(
    decoder,
    layout,
    { batchSize: 4, sequenceLength: 32 },
    trainingOptions,
  );
  await using session = await openSession(graph, { threads: 1 });
  const stream = Int32Array.from(golden.stream);
  let state: Record<string, Tensor> = {
    parameters: float32(opened.vector, [layout.length]),
    firstMoments: float32(new Float32Array(layout.length), [layout.length]),
    secondMoments: float32(new Float32Array(layout.length), [layout.length]),
  };
  for (let k = 0; k < 20; k++) {
    const results = await session.run(
      {
        ...state,
        ids: int32(stream.slice(k * 128, k * 128 + 128), [4, 32]),
        labels: int32(stream.slice(k * 128 + 1, k * 128 + 129), [4, 32]),
        weights: float32(new Float32Array(128).fill(1), [4, 32]),
        learningRate: float32(Float32Array.of(1e-3), []),
        step: int32(Int32Array.of(k + 1), []),
      },
      {
        "next.parameters": true,
        "next.firstMoments": true,
        "next.secondMoments": true,
        loss: true,
        gradientNorm: true,
      },
    );
    state = {
      parameters: results["next.parameters"]!,
      firstMoments: results["next.firstMoments"]!,
      secondMoments: results["next.secondMoments"]!,
    };
    expect(Math.abs(Number(results.loss!.data[0]) - golden.loss[k]!)).toBeLessThan(2e-5);
    const norm = golden.gradient_norm_before_clip[k]!;
    expect(Math.abs(Number(results.gradientNorm!.data[0]) / norm - 1)).toBeLessThan(2e-5);
    const sampled = golden.weights[`after_step_${k + 1}`];
    if (sampled !== undefined)
      expect(worstSample(opened, state.parameters!.data as Float32Array, sampled)).toBeLessThan(
        1e-5,
      );
  }
});
