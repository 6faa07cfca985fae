/**
 * The statistics of a run directory that holds the contract's files alone: run.json and the Parquet
 * files, without what a run of our own keeps beside them. Shuffled pairs were not counted, or their
 * counts are not there, so the null exchanges whole examples and says `recounted: false`.
 */
import { join } from "node:path";
import { writeAtomically } from "../base/files.ts";
import type { MeasuredRows } from "../memorization/measure-rows.ts";
import { smoothingOf } from "../memorization/task-gram-probability.ts";
import { headline, largestModel, verdicts } from "./headline.ts";
import { parametersOf } from "./identities.ts";
import { judgeTasks } from "./judge-tasks.ts";
import type { Study } from "./load-study.ts";
import { measureFiles, type MeasureFilesOptions } from "./measure-files.ts";
import { runFile, type RunFile } from "./run-file.ts";
import type { MeasureEntry } from "./study-file.ts";
import { trainingOf } from "./trainings.ts";
import { countTable, scoreTable } from "./tables.ts";

/** What may differ from the run's own options. */
export type MeasureChanges = Partial<
  Pick<MeasureEntry, "bootstrap" | "cluster" | "unit" | "smoothing" | "censored">
>;

/** Changes, and how they are computed. */
export interface MeasureTablesOptions extends MeasureChanges {
  /** Worker threads for many points; default 0. */
  readonly threads?: number;
}

/** Measure the tables of a run directory, by its own study's options, and mend its run.json. */
export async function measureTables(
  directory: string,
  run: RunFile,
  { threads, ...changes }: MeasureTablesOptions = {},
): Promise<MeasuredRows> {
  const options = { ...measureOptions(run, changes), threads };
  const paths = [countTable, scoreTable].map(({ file }) => join(directory, file));
  const measured = await measureFiles(paths[0]!, paths[1]!, options);
  const { estimates, family } = measured;
  const { models } = run.identities;
  const model = models.length > 0 ? largestModel(models) : estimates[0]!.model;
  const zeros = options.zeros === "dropped" ? "dropped" : "kept";
  const tasks = tasksOf(estimates);
  const found = await judgeTasks(directory, verdicts(tasks, model, estimates, zeros), {
    ...{ tasks, model, estimates, level: options.level, clusteredBy: options.clusteredBy },
  });
  const drops = [
    ...run.drops.filter((old) => !measured.drops.some((row) => isSame(row, old))),
    ...measured.drops,
  ];
  const next = { ...run, drops, estimates, family, verdicts: found, headline: headline(found) };
  await writeAtomically(join(directory, runFile), `${JSON.stringify(next, null, 2)}\n`);
  return { estimates, drops, family };
}

/** A run written by another program may state none of these; then the defaults hold. */
function measureOptions(
  { study, provenance, identities }: RunFile,
  changes: MeasureChanges,
): MeasureFilesOptions {
  const measure: Partial<MeasureEntry> = { ...(study as Partial<Study>).measure, ...changes };
  const { level, zeros = "both", strata, controls, cluster, unit, correction, censored } = measure;
  return {
    ...{ seed: provenance.seed, level, zeros, strata, controls, clusteredBy: cluster, unit },
    smoothing: smoothingOf(measure.smoothing, identities.corpora[0]?.documents),
    ...{ correction, censored, bootstrap: numberOf(measure.bootstrap) },
    permutations: numberOf(measure.permutations),
    parameters: parametersOf(identities.models),
    training: trainingOf(identities.models),
  };
}

const numberOf = (value: number | "auto" | undefined): number | undefined =>
  value === "auto" ? undefined : value;

/** Tasks in the order of their estimates, each with its lengths of n-grams in theirs. */
function tasksOf(estimates: MeasuredRows["estimates"]): { name: string; n: number[] }[] {
  const lengths = new Map<string, Set<number>>();
  for (const { task, n } of estimates) lengths.set(task, (lengths.get(task) ?? new Set()).add(n));
  return Array.from(lengths, ([name, n]) => ({ name, n: [...n] }));
}

type Drop = MeasuredRows["drops"][number];

function isSame(a: Drop, b: Drop): boolean {
  return a.task === b.task && a.n === b.n && a.reason === b.reason;
}
