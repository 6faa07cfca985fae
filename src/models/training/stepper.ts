/**
 * One optimization step on a batch: in one graph, or, where a batch is read in parts, by one graph that
 * adds up the parts' gradients and another that applies their sum.
 */
import { type GraphSession, openSession, type SessionOptions } from "../../graph/session.ts";
import { float32, int32, type Tensor } from "../../graph/tensor.ts";
import type { Decoder } from "../families/decoder.ts";
import { type Batch, rowsOf } from "./batches.ts";
import type { ParameterLayout } from "./parameter-layout.ts";
import type { Schedule } from "./schedule.ts";
import {
  type BatchShape,
  buildAccumulationGraph,
  buildStepGraph,
  buildUpdateGraph,
} from "./step-graph.ts";

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

export interface Stepper extends AsyncDisposable {
  /** Read `from`, overwrite `to`. Before each run of the runtime `turn` may stop the step by throwing. */
  run(
    batch: Batch,
    place: StepPlace,
    vectors: { readonly from: StepVectors; readonly to: StepVectors },
    turn: () => Promise<void>,
  ): Promise<{ readonly loss: number; readonly gradientNorm: number }>;
}

export interface StepperOptions extends SessionOptions {
  readonly schedule: Schedule;
  readonly separate: boolean;
}

/** Load the graphs of a schedule's steps. */
export async function openStepper(
  decoder: Decoder,
  layout: ParameterLayout,
  { schedule, separate, ...options }: StepperOptions,
): Promise<Stepper> {
  const { batchSize, sequenceLength, accumulate = 1 } = schedule;
  const shape = { batchSize, sequenceLength, separate };
  if (accumulate === 1) {
    const graph = buildStepGraph(decoder, layout, shape, schedule);
    return wholeStepper(await openSession(graph, options), shape);
  }
  const adding = await openSession(buildAccumulationGraph(decoder, layout, shape), options);
  const applying = await openSession(buildUpdateGraph(layout, schedule), options);
  return addingStepper({ adding, applying }, { shape, parts: accumulate, layout });
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

function wholeStepper(session: GraphSession, shape: BatchShape): Stepper {
  return {
    async run(batch, place, { from, to }, turn) {
      await turn();
      const results = await session.run(
        { ...stateTensors(from, ""), ...batchTensors(batch, shape), ...placeTensors(place) },
        { ...stateTensors(to, "next."), loss: true, gradientNorm: true },
      );
      return { loss: scalar(results.loss), gradientNorm: scalar(results.gradientNorm) };
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

/** The sum lies in two vectors that change places, as the state does. */
function addingStepper(
  { adding, applying }: Readonly<Record<"adding" | "applying", GraphSession>>,
  {
    shape,
    parts,
    layout: { length },
  }: { readonly shape: BatchShape; readonly parts: number; readonly layout: ParameterLayout },
): Stepper {
  let sum = new Float32Array(length);
  let spare = new Float32Array(length);
  return {
    async run(batch, place, { from, to }, turn) {
      const all = total(batch.weights);
      const parameters = float32(from.parameters, [length]);
      let loss = 0;
      sum.fill(0);
      for (let part = 0; part < parts; part++) {
        const rows = rowsOf(batch, part * shape.batchSize, shape);
        const share = total(rows.weights) / all;
        if (share === 0) continue;
        await turn();
        const factor = float32(Float32Array.of(share), []);
        const feeds = { parameters, share: factor, gradient: float32(sum, [length]) };
        const results = await adding.run(
          { ...feeds, ...batchTensors(rows, shape) },
          { loss: true, "next.gradient": float32(spare, [length]) },
        );
        loss += share * scalar(results.loss);
        [sum, spare] = [spare, sum];
      }
      const { gradientNorm } = await applying.run(
        { ...stateTensors(from, ""), ...placeTensors(place), gradient: float32(sum, [length]) },
        { ...stateTensors(to, "next."), gradientNorm: true },
      );
      return { loss, gradientNorm: scalar(gradientNorm) };
    },
    async [Symbol.asyncDispose]() {
      await adding[Symbol.asyncDispose]();
      await applying[Symbol.asyncDispose]();
    },
  };
}

function stateTensors(state: StepVectors, prefix: string): Record<string, Tensor> {
  const names = ["parameters", "firstMoments", "secondMoments"] as const;
  return Object.fromEntries(
    names.map((name) => [prefix + name, float32(state[name], [state[name].length])]),
  );
}

function placeTensors({ step, learningRate }: StepPlace): Record<string, Tensor> {
  return {
    learningRate: float32(Float32Array.of(learningRate), []),
    step: int32(Int32Array.of(step), []),
  };
}

function total(values: Float32Array): number {
  return values.reduce((a, b) => a + b, 0);
}

function scalar(tensor: Tensor | undefined): number {
  return Number(tensor!.data[0]);
}
