/**
 * A whole study: its stages one after another, each skipped where its files are there already, and
 * the statistics at the end.
 *
 *   fit embedder   embedder/          where the study asks for one of its own corpus
 *   mine           pairs.parquet      mining.json       pass-curves.parquet
 *   count          counts.parquet     corpus.json       one pass over the corpus, or from its index
 *   recount        null-counts.parquet                  the same again
 *   overlap        overlap.parquet    overlap.json      two passes at most
 *   score M        continuations/M.jsonl                each model
 *   generate M     generations/M.jsonl                  each model
 *   prompts        prompts.json                         what stands before the outputs
 *   infinity-gram  infinity-grams.parquet infinity-gram.json   where the study names an index for it
 *   spans          scores.parquet
 *   choices M      choices/M.jsonl                      each model, where examples have choices
 *   examples       examples.parquet   outputs.parquet   choices.parquet
 *   metrics        metrics.json
 *   novelty        novelty.parquet    novelty.json      one pass, where the study asks for it
 *   evidence       evidence.json                        one pass
 *   measure        run.json
 */
import { rm } from "node:fs/promises";
import { RoteError } from "../base/errors.ts";
import type { OnProgress } from "../base/progress.ts";
import { provenance } from "../base/provenance.ts";
import type { Device } from "../graph/device.ts";
import { openLanguageModel } from "../models/open-model.ts";
import type { ConnectionOptions } from "../models/remote/connection.ts";
import { isModelUrl } from "../models/remote/model-url.ts";
import { PARTIAL_FOLDER } from "./batches.ts";
import { openingOf, type StudyContext, type StudyTask } from "./context.ts";
import { openStudyFiles } from "./corpus-engine.ts";
import { identifyIndex, refuseOtherFiles } from "./indexed-corpus.ts";
import { shortNames, type Study } from "./load-study.ts";
import { measureRun } from "./measure-run.ts";
import { planStudy, type StudyPlan } from "./plan.ts";
import { RunDirectory, type Stage } from "./run-directory.ts";
import { reportFile, type RunFile, runFile } from "./run-file.ts";
import { choiceItems, choicesStage } from "./stages/choices.ts";
import { countStage } from "./stages/count.ts";
import { evidenceStage } from "./stages/evidence.ts";
import { examplesStage } from "./stages/examples.ts";
import { fitEmbedderStage } from "./stages/fit-embedder.ts";
import { generateStage } from "./stages/generate.ts";
import { infinityGramStage } from "./stages/infinity-gram.ts";
import { metricsStage } from "./stages/metrics.ts";
import { mineStage } from "./stages/mine.ts";
import { noveltyStage } from "./stages/novelty.ts";
import { promptsStage } from "./stages/prompts.ts";
import { overlapStage } from "./stages/overlap.ts";
import { recountStage } from "./stages/recount.ts";
import { scoreStage } from "./stages/score.ts";
import { spansStage } from "./stages/spans.ts";
import { readStudyTask } from "./study-task.ts";

/** Where a study runs and who is told of it. */
export interface RunStudyOptions {
  /** The run directory. */
  readonly out: string;
  /** Worker threads for counting; default 1. */
  readonly jobs?: number;
  /** How models behind HTTP are asked; its key is not stored. */
  readonly connection?: ConnectionOptions;
  /** Where models and encoders of folders run; default the CPU. */
  readonly device?: Device;
  /** The command as typed, for provenance; default empty. */
  readonly command?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Called after each stage: its name, and whether it ran or its files were there already. */
  readonly onStage?: (name: string, ran: boolean, seconds: number) => void;
  /** Milliseconds; only for times and rates, never for results. Default: the platform's. */
  readonly clock?: () => number;
}

const platformClock = (): number => performance.now();

