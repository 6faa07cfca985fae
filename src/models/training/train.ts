/**
 * Train a model from a configuration into a folder:
 *
 *   config.json, model.safetensors, tokenizer.json …   the trained model
 *   step-N/                                            the model after N steps, a folder like the first
 *                                                      with training-state.safetensors on request
 *   training.jsonl                                     loss, learning rate, gradient norm of every step
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
import { openCorpus } from "../../corpus/corpus.ts";
import type { Device } from "../../graph/device.ts";
import { requireDevice } from "../../graph/open-device.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import { decoderParameters } from "../families/decoder.ts";
import type { TrainingConfig } from "./config.ts";
import { type ModelFiles, writeModel, writeModelFolder } from "./model-folder.ts";
import { layOut } from "./parameter-layout.ts";
import { endOfTextOf, prepareTokenizer } from "./prepare-tokenizer.ts";
import { checkKey, loadState, saveState, statePath, type TrainingKey } from "./saved-state.ts";
import { sequenceCount, stepCount } from "./schedule.ts";
import { type StartingModel, startingModel } from "./starting-model.ts";
import { readTokenStream, type TokenStream } from "./token-stream.ts";
import {
  freshState,
  trainOnTokens,
  type TrainingState,
  type TrainingStep,
} from "./train-on-tokens.ts";
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

/** What was trained, once it is done. */
export interface TrainingSummary {
  readonly folder: string;
  readonly parameters: number;
  readonly steps: number;
  /** Tokens in the corpus, ends of documents included. */
  readonly corpusTokens: number;
  /** Tokens trained on, repeats included. */
  readonly trainedTokens: number;
  /** Loss of the last step, in nats a token. */
  readonly loss: number;
  readonly checkpoints: readonly string[];
}

/** Train, or go on training. An interruption saves the state first. */
export async function trainModel(
  config: TrainingConfig,
  { out, resume = false, threads, device, onStep, signal, onProgress }: TrainModelOptions,
): Promise<TrainingSummary> {
  await requireDevice(device);
  const work: LongWork = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  await checkFolder(out, resume);
  const corpus = await openCorpus({ paths: config.corpus.files, field: config.corpus.field });
  const goesOn = resume && (await hasState(out));
  const tokenizer = await prepareTokenizer(config.tokenizer, corpus, out, { goesOn, ...work });
  const endOfText = endOfTextOf(tokenizer);
  const stream = await readTokenStream(corpus, tokenizer, endOfText, work);
  const model = await startingModel(config, tokenizer, endOfText);
  const plan: Plan = {
    config,
    out,
    stream,
    model,
    key: keyOf(config, { model, tokenizer, stream }),
    files: { ...model, dtype: config.dtype, tokenizerFolder: out },
  };
  const finished = await finishedLoss(plan, resume);
  if (finished !== undefined) return { ...(await summarize(plan)), loss: finished };
  const loss = await train(plan, { resume, threads, device, onStep, ...work });
  await finish(plan, loss);
  return { ...(await summarize(plan)), loss };
}

interface Parts {
  readonly model: StartingModel;
  readonly tokenizer: Tokenizer;
  readonly stream: TokenStream;
}

interface Plan {
  readonly config: TrainingConfig;
  readonly out: string;
  readonly stream: TokenStream;
  readonly model: StartingModel;
  readonly key: TrainingKey;
  readonly files: ModelFiles;
}

interface RunOptions extends LongWork {
  readonly resume: boolean;
  readonly threads?: number | undefined;
  readonly device?: Device | undefined;
  readonly onStep?: ((step: TrainingStep) => void) | undefined;
}

