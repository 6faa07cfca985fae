/**
 * What a study and its own variants found, as one family of tests: the estimates of other corpora and of
 * other tasks' tables behind those of the study, and what tells the corpora apart.
 */
import { canonicalJson } from "../../base/json.ts";
import { version } from "../../base/provenance.ts";
import { corpusDifferences, type CorpusRows } from "../../memorization/corpus-differences.ts";
import type { DropRow } from "../../memorization/drop-table.ts";
import {
  adjustEstimates,
  type MemorizationEstimate,
} from "../../memorization/memorization-estimate.ts";
import type { Performance } from "../../memorization/performance.ts";
import { corpusName } from "../corpus-engine.ts";
import { joinRun, measureChoices, runSmoothing } from "../estimate-run.ts";
import { headline } from "../headline.ts";
import { judgeStudy, type TaskVerdict } from "../judge-tasks.ts";
import type { Study } from "../load-study.ts";
import { readRunFile, type RunFile } from "../run-file.ts";
import type { MiningSummary } from "../stages/mine.ts";
import type { RunModel } from "../trainings.ts";
import { estimateWithoutPairs, readFailure } from "./failed-variant.ts";
import { type OwnVariant, ownVariants } from "./own-variants.ts";
import { variantFolder } from "./variant.ts";

/** What a study found on another corpus; its estimates stand among those of the run. */
export interface CorpusRun {
  readonly name: string;
  /** Its run directory, from that of the study. */
  readonly directory: string;
  readonly drops: readonly DropRow[];
  readonly performance: readonly Performance[];
  readonly verdicts: readonly TaskVerdict[];
  readonly warnings: readonly string[];
  readonly headline: string;
}

/** How a task's pairs were found with another task's table; its estimates stand among those of the run. */
export interface LentTable extends Pick<MiningSummary, "task" | "n" | "drops"> {
  readonly minedOn: string;
  /** Null where nothing was mined. */
  readonly overlap: MiningSummary["overlap"] | null;
  /** Why nothing was mined: the table, or a task evaluated with it, has no pair. */
  readonly failed?: string;
  /** Its run directory, from that of the study. */
  readonly directory: string;
}

/** Estimates adjusted together, and what else the variants say. */
export interface StudyFamily {
  /** Those of the study first. */
  readonly estimates: readonly MemorizationEstimate[];
  readonly corpora: readonly CorpusRun[];
  readonly crossTask: readonly LentTable[];
  readonly identities: Pick<RunFile["identities"], "corpora" | "indexes">;
}

/** How variants are measured that were not, or by other options. */
export type MeasureVariant = (
  directory: string,
  variant: OwnVariant,
  recorded: RunFile,
) => Promise<RunFile>;

/** A task's table with which a task had no pair, so that there is no run. */
interface FailedTable {
  readonly variant: OwnVariant;
  readonly minedOn: string;
  readonly because: string;
}

interface MeasuredVariant {
  readonly variant: OwnVariant;
  readonly directory: string;
  readonly run: RunFile;
}

/** Measure a study's own variants where they are not measured yet, and adjust their estimates with its own. */
export async function familyOf(
  directory: string,
  own: readonly MemorizationEstimate[],
  study: Study,
  {
    models,
    threads,
    measure,
  }: {
    readonly models: readonly RunModel[];
    readonly threads: number | undefined;
    readonly measure: MeasureVariant;
  },
): Promise<StudyFamily> {
  const runs: MeasuredVariant[] = [];
  const failed: FailedTable[] = [];
  for (const variant of ownVariants(study)) {
    const because = await readFailure(variantFolder(directory, variant));
    if (because === undefined || variant.minedOn === undefined)
      runs.push({ variant, ...(await measuredVariant(directory, variant, measure)) });
    else failed.push({ variant, minedOn: variant.minedOn, because });
  }
  const counted = runs.filter(({ variant }) => variant.corpus !== undefined);
  const lent = runs.filter(({ variant }) => variant.minedOn !== undefined);
  const corpus = corpusName(study);
  const named = own.map((row) => ({ ...row, corpus }));
  const rows = [
    ...named,
    ...counted.flatMap(({ run }) => run.estimates),
    ...(await differencesOf(directory, counted, study, { models, threads })),
    ...lent.flatMap(({ variant, run }) => lentEstimates(variant.minedOn!, run)),
    ...failed.flatMap((table) => failedEstimates(table, named)),
  ];
  const estimates = adjustEstimates(rows, study.measure);
  const corpora: CorpusRun[] = [];
  for (const { variant, run, directory: at } of counted)
    corpora.push(await corpusRun(variant, run, { estimates, directory: at }));
  return {
    ...{
      estimates,
      corpora,
      crossTask: [...lent.flatMap(lentTables), ...failed.flatMap(failedTables)],
    },
    identities: {
      corpora: counted.flatMap(({ run }) => run.identities.corpora),
      indexes: counted.flatMap(({ run }) => run.identities.indexes),
    },
  };
}

