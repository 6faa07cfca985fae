import { expect } from "vitest";
import { createRng } from "#rote/base/random.js";
import { gradients } from "#rote/graph/autodiff.js";
import { GraphBuilder, type Value } from "#rote/graph/builder.js";
import { multiply } from "#rote/graph/operations/elementwise.js";
import { sumAll } from "#rote/graph/operations/reduce.js";
import { type GraphSession, openSession } from "#rote/graph/session.js";
import { sizeOf, type Tensor } from "#rote/graph/tensor.js";

export interface GradientCase {
  /** Shapes of the inputs that are differentiated. */
  readonly inputs: readonly (readonly number[])[];
  readonly build: (graph: GraphBuilder, inputs: readonly Value[]) => Value;
  /** float32 where ONNX Runtime has no float64 kernel for the operation or its gradient. */
  readonly dtype?: "float32" | "float64";
  /** Inputs are drawn from [least, least + 2]; default -1. */
  readonly least?: number;
}

/**
 * Step and tolerance of central differences. Truncation is about h² / 6 times the third derivative,
 * rounding about the type's precision / h: 1e-10 + 1e-11 in float64, 2e-5 + 1e-5 in float32 (times
 * the size of the derivatives). The tolerance is relative to the largest entry of the gradient.
 */
const precision = {
  float64: { step: 1e-5, tolerance: 1e-7 },
  float32: { step: 1e-2, tolerance: 1e-3 },
};

/** Compare the emitted gradient of Σ r · build(inputs), r random, with central differences. */
export async function expectGradient({
  inputs: shapes,
  build,
  dtype = "float64",
  least = -1,
}: GradientCase): Promise<void> {
  const rng = createRng(11);
  const graph = new GraphBuilder();
  const inputs = shapes.map((shape, i) => graph.input(`input${i}`, dtype, shape));
  const result = build(graph, inputs);
  const weights = numbers(result.shape as number[], dtype, () => rng.normal());
  const loss = sumAll(graph, multiply(graph, result, graph.initializer("weights", weights)));
  graph.output("loss", loss);
  for (const [i, gradient] of gradients(graph, loss, inputs).entries()) {
    expect(gradient.shape).toEqual(shapes[i]);
    graph.output(`gradient${i}`, gradient);
  }
  const tensors = shapes.map((shape) => numbers(shape, dtype, () => least + 2 * rng.next()));
  await using session = await openSession(graph.toModel(), { threads: 1 });
  for (const i of shapes.keys()) {
    const name = `gradient${i}`;
    const emitted = Array.from(
      (await session.run(named(tensors), { [name]: true }))[name]!.data,
      Number,
    );
    const expected = await centralDifferences(session, tensors, i, precision[dtype].step);
    const scale = Math.max(1e-3, ...expected.map(Math.abs));
    for (const [j, value] of expected.entries())
      expect(Math.abs(emitted[j]! - value) / scale).toBeLessThan(precision[dtype].tolerance);
  }
}

async function centralDifferences(
  session: GraphSession,
  tensors: readonly Tensor[],
  index: number,
  step: number,
): Promise<number[]> {
  const data = tensors[index]!.data as Float64Array;
  const slopes: number[] = [];
  for (const [j, value] of [...data].entries()) {
    const losses: number[] = [];
    const points: number[] = [];
    for (const sign of [1, -1]) {
      data[j] = value + sign * step;
      points.push(data[j]);
      const { loss } = await session.run(named(tensors), { loss: true });
      losses.push(Number(loss!.data[0]));
    }
    data[j] = value;
    slopes.push((losses[0]! - losses[1]!) / (points[0]! - points[1]!));
  }
  return slopes;
}

function named(tensors: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(tensors.map((tensor, i) => [`input${i}`, tensor]));
}

function numbers(
  shape: readonly number[],
  dtype: "float32" | "float64",
  draw: () => number,
): Tensor {
  const data =
    dtype === "float64" ? new Float64Array(sizeOf(shape)) : new Float32Array(sizeOf(shape));
  return { dtype, shape, data: data.map(draw) };
}
