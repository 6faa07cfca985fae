/** The estimates of a run, from its tables: joined, measured with the shuffles planned again from the seed, and adjusted together. */
import { join } from "node:path";
import { readJson } from "../base/files.ts";
import { createRng } from "../base/random.ts";
import type { CorpusIdentity } from "../corpus/document.ts";
import type { PairRow as CountedPairRow } from "../counting/question.ts";
import {
  drawnMemorization,
  type MemorizationOptions,
} from "../memorization/distributional-memorization.ts";
import type { RecountedShuffles } from "../memorization/null-distribution.ts";
import type { DropRow } from "../memorization/drop-table.ts";
import {
  adjustEstimates,
  type MemorizationEstimate,
} from "../memorization/memorization-estimate.ts";
import { CountTable } from "../memorization/count-table.ts";
import type { Replicates } from "../memorization/replicates.ts";
import type { Performance } from "../memorization/performance.ts";
import { type JoinedRows, type PointGroup, RowJoin, type ScoreRow } from "../memorization/rows.ts";
import { smoothingOf } from "../memorization/task-gram-probability.ts";
import { corpusFile } from "./corpus-engine.ts";
import { readDenominators } from "./denominators.ts";
import { parametersOf } from "./identities.ts";
import type { Study } from "./load-study.ts";
import { estimateParts, type PartEstimates } from "./part-estimates.ts";
import { OUTLIER, type PairKey, readOutliers } from "./outliers.ts";
import { performancesOf } from "./performances.ts";
import { shufflesWithSingleCounts, withSingleCounts } from "./released-counts.ts";
import { planStudyShuffles, recountedShuffles } from "./shuffles.ts";
import { type RunModel, trainingOf } from "./trainings.ts";
import {
  countTable,
  type ExampleRow,
  exampleTable,
  outputTable,
  pairTable,
  readTable,
  recountTable,
  scoreTable,
  tableRows,
} from "./tables.ts";

/** What was estimated of a run. */
export interface RunEstimates {
  /** One family of tests. */
  readonly estimates: readonly MemorizationEstimate[];
  /** Of tasks whose examples carry groups. */
  readonly parts: PartEstimates;
  readonly performance: readonly Performance[];
  readonly drops: readonly DropRow[];
  /** What intervals and nulls were read from. */
  readonly replicates: Readonly<Record<"estimates" | "parts", readonly Replicates[]>>;
}

/** Estimate from the tables of a run directory. Models stand in the study's order. */
export async function estimateRun(
  directory: string,
  study: Study,
  models: readonly RunModel[],
  threads: number | undefined,
): Promise<RunEstimates> {
  const at = ({ file }: { readonly file: string }): string => join(directory, file);
  const { joined, counts, examples, denominatorOf, isOutlier } = await joinRun(
    directory,
    study,
    models,
  );
  const mined = await readTable(at(pairTable), pairTable);
  const pairs = mined.filter((pair) => !isOutlier(pair));
  const recounts = await readTable(at(recountTable), recountTable);
  const { minOfSingleCounts } = study.released;
  const plan = planStudyShuffles(pairs, counts, study.seed, study.measure, denominatorOf);
  const counted = recountedShuffles(plan, recounts);
  const shuffles = (task: string, n: number): RecountedShuffles | undefined => {
    const own = counted(task, n);
    return minOfSingleCounts && own ? shufflesWithSingleCounts(own, counts) : own;
  };
  const options = {
    ...{ ...measureChoices(study), threads, shuffles },
    smoothing: await runSmoothing(directory, study),
  };
  const { estimates: correlations, replicates } = await drawnMemorization(joined, {
    ...options,
    ...{ parameters: parametersOf(models), training: trainingOf(models) },
  });
  const drawn = await estimateParts(joined, study.tasks, examples, options);
  const outputs = await readTable(at(outputTable), outputTable);
  const { cluster: clusteredBy, bins, binning, level } = study.measure;
  const measured = performancesOf(examples, outputs, {
    ...{ seed: study.seed, tasks: study.tasks, models, clusteredBy, bins, binning, level },
  });
  const slopes = measured.map(({ slope }) => slope);
  const estimates = adjustEstimates([...correlations, ...slopes], study.measure);
  const performance = measured.map(({ entry }) => entry);
  const { replicates: ofParts, ...parts } = drawn;
  return {
    ...{ estimates, parts, performance, drops: joined.drops },
    replicates: { estimates: replicates, parts: ofParts },
  };
}

