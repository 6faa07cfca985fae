/**
 * The statistics of a run, from its files alone: estimates, drops, verdicts and the headline, written
 * to run.json with everything that made them.
 */
import { join } from "node:path";
import { exists, readJson, writeAtomically } from "../base/files.ts";
import { canonicalJson, sha256 } from "../base/json.ts";
import type { Provenance } from "../base/provenance.ts";
import type { CorpusIdentity } from "../corpus/document.ts";
import { checkDropTable, createDropTable, type DropRow } from "../memorization/drop-table.ts";
import { testFamily } from "../memorization/memorization-estimate.ts";
import type { Performance } from "../memorization/performance.ts";
import { controlWarnings } from "./control-warnings.ts";
import { corpusFile } from "./corpus-engine.ts";
import { estimateRun } from "./estimate-run.ts";
import { headline } from "./headline.ts";
import { readModelRecords } from "./identities.ts";
import { indexFile, type IndexIdentity } from "./indexed-corpus.ts";
import { judgeStudy } from "./judge-tasks.ts";
import type { Study } from "./load-study.ts";
import type { MetricEstimate } from "./metric-estimates.ts";
import type { NoveltyRecord } from "./novelty-estimates.ts";
import { writeReplicates } from "./replicates.ts";
import { readPreset } from "./preset/preset-record.ts";
import { readRecords, type StageRecord } from "./run-directory.ts";
import { runFile, type RunFile } from "./run-file.ts";
import { infinityGramFile, type InfinityGramRecord } from "./stages/infinity-gram.ts";
import { metricsFile } from "./stages/metrics.ts";
import { miningFile, type MiningRecord, type MiningSummary } from "./stages/mine.ts";
import { noveltyFile } from "./stages/novelty.ts";
import { readOverlap } from "./stages/overlap.ts";
import { promptsFile, type TaskPrompt } from "./stages/prompts.ts";
import { keepSweep } from "./sweep/sweep-file.ts";
import { exampleTable, readTable } from "./tables.ts";
import { withTrainings } from "./trainings.ts";
import { familyOf, type StudyFamily } from "./variants/own-family.ts";
import { choiceWarnings } from "./choice-warnings.ts";
import { unspacedWarnings } from "./unspaced-warnings.ts";
import { warningsOf } from "./warnings.ts";

/** What the statistics of a run are computed by. */
export interface MeasureRunOptions {
  readonly study: Study;
  readonly modelNames: readonly string[];
  /** The run's stages, in order: an earlier study in this directory may have had others. */
  readonly stageNames: readonly string[];
  readonly provenance: Provenance;
  /** Worker threads for many points; default 0. */
  readonly threads?: number | undefined;
  /** Whether replicates.parquet is written too; default true. */
  readonly keepsReplicates?: boolean;
  /** Milliseconds, for the time it took. Default: the platform's. */
  readonly clock?: (() => number) | undefined;
}

/** The name under which run.json's `stages` has the statistics. */
const MEASURE = "measure";

