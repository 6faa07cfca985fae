/**
 * `rote/task-grams`: n-gram pairs of a task's inputs and outputs that belong together by meaning.
 *
 * ```ts
 * import { openStaticEmbedder } from "rote/models";
 * import { mineTask } from "rote/task-grams";
 * import { openTask } from "rote/tasks";
 *
 * const task = await openTask({ file: "translation.jsonl" });
 * const { pairs, drops } = await mineTask(task, await openStaticEmbedder("embedder.bin"), { n: 2 });
 * ```
 */
export type { Outputs, ShortTexts } from "./example-ngrams.ts";
export { mineTaskGrams, type ExampleSource, type MinedTable } from "./mine.ts";
export {
  mineTask,
  type EvaluationPair,
  type MinedTask,
  type MineTaskOptions,
  type MiningDrop,
  type Span,
} from "./mine-task.ts";
export {
  miningDefaults,
  type MiningChoices,
  type MiningOptions,
  type PairFilter,
  type TaskLanguages,
} from "./options.ts";
export type { MinedSource, MiningSplit, OtherTask } from "./splits.ts";
export { writeTaskGrams, type TaskGramRow, TaskGramTable } from "./table.ts";
export type {
  CurvePoint,
  PassPoint,
  PassRate,
  SampledSimilarities,
  Threshold,
  ThresholdChoice,
} from "./threshold.ts";
