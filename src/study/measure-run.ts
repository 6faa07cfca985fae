/**
 * The statistics of a run, from its files alone: estimates, drops, verdicts and the headline, written
 * to run.json with everything that made them.
 */
import { join } from "node:path";
import { readJson, writeAtomically } from "../base/files.ts";
import type { Provenance } from "../base/provenance.ts";
import { createRng } from "../base/random.ts";
import type { CorpusIdentity } from "../corpus/document.ts";
import { distributionalMemorization } from "../memorization/distributional-memorization.ts";
import { checkDropTable, createDropTable, type DropRow } from "../memorization/drop-table.ts";
import {
  adjustEstimates,
  type MemorizationEstimate,
} from "../memorization/memorization-estimate.ts";
import { type JoinedRows, joinRows, type PointGroup } from "../memorization/rows.ts";
import type { ModelIdentity } from "../models/language-model.ts";
import { headline, largestModel, verdicts } from "./headline.ts";
import { readModelRecords } from "./identities.ts";
import { indexFile, type IndexIdentity } from "./indexed-corpus.ts";
import type { Study } from "./load-study.ts";
import { readRecords } from "./run-directory.ts";
import { runFile, type RunFile } from "./run-file.ts";
import { planStudyShuffles, recountedShuffles } from "./shuffles.ts";
import { corpusFile } from "./corpus-engine.ts";
import { infinityGramFile, type InfinityGramRecord } from "./stages/infinity-gram.ts";
import { miningFile, type MiningRecord, type MiningSummary } from "./stages/mine.ts";
import { promptsFile, type TaskPrompt } from "./stages/prompts.ts";
import { warningsOf } from "./warnings.ts";
import { countTable, pairTable, readTable, recountTable, scoreTable } from "./tables.ts";

/** What the statistics of a run are computed by. */
export interface MeasureRunOptions {
  readonly study: Study;
  readonly modelNames: readonly string[];
  /** The run's stages, in order: an earlier study in this directory may have had others. */
  readonly stageNames: readonly string[];
  readonly provenance: Provenance;
}

/** Compute a run's statistics and write its run.json. */
export async function measureRun(
  directory: string,
  { study, modelNames, stageNames, provenance }: MeasureRunOptions,
): Promise<RunFile> {
  const at = (file: string): string => join(directory, file);
  const record = (await readJson(at(miningFile))) as MiningRecord;
  const { embedder, mining } = record;
  const modelRecords = await readModelRecords(directory, modelNames);
  const models = modelRecords.map(({ model }) => model);
  const stages = await readRecords(directory);
  const { raw, drops } = await estimateRun(directory, study, modelNames);
  const estimates = withCheckpoints(adjustEstimates(raw), models);
  const zeros = study.measure.zeros === "dropped" ? "dropped" : "kept";
  const found = verdicts(study.tasks, largestModel(models), estimates, zeros);
  const run: RunFile = {
    schema: 1,
    name: study.name,
    study,
    provenance,
    identities: {
      corpora: [(await readJson(at(corpusFile))) as CorpusIdentity],
      indexes: study.engine === "index" ? [(await readJson(at(indexFile))) as IndexIdentity] : [],
      models,
      tokenizers: modelRecords.flatMap(({ tokenizer }) => tokenizer ?? []),
      embedders: [embedder],
    },
    stages: stageNames.flatMap((stage) => stages.find(({ name }) => name === stage) ?? []),
    mining,
    prompts: (await readJson(at(promptsFile))) as readonly TaskPrompt[],
    infinityGram:
      study.measure.infinityGram === undefined
        ? null
        : ((await readJson(at(infinityGramFile))) as InfinityGramRecord),
    drops: dropRows(mining, drops),
    estimates,
    verdicts: found,
    warnings: warningsOf(study, record, modelRecords),
    headline: headline(found),
  };
  await writeAtomically(at(runFile), `${JSON.stringify(run, null, 2)}\n`);
  return run;
}

/** Join the run's tables and estimate, with the shuffles planned again from the seed. */
async function estimateRun(
  directory: string,
  study: Study,
  modelNames: readonly string[],
): Promise<{ raw: readonly MemorizationEstimate[]; drops: readonly DropRow[] }> {
  const at = ({ file }: { readonly file: string }): string => join(directory, file);
  const pairs = await readTable(at(pairTable), pairTable);
  const counts = await readTable(at(countTable), countTable);
  const recounts = await readTable(at(recountTable), recountTable);
  const scores = await readTable(at(scoreTable), scoreTable);
  const joined = withEveryGroup(joinRows(counts, scores), study, modelNames);
  const { bootstrap: resamples, level, permutations, zeros: wanted } = study.measure;
  const plan = planStudyShuffles(pairs, counts, study.seed, study.measure);
  const raw = distributionalMemorization(joined, {
    rng: createRng(study.seed).fork("measure"),
    resamples,
    level,
    permutations,
    shuffles: recountedShuffles(plan, recounts),
  });
  return {
    raw: raw.filter(({ zeros }) => wanted === "both" || zeros === wanted),
    drops: joined.drops,
  };
}

/**
 * The groups in the study's order. A task, n or model of which no pair was scored has an estimate
 * too: an inconclusive one, in its place, because the first n of a task is the one that is judged.
 */
function withEveryGroup(
  joined: JoinedRows,
  { tasks }: Study,
  models: readonly string[],
): JoinedRows {
  const wanted = tasks.flatMap(({ name, n: lengths }) =>
    lengths.flatMap((n) => models.map((model) => ({ task: name, n, model }))),
  );
  const none = new Uint32Array(0);
  const empty = {
    checkpoint: null,
    exampleIds: [],
    example: none,
    a: none,
    b: none,
    codf: new Float64Array(0),
    logLikelihood: new Float64Array(0),
  };
  const scored = ({ task, n, model }: (typeof wanted)[number]): PointGroup | undefined =>
    joined.groups.find((group) => group.task === task && group.n === n && group.model === model);
  return { ...joined, groups: wanted.map((group) => scored(group) ?? { ...group, ...empty }) };
}

function withCheckpoints(
  estimates: readonly MemorizationEstimate[],
  models: readonly ModelIdentity[],
): readonly MemorizationEstimate[] {
  const checkpointOf = new Map(models.map(({ name, checkpoint }) => [name, checkpoint ?? null]));
  return estimates.map((estimate) => ({
    ...estimate,
    checkpoint: checkpointOf.get(estimate.model) ?? null,
  }));
}

/** The drops of mining and of joining as one table, checked to lose no pair. */
function dropRows(
  mining: readonly MiningSummary[],
  joined: readonly DropRow[],
): readonly DropRow[] {
  const table = createDropTable();
  for (const { task, n, drops } of mining) {
    for (const { reason, unit, count } of drops) {
      if (unit === "pairs" && reason !== "kept") table.add(task, n, reason, { count });
    }
  }
  for (const { task, n, reason, count, model } of joined)
    table.add(task, n, reason, { count, model });
  const rows = table.rows();
  checkDropTable(rows);
  return rows;
}
