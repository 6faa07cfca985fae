/**
 * Train the models of a world that lies in a folder:
 *
 *   tokenizer/           trained on the perturbed corpus, shared by all
 *   arms/NAME/           the corpora they need, where missing
 *   models/NAME.json     a model's training, as `rote train` reads it
 *   models/NAME/         the model; its training.json is written last
 *
 * Each model is trained on one thread, as many at once as there are threads: that keeps all cores busy,
 * and no model's weights depend on how many there are. An interrupted suite goes on where it was.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { orAborted } from "../../base/abort.ts";
import { RoteError } from "../../base/errors.ts";
import { exists, readJsonObject, writeAtomically } from "../../base/files.ts";
import { canonicalJson } from "../../base/json.ts";
import type { LongWork } from "../../base/progress.ts";
import { openCorpus } from "../../corpus/corpus.ts";
import { parseTrainingConfig } from "../../models/training/config.ts";
import { prepareTokenizer } from "../../models/training/prepare-tokenizer.ts";
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
import { openTrainPool } from "./train-pool.ts";
import type { TrainedModel, TrainRequest } from "./train-worker.ts";

export interface TrainSuiteOptions extends LongWork {
  /** Models trained at once; default: one a core. No weights depend on it. */
  readonly jobs?: number | undefined;
  /** Called when a model is trained; without what it took where it was there before. */
  readonly onModel?: (model: SuiteModel, trained?: TrainedModel) => void;
  /** Called now and then with the share of a model's training that is done. */
  readonly onShare?: (model: SuiteModel, share: number) => void;
}

/** Train those of the models that are missing. */
export async function trainSuite(
  out: string,
  world: World,
  models: readonly SuiteModel[],
  { jobs = availableParallelism(), onModel, onShare, signal, onProgress }: TrainSuiteOptions = {},
): Promise<void> {
  if (!(await exists(join(out, "world.json"))))
    throw new RoteError("file/missing", `${out} holds no world; write one with rote lab world`);
  const work = { ...(signal && { signal }) };
  const suite = { out, world, tokenizer: await suiteTokenizer(out, work) };
  let done = 0;
  const report = (): void =>
    onProgress?.({ stage: "train models", done, total: models.length, unit: "models" });
  report();
  await using pool = openTrainPool(jobs);
  const trained: Promise<void>[] = [];
  for (const model of models) {
    const request = await prepare(suite, model, work);
    const summary = request && pool.train(request, (share) => onShare?.(model, share));
    const task = Promise.resolve(summary).then((value) => {
      done += 1;
      onModel?.(model, value);
      report();
    });
    // It may fail while the next is prepared: the error is thrown below.
    task.catch(() => undefined);
    trained.push(task);
  }
  await orAborted(Promise.all(trained), signal);
}

interface Suite {
  readonly out: string;
  readonly world: World;
  readonly tokenizer: Tokenizer;
}

/** The tokenizer of a world, trained where it is missing. */
export async function suiteTokenizer(out: string, work: LongWork = {}): Promise<Tokenizer> {
  const corpus = await openCorpus({ paths: [join(out, "corpus")] });
  return prepareTokenizer({ vocabularySize }, corpus, join(out, "tokenizer"), {
    goesOn: true,
    ...work,
  });
}

/** Whether a model lies in a world, trained by the recipe it has here; another recipe is refused. */
export async function isTrained(out: string, model: SuiteModel): Promise<boolean> {
  const { config, folder } = modelPaths(out, model);
  if (!(await exists(config))) return false;
  const saved = await readJsonObject(config);
  // Where checkpoints are due follows from the corpus, which is known to be the world's.
  const checkpoints = model.checkpoints ? { checkpoints: saved.checkpoints } : {};
  if (canonicalJson(saved) === canonicalJson({ ...trainingOf(model, 1), ...checkpoints }))
    return exists(join(folder, "training.json"));
  throw new RoteError(
    "study/mismatch",
    `${config} trains ${model.name} by another recipe than this version of Rote; build into another --out, or remove ${config} and ${folder}`,
    { config, folder },
  );
}

function modelPaths(out: string, { name }: SuiteModel): { config: string; folder: string } {
  return { config: join(out, "models", `${name}.json`), folder: join(out, "models", name) };
}

/** Write what a model is trained on and by; undefined where it is trained already. */
async function prepare(
  { out, world, tokenizer }: Suite,
  model: SuiteModel,
  work: LongWork,
): Promise<Pick<TrainRequest, "config" | "out"> | undefined> {
  if (await isTrained(out, model)) return undefined;
  const { config: source, folder } = modelPaths(out, model);
  const corpus = join(out, corpusFolder(model.arm));
  if (!(await exists(corpus))) await writeArm(out, world, model.arm, work);
  const steps = model.checkpoints ? await countSteps(corpus, tokenizer, work) : 0;
  const training = trainingOf(model, steps);
  await writeAtomically(source, `${JSON.stringify(training, null, 2)}\n`);
  const config = parseTrainingConfig(training, { folder: join(out, "models"), source });
  return { config, out: folder };
}

/** Steps of reading a corpus once. */
async function countSteps(path: string, tokenizer: Tokenizer, work: LongWork): Promise<number> {
  let tokens = 0;
  for await (const { text } of (await openCorpus({ paths: [path] })).documents(work))
    tokens += tokenizer.encode(text).length + 1;
  return Math.ceil(tokens / (batchSize * sequenceLength));
}