/** The tables of a run, joined to points. */
export interface JoinedRun {
  readonly joined: JoinedRows;
  readonly counts: readonly CountedPairRow[];
  readonly examples: readonly ExampleRow[];
  readonly denominatorOf: Awaited<ReturnType<typeof readDenominators>>;
  /** Pairs that the study leaves out for their counts. */
  readonly isOutlier: (pair: PairKey) => boolean;
}

/** Join the tables of a run directory. */
export async function joinRun(
  directory: string,
  study: Study,
  models: readonly RunModel[],
): Promise<JoinedRun> {
  const at = ({ file }: { readonly file: string }): string => join(directory, file);
  const counts = await readTable(at(countTable), countTable);
  const examples = await readTable(at(exampleTable), exampleTable);
  const { minOfSingleCounts } = study.released;
  const denominatorOf = await readDenominators(directory, study, counts);
  const table = new CountTable({ isBounded: !minOfSingleCounts, denominatorOf });
  for (const row of minOfSingleCounts ? withSingleCounts(counts) : counts) table.add(row);
  const isOutlier = await readOutliers(directory, study);
  const scores = tableRows(at(scoreTable), scoreTable);
  const rows = await joinTables(scores, table, { examples, isOutlier });
  const joined = withEveryGroup(rows, study, models);
  return { joined, counts, examples, denominatorOf, isOutlier };
}

/** How a study's correlations are estimated, but for what hangs on its corpus and tables. */
export function measureChoices({
  seed,
  measure,
}: Study): Omit<MemorizationOptions, "smoothing" | "shuffles"> {
  const { bootstrap, permutations, cluster: clusteredBy, smoothing: _, ...choices } = measure;
  return {
    ...{ ...choices, clusteredBy, rng: createRng(seed).fork("measure") },
    resamples: bootstrap === "auto" ? undefined : bootstrap,
    permutations: permutations === "auto" ? undefined : permutations,
  };
}

/** A study's smoothing on the corpus that its directory counted. */
export async function runSmoothing(
  directory: string,
  { measure: { smoothing } }: Study,
): Promise<MemorizationOptions["smoothing"]> {
  const { documents } = (await readJson(join(directory, corpusFile))) as CorpusIdentity;
  return smoothingOf(smoothing, documents);
}

/** Counts and scores joined one score after another: a run may hold millions. */
async function joinTables(
  scores: AsyncIterable<ScoreRow>,
  counts: CountTable,
  {
    examples,
    isOutlier,
  }: {
    readonly examples: readonly ExampleRow[];
    readonly isOutlier: (pair: PairKey) => boolean;
  },
): Promise<JoinedRows> {
  const join = new RowJoin(counts);
  const groupOf = groupsOf(examples);
  for await (const row of scores) {
    const group = groupOf(row.task, row.example);
    const leftOutFor = isOutlier(row) ? OUTLIER : undefined;
    join.add(group === undefined ? row : { ...row, group }, leftOutFor);
  }
  return join.finish();
}

/** What each example belongs to, where examples say so; null where one does not. */
export function groupsOf(
  examples: readonly Pick<ExampleRow, "task" | "id" | "group">[],
): (task: string, example: string) => string | null | undefined {
  const groups = new Map(
    examples.flatMap(({ task, id, group }) =>
      group == null ? [] : [[JSON.stringify([task, id]), group] as const],
    ),
  );
  if (groups.size === 0) return () => undefined;
  return (task, example) => groups.get(JSON.stringify([task, example])) ?? null;
}

/**
 * The groups in the study's order, each under its model's checkpoint. A task, n or model of which no pair was
 * scored has an estimate too: an inconclusive one, in its place, because the first n of a task is the one that
 * is judged.
 */
function withEveryGroup(
  joined: JoinedRows,
  { tasks }: Study,
  models: readonly RunModel[],
): JoinedRows {
  const wanted = tasks.flatMap(({ name: task, n: lengths }) =>
    lengths.flatMap((n) =>
      models.map(({ name: model, checkpoint = null }) => ({ task, n, model, checkpoint })),
    ),
  );
  const [none, noNumbers] = [new Uint32Array(0), new Float64Array(0)];
  const empty = {
    ...{ exampleIds: [], exampleGroups: [], example: none, a: none, b: none },
    ...{ codf: noNumbers, length: noNumbers, logLikelihood: noNumbers },
  };
  const scored = ({ task, n, model }: (typeof wanted)[number]): PointGroup | undefined =>
    joined.groups.find((group) => group.task === task && group.n === n && group.model === model);
  return {
    ...joined,
    groups: wanted.map((names) => ({ ...empty, ...scored(names), ...names })),
  };
}