async function train(
  plan: Plan,
  { resume, threads, device, onStep, signal, onProgress }: RunOptions,
): Promise<number> {
  const { config, out, stream, key, files } = plan;
  const saved = resume ? await loadState(out, key) : undefined;
  const start = saved ?? (await firstState(plan.model));
  await using log = await TrainingLog.open(join(out, "training.jsonl"), start?.step ?? 0);
  const { schedule, seed } = config;
  const options = {
    model: files.decoder,
    schedule,
    seed,
    start,
    threads,
    device,
    signal,
    onProgress,
  };
  const tokensPerStep = schedule.batchSize * schedule.sequenceLength;
  const [kept, steps] = [checkpointSteps(plan), stepsOf(plan)];
  let last: TrainingStep | undefined;
  let time = performance.now();
  try {
    for await (const step of trainOnTokens(stream.ids, options)) {
      const { loss, learningRate, gradientNorm, state } = step;
      const now = performance.now();
      const tokensPerSecond = Math.round((1000 * tokensPerStep) / (now - time));
      time = now;
      await log.append({ step: state.step, loss, learningRate, gradientNorm, tokensPerSecond });
      onStep?.(step);
      if (kept.has(state.step)) await writeCheckpoint(plan, state);
      // A state of the last step would leave a resumed training nothing to do and no model to write.
      if (state.step % config.checkpoints.stateEvery === 0 && state.step < steps)
        await saveState(out, key, state);
      last = step;
    }
  } catch (error) {
    if (signal?.aborted === true && last !== undefined) await saveState(out, key, last.state);
    throw error;
  }
  if (last === undefined)
    throw new RoteError("internal", `the saved state of ${out} lies at or behind its last step`);
  await writeModel(out, files, last.state.parameters);
  return last.loss;
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

async function finish(plan: Plan, loss: number): Promise<void> {
  const { out, config, stream, key } = plan;
  const { folder, checkpoints, ...summary } = await summarize(plan);
  const record = {
    ...summary,
    // Inside the folder: the record stays the same wherever that lies.
    checkpoints: checkpoints.map((checkpoint) => relative(folder, checkpoint)),
    loss,
    documents: stream.documents,
    training: key,
    provenance: provenance(config.seed, "train"),
  };
  await writeAtomically(join(out, "training.json"), `${JSON.stringify(record, null, 2)}\n`);
  await rm(statePath(out), { force: true });
}

/** The last loss of a folder whose training is done; undefined where there is work left. */
async function finishedLoss({ out, key }: Plan, resume: boolean): Promise<number | undefined> {
  const path = join(out, "training.json");
  if (!resume || !(await exists(path))) return undefined;
  const { training, loss } = await readJsonObject(path);
  checkKey(path, canonicalJson(training), key);
  return typeof loss === "number" ? loss : undefined;
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

/** Where a training of given weights begins; undefined where they are drawn from the seed. */
async function firstState({ readParameters }: StartingModel): Promise<TrainingState | undefined> {
  return readParameters && freshState(await readParameters());
}

function keyOf(config: TrainingConfig, { model, tokenizer, stream }: Parts): TrainingKey {
  const { schedule, seed, dtype } = config;
  const { every, steps, optimizer } = config.checkpoints;
  return {
    ...{ model: model.identity, schedule, seed, dtype },
    checkpoints: { every, optimizer, steps: [...new Set(steps)].sort((a, b) => a - b) },
    tokenizer: "path" in config.tokenizer ? tokenizer.identity.sha256 : config.tokenizer,
    tokens: stream.sha256,
  };
}

function stepsOf({ config: { schedule }, stream }: Plan): number {
  return stepCount(schedule, sequenceCount(stream.ids.length, schedule.sequenceLength));
}

/** Steps after which the model is saved; the last one is the model itself. */
function checkpointSteps(plan: Plan): ReadonlySet<number> {
  const { every, steps: listed } = plan.config.checkpoints;
  const total = stepsOf(plan);
  const regular =
    every === undefined
      ? []
      : Array.from({ length: Math.floor(total / every) }, (_, i) => (i + 1) * every);
  return new Set([...regular, ...listed].filter((step) => step < total));
}

function checkpointFolder(out: string, step: number): string {
  return join(out, `step-${step}`);
}

async function summarize(plan: Plan): Promise<Omit<TrainingSummary, "loss">> {
  const { out, config, files, stream } = plan;
  const { batchSize, sequenceLength } = config.schedule;
  const steps = stepsOf(plan);
  return {
    folder: out,
    parameters: layOut(decoderParameters(files.decoder)).length,
    steps,
    corpusTokens: stream.ids.length,
    trainedTokens: steps * batchSize * sequenceLength,
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
