/**
 * Multiple choice under one model: the log-likelihood of each choice's text behind the task's prompt,
 * and of its letter behind a prompt that lists the choices. One row a choice.
 */
import type {
  LanguageModel,
  ScoredContinuation,
  ScoreRequest,
} from "../../models/language-model.ts";
import { openLanguageModel } from "../../models/open-model.ts";
import { isModelUrl } from "../../models/remote/model-url.ts";
import { defaultLetterPrompt, renderLetterPrompt } from "../../tasks/choice-prompt.ts";
import { choiceLetter } from "../../tasks/metrics/multiple-choice.ts";
import { processInBatches } from "../batches.ts";
import {
  type EvaluatedItem,
  evaluatedItems,
  fileNameOf,
  modelOptions,
  openingOf,
  type StudyContext,
} from "../context.ts";
import type { Stage } from "../run-directory.ts";
import { scorePossible } from "../score-possible.ts";
import type { ChoiceRow } from "../tables.ts";

/** The file of a model's choices. */
export function scoredChoicesFile(model: string): string {
  return `choices/${fileNameOf(model)}.jsonl`;
}

/** Evaluated examples with choices, of tasks that ask for them. */
export function choiceItems(context: Pick<StudyContext, "tasks">): readonly EvaluatedItem[] {
  return evaluatedItems(context).filter(
    ({ task, example }) => example.choices !== undefined && task.choices !== "none",
  );
}

export async function choicesStage(context: StudyContext, index: number): Promise<Stage> {
  const { study, modelNames, signal } = context;
  const name = modelNames[index]!;
  const folder = study.models[index]!;
  const output = scoredChoicesFile(name);
  return {
    name: `choices ${name}`,
    options: {
      ...(await modelOptions(context, folder)),
      choices: context.tasks.map(({ entry }) => [entry.choices, entry.letterPrompt]),
    },
    reads: [],
    writes: [output],
    run: async (key) => {
      await using model = await openLanguageModel(folder, openingOf(context));
      const entries = await processInBatches(context, {
        stage: `choices ${name}`,
        key,
        items: choiceItems(context),
        batchSize: isModelUrl(folder) ? 8 : 32,
        unit: "examples",
        output,
        process: (batch) => scoreBatch(name, model, batch, signal),
      });
      return { choices: entries.reduce((sum, rows) => sum + rows.length, 0) };
    },
  };
}

/** One entry an example: its choices. */
async function scoreBatch(
  name: string,
  model: LanguageModel,
  batch: readonly EvaluatedItem[],
  signal: AbortSignal | undefined,
): Promise<readonly (readonly ChoiceRow[])[]> {
  const asked = batch.map((item) => requestsOf(item));
  const scored = await scorePossible(model, asked.flat(), signal);
  let next = 0;
  return batch.map(({ task, example }, i) => {
    const choices = example.choices!;
    const own = scored.slice(next, (next += asked[i]!.length));
    const letters = task.choices === "text" ? [] : own.splice(-choices.length);
    return choices.map((text, choice) => ({
      ...{ task: task.name, example: example.id, group: example.group ?? null, model: name },
      choice,
      text,
      correct: text === example.output,
      logLikelihood: sumOf(own[choice]),
      letterLogLikelihood: sumOf(letters[choice]),
    }));
  });
}

/** Null where nothing was asked, or where the model refused it. */
function sumOf(scored: ScoredContinuation | string | undefined): number | null {
  return typeof scored === "object" ? scored.logLikelihood : null;
}

/** By text first, then by letter. */
function requestsOf({
  task,
  example,
  context,
  letterShots,
}: EvaluatedItem): readonly ScoreRequest[] {
  const choices = example.choices!;
  const byText = choices.map((continuation) => ({ context, continuation }));
  const before =
    letterShots + renderLetterPrompt(task.letterPrompt ?? defaultLetterPrompt, example);
  const byLetter = choices.map((_, i) => ({ context: before, continuation: choiceLetter(i) }));
  return [
    ...(task.choices === "letters" ? [] : byText),
    ...(task.choices === "text" ? [] : byLetter),
  ];
}
