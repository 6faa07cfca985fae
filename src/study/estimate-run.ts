/** The estimates of a run, from its tables: joined, measured with the shuffles planned again from the seed, and adjusted together. */
import { join } from "node:path";
import { groupBy } from "../base/group-by.ts";
import { readJson } from "../base/files.ts";
import { createRng } from "../base/random.ts";
import type { CorpusIdentity } from "../corpus/document.ts";
import { distributionalMemorization } from "../memorization/distributional-memorization.ts";
import type { RecountedShuffles } from "../memorization/null-distribution.ts";
import type { DropRow } from "../memorization/drop-table.ts";
import {
  adjustEstimates,
  type MemorizationEstimate,
} from "../memorization/memorization-estimate.ts";
import {
  type Performance,
  performanceByFrequency,
  slopeEstimate,
} from "../memorization/performance.ts";
import { type JoinedRows, joinRows, type PointGroup, type ScoreRow } from "../memorization/rows.ts";
import { smoothingOf } from "../memorization/task-gram-probability.ts";
import { corpusFile } from "./corpus-engine.ts";
import { parametersOf } from "./identities.ts";
import type { Study } from "./load-study.ts";
import { shufflesWithSingleCounts, withSingleCounts } from "./released-counts.ts";
import { planStudyShuffles, recountedShuffles } from "./shuffles.ts";
import { type RunModel, trainingOf } from "./trainings.ts";
import {
  countTable,
  type ExampleRow,
  exampleTable,
  type OutputRow,
  outputTable,
  pairTable,
  readTable,
  recountTable,
  scoreTable,
} from "./tables.ts";

/** What was estimated of a run. */
export interface RunEstimates {
  /** One family of tests. */
  readonly estimates: readonly MemorizationEstimate[];
  readonly performance: readonly Performance[];
  readonly drops: readonly DropRow[];
}

/** Estimate from the tables of a run directory. Models stand in the study's order. */
export async function estimateRun(
  directory: string,
  study: Study,
  models: readonly RunModel[],
  threads: number | undefined,
): Promise<RunEstimates> {
  const at = ({ file }: { readonly file: string }): string => join(directory, file);
  const pairs = await readTable(at(pairTable), pairTable);
  const counts = await readTable(at(countTable), countTable);
  const recounts = await readTable(at(recountTable), recountTable);
  const examples = await readTable(at(exampleTable), exampleTable);
  const scores = withGroups(await readTable(at(scoreTable), scoreTable), examples);
  const { minOfSingleCounts } = study.released;
  const pairCounts = minOfSingleCounts ? withSingleCounts(counts) : counts;
  const rows = joinRows(pairCounts, scores, { isBounded: !minOfSingleCounts });
  const joined = withEveryGroup(rows, study, models);
  const { bootstrap, permutations, cluster: clusteredBy, smoothing, ...choices } = study.measure;
  const { documents } = (await readJson(join(directory, corpusFile))) as CorpusIdentity;
  const plan = planStudyShuffles(pairs, counts, study.seed, study.measure);
  const counted = recountedShuffles(plan, recounts);
  const shuffles = (task: string, n: number): RecountedShuffles | undefined => {
    const own = counted(task, n);
    return minOfSingleCounts && own ? shufflesWithSingleCounts(own, counts) : own;
  };
  const rng = createRng(study.seed).fork("measure");
  const correlations = await distributionalMemorization(joined, {
    ...{ ...choices, rng, clusteredBy, threads },
    smoothing: smoothingOf(smoothing, documents),
    resamples: bootstrap === "auto" ? undefined : bootstrap,
    permutations: permutations === "auto" ? undefined : permutations,
    shuffles,
    parameters: parametersOf(models),
    training: trainingOf(models),
  });
  const outputs = await readTable(at(outputTable), outputTable);
  const measured = performancesOf(examples, outputs, study, models);
  const slopes = measured.map(({ slope }) => slope);
  const estimates = adjustEstimates([...correlations, ...slopes], study.measure);
  const performance = measured.map(({ entry }) => entry);
  return { estimates, performance, drops: joined.drops };
}

/** Each task and model: correctness by the examples' frequency, and its slope as an estimate. */
function performancesOf(
  examples: readonly ExampleRow[],
  outputs: readonly OutputRow[],
  { seed, tasks, measure: { cluster: clusteredBy, bins, binning, level } }: Study,
  models: readonly RunModel[],
): readonly { readonly entry: Performance; readonly slope: MemorizationEstimate }[] {
  const keyOf = (...names: readonly string[]): string => JSON.stringify(names);
  const exampleOf = new Map(examples.map((row) => [keyOf(row.task, row.id), row]));
  const answered = groupBy(outputs, ({ task, model }) => keyOf(task, model));
  const choices = { rng: createRng(seed).fork("measure"), clusteredBy, bins, binning, level };
  return tasks.flatMap(({ name: task, n, metric }) =>
    models.flatMap(({ name: model, checkpoint = null }) => {
      const outcomes = (answered.get(keyOf(task, model)) ?? []).flatMap((output) => {
        const row = exampleOf.get(keyOf(task, output.example));
        const { example, correctness } = output;
        if (row === undefined) return [];
        const frequency = row.pairs === 0 ? null : row.frequency;
        return [{ example, group: row.group, frequency, correctness }];
      });
      if (outcomes.length === 0) return [];
      const options = { ...choices, task, n: n[0]!, model, checkpoint, metric };
      const entry = performanceByFrequency(outcomes, options);
      return [{ entry, slope: slopeEstimate(entry, options) }];
    }),
  );
}

function* withGroups(
  scores: readonly ScoreRow[],
  examples: readonly ExampleRow[],
): Generator<ScoreRow> {
  const groups = new Map(
    examples.flatMap(({ task, id, group }) =>
      group == null ? [] : [[JSON.stringify([task, id]), group] as const],
    ),
  );
  for (const row of scores) {
    if (groups.size === 0) yield row;
    else yield { ...row, group: groups.get(JSON.stringify([row.task, row.example])) ?? null };
  }
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
