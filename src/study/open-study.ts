/** A study opened for its stages: its tasks read, its models named. */
import { join } from "node:path";
import type { OnProgress } from "../base/progress.ts";
import { canonicalJson } from "../base/json.ts";
import type { Device } from "../graph/device.ts";
import type { ConnectionOptions } from "../models/remote/connection.ts";
import { PARTIAL_FOLDER } from "./batches.ts";
import type { StudyContext, StudyTask } from "./context.ts";
import { refuseOtherFiles } from "./indexed-corpus.ts";
import { shortNames, type Study } from "./load-study.ts";
import type { RunDirectory, Stage } from "./run-directory.ts";
import type { TaskEntry } from "./study-file.ts";
import { readStudyTask } from "./study-task.ts";
import { stagesOf } from "./study-stages.ts";

/** A study and the directory it runs in. */
export interface StudyPlace {
  readonly study: Study;
  readonly out: string;
  /** What its stages are called by besides their own names; empty for a study that runs alone. */
  readonly label: string;
  /** Whether the others go on, and say so, where this one leaves a task without pairs; default false. */
  readonly mayFail?: boolean;
}

/** How stages work, and who is told. */
export interface WorkOptions {
  /** Worker threads for counting; default 1. */
  readonly jobs?: number;
  /** How models behind HTTP are asked; its key is not stored. */
  readonly connection?: ConnectionOptions;
  /** Where models and encoders of folders run; default the CPU. */
  readonly device?: Device;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Milliseconds; only for times and rates, never for results. Default: the platform's. */
  readonly clock?: () => number;
}

/** A study that is open, with its stages. */
export interface OpenRun extends StudyPlace {
  readonly context: StudyContext;
  readonly stages: readonly Stage[];
}

/** What studies that are opened together share. */
export interface SharedOpening {
  /** The examples of each task, read once. */
  readonly tasks: Map<string, Promise<StudyTask>>;
  /** Folder of the vectors of embedders that are asked again. */
  readonly vectorFolder: string;
}

export const platformClock = (): number => performance.now();

/** Nothing shared yet, for studies whose first runs in this directory. */
export function shareOpening({ path }: RunDirectory): SharedOpening {
  return { tasks: new Map(), vectorFolder: join(path, PARTIAL_FOLDER) };
}

/** Open studies with the directories they run in; tasks that several have are read once. */
export async function openRuns(
  places: readonly StudyPlace[],
  directories: readonly RunDirectory[],
  options: WorkOptions,
): Promise<readonly OpenRun[]> {
  const shared = shareOpening(directories[0]!);
  const runs: OpenRun[] = [];
  for (const [i, place] of places.entries()) {
    const context = await openContext(place.study, directories[i]!, options, shared);
    runs.push({ ...place, context, stages: await stagesOf(context) });
  }
  return runs;
}

/** The names of all stages, each behind those that stand before it in any of the studies. */
export function stageOrder(runs: readonly Pick<OpenRun, "stages">[]): readonly string[] {
  const order: string[] = [];
  for (const { stages } of runs) {
    let next = 0;
    for (const { name } of stages) {
      const found = order.indexOf(name);
      if (found === -1) order.splice(next, 0, name);
      next = (found === -1 ? next : found) + 1;
    }
  }
  return order;
}

/** Read a study's tasks and refuse a corpus that its index was not made of. */
export async function openContext(
  study: Study,
  directory: RunDirectory,
  { clock = platformClock, onProgress = () => undefined, ...work }: WorkOptions,
  shared: SharedOpening = shareOpening(directory),
): Promise<StudyContext> {
  await refuseOtherFiles(study);
  const tasks: StudyTask[] = [];
  for (const entry of study.tasks) tasks.push(await readShared(entry, study, shared));
  return {
    study,
    directory,
    tasks,
    modelNames: shortNames(study.models),
    vectorFolder: shared.vectorFolder,
    ...work,
    clock,
    onProgress,
  };
}

/** How a task is mined decides nothing of what is read. */
async function readShared(
  entry: TaskEntry,
  study: Study,
  { tasks }: SharedOpening,
): Promise<StudyTask> {
  const { n: _n, threshold: _threshold, outputs: _outputs, ...read } = entry;
  const key = canonicalJson([read, study.seed, study.measure.neutralContext]);
  const task = tasks.get(key) ?? readStudyTask(entry, study);
  tasks.set(key, task);
  return { ...(await task), entry };
}
