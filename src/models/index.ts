/**
 * `rote/models`: language models that score and generate, embedders, and training.
 *
 * ```ts
 * import { openLanguageModel } from "rote/models";
 *
 * await using model = await openLanguageModel("pythia-70m");
 * const [scored] = await model.score([{ context: "The capital of France is", continuation: " Paris" }]);
 * console.log(scored?.logLikelihood, scored?.isGreedy);
 * ```
 */
export type { EmbeddingModel, TokenVectors } from "./embedding-model.ts";
export {
  openEncoder,
  type OpenEncoderOptions,
  type SentenceEncoder,
} from "./encoders/open-encoder.ts";
export {
  cacheVectors,
  type CachedEmbedder,
  type VectorCacheOptions,
} from "./encoders/vector-cache.ts";
export type { Pooling } from "./encoders/pooling.ts";
export type { Prefixes } from "./encoders/sentence-transformers.ts";
export type {
  ChatMessage,
  GenerateOptions,
  Generation,
  IdsRequest,
  LanguageModel,
  ModelCapability,
  ModelIdentity,
  Prompt,
  ScoreOptions,
  ScoreRequest,
  ScoredContinuation,
  ScoredIds,
  ScoringWork,
} from "./language-model.ts";
export { openEmbedder, type OpenEmbedderOptions, type OpenedEmbedder } from "./open-embedder.ts";
export { openLanguageModel, type OpenModelOptions } from "./open-model.ts";
export type { ConnectionOptions } from "./remote/connection.ts";
export {
  listModels,
  type ModelList,
  type ModelProblem,
  type ModelSummary,
} from "./suites/list-models.ts";
export {
  fitStaticEmbedder,
  openStaticEmbedder,
  writeStaticEmbedder,
  type FitOptions,
  type StaticEmbedder,
} from "./static-embedder.ts";
export { parseTrainingConfig, type TrainingConfig } from "./training/config.ts";
export { forecastTraining, type TrainingForecast } from "./training/forecast.ts";
export type { HeldOutLoss } from "./training/held-out.ts";
export type { ModelShape } from "./training/model-shape.ts";
export type { Packing } from "./training/packing.ts";
export type { Schedule } from "./training/schedule.ts";
export {
  gradientProducts,
  lossGradient,
  type GradientExample,
  type GradientOptions,
  type GradientProducts,
} from "./training/gradient-products.ts";
export {
  openTrainableModel,
  parameterTensors,
  type TrainableModel,
} from "./training/trainable-model.ts";
export { trainModel, type TrainModelOptions, type TrainingSummary } from "./training/train.ts";
export type { TrainingState, TrainingStep } from "./training/train-on-tokens.ts";
export type { StoredType } from "./write-safetensors.ts";
