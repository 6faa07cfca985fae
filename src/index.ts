/**
 * Rote tells how much of what a language model does on a task it learned by rote from its
 * pretraining corpus. Here is what most programs need; everything else has a subpath of its own
 * (`rote/counting`, `rote/models`, `rote/study` …).
 *
 * ```ts
 * import { openCorpus, openScan } from "rote";
 *
 * const corpus = await openCorpus({ paths: ["data/demo/corpus/prose.jsonl.gz"] });
 * await using engine = await openScan(corpus);
 * const { df, tf } = await engine.countPhrases(["once upon a time"]);
 * console.log(`${tf[0]} times in ${df[0]} documents`);
 * ```
 */
export { RoteError, type ErrorCode } from "./base/errors.ts";
export {
  readParquet,
  writeParquet,
  type ParquetColumn,
  type ParquetType,
  type ReadParquetOptions,
  type WriteParquetOptions,
} from "./base/parquet.ts";
export { type LongWork, type OnProgress, type Progress, ProgressMeter } from "./base/progress.ts";
export { provenance, version, type Provenance } from "./base/provenance.ts";
export { createRng, type Rng } from "./base/random.ts";
export { openCorpus, type Corpus, type CorpusOptions } from "./corpus/corpus.ts";
export type { CorpusIdentity, Document } from "./corpus/document.ts";
export type { CountEngine } from "./counting/count-engine.ts";
export { openScan, type ScanOptions } from "./counting/scan/scan-engine.ts";
export {
  measure,
  type MeasureColumns,
  type MeasureOptions,
} from "./memorization/measure-columns.ts";
export type { MeasuredRows } from "./memorization/measure-rows.ts";
export type { MemorizationEstimate } from "./memorization/memorization-estimate.ts";
export type { EmbeddingModel } from "./models/embedding-model.ts";
export type { LanguageModel, ModelIdentity } from "./models/language-model.ts";
export { openLanguageModel, type OpenModelOptions } from "./models/open-model.ts";
export {
  fitStaticEmbedder,
  openStaticEmbedder,
  type StaticEmbedder,
} from "./models/static-embedder.ts";
export { parseTrainingConfig, type TrainingConfig } from "./models/training/config.ts";
export {
  trainModel,
  type TrainModelOptions,
  type TrainingSummary,
} from "./models/training/train.ts";
export { writeReport } from "./report/write-report.ts";
export { loadStudy, type Study } from "./study/load-study.ts";
export { measureFiles, type MeasureFilesOptions } from "./study/measure-files.ts";
export { runStudy, type RunStudyOptions } from "./study/run-study.ts";
export { mineTask, type MinedTask, type MineTaskOptions } from "./task-grams/mine-task.ts";
export { openTask, type TaskOptions } from "./tasks/load.ts";
export type { Example, Task } from "./tasks/task.ts";
export { textPolicy } from "./text/policies.ts";
export type { TextPolicy } from "./text/policy.ts";
export { openTokenizer } from "./tokenizers/open.ts";
export type { Tokenizer } from "./tokenizers/tokenizer.ts";
