/**
 * The training loop. Parameters and moments live in two sets of three vectors: the runtime reads
 * one set and writes the other, and the sets change places, so a step allocates nothing of the
 * model's size.
 */
import { RoteError } from "../../base/errors.ts";
import type { LongWork } from "../../base/progress.ts";
import type { Device } from "../../graph/device.ts";
import { type Decoder, decoderParameters } from "../families/decoder.ts";
import { openBatches } from "./batches.ts";
import { type Packing, plainPacking } from "./packing.ts";
import { initialParameters, layOut, type ParameterLayout } from "./parameter-layout.ts";
import { learningRateAt, rowsPerStep, type Schedule, stepCount } from "./schedule.ts";
import type { StepPlace, StepVectors } from "./step-tensors.ts";
import { openStepper } from "./stepper.ts";
import type { TrainingTokens } from "./token-stream.ts";

/** All that the next step depends on, besides data, schedule and seed. */
export interface TrainingState extends StepVectors {
  /** Steps done. */
  readonly step: number;
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
  /** Where documents begin, and which tokens have a loss; default: one document, all have. */
  readonly documents?: Partial<Omit<TrainingTokens, "ids">> | undefined;
  /** Default: documents follow one another and see those before them. */
  readonly packing?: Packing | undefined;
  /** Continue from here, taking over its vectors, which are overwritten; default: random weights of the seed. */
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
  ids: Int32Array,
  {
    model,
    schedule,
    seed,
    documents: { begins = new Int32Array(0), weights } = {},
    packing = plainPacking,
    start,
    threads,
    device,
    signal,
    onProgress,
  }: TokenTrainingOptions,
): AsyncGenerator<TrainingStep> {
  checkIds(ids, model);
  const tokens = { ids, begins, ...(weights && { weights }) };
  const layout = layOut(decoderParameters(model));
  const batches = openBatches(tokens, { schedule, packing, seed });
  const steps = stepCount(schedule, batches.sequences);
  const separate = packing.attention === "within";
  await using stepper = await openStepper(model, layout, { schedule, separate, threads, device });
  const places = rowsPerStep(schedule) * schedule.sequenceLength;
  let state = start ?? initialState(model, seed);
  let spare = emptyState(layout);
  while (state.step < steps) {
    const step = state.step + 1;
    const place = { step, learningRate: learningRateAt(schedule, step, steps) };
    const vectors = { from: state, to: spare };
    const found = await stepper.run(batches.read(step), place, vectors, () => nextTurn(signal));
    checkFinite(found, place);
    [state, spare] = [{ ...spare, step }, state];
    onProgress?.({ stage: "train", done: step * places, total: steps * places, unit: "tokens" });
    yield { ...found, learningRate: place.learningRate, state };
  }
}

function checkFinite(
  { loss, gradientNorm }: Pick<TrainingStep, "loss" | "gradientNorm">,
  { step, learningRate }: StepPlace,
): void {
  if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) return;
  throw new RoteError(
    "model/cannot",
    `training diverged at step ${step}: loss ${loss}, gradient norm ${gradientNorm}; lower schedule.learningRate or lengthen schedule.warmupSteps`,
    { step, loss, gradientNorm, learningRate },
  );
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
export async function nextTurn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resume) => setImmediate(resume));
  if (signal?.aborted === true)
    throw new RoteError("interrupted", "training was interrupted", {}, signal.reason);
}
