/** Scores of one output against an example's accepted answers; the best of them counts. */
import type { Example, Metric } from "./task.ts";

/**
 * An answer as the official TriviaQA script compares it: lower case, punctuation and underscores
 * turned into spaces, English articles dropped, white space collapsed.
 * Source: github.com/mandarjoshi90/triviaqa, evaluation/triviaqa_evaluation.py.
 */
export function normalizeAnswer(answer: string): string {
  return answer
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~‘’´]/g, " ")
    .replace(/(?<![\p{L}\p{N}])(?:a|an|the)(?![\p{L}\p{N}])/gu, " ")
    .trim()
    .replace(/\s+/g, " ");
}

/**
 * 1 where the output is an accepted answer after normalization. Two numbers are compared as
 * numbers, because normalization would make 3 of -3; answers of which it leaves nothing ("A") are
 * compared as they stand.
 */
export const exactMatch: Metric = {
  name: "exact-match",
  score: (output, example) =>
    acceptedAnswers(example).some((answer) => sameAnswer(output, answer)) ? 1 : 0,
};

/** F1 of the normalized words the output shares with an accepted answer. */
export const wordF1: Metric = {
  name: "word-f1",
  score: (output, example) =>
    Math.max(...acceptedAnswers(example).map((answer) => sharedWords(output, answer))),
};

function acceptedAnswers({ output, answers = [] }: Example): readonly string[] {
  return [output, ...answers];
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

function sharedWords(output: string, answer: string): number {
  const [given, wanted] = [words(output), words(answer)];
  if (given.length === 0 || wanted.length === 0) return given.length === wanted.length ? 1 : 0;
  const left = [...wanted];
  let shared = 0;
  for (const word of given) {
    const at = left.indexOf(word);
    if (at === -1) continue;
    left.splice(at, 1);
    shared += 1;
  }
  return (2 * shared) / (given.length + wanted.length);
}

function words(answer: string): string[] {
  return normalizeAnswer(answer)
    .split(" ")
    .filter((word) => word !== "");
}
