/**
 * `rote/tasks`: examples with inputs and outputs, prompts, metrics.
 *
 * ```ts
 * import { openTask } from "rote/tasks";
 *
 * const task = await openTask({ file: "capitals.jsonl", prompt: "Q: {input}\nA: " });
 * for await (const { input, output } of task.examples("test")) console.log(input, output);
 * ```
 */
export type { MmluSubjects } from "./formats/mmlu.ts";
export { subjectLists, type SubjectList } from "./formats/mmlu-subjects.ts";
export {
  readTaskFiles,
  taskFormats,
  type TaskFiles,
  type TaskFormat,
} from "./formats/read-task.ts";
export type { SkippedRow, TaskSource } from "./formats/task-source.ts";
export { defaultLetterPrompt, renderLetterPrompt, renderLetterShots } from "./choice-prompt.ts";
export { corpusMetrics, type ExampleSums, meanSums } from "./metrics/example-sums.ts";
export { promptOf, promptPresets, type PromptedTask } from "./prompt-presets.ts";
export { loadExamples, openTask, type FileTask, type TaskOptions } from "./load.ts";
export {
  bertScores,
  matchVectors,
  type BertScoreOptions,
  type WeightedVectors,
} from "./metrics/bertscore.ts";
export { corpusBleu, sentenceBleu, type BleuOptions, type BleuScore } from "./metrics/bleu.ts";
export type { BleuSmoothing } from "./metrics/bleu-smoothing.ts";
export { tokenizeSegment, type BleuTokenizer } from "./metrics/bleu-tokenizers.ts";
export { corpusChrf, sentenceChrf, type ChrfOptions, type ChrfScore } from "./metrics/chrf.ts";
export { exactMatch, squadExactMatch, triviaqaExactMatch } from "./metrics/exact-match.ts";
export {
  choiceLetter,
  likeliestChoice,
  type LengthNormalization,
} from "./metrics/multiple-choice.ts";
export { metricNamed, namedMetrics } from "./metrics/named-metrics.ts";
export { normalizeAnswer, normalizeSquadAnswer } from "./metrics/normalize-answer.ts";
export {
  findNumericAnswer,
  normalizeNumericAnswer,
  numericAnswer,
  type AnswerRule,
} from "./metrics/numeric-answer.ts";
export { rougeL, rougeN, type PrecisionRecall } from "./metrics/rouge.ts";
export { squadF1, wordF1 } from "./metrics/word-f1.ts";
export { promptTemplate, renderPrompt } from "./prompt.ts";
export { drawShots, renderShots, type ShotOptions, type Shots } from "./shots.ts";
export type { Example, Metric, PromptTemplate, Split, Task } from "./task.ts";
