/** Generate an output for every evaluated example under one model, greedily unless the study says else. */
import type { Generation, LanguageModel } from "../../models/language-model.ts";
import { openLanguageModel } from "../../models/open-model.ts";
import { processInBatches } from "../batches.ts";
import {
  type EvaluatedItem,
  evaluatedItems,
  fileNameOf,
  openingOf,
  modelOptions,
  type StudyContext,
} from "../context.ts";
import type { Stage } from "../run-directory.ts";
import type { Study } from "../load-study.ts";
import type { GenerateEntry, TaskEntry } from "../study-file.ts";

/** What a model generated for an example. It is judged later, so that another metric costs no model time. */
export interface GeneratedOutput {
  readonly example: string;
  readonly task: string;
  readonly model: string;
  readonly output: string;
  /** Tokens generated. */
  readonly tokens: number;
}

/** The file a model's generated outputs are in; empty for a model that cannot generate. */
export function generatedOutputsFile(model: string): string {
  return `generations/${fileNameOf(model)}.jsonl`;
}

export async function generateStage(context: StudyContext, index: number): Promise<Stage> {
  const { study, modelNames } = context;
  const name = modelNames[index]!;
  const folder = study.models[index]!;
  const output = generatedOutputsFile(name);
  return {
    name: `generate ${name}`,
    options: {
      ...(await modelOptions(context, folder)),
      generate: context.tasks.map(({ entry }) => generationOf(study, entry)),
      seed: study.seed,
    },
    reads: [],
    writes: [output],
    run: async (key) => {
      await using model = await openLanguageModel(folder, openingOf(context));
      const entries = await processInBatches(context, {
        stage: `generate ${name}`,
        key,
        items: model.generate === undefined ? [] : numbered(evaluatedItems(context)),
        batchSize: 64,
        unit: "examples",
        output,
        process: (batch) => generateBatch(name, model, batch, context),
      });
      return {
        examples: entries.length,
        tokens: entries.reduce((sum, { tokens }) => sum + tokens, 0),
      };
    },
  };
}

interface NumberedItem extends EvaluatedItem {
  /** From 0 among all evaluated examples. */
  readonly index: number;
}

function numbered(items: readonly EvaluatedItem[]): readonly NumberedItem[] {
  return items.map((item, index) => ({ ...item, index }));
}

/** The examples of each task together, which are generated alike. */
async function generateBatch(
  name: string,
  model: LanguageModel,
  batch: readonly NumberedItem[],
  { study, signal }: StudyContext,
): Promise<GeneratedOutput[]> {
  const rows: GeneratedOutput[] = [];
  for (const task of new Set(batch.map((item) => item.task))) {
    const items = batch.filter((item) => item.task === task);
    // Another seed for each call, or the calls would draw alike.
    const options = { ...generationOf(study, task), seed: study.seed + items[0]!.index, signal };
    const generations = (await model.generate?.(items.map(generationPrompt), options)) ?? [];
    for (const [i, generation] of generations.entries())
      rows.push(generatedOutput(name, items[i]!, generation));
  }
  return rows;
}

/** The study's options with the task's own over them. */
function generationOf({ generate }: Study, entry: TaskEntry): GenerateEntry {
  return { ...generate, ...entry.generate };
}

/**
 * The prompt without its trailing white space, which scoring too leaves to the output: a model that
 * has learned " Oslo" as one token has nothing to say after a space of its own.
 */
export function generationPrompt({ context }: Pick<EvaluatedItem, "context">): string {
  return context.trimEnd();
}

function generatedOutput(
  model: string,
  { task, example }: EvaluatedItem,
  { text, ids }: Generation,
): GeneratedOutput {
  return {
    example: example.id,
    task: task.name,
    model,
    output: text.trim(),
    tokens: ids.length,
  };
}
