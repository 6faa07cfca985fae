/** What the graphs of a step read and write, as tensors by the names of their inputs and outputs. */
import { float32, int32, type Tensor } from "../../graph/tensor.ts";
import type { Batch } from "./batches.ts";
import type { BatchShape } from "./step-graph.ts";

/** What a step reads and writes, besides the batch. */
export interface StepVectors {
  readonly parameters: Float32Array;
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
}

export interface StepPlace {
  /** Counted from 1. */
  readonly step: number;
  readonly learningRate: number;
}

/** Tensors of a batch, by the names of the graphs' inputs. */
export function batchTensors(
  { ids, labels, weights, starts }: Batch,
  { batchSize, sequenceLength }: BatchShape,
): Record<string, Tensor> {
  const shape = [batchSize, sequenceLength];
  return {
    ids: int32(ids, shape),
    labels: int32(labels, shape),
    weights: float32(weights, shape),
    ...(starts && { starts: int32(starts, shape) }),
  };
}

/** The three vectors, as inputs or, with the prefix "next.", as outputs. */
export function stateTensors(state: StepVectors, prefix: string): Record<string, Tensor> {
  const names = ["parameters", "firstMoments", "secondMoments"] as const;
  return Object.fromEntries(
    names.map((name) => [prefix + name, float32(state[name], [state[name].length])]),
  );
}

/** Where in the training a step is. */
export function placeTensors({ step, learningRate }: StepPlace): Record<string, Tensor> {
  return {
    learningRate: float32(Float32Array.of(learningRate), []),
    step: int32(Int32Array.of(step), []),
  };
}

/** The number of a tensor that holds one. */
export function scalar(tensor: Tensor | undefined): number {
  return Number(tensor!.data[0]);
}
