/**
 * What a training will take, without training: the corpus is tokenized, a few steps are made and
 * timed, and nothing is kept.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LongWork } from "../../base/progress.ts";
import { requireDevice } from "../../graph/open-device.ts";
import type { SessionOptions } from "../../graph/session.ts";
import type { TrainingConfig } from "./config.ts";
import {
  checkpointSteps,
  heldOutSteps,
  planTraining,
  trainedTokens,
  type TrainingPlan,
} from "./plan.ts";
import { rowsPerStep } from "./schedule.ts";
import { firstState } from "./starting-model.ts";
import { trainOnTokens } from "./train-on-tokens.ts";

/** What a training consists of, and what it will take on this machine. */
export interface TrainingForecast {
  readonly parameters: number;
  readonly documents: number;
  /** Tokens in the corpus, ends of documents included. */
  readonly corpusTokens: number;
  /** Sequences that an epoch visits. */
  readonly sequences: number;
  readonly steps: number;
  /** Tokens to be trained on, repeats included. */
  readonly trainedTokens: number;
  /** See `TrainingSummary`. */
  readonly cutDocuments?: number;
  readonly heldOutTokens: number;
  /** Models written: the checkpoints and the last. */
  readonly models: number;
  /** Bytes of all their weights. */
  readonly modelBytes: number;
  /** Measured; padding counts, as it takes the same time. */
  readonly tokensPerSecond: number;
  /** Time of all steps at that rate, and of reading held-out text at three times it. */
  readonly seconds: number;
  /** The most memory this process has had until the end of the measured steps. */
  readonly memoryBytes: number;
}

/** A forward pass has about a third of a step's work. */
const EVALUATION_SPEED = 3;
const TIMED_STEPS = 3;
const LONGEST_TRIAL_MS = 10_000;

const bytesOfType = { float32: 4, float16: 2, bfloat16: 2 } as const;

/** Forecast a training of a configuration from its beginning. */
export async function forecastTraining(
  config: TrainingConfig,
  { signal, onProgress, ...device }: LongWork & SessionOptions = {},
): Promise<TrainingForecast> {
  const work: LongWork = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  await requireDevice(device.device);
  const folder = await mkdtemp(join(tmpdir(), "rote-forecast-"));
  try {
    const plan = await planTraining(config, { out: folder, goesOn: false, ...work });
    const tokensPerSecond = await measureRate(plan, { signal, ...device });
    return describe(plan, tokensPerSecond);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describe(plan: TrainingPlan, tokensPerSecond: number): TrainingForecast {
  const { config, stream, stretches, layout, steps, heldOut, cutDocuments } = plan;
  const models = checkpointSteps(plan).size + 1;
  const places = steps * rowsPerStep(config.schedule) * config.schedule.sequenceLength;
  const heldOutTokens = heldOut?.ids.length ?? 0;
  const evaluated = (heldOutTokens * heldOutSteps(plan).size) / EVALUATION_SPEED;
  return {
    parameters: layout.length,
    documents: stream.documents,
    corpusTokens: stream.ids.length,
    sequences: stretches.starts.length,
    steps,
    trainedTokens: trainedTokens(plan),
    ...(cutDocuments === undefined ? {} : { cutDocuments }),
    heldOutTokens,
    models,
    modelBytes: models * layout.length * bytesOfType[config.dtype],
    tokensPerSecond: Math.round(tokensPerSecond),
    seconds: (places + evaluated) / tokensPerSecond,
    memoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** Tokens a second of a few steps after the first, which also takes the memory that the others reuse. */
async function measureRate(
  { config, model, stream }: TrainingPlan,
  options: SessionOptions & Pick<LongWork, "signal">,
): Promise<number> {
  const { schedule, packing, seed } = config;
  const trial = { ...schedule, length: { unit: "steps", amount: 1 + TIMED_STEPS } } as const;
  const start = await firstState(model);
  const trained = trainOnTokens(stream.ids, {
    ...{ model: model.decoder, schedule: trial, seed, start },
    ...{ documents: stream, packing, ...options },
  });
  let [begun, timed, milliseconds] = [0, 0, 0];
  for await (const { state } of trained) {
    if (state.step === 1) begun = performance.now();
    timed = state.step - 1;
    milliseconds = performance.now() - begun;
    if (timed > 0 && milliseconds > LONGEST_TRIAL_MS) break;
  }
  return (1000 * timed * rowsPerStep(schedule) * schedule.sequenceLength) / milliseconds;
}
