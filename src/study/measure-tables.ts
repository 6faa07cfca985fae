/**
 * The statistics of a run directory that holds the contract's files alone: run.json and the Parquet
 * files, without what a run of our own keeps beside them. Shuffled pairs were not counted, or their
 * counts are not there, so the null exchanges whole examples and says `recounted: false`.
 */
import { join } from "node:path";
import { RoteError } from "../base/errors.ts";
import { exists, writeAtomically } from "../base/files.ts";
import { readParquet } from "../base/parquet.ts";
import type { MeasuredRows } from "../memorization/measure-rows.ts";
import {
  leadingZeros,
  adjustEstimates,
  type MemorizationEstimate,
  testFamily,
} from "../memorization/memorization-estimate.ts";
import type { Performance } from "../memorization/performance.ts";
import { smoothingOf } from "../memorization/task-gram-probability.ts";
import { groupsOf } from "./estimate-run.ts";
import { writeReplicates } from "./replicates.ts";
import { headline, largestModel, verdicts } from "./headline.ts";
import { parametersOf } from "./identities.ts";
import { judgeTasks } from "./judge-tasks.ts";
import type { Study } from "./load-study.ts";
import { measureFiles, type MeasureFilesOptions } from "./measure-files.ts";
import { type PairKey, readOutliers } from "./outliers.ts";
import {
  type PerformanceExample,
  performancesOf,
  type PerformancesOptions,
} from "./performances.ts";
import { runFile, type RunFile } from "./run-file.ts";
import type { MeasureEntry } from "./study-file.ts";
import { trainingOf } from "./trainings.ts";
import { countTable, exampleTable, outputTable, readTable, scoreTable } from "./tables.ts";

/** What may differ from the run's own options. */
export type MeasureChanges = Partial<
  Pick<MeasureEntry, "bootstrap" | "cluster" | "unit" | "smoothing" | "censored">
>;

/** Changes, and how they are computed. */
export interface MeasureTablesOptions extends MeasureChanges {
  /** Worker threads for many points; default 0. */
  readonly threads?: number;
}

/** What was measured of the tables. */
export interface MeasuredTables extends MeasuredRows {
  readonly performance: readonly Performance[];
}

/** Measure the tables of a run directory, by its own study's options, and mend its run.json. */
export async function measureTables(
  directory: string,
  run: RunFile,
  { threads, ...changes }: MeasureTablesOptions = {},
): Promise<MeasuredTables> {
  const options = { ...measureOptions(run, changes), threads };
  const { clusteredBy } = options;
  const examples = await readExamples(directory);
  const paths = [countTable, scoreTable].map(({ file }) => join(directory, file));
  const correlated = await measureFiles(paths[0]!, paths[1]!, {
    ...{ ...options, groupOf: groupsOf(examples), isOutlier: await outliersOf(directory, run) },
  });
  const { models } = run.identities;
  const model = models.length > 0 ? largestModel(models) : correlated.estimates[0]!.model;
  const zeros = leadingZeros(options.zeros);
  const tasks = tasksOf(correlated.estimates);
  const { slopes, performance } = await performanceOf(directory, run, {
    ...{ examples, tasks, model, clusteredBy },
  });
  const estimates = adjustEstimates([...correlated.estimates, ...slopes], options);
  const family = testFamily(estimates);
  const found = await judgeTasks(directory, verdicts(tasks, model, estimates, zeros), {
    ...{ tasks, model, estimates, level: options.level, clusteredBy },
  });
  const drops = [
    ...run.drops.filter((old) => !correlated.drops.some((row) => isSame(row, old))),
    ...correlated.drops,
  ];
  const next = {
    ...{ ...run, drops, estimates, family, performance },
    ...{ verdicts: found, headline: headline(found) },
  };
  await writeReplicates(directory, { estimates: correlated.replicates, parts: [] });
  await writeAtomically(join(directory, runFile), `${JSON.stringify(next, null, 2)}\n`);
  return { estimates, drops, family, performance, replicates: correlated.replicates };
}

/** The outliers that the run leaves out; a run of another program may state none. */
async function outliersOf(
  directory: string,
  { study }: RunFile,
): Promise<(pair: PairKey) => boolean> {
  const mine = (study as Partial<Study>).mine;
  return mine === undefined ? () => false : await readOutliers(directory, { mine });
}

/** An example with its output by the model with the most parameters, as far as the table says. */
interface TableExample extends PerformanceExample {
  readonly correctness: number | undefined;
}

/** The examples of a table that names their task and frequency; none where there is no table. */
async function readExamples(directory: string): Promise<readonly TableExample[]> {
  const path = join(directory, exampleTable.file);
  if (!(await exists(path))) return [];
  const examples: TableExample[] = [];
  for await (const { id, task, group, pairs, frequency, correctness } of readParquet(path)) {
    if (typeof id !== "string" || typeof task !== "string" || typeof frequency !== "number")
      continue;
    examples.push({
      ...{ id, task, frequency, group: typeof group === "string" ? group : null },
      pairs: typeof pairs === "number" ? pairs : null,
      correctness: typeof correctness === "number" ? correctness : undefined,
    });
  }
  return examples;
}

/**
 * Performance by frequency from outputs.parquet, else of the largest model from examples.parquet; where
 * neither can be read, what the run states already.
 */
async function performanceOf(
  directory: string,
  { study, provenance, identities, ...run }: RunFile,
  {
    examples,
    tasks,
    model,
    clusteredBy,
  }: {
    readonly examples: readonly TableExample[];
    readonly tasks: PerformancesOptions["tasks"];
    readonly model: string;
    readonly clusteredBy: "example" | "group" | undefined;
  },
): Promise<{
  readonly slopes: readonly MemorizationEstimate[];
  readonly performance: readonly Performance[];
}> {
  const path = join(directory, outputTable.file);
  const outputs = (await exists(path))
    ? await readTable(path, outputTable)
    : examples.flatMap(({ id: example, task, correctness }) =>
        correctness === undefined
          ? []
          : [{ example, task, model, metric: "correctness", correctness }],
      );
  const { bins, binning, level }: Partial<MeasureEntry> = (study as Partial<Study>).measure ?? {};
  const models = identities.models.length > 0 ? identities.models : [{ name: model }];
  const measured = performancesOf(examples, outputs, {
    ...{ seed: provenance.seed, tasks, models, clusteredBy, bins, binning, level },
  });
  if (measured.length > 0)
    return {
      slopes: measured.map(({ slope }) => slope),
      performance: measured.map(({ entry }) => entry),
    };
  const stated: Partial<Pick<RunFile, "estimates" | "performance">> = run;
  return {
    slopes: (stated.estimates ?? []).filter(({ measure }) => measure === "frequency-slope"),
    performance: stated.performance ?? [],
  };
}

/** A run written by another program may state none of these; then the defaults hold. */
function measureOptions(
  { study, provenance, identities }: RunFile,
  changes: MeasureChanges,
): MeasureFilesOptions {
  const measure: Partial<MeasureEntry> = { ...(study as Partial<Study>).measure, ...changes };
  refuseOtherRatios(measure);
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

/** Two tables hold the counts of one ratio alone. */
function refuseOtherRatios({
  denominator = "documents",
  denominatorPolicy = "same",
}: Partial<MeasureEntry>): void {
  if (denominator === "documents" && denominatorPolicy === "same") return;
  throw new RoteError(
    "usage",
    `the run's study divides by ${denominator} (measure.denominator) under the policy ${denominatorPolicy} (measure.denominatorPolicy), which counts and scores alone do not tell; measure the directory that rote run left, or run the study again`,
    { denominator, denominatorPolicy },
  );
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
