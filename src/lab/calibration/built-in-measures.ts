/** The measures that are calibrated unless others are named. */
import { deflateSync } from "node:zlib";
import { midRanks } from "../../stats/ranks.ts";
import type { RecallMetric } from "../truth/recall-metrics.ts";
import type { PairOrder } from "./corpus-readings.ts";
import { itemMeasure, type Measure } from "./measure.ts";

/** A number of the truth as it is. */
function reading(name: string, metric: RecallMetric, about: string): Measure {
  return itemMeasure({ name, about, reads: ["model"] }, (item, { recall }) => recall(item, metric));
}

const suffixOf = (order: PairOrder): string => (order === "phrase" ? "" : `-${order}`);
const gramsOf = (order: PairOrder): string =>
  order === "phrase" ? "the whole question and answer" : `${order}-grams of question and answer`;

function taskGram(order: PairOrder): Measure {
  return itemMeasure(
    {
      name: `task-gram-probability${suffixOf(order)}`,
      about: `P(b|a) = codf(a, b) / df(a) of ${gramsOf(order)}; the largest over a, the mean over b`,
      reads: ["corpus"],
    },
    ({ item }, { corpus }) => corpus.taskGramProbability.get(order)?.get(item),
  );
}

/**
 * Distributional memorization is a correlation over items and has no value for one of them. Its score
 * here is the smaller of the item's two ranks, which a correlation compares: high only where the corpus
 * and the model both rank the item high among those of its kind.
 */
function distributionalMemorization(order: PairOrder): Measure {
  return {
    name: `distributional-memorization${suffixOf(order)}`,
    about: `the smaller of an item's ranks within its kind by P(b|a) of ${gramsOf(order)} and by the model's log-likelihood`,
    reads: ["corpus", "model"],
    score: ({ items, corpus, recall }) => {
      const grams = corpus.taskGramProbability.get(order);
      const scored = items.flatMap((item, index) => {
        const [x, y] = [grams?.get(item.item), recall(item, "logLikelihood")];
        return x === undefined || y === undefined ? [] : [{ index, x, y }];
      });
      const left = midRanks(Float64Array.from(scored, ({ x }) => x));
      const right = midRanks(Float64Array.from(scored, ({ y }) => y));
      const scores = new Array<number | undefined>(items.length).fill(undefined);
      scored.forEach(({ index }, i) => {
        scores[index] = Math.min(left[i]!, right[i]!) / scored.length;
      });
      return scores;
    },
  };
}

const bytesOf = (text: string): number => deflateSync(text, { level: 9 }).length;

/** Document and example frequency, task-gram probability, ∞-gram, distributional memorization, log-likelihoods, extraction and tests of membership. */
export const builtInMeasures: readonly Measure[] = [
  itemMeasure(
    {
      name: "document-frequency",
      about: "documents that hold the item's exact phrase",
      reads: ["corpus"],
    },
    ({ item }, { corpus }) => corpus.documentFrequency.get(item),
  ),
  itemMeasure(
    {
      name: "example-frequency",
      about: "Eq. 4 of Wang et al. 2025: codf summed over pairs of words of question and answer",
      reads: ["corpus"],
    },
    ({ item }, { corpus }) => corpus.exampleFrequency.get(item),
  ),
  itemMeasure(
    {
      name: "infinity-gram",
      about: "mean log P∞ of the target's tokens; −∞ where the corpus never continues so",
      reads: ["corpus"],
    },
    ({ item }, { corpus }) => corpus.infinityGram?.get(item),
  ),
  ...(["phrase", 1, 2, 3] as const).map(taskGram),
  ...(["phrase", 1, 2, 3] as const).map(distributionalMemorization),
  reading(
    "log-likelihood",
    "logLikelihood",
    "mean log-probability of the target, given its context",
  ),
  itemMeasure(
    {
      name: "log-likelihood-ratio",
      about: "log-likelihood of the target minus that under a model that never saw it",
      reads: ["model", "reference"],
    },
    (item, { recall, reference }) => {
      const [own, other] = [recall(item, "logLikelihood"), reference(item, "logLikelihood")];
      return own === undefined || other === undefined ? undefined : own - other;
    },
  ),
  reading("choice-margin", "choiceMargin", "lead of the right choice by summed log-likelihood"),
  reading("extraction-strict", "exact", "1 where greedy decoding gives the target"),
  itemMeasure(
    {
      name: "extraction-loose",
      about:
        "1 where greedy decoding gives at least three quarters of the target, by edits of tokens",
      reads: ["model"],
    },
    (item, { recall }) => {
      const similarity = recall(item, "similarity");
      return similarity === undefined ? undefined : Number(similarity >= 0.75);
    },
  ),
  reading(
    "perplexity",
    "textLogLikelihood",
    "mean log-probability of the whole text (−log perplexity)",
  ),
  itemMeasure(
    {
      name: "zlib-ratio",
      about:
        "mean log-probability of the whole text over its bytes under zlib (Carlini et al. 2021)",
      reads: ["model"],
    },
    (item, { recall }) => {
      const logLikelihood = recall(item, "textLogLikelihood");
      if (logLikelihood === undefined) return undefined;
      return logLikelihood / bytesOf(`${item.context}${item.target}`);
    },
  ),
  reading(
    "min-k",
    "minK20",
    "mean log-probability of the fifth of the text's tokens least expected",
  ),
];
