/**
 * Score every evaluated example's whole gold output under one model, given its prompt. One line an
 * example: the natural-log probability and the characters of each token. Spans are summed later, so
 * that a change in mining costs no model time.
 */
import { messageOf, RoteError } from "../../base/errors.ts";
import { writeAtomically } from "../../base/files.ts";
import type {
  LanguageModel,
  ScoredContinuation,
  ScoreRequest,
} from "../../models/language-model.ts";
import { openLanguageModel } from "../../models/open-model.ts";
import { isModelUrl } from "../../models/remote/model-url.ts";
import { renderPrompt } from "../../tasks/prompt.ts";
import { processInBatches } from "../batches.ts";
import {
  type EvaluatedItem,
  evaluatedItems,
  fileNameOf,
  openingOf,
  modelOptions,
  type StudyContext,
} from "../context.ts";
import { modelFile, recordModel } from "../identities.ts";
import type { Stage } from "../run-directory.ts";

/** A gold output as one model scored it. */
export interface ScoredOutput {
  readonly task: string;
  readonly example: string;
  readonly isGreedy: boolean | null;
  readonly logProbs: readonly number[];
  /** Start and end of each token in the output, UTF-16 units. */
  readonly offsets: readonly number[];
  readonly cutTokens: number;
  /** Why the model cannot score this output; its pairs are then unmatched. */
  readonly refused?: string;
}

/** The file a model's scored outputs are in. */
export function scoredOutputsFile(model: string): string {
  return `continuations/${fileNameOf(model)}.jsonl`;
}

export async function scoreStage(context: StudyContext, index: number): Promise<Stage> {
  const { study, directory, modelNames, signal } = context;
  const name = modelNames[index]!;
  const folder = study.models[index]!;
  const output = scoredOutputsFile(name);
  return {
    name: `score ${name}`,
    options: await modelOptions(context, folder),
    reads: [],
    writes: [output, modelFile(name)],
    run: async (key) => {
      await using model = await openLanguageModel(folder, openingOf(context));
      const entries = await processInBatches(context, {
        stage: `score ${name}`,
        key,
        items: evaluatedItems(context),
        // A failing server loses the unfinished batch; 32 still keep its 16 requests at once busy.
        batchSize: isModelUrl(folder) ? 32 : 128,
        unit: "examples",
        output,
        process: (batch) => scoreBatch(model, batch, signal),
      });
      const record = await recordModel(name, folder, model, entries);
      await writeAtomically(
        directory.file(modelFile(name)),
        `${JSON.stringify(record, null, 2)}\n`,
      );
      return {
        examples: entries.length,
        tokens: entries.reduce((sum, { logProbs }) => sum + logProbs.length, 0),
      };
    },
  };
}

async function scoreBatch(
  model: LanguageModel,
  batch: readonly EvaluatedItem[],
  signal: AbortSignal | undefined,
): Promise<ScoredOutput[]> {
  const requests = batch.map(({ task, example }) => ({
    context: renderPrompt({ template: task.prompt }, example),
    continuation: example.output,
  }));
  const scored = await scorePossible(model, requests, signal);
  return scored.map((result, i) => ({
    task: batch[i]!.task.name,
    example: batch[i]!.example.id,
    ...(typeof result === "string" ? { ...nothingScored, refused: result } : scoreOf(result)),
  }));
}

const nothingScored = { isGreedy: false, logProbs: [], offsets: [], cutTokens: 0 } as const;

function scoreOf({
  isGreedy,
  logProbs,
  offsets,
  cutTokens,
}: ScoredContinuation): Omit<ScoredOutput, "task" | "example"> {
  return { isGreedy, logProbs: [...logProbs], offsets: [...offsets], cutTokens };
}

/** Score all requests but those the model refuses (no token of their own, too long); these give the reason. */
async function scorePossible(
  model: LanguageModel,
  requests: readonly ScoreRequest[],
  signal: AbortSignal | undefined,
): Promise<readonly (ScoredContinuation | string)[]> {
  const results = new Array<ScoredContinuation | string>(requests.length);
  let open = requests.map((_, index) => index);
  while (open.length > 0) {
    try {
      const scored = await model.score(
        open.map((index) => requests[index]!),
        { signal },
      );
      for (const [i, index] of open.entries()) results[index] = scored[i]!;
      return results;
    } catch (error) {
      const refused = error instanceof RoteError ? error.detail.request : undefined;
      if (typeof refused !== "number") throw error;
      results[open[refused]!] = messageOf(error).replace(/^request \d+:? /, "");
      open = open.filter((_, i) => i !== refused);
    }
  }
  return results;
}