/** Compute a run's statistics and write its run.json. */
export async function measureRun(
  directory: string,
  {
    study,
    modelNames,
    stageNames,
    provenance,
    threads,
    keepsReplicates = true,
    clock = () => performance.now(),
  }: MeasureRunOptions,
): Promise<RunFile> {
  const start = clock();
  const at = (file: string): string => join(directory, file);
  const record = (await readJson(at(miningFile))) as MiningRecord;
  const { embedder, mining } = record;
  const overlap = await readOverlap(directory, stageNames);
  const modelRecords = await readModelRecords(directory, modelNames);
  const models = withTrainings(
    modelRecords.map(({ model }) => model),
    study.models,
  );
  const records = await readRecords(directory);
  const done = stageNames.flatMap((stage) => records.find(({ name }) => name === stage) ?? []);
  const own = await estimateRun(directory, study, models, threads);
  const { parts, performance, drops, replicates } = own;
  const { estimates, ...beside } = await familyOf(directory, own.estimates, study, {
    ...{ models, threads },
    measure: (folder, variant, { identities, stages }) =>
      measureRun(folder, {
        ...{ study: variant.study, provenance, threads, clock },
        modelNames: identities.models.map(({ name }) => name),
        stageNames: stages.map(({ name }) => name),
        keepsReplicates: false,
      }),
  });
  const judged = estimates.slice(0, own.estimates.length);
  const found = await judgeStudy(directory, study, models, judged);
  const measured: StageRecord = {
    name: MEASURE,
    key: sha256(canonicalJson([study.measure, done.map(({ outputs }) => outputs)])),
    seconds: (clock() - start) / 1000,
    work: { estimates: estimates.length },
    outputs: {},
  };
  const run: RunFile = {
    schema: 1,
    name: study.name,
    study,
    provenance,
    identities: {
      ...(await countedFrom(directory, study, beside.identities)),
      models,
      tokenizers: modelRecords.flatMap(({ tokenizer }) => tokenizer ?? []),
      embedders: [embedder],
    },
    stages: [...done, measured],
    mining,
    overlap,
    ...(await stageRecords(directory, study.measure)),
    drops: [...dropRows(mining, drops), ...unjudgedRows(performance)],
    estimates,
    family: testFamily(estimates),
    parts,
    performance,
    verdicts: found,
    corpora: beside.corpora,
    crossTask: beside.crossTask,
    preset: await readPreset(directory, study),
    sweep: await keepSweep(directory, study),
    warnings: [
      ...choiceWarnings(study, drops),
      ...warningsOf(study, record, modelRecords),
      ...controlWarnings(judged),
      ...unspacedWarnings(study, await readTable(at(exampleTable.file), exampleTable)),
    ],
    headline: headline(found),
  };
  if (keepsReplicates) await writeReplicates(directory, replicates);
  await writeAtomically(at(runFile), `${JSON.stringify(run, null, 2)}\n`);
  return run;
}

/** The study's own corpus and index before those of its variants. */
async function countedFrom(
  directory: string,
  { engine }: Study,
  others: StudyFamily["identities"],
): Promise<StudyFamily["identities"]> {
  const corpus = (await readJson(join(directory, corpusFile))) as CorpusIdentity;
  const indexes =
    engine === "index" ? [(await readJson(join(directory, indexFile))) as IndexIdentity] : [];
  return {
    corpora: [corpus, ...others.corpora],
    indexes: [...indexes, ...others.indexes],
  };
}

/** What stages left as records; a file of an option that the study no longer takes is not read. */
async function stageRecords(
  directory: string,
  { novelty, infinityGram }: Study["measure"],
): Promise<Pick<RunFile, "prompts" | "metrics" | "novelty" | "infinityGram">> {
  const read = <T>(file: string): Promise<T | undefined> => readRecord<T>(join(directory, file));
  return {
    prompts: (await read<readonly TaskPrompt[]>(promptsFile)) ?? [],
    metrics: (await read<readonly MetricEstimate[]>(metricsFile)) ?? [],
    novelty: (novelty && (await read<NoveltyRecord>(noveltyFile))) ?? null,
    infinityGram: (infinityGram && (await read<InfinityGramRecord>(infinityGramFile))) ?? null,
  };
}

/** What a stage left; undefined in a run directory of a version without it. */
async function readRecord<T>(path: string): Promise<T | undefined> {
  return (await exists(path)) ? ((await readJson(path)) as T) : undefined;
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

/** Outputs that no metric could judge: they are in no bin and in no slope. */
function unjudgedRows(performance: readonly Performance[]): readonly DropRow[] {
  return performance.flatMap(({ task, n, model, leftOut: { unjudged: count } }) =>
    count === 0 ? [] : [{ task, n, reason: "unjudged-output", unit: "examples", count, model }],
  );
}
