/**
 * One optimization step on a batch: in one graph, or, where a batch is read in parts, by one graph that
 * adds up the parts' gradients and another that applies their sum.
 */
import { type GraphSession, openSession, type SessionOptions } from "../../graph/session.ts";
import type { Decoder } from "../families/decoder.ts";
import { AddingStepper } from "./adding-stepper.ts";
import type { Batch } from "./batches.ts";
import type { ParameterLayout } from "./parameter-layout.ts";
import type { Schedule } from "./schedule.ts";
import {
  type BatchShape,
  buildAccumulationGraph,
  buildStepGraph,
  buildUpdateGraph,
} from "./step-graph.ts";
import {
  batchTensors,
  placeTensors,
  scalar,
  stateTensors,
  type StepPlace,
  type StepVectors,
} from "./step-tensors.ts";

export interface Stepper extends AsyncDisposable {
  /** Read `from`, overwrite `to`. Before each run of the runtime `turn` may stop the step by throwing. */
  run(
    batch: Batch,
    place: StepPlace,
    vectors: { readonly from: StepVectors; readonly to: StepVectors },
    turn: () => Promise<void>,
  ): Promise<{ readonly loss: number; readonly gradientNorm: number }>;
}

export interface StepperOptions extends Pick<SessionOptions, "threads" | "device"> {
  readonly schedule: Schedule;
  readonly separate: boolean;
}

/** Load the graphs of a schedule's steps. */
export async function openStepper(
  decoder: Decoder,
  layout: ParameterLayout,
  { schedule, separate, threads, device }: StepperOptions,
): Promise<Stepper> {
  const options = { threads, device, spin: true, planMemory: false };
  const { batchSize, sequenceLength, accumulate = 1 } = schedule;
  const shape = { batchSize, sequenceLength, separate };
  if (accumulate === 1) {
    const graph = buildStepGraph(decoder, layout, shape, schedule);
    return wholeStepper(await openSession(graph, options), shape);
  }
  const adding = await openSession(buildAccumulationGraph(decoder, layout, shape), options);
  const applying = await openSession(buildUpdateGraph(layout, schedule), options);
  return new AddingStepper({ adding, applying }, { shape, parts: accumulate, layout });
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
