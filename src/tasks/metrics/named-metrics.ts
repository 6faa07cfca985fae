/**
 * The metrics that judge one output by its text, under the names by which a study asks for them.
 * All are in [0, 1], so that they can be averaged and set beside one another: BLEU and chrF of the
 * sentence come divided by 100. Where an example accepts several answers, they are the references.
 */
import { nearest, RoteError } from "../../base/errors.ts";
import type { Example, Metric } from "../task.ts";
import { sentenceBleu } from "./bleu.ts";
import { sentenceChrf } from "./chrf.ts";
import { acceptedAnswers, exactMatch, squadExactMatch, triviaqaExactMatch } from "./exact-match.ts";
import { type AnswerRule, numericAnswer } from "./numeric-answer.ts";
import { rougeL } from "./rouge.ts";
import { squadF1, wordF1 } from "./word-f1.ts";

/** Sentence BLEU of sacreBLEU: 13a, exponential smoothing, effective order. */
export const bleu: Metric = {
  name: "bleu",
  score: (output, example) => sentenceBleu(output, acceptedAnswers(example)).score / 100,
};

/** chrF2 of the sentence. */
export const chrf: Metric = {
  name: "chrf",
  score: (output, example) => sentenceChrf(output, acceptedAnswers(example)).score / 100,
};

/** chrF++ of the sentence: with n-grams of one and two words. */
export const chrfPlusPlus: Metric = {
  name: "chrf++",
  score: (output, example) =>
    sentenceChrf(output, acceptedAnswers(example), { wordOrder: 2 }).score / 100,
};

/** F of ROUGE-L, with the answer it suits best. */
export const rougeLF: Metric = {
  name: "rouge-l",
  score: (output, example) =>
    Math.max(...acceptedAnswers(example).map((answer) => rougeL(output, answer).f)),
};

/** 1 where the output's last number, or the one it marks with ####, is the gold solution's. */
export const numberMatch: Metric = numeric("number", "last");

/** 1 where the number that the output marks with #### is the gold solution's. */
export const markedNumberMatch: Metric = numeric("marked-number", "marked");

/** Every metric of a text, by name. */
export const namedMetrics: ReadonlyMap<string, Metric> = new Map(
  [
    exactMatch,
    triviaqaExactMatch,
    squadExactMatch,
    wordF1,
    squadF1,
    bleu,
    chrf,
    chrfPlusPlus,
    rougeLF,
    numberMatch,
    markedNumberMatch,
  ].map((metric) => [metric.name, metric]),
);

/** The metric of a name; an unknown one is an error that says which there are. */
export function metricNamed(name: string): Metric {
  const found = namedMetrics.get(name);
  if (found !== undefined) return found;
  const known = [...namedMetrics.keys()];
  const near = nearest(name, known);
  const hint = near === undefined ? `there are ${known.join(", ")}` : `did you mean "${near}"?`;
  throw new RoteError("usage", `there is no metric "${name}"; ${hint}`, { name, near });
}

function numeric(name: string, rule: AnswerRule): Metric {
  const isRight = (output: string, example: Example): boolean => {
    const given = numericAnswer(output, rule);
    return (
      given !== undefined &&
      acceptedAnswers(example).some((answer) => numericAnswer(answer, "last") === given)
    );
  };
  return { name, score: (output, example) => (isRight(output, example) ? 1 : 0) };
}
