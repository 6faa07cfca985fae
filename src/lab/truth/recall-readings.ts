/** What is asked of a model about one item, and the numbers that follow from its answers. */
import type { ScoredContinuation, ScoreRequest } from "../../models/language-model.ts";
import { mean } from "../../stats/summary.ts";
import type { Asked, ManifestItem } from "./manifest-items.ts";
import { lastWords, lowestMean, prefixWords, type RecallMetric } from "./recall-metrics.ts";

/** Numbers of an item by metric. */
export type Numbers = Partial<Record<RecallMetric, number>>;

/** Requests that belong together, and what their scores say. */
export interface Reading {
  readonly requests: readonly ScoreRequest[];
  /** `scores` in the order of the requests. */
  readonly read: (scores: readonly ScoredContinuation[]) => Numbers;
}

/** How an item is recalled. */
export function recallReadings(item: ManifestItem): Reading[] {
  const { choices, paraphrase, a } = item;
  return [
    targetReading(item, "logLikelihood", "exact"),
    ...(choices === undefined ? [] : [choiceReading(item, choices, "choice", "choiceMargin")]),
    ...(paraphrase === undefined ? [] : paraphraseReadings(paraphrase, choices)),
    // Verbatim text, which asks nothing, is also continued from shorter contexts.
    ...(a === undefined ? prefixReadings(item) : []),
  ];
}

/** What tests of membership read of an item: its whole text, without anything before it. */
export function textReading({ context, target }: Asked): Reading {
  return {
    requests: [{ context: "", continuation: `${context}${target}` }],
    read: ([text]) => ({
      textLogLikelihood: mean(text!.logProbs),
      minK20: lowestMean(text!.logProbs, 0.2),
    }),
  };
}

function targetReading(
  { context, target }: Asked,
  metric: RecallMetric,
  exactMetric?: RecallMetric,
): Reading {
  return {
    requests: [{ context, continuation: target }],
    read: ([scored]) => {
      const { logProbs, isGreedy } = scored!;
      const isKnown = exactMetric !== undefined && isGreedy !== null;
      return { [metric]: mean(logProbs), ...(isKnown ? { [exactMetric]: Number(isGreedy) } : {}) };
    },
  };
}

function choiceReading(
  { context, target }: Asked,
  choices: readonly string[],
  metric: RecallMetric,
  marginMetric?: RecallMetric,
): Reading {
  const others = choices.filter((choice) => choice !== target);
  return {
    requests: [target, ...others].map((continuation) => ({ context, continuation })),
    read: ([right, ...rest]) => {
      const best = Math.max(...rest.map(({ logLikelihood }) => logLikelihood));
      const margin = right!.logLikelihood - best;
      const numbers = { [metric]: Number(margin > 0) };
      return marginMetric === undefined ? numbers : { ...numbers, [marginMetric]: margin };
    },
  };
}

function paraphraseReadings(asked: Asked, choices: readonly string[] | undefined): Reading[] {
  const recalled = targetReading(asked, "paraphraseLogLikelihood");
  return choices === undefined
    ? [recalled]
    : [recalled, choiceReading(asked, choices, "paraphraseChoice")];
}

function prefixReadings({ context, target }: Asked): Reading[] {
  return prefixWords.flatMap((count) => {
    const cut = lastWords(context, count);
    if (cut === undefined) return [];
    const asked = { context: cut, target };
    return [targetReading(asked, `logLikelihoodAfter${count}Words`, `exactAfter${count}Words`)];
  });
}
