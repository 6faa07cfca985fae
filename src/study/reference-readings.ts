/** How outputs read to a reference model: the perplexity that tells fluent ones from degenerate ones. */
import { repetition } from "../memorization/novelty.ts";
import type { LanguageModel, ScoreRequest } from "../models/language-model.ts";
import { textPolicy } from "../text/policies.ts";
import { type EvaluatedItem, evaluatedItems, type StudyContext } from "./context.ts";
import { type FluencyBounds, fluencyBounds } from "./novelty-estimates.ts";
import { scorePossible } from "./score-possible.ts";

/** How a text reads to the reference. */
export interface Reading {
  readonly logLikelihood: number | null;
  readonly tokens: number;
}

/** An output behind its prompt, with the white space that generation leaves to the model. */
export function requestOf(item: EvaluatedItem, output: string): ScoreRequest {
  const context = item.context.trimEnd();
  const space = item.context.slice(context.length);
  return { context, continuation: `${space === "" ? " " : space}${output}` };
}

/** What no output of a task may exceed to be fluent, from its gold outputs. */
export async function boundsOf(
  model: LanguageModel,
  context: StudyContext,
): Promise<readonly FluencyBounds[]> {
  const { study, tasks } = context;
  const bounds: FluencyBounds[] = [];
  for (const task of tasks) {
    const items = evaluatedItems({ tasks: [task] });
    const requests = items.map((item) => requestOf(item, item.example.output));
    const readings = await readOutputs(model, requests, context);
    const policy = textPolicy(study.corpus.policy);
    const gold = readings.map((reading, i) => ({
      perplexity: perplexityOf(reading),
      repetition: repetition(policy.words(items[i]!.example.output)),
    }));
    bounds.push(fluencyBounds(task.entry.name, gold));
  }
  return bounds;
}

/** Each request's output, in order. */
export async function readOutputs(
  model: LanguageModel,
  requests: readonly ScoreRequest[],
  { signal, onProgress }: StudyContext,
): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (let start = 0; start < requests.length; start += 128) {
    onProgress({ stage: "novelty", done: start, total: requests.length, unit: "outputs" });
    const batch = requests.slice(start, start + 128);
    for (const scored of await scorePossible(model, batch, signal))
      readings.push(
        typeof scored === "string" || !Number.isFinite(scored.logLikelihood)
          ? { logLikelihood: null, tokens: 0 }
          : { logLikelihood: scored.logLikelihood, tokens: scored.logProbs.length },
      );
  }
  return readings;
}

/** Per token; null where the output was not scored. */
export function perplexityOf({ logLikelihood, tokens }: Reading): number | null {
  return logLikelihood === null ? null : Math.exp(-logLikelihood / tokens);
}