/** Run or resume a study; the run directory is complete when this returns. */
export async function runStudy(study: Study, options: RunStudyOptions): Promise<RunFile> {
  const { out, command = "", signal, clock = platformClock, onStage } = options;
  await using directory = await RunDirectory.open(out, { summaries: [runFile, reportFile] });
  const context = await openContext(study, directory, options);
  const stages = await stagesOf(context);
  await checkModels(context, stages);
  for (const stage of stages) {
    signal?.throwIfAborted();
    const start = clock();
    const ran = await directory.perform(stage, clock);
    onStage?.(stage.name, ran, (clock() - start) / 1000);
  }
  await rm(directory.file(PARTIAL_FOLDER), { recursive: true, force: true });
  return await measureRun(out, {
    study,
    modelNames: context.modelNames,
    stageNames: stages.map(({ name }) => name),
    provenance: provenance(study.seed, command),
    threads: options.jobs,
  });
}

/** What `runStudy` would do, without writing anything. */
export async function planRun(
  study: Study,
  { out, clock = platformClock }: Pick<RunStudyOptions, "out" | "clock">,
): Promise<StudyPlan> {
  const directory = await RunDirectory.inspect(out);
  const context = await openContext(study, directory, { clock });
  const files = (await openStudyFiles(study))?.files ?? [];
  const corpusBytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const index = (await identifyIndex(study)) ?? null;
  return planStudy(context, await stagesOf(context), { corpusBytes, index });
}

async function openContext(
  study: Study,
  directory: RunDirectory,
  {
    jobs,
    connection,
    device,
    signal,
    clock = platformClock,
    onProgress = () => undefined,
  }: Pick<RunStudyOptions, "jobs" | "connection" | "device" | "signal" | "clock" | "onProgress">,
): Promise<StudyContext> {
  await refuseOtherFiles(study);
  const tasks: StudyTask[] = [];
  for (const entry of study.tasks) tasks.push(await readStudyTask(entry, study));
  return {
    study,
    directory,
    tasks,
    modelNames: shortNames(study.models),
    jobs,
    connection,
    device,
    signal,
    clock,
    onProgress,
  };
}

/** Open every model that is still to be scored, so that a broken one is told before hours of counting. */
async function checkModels(context: StudyContext, stages: readonly Stage[]): Promise<void> {
  const { study, modelNames, directory } = context;
  for (const [index, folder] of study.models.entries()) {
    const stage = stages.find(({ name }) => name === `score ${modelNames[index]!}`)!;
    if (await directory.isFinished(stage)) continue;
    await using model = await openLanguageModel(folder, openingOf(context));
    // A server that does not score says why itself.
    if (isModelUrl(folder) && !model.can.has("score")) await model.score([]);
    if (!model.can.has("score")) {
      throw new RoteError(
        "model/cannot",
        `${folder} cannot score text: it has no tokenizer.json; put the model's tokenizer beside its weights`,
        {
          folder,
        },
      );
    }
  }
}

async function stagesOf(context: StudyContext): Promise<readonly Stage[]> {
  const models = context.modelNames.map((_, index) => index);
  return [
    ...(context.study.embedder === "corpus" ? [await fitEmbedderStage(context)] : []),
    await mineStage(context),
    await countStage(context),
    await recountStage(context),
    ...(context.study.measure.overlap.length > 0 ? [await overlapStage(context)] : []),
    ...(await Promise.all(models.map((index) => scoreStage(context, index)))),
    ...(await Promise.all(models.map((index) => generateStage(context, index)))),
    promptsStage(context),
    ...(context.study.measure.infinityGram === undefined
      ? []
      : [await infinityGramStage(context, context.study.measure.infinityGram)]),
    spansStage(context),
    ...(choiceItems(context).length === 0
      ? []
      : await Promise.all(models.map((index) => choicesStage(context, index)))),
    examplesStage(context),
    metricsStage(context),
    ...(context.study.measure.novelty === undefined
      ? []
      : [await noveltyStage(context, context.study.measure.novelty)]),
    await evidenceStage(context),
  ];
}
