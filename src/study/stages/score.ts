/**
 * Score every evaluated example's whole gold output under one model, given its prompt, and given the
 * task's neutral context. One line an example: the natural-log probability and the characters of each
 * token. Spans are summed later, so that a change in mining costs no model time.
 */
import { writeAtomically } from "../../base/files.ts";
import type { LanguageModel, ScoredContinuation } from "../../models/language-model.ts";
import { openLanguageModel } from "../../models/open-model.ts";
import { isModelUrl } from "../../models/remote/model-url.ts";
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
import { scorePossible } from "../score-possible.ts";

/** A gold output as one model scored it behind one context. */
export interface ScoredTokens {
  readonly logProbs: readonly number[];
  /** Start and end of each token in the output, UTF-16 units. */
  readonly offsets: readonly number[];
  /** Why the model cannot score this output; its pairs are then unmatched. */
  readonly refused?: string;
}

/** A gold output as one model scored it. */
export interface ScoredOutput extends ScoredTokens {
  readonly task: string;
  readonly example: string;
  readonly isGreedy: boolean | null;
  readonly cutTokens: number;
  /** The same behind the task's neutral context, where it has one. */
  readonly neutral?: ScoredTokens;
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
    options: {
      ...(await modelOptions(context, folder)),
      neutral: context.tasks.map(({ neutralContext }) => neutralContext),
    },
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
        tokens: entries.reduce(
          (sum, { logProbs, neutral }) => sum + logProbs.length + (neutral?.logProbs.length ?? 0),
          0,
        ),
      };
    },
  };
}

async function scoreBatch(
  model: LanguageModel,
  batch: readonly EvaluatedItem[],
  signal: AbortSignal | undefined,
): Promise<ScoredOutput[]> {
  const given = batch.map(({ context, example }) => ({ context, continuation: example.output }));
  const neutral = batch.flatMap(({ neutralContext, example }) =>
    neutralContext === undefined ? [] : [{ context: neutralContext, continuation: example.output }],
  );
  const scored = await scorePossible(model, given, signal);
  const without = (await scorePossible(model, neutral, signal))[Symbol.iterator]();
  return scored.map((result, i) => {
    const { task, example, neutralContext } = batch[i]!;
    return {
      task: task.name,
      example: example.id,
      isGreedy: typeof result === "string" ? false : result.isGreedy,
      ...tokensOf(result),
      cutTokens: typeof result === "string" ? 0 : result.cutTokens,
      ...(neutralContext === undefined ? {} : { neutral: tokensOf(without.next().value!) }),
    };
  });
}

function tokensOf(result: ScoredContinuation | string): ScoredTokens {
  return typeof result === "string"
    ? { logProbs: [], offsets: [], refused: result }
    : { logProbs: [...result.logProbs], offsets: [...result.offsets] };
}