/** The variant's run where it is of this very study and version, else measured again. */
async function measuredVariant(
  out: string,
  variant: OwnVariant,
  measure: MeasureVariant,
): Promise<{ readonly directory: string; readonly run: RunFile }> {
  const directory = variantFolder(out, variant);
  const run = await readRunFile(directory);
  const isSame =
    run.provenance.version === version && canonicalJson(run.study) === canonicalJson(variant.study);
  return { directory, run: isSame ? run : await measure(directory, variant, run) };
}

/** Each other corpus against the first, over the same resamples. */
async function differencesOf(
  directory: string,
  counted: readonly MeasuredVariant[],
  study: Study,
  {
    models,
    threads,
  }: { readonly models: readonly RunModel[]; readonly threads: number | undefined },
): Promise<readonly MemorizationEstimate[]> {
  if (counted.length === 0) return [];
  const rowsOf = async (corpus: string, at: string, own: Study): Promise<CorpusRows> => ({
    ...{ corpus, joined: (await joinRun(at, own, models)).joined },
    smoothing: await runSmoothing(at, own),
  });
  const rows = [await rowsOf(corpusName(study), directory, study)];
  for (const { variant, directory: at } of counted)
    rows.push(await rowsOf(variant.corpus!, at, variant.study));
  return corpusDifferences(rows, { ...measureChoices(study), threads });
}

function lentEstimates(minedOn: string, { estimates }: RunFile): readonly MemorizationEstimate[] {
  return lentRows(minedOn, estimates).map((row) => ({ ...row, minedOn }));
}

/** What the other tasks' rows say that are judged; the rest repeats itself under every table. */
function lentRows(
  minedOn: string,
  estimates: readonly MemorizationEstimate[],
): readonly MemorizationEstimate[] {
  return estimates.filter(
    ({ task, measure, method }) =>
      task !== minedOn && measure === "distributional-memorization" && method === "spearman",
  );
}

/** Of the same tasks, lengths and models as other tables give. */
function failedEstimates(
  { variant, ...table }: FailedTable,
  own: readonly MemorizationEstimate[],
): readonly MemorizationEstimate[] {
  return lentRows(table.minedOn, own)
    .filter(({ task, n }) => variant.study.tasks.find(({ name }) => name === task)?.n[0] === n)
    .map((row) => estimateWithoutPairs(row, table));
}

function failedTables({ variant, minedOn, because }: FailedTable): readonly LentTable[] {
  return variant.study.tasks
    .filter(({ name }) => name !== minedOn)
    .map(({ name: task, n }) => ({
      ...{ task, minedOn, n: n[0]!, drops: [], overlap: null, failed: because },
      directory: variantFolder("", variant),
    }));
}

function lentTables({ variant, run }: MeasuredVariant): readonly LentTable[] {
  const minedOn = variant.minedOn!;
  return run.mining
    .filter(({ task }) => task !== minedOn)
    .map(({ task, n, drops, overlap }) => ({
      ...{ task, minedOn, n, drops, overlap },
      directory: variantFolder("", variant),
    }));
}

/** Verdicts go by p-values corrected over the whole study. */
async function corpusRun(
  { corpus, study, name }: OwnVariant,
  run: RunFile,
  {
    estimates,
    directory,
  }: { readonly estimates: readonly MemorizationEstimate[]; readonly directory: string },
): Promise<CorpusRun> {
  const own = estimates.filter(
    (row) => row.corpus === corpus && row.measure !== "corpus-difference",
  );
  const found = await judgeStudy(directory, study, run.identities.models, own);
  const { drops, performance, warnings } = run;
  return {
    ...{ name: corpus!, directory: variantFolder("", { name }), drops, performance },
    ...{ verdicts: found, warnings, headline: headline(found) },
  };
}
