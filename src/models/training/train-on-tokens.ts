/**
 * The training loop. Parameters and moments live in two sets of three vectors: the runtime reads
 * one set and writes the other, and the sets change places, so a step allocates nothing of the
 * model's size.
 */
import { RoteError } from "../../base/errors.ts";
import type { LongWork } from "../../base/progress.ts";
import type { Device } from "../../graph/device.ts";
import { type GraphSession, openSession } from "../../graph/session.ts";
import { float32, int32, type Tensor } from "../../graph/tensor.ts";
import { type Decoder, decoderParameters } from "../families/decoder.ts";
import { type Batch, batchReader } from "./batches.ts";
import { initialParameters, layOut, type ParameterLayout } from "./parameter-layout.ts";
import { learningRateAt, type Schedule, sequenceCount, stepCount } from "./schedule.ts";
import { buildStepGraph } from "./step-graph.ts";

/** All that the next step depends on, besides data, schedule and seed. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  readonly parameters: Float32Array;
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
}

/** One step's outcome. */
export interface TrainingStep {
  /** Mean −ln p of the batch's tokens before the step, in nats. */
  readonly loss: number;
  readonly learningRate: number;
  /** Length of the gradient before clipping. */
  readonly gradientNorm: number;
  /** After the step. Its vectors are overwritten two steps later: copy or save what must last. */
  readonly state: TrainingState;
}

export interface TokenTrainingOptions extends LongWork {
  readonly model: Decoder;
  readonly schedule: Schedule;
  readonly seed: number;
  /** Continue from here; default: random weights of the seed. */
  readonly start?: TrainingState | undefined;
  /** Threads of the runtime; default: one a core. Another number may round differently. */
  readonly threads?: number | undefined;
  /** Where graphs run; default the CPU. */
  readonly device?: Device | undefined;
}

/** Given weights before any step. */
export function freshState(parameters: Float32Array): TrainingState {
  const { length } = parameters;
  return {
    step: 0,
    parameters,
    firstMoments: new Float32Array(length),
    secondMoments: new Float32Array(length),
  };
}

/** Random weights of a seed, before any step. */
function initialState(model: Decoder, seed: number): TrainingState {
  const layout = layOut(decoderParameters(model));
  return freshState(initialParameters(layout, { seed, layers: model.layers.length }));
}

/** Train on a stream of token ids, yielding after every step. The same input gives the same weights. */
export async function* trainOnTokens(
  tokens: Int32Array,
  { model, schedule, seed, start, threads, device, signal, onProgress }: TokenTrainingOptions,
): AsyncGenerator<TrainingStep> {
  checkIds(tokens, model);
  const layout = layOut(decoderParameters(model));
  const steps = stepCount(schedule, sequenceCount(tokens.length, schedule.sequenceLength));
  const graph = buildStepGraph(model, layout, schedule, schedule);
  await using session = await openSession(graph, { threads, device });
  const batches = batchReader(tokens, schedule, seed);
  let state = copyState(start ?? initialState(model, seed));
  let spare = emptyState(layout);
  const tokensPerStep = schedule.batchSize * schedule.sequenceLength;
  while (state.step < steps) {
    await nextTurn(signal);
    const learningRate = learningRateAt(schedule, state.step + 1, steps);
    const batch = batches.read(state.step + 1);
    const done = await runStep({ session, schedule }, batch, learningRate, state, spare);
    [state, spare] = [done.state, state];
    onProgress?.({
      stage: "train",
      done: state.step * tokensPerStep,
      total: steps * tokensPerStep,
      unit: "tokens",
    });
    yield { ...done, learningRate };
  }
}

async function runStep(
  { session, schedule }: { readonly session: GraphSession; readonly schedule: Schedule },
  { ids, labels }: Batch,
  learningRate: number,
  state: TrainingState,
  spare: TrainingState,
): Promise<Omit<TrainingStep, "learningRate">> {
  const step = state.step + 1;
  const shape = [schedule.batchSize, schedule.sequenceLength];
  const results = await session.run(
    {
      ...vectors(state, ""),
      ids: int32(ids, shape),
      labels: int32(labels, shape),
      weights: float32(new Float32Array(ids.length).fill(1), shape),
      learningRate: float32(Float32Array.of(learningRate), []),
      step: int32(Int32Array.of(step), []),
    },
    { ...vectors(spare, "next."), loss: true, gradientNorm: true },
  );
  const [loss, gradientNorm] = [results.loss!, results.gradientNorm!].map(({ data }) =>
    Number(data[0]),
  ) as [number, number];
  if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm))
    throw new RoteError(
      "model/cannot",
      `training diverged at step ${step}: loss ${loss}, gradient norm ${gradientNorm}; lower schedule.learningRate or lengthen schedule.warmupSteps`,
      { step, loss, gradientNorm, learningRate },
    );
  return { loss, gradientNorm, state: { ...spare, step } };
}

function vectors(state: TrainingState, prefix: string): Record<string, Tensor> {
  const names = ["parameters", "firstMoments", "secondMoments"] as const;
  return Object.fromEntries(
    names.map((name) => [prefix + name, float32(state[name], [state[name].length])]),
  );
}

function copyState({
  step,
  parameters,
  firstMoments,
  secondMoments,
}: TrainingState): TrainingState {
  return {
    step,
    parameters: parameters.slice(),
    firstMoments: firstMoments.slice(),
    secondMoments: secondMoments.slice(),
  };
}

function emptyState({ length }: ParameterLayout): TrainingState {
  return {
    step: 0,
    parameters: new Float32Array(length),
    firstMoments: new Float32Array(length),
    secondMoments: new Float32Array(length),
  };
}

function checkIds(tokens: Int32Array, { vocabularySize }: Decoder): void {
  const outside = tokens.find((id) => id < 0 || id >= vocabularySize);
  if (outside !== undefined)
    throw new RoteError(
      "model/cannot",
      `token id ${outside} does not fit in a vocabulary of ${vocabularySize}`,
      { id: outside, vocabularySize },
    );
}

/** Let timers and signals have their turn: a step blocks the event loop. */
async function nextTurn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resume) => setImmediate(resume));
  if (signal?.aborted === true)
    throw new RoteError("interrupted", "training was interrupted", {}, signal.reason);
}
