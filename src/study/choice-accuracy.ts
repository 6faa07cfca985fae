/** From scored choices to what each example's model chose: by text, in four ways of dividing by length, and by letter. */
import { likeliestChoice, type LengthNormalization } from "../tasks/metrics/multiple-choice.ts";
import type { TaskEntry } from "./study-file.ts";
import type { ChoiceRow } from "./tables.ts";

/** Names of the accuracies in `metrics`, as lm-evaluation-harness's acc, acc_norm and acc_bytes, and by letter. */
export const choiceMetrics = [
  "choice-text",
  "choice-text-per-character",
  "choice-text-per-byte",
  "choice-letter",
] as const;

export type ChoiceMetric = (typeof choiceMetrics)[number];

const normalizations: Readonly<
  Record<Exclude<ChoiceMetric, "choice-letter">, LengthNormalization>
> = {
  "choice-text": "none",
  "choice-text-per-character": "characters",
  "choice-text-per-byte": "bytes",
};

/** The metric of a task whose answers are choices: judged by text, or by letter where only letters are scored. */
export const CHOICE_METRIC = "choice";

/** 1 where the likeliest of an example's choices is a right one; undefined where one was not scored. */
export function judgeChoices(
  choices: readonly ChoiceRow[],
  metric: ChoiceMetric,
): number | undefined {
  if (choices.length === 0) return undefined;
  const scores = choices.map((row) =>
    metric === "choice-letter" ? row.letterLogLikelihood : row.logLikelihood,
  );
  if (scores.includes(null)) return undefined;
  const texts = choices.map(({ text }) => text);
  const normalization = metric === "choice-letter" ? "none" : normalizations[metric];
  return choices[likeliestChoice(scores as number[], texts, normalization)]!.correct ? 1 : 0;
}

/** 1 where a task's model chose right; 0 also where a choice could not be scored, and none was chosen. */
export function choiceCorrectness(
  choices: readonly ChoiceRow[],
  scored: TaskEntry["choices"],
): number {
  return judgeChoices(choices, scored === "letters" ? "choice-letter" : "choice-text") ?? 0;
}
