/** F1 of the words an output shares with the accepted answer it shares most with. */
import type { Metric } from "../task.ts";
import { acceptedAnswers } from "./exact-match.ts";
import { countNgrams, sharedCount } from "./ngram-overlap.ts";
import { normalizeAnswer, normalizeSquadAnswer } from "./normalize-answer.ts";
import { splitWhiteSpace } from "./white-space.ts";

/** Of the words that TriviaQA's normalization leaves. */
export const wordF1: Metric = bestF1("word-f1", normalizeAnswer);

/** Of the words that SQuAD's normalization leaves. */
export const squadF1: Metric = bestF1("squad-f1", normalizeSquadAnswer);

function bestF1(name: string, normalize: (answer: string) => string): Metric {
  const words = (answer: string): readonly string[] => splitWhiteSpace(normalize(answer));
  return {
    name,
    score: (output, example) => {
      const given = words(output);
      return Math.max(
        ...acceptedAnswers(example).map((answer) => sharedWords(given, words(answer))),
      );
    },
  };
}

/** Each word counts as often as both have it; two answers without words are the same. */
function sharedWords(given: readonly string[], wanted: readonly string[]): number {
  if (given.length === 0 || wanted.length === 0) return given.length === wanted.length ? 1 : 0;
  const shared = sharedCount(countNgrams(given, 1), countNgrams(wanted, 1));
  return (2 * shared) / (given.length + wanted.length);
}
