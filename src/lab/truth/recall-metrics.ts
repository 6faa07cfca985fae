/** What is measured of an item under a model, and how a number is made of scored tokens. */
import { mean } from "../../stats/summary.ts";

/** Names in the column `metric` of truth.parquet, and what each says. Natural logarithms throughout. */
export const recallMetrics = {
  logLikelihood: "mean log-probability of the target's tokens, given its context",
  exact: "1 where greedy decoding gives the target: each of its tokens is the model's first choice",
  choice:
    "1 where the right choice has the highest log-likelihood, summed over its tokens; a tie is wrong",
  choiceMargin: "log-likelihood of the right choice minus that of the best other, both summed",
  paraphraseLogLikelihood: "the same as logLikelihood, asked in words that the corpus never states",
  paraphraseChoice: "the same as choice, asked in words that the corpus never states",
  twoHop:
    "choice of a question of two facts, where the model has both facts right; absent elsewhere",
  logLikelihoodAfter4Words: "logLikelihood given the last 4 words of the context alone",
  logLikelihoodAfter8Words: "logLikelihood given the last 8 words of the context alone",
  logLikelihoodAfter16Words: "logLikelihood given the last 16 words of the context alone",
  exactAfter4Words: "exact given the last 4 words of the context alone",
  exactAfter8Words: "exact given the last 8 words of the context alone",
  exactAfter16Words: "exact given the last 16 words of the context alone",
  similarity:
    "1 − Levenshtein distance / length, in tokens, of the greedy continuation and the target",
  textLogLikelihood: "mean log-probability of all tokens of context and target as a text by itself",
  minK20: "mean log-probability of the fifth of that text's tokens that the model expects least",
} as const;

/** A name in the column `metric` of truth.parquet. */
export type RecallMetric = keyof typeof recallMetrics;

/** Words that are left of a passage's context, besides all of them. */
export const prefixWords = [4, 8, 16] as const;

/** Mean of the lowest `share` of the values, at least one of them: Min-k % Prob (Shi et al. 2024). */
export function lowestMean(values: Float64Array, share: number): number {
  const ascending = values.slice().sort();
  return mean(ascending.subarray(0, Math.max(1, Math.floor(share * values.length))));
}

/** The last `count` words of a text, cut at white space; undefined where it has no more than that. */
export function lastWords(text: string, count: number): string | undefined {
  const words = [...text.matchAll(/\S+/g)];
  return words.length > count ? text.slice(words.at(-count)!.index) : undefined;
}
