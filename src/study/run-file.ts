/** `run.json`: everything a reader of a run needs besides the Parquet files. Contract: docs/formats.md. */
import { join } from "node:path";
import { RoteError } from "../base/errors.ts";
import { readJsonObject } from "../base/files.ts";
import type { Provenance } from "../base/provenance.ts";
import type { CorpusIdentity } from "../corpus/document.ts";
import type { DropRow } from "../memorization/drop-table.ts";
import type { MemorizationEstimate, TestFamily } from "../memorization/memorization-estimate.ts";
import type { Performance } from "../memorization/performance.ts";
import type { ModelIdentity } from "../models/language-model.ts";
import type { TokenizerIdentity } from "../tokenizers/tokenizer.ts";
import type { IndexIdentity } from "./indexed-corpus.ts";
import type { TaskVerdict } from "./judge-tasks.ts";
import type { Study } from "./load-study.ts";
import type { MetricEstimate } from "./metric-estimates.ts";
import type { NoveltyRecord } from "./novelty-estimates.ts";
import type { PartEstimates } from "./part-estimates.ts";
import type { PresetRecord } from "./preset/preset-record.ts";
import type { StageRecord } from "./run-directory.ts";
import type { InfinityGramRecord } from "./stages/infinity-gram.ts";
import type { MiningSummary } from "./stages/mine.ts";
import type { StudyOverlap } from "./stages/overlap.ts";
import type { TaskPrompt } from "./stages/prompts.ts";
import type { SweepRecord } from "./sweep/sweep-file.ts";
import type { RunModel } from "./trainings.ts";
import type { CorpusRun, LentTable } from "./variants/own-family.ts";

/** The content of `run.json`. */
export interface RunFile {
  readonly schema: 1;
  readonly name: string;
  /** Every option with its value, paths absolute. */
  readonly study: Study;
  readonly provenance: Provenance;
  readonly identities: {
    readonly corpora: readonly CorpusIdentity[];
    /** The index that pairs were counted from; none where the corpus was scanned. */
    readonly indexes: readonly IndexIdentity[];
    readonly models: readonly RunModel[];
    readonly tokenizers: readonly TokenizerIdentity[];
    readonly embedders: readonly ModelIdentity[];
  };
  readonly stages: readonly StageRecord[];
  /** How each task's pairs were found: split, threshold, pass rates of real and null pairs. */
  readonly mining: readonly MiningSummary[];
  /** Which evaluated examples stand in the corpus; null where the study does not look. */
  readonly overlap: StudyOverlap | null;
  /** What stood before the outputs of each task. */
  readonly prompts: readonly TaskPrompt[];
  /** How well each model answered, over each task and its parts. */
  readonly metrics: readonly MetricEstimate[];
  /** Pairs of the models' own outputs that no document holds; null where the study does not ask. */
  readonly novelty: NoveltyRecord | null;
  /** What the ∞-gram model of the corpus knew of the outputs; null where the study names no index for it. */
  readonly infinityGram: InfinityGramRecord | null;
  readonly drops: readonly DropRow[];
  readonly estimates: readonly MemorizationEstimate[];
  /** The tests that `adjusted` corrects for: all estimates of the run. */
  readonly family: TestFamily;
  /** The same of lists and groups of examples, such as MMLU's subjects; a family of tests of their own. */
  readonly parts: PartEstimates;
  /** Correctness by frequency in the corpus, one entry a task. */
  readonly performance: readonly Performance[];
  readonly verdicts: readonly TaskVerdict[];
  /** What was found on each corpus but the first; none where there is one. */
  readonly corpora: readonly CorpusRun[];
  /** How pairs were found with other tasks' tables; none where the study does not ask. */
  readonly crossTask: readonly LentTable[];
  /** How the correlations fare under other choices; null where none were tried. */
  readonly sweep: SweepRecord | null;
  /** What a preset made of the study; null of a study without one. */
  readonly preset: PresetRecord | null;
  /** What a reader must know before believing the numbers. */
  readonly warnings: readonly string[];
  readonly headline: string;
}

export const runFile = "run.json";
/** The comparison of a preset with the default, which a run keeps for when it is measured again. */
export const presetFile = "preset.json";
/** Why a variant has no run.json. */
export const failedFile = "failed.json";
/** The page made from run.json and the Parquet files. */
export const reportFile = "report.html";

/** The run.json of a run directory. */
export async function readRunFile(directory: string): Promise<RunFile> {
  const path = join(directory, runFile);
  const content = await readJsonObject(path);
  if (content.schema !== 1) {
    throw new RoteError(
      "file/malformed",
      `${path} has schema ${JSON.stringify(content.schema)}; this version reads 1`,
      {
        path,
      },
    );
  }
  return content as unknown as RunFile;
}
