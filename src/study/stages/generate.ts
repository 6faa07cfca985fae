/** Generate an output for every evaluated example under one model, greedily, and judge it by the task's metric. */
import type { Generation } from "../../models/language-model.ts";
import { openLanguageModel } from "../../models/open-model.ts";
import { metricNamed } from "../../tasks/metrics/named-metrics.ts";
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
import type { OutputRow } from "../tables.ts";

/** The file a model's generated outputs are in; empty for a model that cannot generate. */
export function generatedOutputsFile(model: string): string {
  return `generations/${fileNameOf(model)}.jsonl`;
}

export async function generateStage(context: StudyContext, index: number): Promise<Stage> {
  const { study, modelNames, signal } = context;
  const name = modelNames[index]!;
  const folder = study.models[index]!;
  const output = generatedOutputsFile(name);
  return {
    name: `generate ${name}`,
    options: {
      ...(await modelOptions(context, folder)),
      generate: study.generate,
      metrics: context.tasks.map(({ entry }) => entry.metric),
    },
    reads: [],
    writes: [output],
    run: async (key) => {
      await using model = await openLanguageModel(folder, openingOf(context));
      const entries = await processInBatches(context, {
        stage: `generate ${name}`,
        key,
        items: model.generate === undefined ? [] : evaluatedItems(context),
        batchSize: 64,
        unit: "examples",
        output,
        process: async (batch) => {
          const prompts = batch.map(generationPrompt);
          const generations =
            (await model.generate?.(prompts, { ...study.generate, signal })) ?? [];
          return generations.map((generation, i) => outputRow(name, batch[i]!, generation));
        },
      });
      return {
        examples: entries.length,
        tokens: entries.reduce((sum, { tokens }) => sum + tokens, 0),
      };
    },
  };
}

/**
 * The prompt without its trailing white space, which scoring too leaves to the output: a model that
 * has learned " Oslo" as one token has nothing to say after a space of its own.
 */
export function generationPrompt({ context }: Pick<EvaluatedItem, "context">): string {
  return context.trimEnd();
}

function outputRow(
  model: string,
  { task, example }: EvaluatedItem,
  { text, ids }: Generation,
): OutputRow {
  const output = text.trim();
  return {
    example: example.id,
    task: task.name,
    model,
    output,
    tokens: ids.length,
    metric: task.metric,
    correctness: metricNamed(task.metric).score(output, example),
  };
}
