/**
 * Several studies run side by side, each in a directory of its own: stage by stage over all of them,
 * so that what two of them would do alike is done once. A stage whose files another directory has
 * under the same key takes them over; pairs that stages ask of one corpus are counted together.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { RoteError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { canonicalJson } from "../base/json.ts";
import { provenance, version } from "../base/provenance.ts";
import { openLanguageModel } from "../models/open-model.ts";
import { isModelUrl } from "../models/remote/model-url.ts";
import { PARTIAL_FOLDER } from "./batches.ts";
import { openingOf, type StudyContext } from "./context.ts";
import { countTogether, type StageOfRun } from "./count-together.ts";
import type { KnownCounts } from "./known-counts.ts";
import type { Study } from "./load-study.ts";
import { measureRun } from "./measure-run.ts";
import {
  type OpenRun,
  openRuns,
  platformClock,
  stageOrder,
  type StudyPlace,
  type WorkOptions,
} from "./open-study.ts";
import { RunDirectory, type Stage } from "./run-directory.ts";
import { replicateTable } from "./tables.ts";
import {
  failedFile,
  presetFile,
  readRunFile,
  reportFile,
  type RunFile,
  runFile,
} from "./run-file.ts";
import { sweepFile, sweepTable } from "./sweep/sweep-file.ts";
import { writeFailure } from "./variants/failed-variant.ts";

export interface TogetherOptions extends WorkOptions {
  /** The command as typed, for provenance; default empty. */
  readonly command?: string;
  /** Called after each stage: its name, whether it ran or its files were there already, and how long it took. */
  readonly onStage?: (name: string, ran: boolean, seconds: number) => void;
  /**
   * Told of a labelled study whose changes leave a task without pairs; it then takes no further part.
   * Without it that is an error of all, unless the study `mayFail`.
   */
  readonly onFailed?: ((label: string, error: RoteError) => void) | undefined;
}

/** What is made from all stages' files. */
const summaries = [
  ...[runFile, failedFile, reportFile, replicateTable.file],
  ...[presetFile, sweepFile, sweepTable.file],
];

/** Run or resume studies side by side; every directory is complete when this returns. Those that failed have no file. */
export async function runTogether(
  places: readonly StudyPlace[],
  options: TogetherOptions,
): Promise<readonly (RunFile | undefined)[]> {
  const directories: RunDirectory[] = [];
  try {
    for (const { out } of places) directories.push(await RunDirectory.open(out, { summaries }));
    const runs = await openRuns(places, directories, options);
    await checkModels(runs);
    const failed = new Set<OpenRun>();
    for (const name of stageOrder(runs))
      await performEverywhere(name, runs, { ...options, failed });
    for (const directory of directories)
      await rm(directory.file(PARTIAL_FOLDER), { recursive: true, force: true });
    return await measureAll(runs, { ...options, failed });
  } finally {
    for (const directory of directories.reverse()) await directory[Symbol.asyncDispose]();
  }
}

/** Open every model that is still to be scored, so that a broken one is told before hours of counting. */
async function checkModels(runs: readonly OpenRun[]): Promise<void> {
  const checked = new Set<string>();
  for (const { context, stages } of runs) {
    const { study, modelNames, directory } = context;
    for (const [index, folder] of study.models.entries()) {
      const stage = stages.find(({ name }) => name === `score ${modelNames[index]!}`)!;
      const key = await directory.keyOf(stage);
      if (checked.has(key)) continue;
      checked.add(key);
      if (!(await directory.isFinished(stage))) await checkModel(folder, context);
    }
  }
}

async function checkModel(folder: string, context: StudyContext): Promise<void> {
  await using model = await openLanguageModel(folder, openingOf(context));
  // A server that does not score says why itself.
  if (isModelUrl(folder) && !model.can.has("score")) await model.score([]);
  if (model.can.has("score")) return;
  throw new RoteError(
    "model/cannot",
    `${folder} cannot score text: it has no tokenizer.json; put the model's tokenizer beside its weights`,
    { folder },
  );
}

