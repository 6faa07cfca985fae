/**
 * Train the models of a world that lies in a folder:
 *
 *   tokenizer/           trained on the perturbed corpus, shared by all
 *   arms/NAME/           the corpora they need, where missing
 *   models/NAME.json     a model's training, as `rote train` reads it
 *   models/NAME/         the model; its training.json is written last
 *
 * The smaller models are trained on one thread each, as many at once as there are threads: that keeps
 * all cores busy, and their weights do not depend on how many. The largest follow, on all threads.
 * An interrupted suite goes on where it was.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { orAborted } from "../../base/abort.ts";
import { RoteError } from "../../base/errors.ts";
import { exists, readText, writeAtomically } from "../../base/files.ts";
import type { LongWork } from "../../base/progress.ts";
import { createWorkerPool } from "../../base/worker-pool.ts";
import { openCorpus } from "../../corpus/corpus.ts";
import { parseTrainingConfig } from "../../models/training/config.ts";
import { prepareTokenizer } from "../../models/training/prepare-tokenizer.ts";
import { trainModel, type TrainingSummary } from "../../models/training/train.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import { writeArm } from "../arms/write-arm.ts";
import type { World } from "../world/world.ts";
import {
  batchSize,
  corpusFolder,
  sequenceLength,
  type SuiteModel,
  trainingOf,
  vocabularySize,
} from "./suite.ts";
import type { TrainRequest } from "./train-worker.ts";

export interface TrainSuiteOptions extends LongWork {
  /** Threads in all; default: one a core. */
  readonly jobs?: number | undefined;
  /** Called when a model is trained; without a summary where it was there before. */
  readonly onModel?: (model: SuiteModel, summary?: TrainingSummary) => void;
}

/** Train those of the models that are missing. */
export async function trainSuite(
  out: string,
  world: World,
  models: readonly SuiteModel[],
  { jobs = availableParallelism(), onModel, signal, onProgress }: TrainSuiteOptions = {},
): Promise<void> {
  if (!(await exists(join(out, "world.json"))))
    throw new RoteError("file/missing", `${out} holds no world; write one with rote lab world`);
  const suite = { out, world, tokenizer: await suiteTokenizer(out, { ...(signal && { signal }) }) };
  let done = 0;
  const finish = (model: SuiteModel, summary?: TrainingSummary): void => {
    done += 1;
    onModel?.(model, summary);
    onProgress?.({ stage: "train models", done, total: models.length, unit: "models" });
  };
  onProgress?.({ stage: "train models", done, total: models.length, unit: "models" });
  await trainBeside(suite, models.filter(isSmall), { jobs, signal, finish });
  for (const model of models.filter((each) => !isSmall(each))) {
    const request = await prepare(suite, model, { ...(signal && { signal }) });
    const options = { resume: true, threads: jobs, signal, onProgress };
    finish(model, request && (await trainModel(request.config, { out: request.out, ...options })));
  }
}

const isSmall = ({ shape }: SuiteModel): boolean => shape !== "4.2M";

interface Suite {
  readonly out: string;
  readonly world: World;
  readonly tokenizer: Tokenizer;
}

/** Train models side by side, each on a thread of its own. A worker that is stopped has saved its state now and then. */
async function trainBeside(
  suite: Suite,
  models: readonly SuiteModel[],
  {
    jobs,
    signal,
    finish,
  }: {
    readonly jobs: number;
    readonly signal: AbortSignal | undefined;
    readonly finish: (model: SuiteModel, summary?: TrainingSummary) => void;
  },
): Promise<void> {
  const worker = new URL("./train-worker.js", import.meta.url);
  await using pool = createWorkerPool<TrainRequest, TrainingSummary>(worker, { size: jobs });
  const trained: Promise<void>[] = [];
  for (const model of models) {
    const request = await prepare(suite, model, { ...(signal && { signal }) });
    const summary = request === undefined ? Promise.resolve(undefined) : pool.run(request);
    const task = summary.then((value) => {
      finish(model, value);
    });
    // It may fail while the next is prepared: the error is thrown below.
    task.catch(() => undefined);
    trained.push(task);
  }
  await orAborted(Promise.all(trained), signal);
}

/** The tokenizer of a world, trained where it is missing. */
async function suiteTokenizer(out: string, work: LongWork): Promise<Tokenizer> {
  const corpus = await openCorpus({ paths: [join(out, "corpus")] });
  return prepareTokenizer({ vocabularySize }, corpus, join(out, "tokenizer"), {
    goesOn: true,
    ...work,
  });
}

/** Write what a model is trained on and by; undefined where it is trained already. */
async function prepare(
  { out, world, tokenizer }: Suite,
  model: SuiteModel,
  work: LongWork,
): Promise<TrainRequest | undefined> {
  const [folder, path] = [join(out, "models"), join(out, "models", `${model.name}.json`)];
  const corpus = join(out, corpusFolder(model.arm));
  if (!(await exists(corpus))) await writeArm(out, world, model.arm, work);
  const steps = model.checkpoints ? await countSteps(corpus, tokenizer, work) : 0;
  const training = trainingOf(model, steps);
  const text = `${JSON.stringify(training, null, 2)}\n`;
  const request = {
    config: parseTrainingConfig(training, { folder, source: path }),
    out: join(folder, model.name),
  };
  const isKnown = (await exists(path)) && (await readText(path)) === text;
  if (isKnown && (await exists(join(request.out, "training.json")))) return undefined;
  await writeAtomically(path, text);
  return request;
}

/** Steps of reading a corpus once. */
async function countSteps(path: string, tokenizer: Tokenizer, work: LongWork): Promise<number> {
  let tokens = 0;
  for await (const { text } of (await openCorpus({ paths: [path] })).documents(work))
    tokens += tokenizer.encode(text).length + 1;
  return Math.ceil(tokens / (batchSize * sequenceLength));
}
