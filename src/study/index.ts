/**
 * `rote/study`: whole studies, from a study file to a run directory.
 *
 * ```ts
 * import { loadStudy, runStudy } from "rote/study";
 *
 * const study = await loadStudy("study.yaml");
 * const run = await runStudy(study, { out: "runs/mine", command: "", clock: () => performance.now() });
 * console.log(run.headline);
 * ```
 */
export type { Verdict } from "./headline.ts";
export type { ModelRecord } from "./identities.ts";
export type { IndexIdentity } from "./indexed-corpus.ts";
export { demoFolder, loadStudy, type Study, type StudyCorpus } from "./load-study.ts";
export type { MetricEstimate } from "./metric-estimates.ts";
export type { NoveltyEstimate, NoveltyRecord } from "./novelty-estimates.ts";
export { measureFiles, type MeasureFilesOptions } from "./measure-files.ts";
export { measureRun, type MeasureRunOptions } from "./measure-run.ts";
export type { StudyPlan } from "./plan.ts";
export type { StudyOverlap } from "./stages/overlap.ts";
export type { StageRecord } from "./run-directory.ts";
export { readRunFile, type RunFile } from "./run-file.ts";
export { planRun, runStudy, type RunStudyOptions } from "./run-study.ts";
export { parseStudy, studyJsonSchema } from "./schema.ts";
export type {
  CorpusEntry,
  GenerateEntry,
  InfinityGramEntry,
  MeasureEntry,
  MineEntry,
  NoveltyEntry,
  PolicyEntry,
  ReportEntry,
  StudyFile,
  SweepEntry,
  TaskEntry,
  ThresholdEntry,
} from "./study-file.ts";
export type { SpecificationCurve } from "./sweep/curve.ts";
export { planSweep, runSweep, type SweepPlan, type SweepRun } from "./sweep/run-sweep.ts";
export type { Specification } from "./sweep/specifications.ts";
export type { SweepRecord } from "./sweep/sweep-file.ts";
export { planVariants, type VariantsPlan } from "./variants/plan-variants.ts";
export { runVariants } from "./variants/run-variants.ts";
export { type Variant, variantOf, type VariantRun } from "./variants/variant.ts";