/** What is done for all, and which studies take no further part. */
interface Performing extends TogetherOptions {
  readonly failed: Set<OpenRun>;
}

/** One stage of all the studies that have it. */
async function performEverywhere(
  name: string,
  runs: readonly OpenRun[],
  options: Performing,
): Promise<void> {
  const open: StageOfRun[] = [];
  const finished: StageOfRun[] = [];
  for (const run of runs) {
    const stage = run.stages.find((own) => own.name === name);
    if (stage === undefined || options.failed.has(run)) continue;
    const isFinished = await run.context.directory.isFinished(stage);
    (isFinished ? finished : open).push({ run, stage });
    if (isFinished && run.label === "") options.onStage?.(name, false, 0);
  }
  for await (const { asked, known } of countTogether(open, finished, options))
    for (const { run, stage } of asked)
      await performOne(run, stage, { runs, known, options }).catch((error: unknown) =>
        fail(run, error, options),
      );
}

/** Nothing can be measured where a change leaves a task without pairs; every other error is one of all. */
async function fail(run: OpenRun, error: unknown, { failed, onFailed }: Performing): Promise<void> {
  const isOwn = error instanceof RoteError && error.code === "task/empty" && run.label !== "";
  if (!isOwn || (onFailed === undefined && run.mayFail !== true)) throw error;
  failed.add(run);
  await writeFailure(run.out, error);
  onFailed?.(run.label, error);
}

async function performOne(
  { context: { directory }, label }: OpenRun,
  stage: Stage,
  {
    runs,
    known,
    options: { signal, onStage, clock = platformClock },
  }: {
    readonly runs: readonly OpenRun[];
    readonly known: KnownCounts | undefined;
    readonly options: TogetherOptions;
  },
): Promise<void> {
  signal?.throwIfAborted();
  const others = runs.map(({ context }) => context.directory);
  const start = clock();
  const ran =
    !(await directory.takeOver(stage, others)) && (await directory.perform(stage, clock, known));
  if (label === "") onStage?.(stage.name, ran, (clock() - start) / 1000);
  else if (ran) onStage?.(`${label}: ${stage.name}`, true, (clock() - start) / 1000);
}

/** The statistics of every study, the first last. Those beside it are only measured where something changed. */
async function measureAll(
  runs: readonly OpenRun[],
  { command = "", jobs, signal, failed, clock, onStage }: Performing,
): Promise<readonly (RunFile | undefined)[]> {
  const files: (RunFile | undefined)[] = [];
  // The first reads what those beside it found.
  for (const run of [...runs].reverse()) {
    signal?.throwIfAborted();
    if (failed.has(run)) {
      files.push(undefined);
      continue;
    }
    const { study, out, label, stages, context } = run;
    const measured = label === "" ? undefined : await measuredBefore(out, study);
    const options = {
      study,
      modelNames: context.modelNames,
      stageNames: stages.map(({ name }) => name),
      provenance: provenance(study.seed, command),
      threads: jobs,
      // Of variants run.json is read, not their pages: the draws of many would fill the disk.
      keepsReplicates: label === "",
      clock,
    };
    const file = measured ?? (await measureRun(out, options));
    const { name, seconds } = file.stages.at(-1)!;
    if (label === "") onStage?.(name, true, seconds);
    else if (measured === undefined) onStage?.(`${label}: ${name}`, true, seconds);
    files.push(file);
  }
  return files.reverse();
}

/** The run.json of a directory whose files no stage has changed since, where it is of this very study. */
async function measuredBefore(directory: string, study: Study): Promise<RunFile | undefined> {
  if (!(await exists(join(directory, runFile)))) return undefined;
  const run = await readRunFile(directory);
  const isSame = run.provenance.version === version;
  return isSame && canonicalJson(run.study) === canonicalJson(study) ? run : undefined;
}
