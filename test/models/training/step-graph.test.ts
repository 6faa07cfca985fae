import { expect, test } from "vitest";
import { openSession } from "#rote/graph/session.js";
import { float32, int32, type Tensor } from "#rote/graph/tensor.js";
import { buildStepGraph } from "#rote/models/training/step-graph.js";
import { type GoldenGradient, hasGolden, readGoldenFile } from "../golden.ts";
import { openParameters, worstSample } from "../golden-gradients.ts";

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
