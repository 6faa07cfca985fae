/** Whether an output is an accepted answer; any of them will do. */
import type { Example, Metric } from "../task.ts";
import { normalizeAnswer, normalizeSquadAnswer } from "./normalize-answer.ts";

/**
 * 1 where the output is an accepted answer after TriviaQA's normalization. Two numbers are compared
 * as numbers, because normalization would make 3 of -3; answers of which it leaves nothing ("A") are
 * compared as they stand.
 */
export const exactMatch: Metric = {
  name: "exact-match",
  score: (output, example) =>
    acceptedAnswers(example).some((answer) => sameAnswer(output, answer)) ? 1 : 0,
};

/** Exact match to the letter of the TriviaQA script, without our two exceptions. */
export const triviaqaExactMatch: Metric = normalizedMatch("triviaqa-exact-match", normalizeAnswer);

/** Exact match to the letter of the SQuAD scripts. */
export const squadExactMatch: Metric = normalizedMatch("squad-exact-match", normalizeSquadAnswer);

/** The gold output and what else is accepted. */
export function acceptedAnswers({ output, answers = [] }: Example): readonly string[] {
  return [output, ...answers];
}

function normalizedMatch(name: string, normalize: (answer: string) => string): Metric {
  return {
    name,
    score: (output, example) => {
      const given = normalize(output);
      return acceptedAnswers(example).some((answer) => normalize(answer) === given) ? 1 : 0;
    },
  };
}

function sameAnswer(output: string, answer: string): boolean {
  const [outputNumber, answerNumber] = [parseNumber(output), parseNumber(answer)];
  if (outputNumber !== undefined && answerNumber !== undefined)
    return outputNumber === answerNumber;
  const normalized = normalizeAnswer(answer);
  return normalized === ""
    ? output.trim().toLowerCase() === answer.trim().toLowerCase()
    : normalizeAnswer(output) === normalized;
}

// A sign, digits with thousands apart or not, a fraction, a full stop at the end of a sentence.
function parseNumber(text: string): number | undefined {
  const match = /^\s*([-−+]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\.?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = ""] = match;
  const value = Number(`${whole!.replaceAll(",", "")}${fraction}`);
  return sign === "-" || sign === "−" ? -value : value;
}
