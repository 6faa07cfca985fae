/**
 * Train a model from a configuration into a folder:
 *
 *   config.json, model.safetensors, tokenizer.json …   the trained model
 *   step-N/                                            the model after N steps, a folder like the first
 *                                                      with training-state.safetensors on request
 *   training.jsonl                                     loss, learning rate, gradient norm of every step,
 *                                                      now and then the loss on held-out text
 *   training.json                                      what was trained on what: written last
 *   training-state.safetensors                         for --resume; removed at the end
 */
import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { exists, readJsonObject, writeAtomically } from "../../base/files.ts";
import { canonicalJson } from "../../base/json.ts";
import type { LongWork } from "../../base/progress.ts";
import { provenance } from "../../base/provenance.ts";
import type { Device } from "../../graph/device.ts";
import { requireDevice } from "../../graph/open-device.ts";
import type { SessionOptions } from "../../graph/session.ts";
import type { TrainingConfig } from "./config.ts";
import type { HeldOutLoss } from "./held-out.ts";
import { writeModel, writeModelFolder } from "./model-folder.ts";
import { checkpointSteps, planTraining, trainedTokens, type TrainingPlan } from "./plan.ts";
import { checkKey, loadState, saveState, statePath } from "./saved-state.ts";
import { firstState } from "./starting-model.ts";
import { StepRecorder } from "./step-recorder.ts";
import { trainOnTokens, type TrainingState, type TrainingStep } from "./train-on-tokens.ts";
import { TrainingLog } from "./training-log.ts";

/** Where a training writes and how it runs; nothing here changes its result but `threads` and `device`. */
export interface TrainModelOptions extends LongWork {
  /** Folder to write. */
  readonly out: string;
  /** Go on where an interrupted training of the same configuration was last saved. */
  readonly resume?: boolean;
  /** Threads of the runtime; default: one a core. Another number may round differently. */
  readonly threads?: number | undefined;
  /** Where steps are computed; default the CPU. Another device rounds differently. */
  readonly device?: Device | undefined;
  readonly onStep?: (step: TrainingStep) => void;
}

/** How a training ended. */
export interface TrainingOutcome {
  /** Loss of the last step, in nats a token. */
  readonly loss: number;
  /** Of the trained model. */
  readonly heldOut?: HeldOutLoss;
}

/** What was trained, once it is done. */
export interface TrainingSummary extends TrainingOutcome {
  readonly folder: string;
  readonly parameters: number;
  readonly steps: number;
  /** Tokens in the corpus, ends of documents included. */
  readonly corpusTokens: number;
  /** Tokens trained on, repeats included. */
  readonly trainedTokens: number;
  /** Where documents are to be kept whole: how many were longer than a sequence and cut. */
  readonly cutDocuments?: number;
  readonly checkpoints: readonly string[];
}

/** Train, or go on training. An interruption saves the state first. */
export async function trainModel(
  config: TrainingConfig,
  { out, resume = false, threads, device, onStep, signal, onProgress }: TrainModelOptions,
): Promise<TrainingSummary> {
  const work: LongWork = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  await requireDevice(device);
  await checkFolder(out, resume);
  const goesOn = resume && (await hasState(out));
  const plan = { ...(await planTraining(config, { out, goesOn, ...work })), out };
  const finished = resume ? await finishedOutcome(plan) : undefined;
  if (finished !== undefined) return { ...(await summarize(plan)), ...finished };
  const outcome = await train(plan, { resume, threads, device, onStep, ...work });
  await finish(plan, outcome);
  return { ...(await summarize(plan)), ...outcome };
}

interface Plan extends TrainingPlan {
  readonly out: string;
}

interface RunOptions extends LongWork, SessionOptions {
  readonly resume: boolean;
  readonly onStep?: ((step: TrainingStep) => void) | undefined;
}

