/** Generate an output for every evaluated example under one model, greedily, and judge it by exact match. */
import { openLanguageModel } from "../../models/open-model.ts";
import { exactMatch } from "../../tasks/metrics.ts";
import { renderPrompt } from "../../tasks/prompt.ts";
import { processInBatches } from "../batches.ts";
import {
  type EvaluatedItem,
  evaluatedItems,
  fileNameOf,
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
    options: { ...(await modelOptions(context, folder)), generate: study.generate },
    reads: [],
    writes: [output],
    run: async (key) => {
      await using model = await openLanguageModel(folder);
      const process = async (batch: readonly EvaluatedItem[]): Promise<OutputRow[]> => {
        const prompts = batch.map(({ task, example }) =>
          renderPrompt({ template: task.prompt }, example),
        );
        const generations = (await model.generate?.(prompts, { ...study.generate, signal })) ?? [];
        return generations.map(({ text }, i) => {
          const { task, example } = batch[i]!;
          const correctness = exactMatch.score(text.trim(), example);
          return {
            example: example.id,
            task: task.name,
            model: name,
            output: text.trim(),
            metric: exactMatch.name,
            correctness,
          };
        });
      };
      const items = model.generate === undefined ? [] : evaluatedItems(context);
      const work = {
        stage: `generate ${name}`,
        key,
        items,
        batchSize: 64,
        unit: "examples",
        output,
        process,
      };
      return { examples: (await processInBatches(context, work)).length };
    },
  };
}
