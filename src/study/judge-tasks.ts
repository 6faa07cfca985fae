/** What a run says of each task: the finding of its leading estimate, and whether the task is done by recall, skill or both. */
import { join } from "node:path";
import { exists } from "../base/files.ts";
import { readParquet } from "../base/parquet.ts";
import { leadingZeros, type MemorizationEstimate } from "../memorization/memorization-estimate.ts";
import { largestModel, type Verdict, verdicts } from "./headline.ts";
import type { Study } from "./load-study.ts";
import { exampleTable } from "./tables.ts";
import type { RunModel } from "./trainings.ts";
import {
  type KindEstimate,
  type KindVerdict,
  taskKind,
  type ZeroPerformance,
} from "./task-kinds.ts";
import {
  type JudgedExample,
  zeroPerformance,
  type ZeroPerformanceOptions,
} from "./zero-performance.ts";

/** A verdict with the task's kind under the largest model. */
export interface TaskVerdict extends Verdict, KindVerdict {
  /** Null where no answered example has frequency 0. */
  readonly atZero: ZeroPerformance | null;
}

/** An estimate with what tells it from the others. */
export interface TaskEstimate extends KindEstimate {
  readonly task: string;
  readonly n: number;
  readonly model: string;
}

/** Each task's verdict under a study's largest model, by its files in `directory`. */
export async function judgeStudy(
  directory: string,
  { tasks, measure }: Pick<Study, "tasks" | "measure">,
  models: readonly RunModel[],
  estimates: readonly MemorizationEstimate[],
): Promise<readonly TaskVerdict[]> {
  const model = largestModel(models);
  return judgeTasks(directory, verdicts(tasks, model, estimates, leadingZeros(measure.zeros)), {
    ...{ tasks, model, estimates, level: measure.level, clusteredBy: measure.cluster },
  });
}

/** Judge each task by its estimates at its first n under one model, whose answers examples.parquet holds. */
export async function judgeTasks(
  directory: string,
  found: readonly Verdict[],
  {
    tasks,
    model,
    estimates,
    ...options
  }: ZeroPerformanceOptions & {
    readonly tasks: readonly { readonly name: string; readonly n: readonly number[] }[];
    readonly model: string;
    readonly estimates: readonly TaskEstimate[];
  },
): Promise<readonly TaskVerdict[]> {
  const examples = await readJudgedExamples(directory);
  const lengthOf = new Map(tasks.map(({ name, n }) => [name, n[0]]));
  return found.map((verdict) => {
    const { task } = verdict;
    const atZero = zeroPerformance(examples.get(task) ?? [], options);
    const own = estimates.filter(
      (estimate) =>
        estimate.task === task && estimate.n === lengthOf.get(task) && estimate.model === model,
    );
    return { ...verdict, ...taskKind({ estimates: own, atZero }), atZero: atZero ?? null };
  });
}

/** The answered examples by task; none of a table that names no task. */
async function readJudgedExamples(directory: string): Promise<Map<string, JudgedExample[]>> {
  const byTask = new Map<string, JudgedExample[]>();
  const path = join(directory, exampleTable.file);
  if (!(await exists(path))) return byTask;
  for await (const row of readParquet(path)) {
    const { task, id, group, reference, frequency, correctness, choices, pairs } = row;
    if (typeof task !== "string" || typeof id !== "string") continue;
    if (typeof reference !== "string" || typeof frequency !== "number") continue;
    if (typeof correctness !== "number") continue;
    const own = byTask.get(task) ?? [];
    byTask.set(task, own);
    own.push({
      ...{ id, reference, frequency, correctness },
      ...(typeof group === "string" ? { group } : {}),
      ...(typeof choices === "number" ? { choices } : {}),
      ...(typeof pairs === "number" ? { pairs } : {}),
    });
  }
  return byTask;
}