async function train(
  plan: Plan,
  { resume, threads, device, onStep, signal, onProgress }: RunOptions,
): Promise<TrainingOutcome> {
  const { config, out, stream, key, files } = plan;
  const saved = resume ? await loadState(out, key) : undefined;
  const start = saved ?? (await firstState(plan.model));
  await using log = await TrainingLog.open(join(out, "training.jsonl"), start?.step ?? 0);
  await using recorder = await StepRecorder.open(plan, log, { threads, device });
  const { schedule, packing, seed } = config;
  const data = { documents: stream, packing };
  const work = { threads, device, signal, onProgress };
  const options = { model: files.decoder, schedule, seed, start, ...work };
  const checkpoints = checkpointSteps(plan);
  let last: TrainingStep | undefined;
  let heldOut: HeldOutLoss | undefined;
  try {
    for await (const step of trainOnTokens(stream.ids, { ...options, ...data })) {
      heldOut = await recorder.record(step, signal);
      onStep?.(step);
      await keep(plan, step.state, checkpoints);
      last = step;
    }
  } catch (error) {
    if (signal?.aborted === true && last !== undefined) await saveState(out, key, last.state);
    throw error;
  }
  if (last === undefined)
    throw new RoteError("internal", `the saved state of ${out} lies at or behind its last step`);
  await writeModel(out, files, last.state.parameters);
  return { loss: last.loss, ...(heldOut && { heldOut }) };
}

/** Write the checkpoint and the state that are due after a step. */
async function keep(
  plan: Plan,
  state: TrainingState,
  checkpoints: ReadonlySet<number>,
): Promise<void> {
  const { out, config, key, steps } = plan;
  if (checkpoints.has(state.step)) await writeCheckpoint(plan, state);
  // A state of the last step would leave a resumed training nothing to do and no model to write.
  if (state.step % config.checkpoints.stateEvery === 0 && state.step < steps)
    await saveState(out, key, state);
}

async function writeCheckpoint(
  { out, config, files, key }: Plan,
  state: TrainingState,
): Promise<void> {
  const { optimizer } = config.checkpoints;
  const writeState = (folder: string): Promise<void> => saveState(folder, key, state);
  const folder = checkpointFolder(out, state.step);
  await writeModelFolder(folder, files, state.parameters, optimizer ? writeState : undefined);
}

async function finish(plan: Plan, outcome: TrainingOutcome): Promise<void> {
  const { out, config, stream, key } = plan;
  const { folder, checkpoints, ...summary } = await summarize(plan);
  const record = {
    ...summary,
    // Inside the folder: the record stays the same wherever that lies.
    checkpoints: checkpoints.map((checkpoint) => relative(folder, checkpoint)),
    ...outcome,
    documents: stream.documents,
    training: key,
    provenance: provenance(config.seed, "train"),
  };
  await writeAtomically(join(out, "training.json"), `${JSON.stringify(record, null, 2)}\n`);
  await rm(statePath(out), { force: true });
}

/** The outcome of a folder whose training is done; undefined where there is work left. */
async function finishedOutcome({ out, key }: Plan): Promise<TrainingOutcome | undefined> {
  const path = join(out, "training.json");
  if (!(await exists(path))) return undefined;
  const { training, loss, heldOut } = await readJsonObject(path);
  checkKey(path, canonicalJson(training), key);
  if (typeof loss !== "number") return undefined;
  return { loss, ...(heldOut === undefined ? {} : { heldOut: heldOut as HeldOutLoss }) };
}

async function hasState(out: string): Promise<boolean> {
  return (await exists(statePath(out))) || (await exists(join(out, "training.json")));
}

async function checkFolder(out: string, resume: boolean): Promise<void> {
  if (resume || !(await exists(join(out, "training.jsonl")))) return;
  throw new RoteError(
    "usage",
    `${out} holds a training already; --resume goes on with it, another --out keeps it`,
    { out },
  );
}

function checkpointFolder(out: string, step: number): string {
  return join(out, `step-${step}`);
}

async function summarize(plan: Plan): Promise<Omit<TrainingSummary, keyof TrainingOutcome>> {
  const { cutDocuments } = plan;
  return {
    folder: plan.out,
    parameters: plan.layout.length,
    steps: plan.steps,
    corpusTokens: plan.stream.ids.length,
    trainedTokens: trainedTokens(plan),
    ...(cutDocuments === undefined ? {} : { cutDocuments }),
    checkpoints: await writtenCheckpoints(plan),
  };
}

/** A training that went on from a copied state has only those after it. */
async function writtenCheckpoints(plan: Plan): Promise<readonly string[]> {
  const steps = [...checkpointSteps(plan)].sort((a, b) => a - b);
  const folders = steps.map((step) => checkpointFolder(plan.out, step));
  const written = await Promise.all(
    folders.map((folder) => exists(join(folder, "model.safetensors"))),
  );
  return folders.filter((_, i) => written[i]);
}
