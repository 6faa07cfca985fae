import { expect, test } from "vitest";
import {
  exactMatch,
  squadExactMatch,
  triviaqaExactMatch,
} from "#rote/tasks/metrics/exact-match.js";
import { normalizeAnswer, normalizeSquadAnswer } from "#rote/tasks/metrics/normalize-answer.js";
import { squadF1, wordF1 } from "#rote/tasks/metrics/word-f1.js";
import type { Example } from "#rote/tasks/task.js";
import { golden, withGolden } from "./golden.ts";

function example(output: string, ...answers: string[]): Example {
  return { id: "1", input: "i", output, split: undefined, answers };
}

test.each([
  ["Paris.", "paris", 1],
  ["the Eiffel_Tower", "Eiffel Tower", 1],
  ["Rhône", "Rhone", 0],
  ["a", "A", 1],
  ["", "A", 0],
  ["The B", "A B", 1],
  ["-3", "3", 0],
  ["−3", "-3", 1],
  ["1,250.50.", "1250.5", 1],
  ["12", "1 2", 0],
  ["1,2", "1 2", 1],
  ["37 apples", "37", 0],
])("exact match of %j with %j is %i", (output, answer, expected) => {
  expect(exactMatch.score(output, example(answer))).toBe(expected);
  expect(exactMatch.score(output, example("something else", answer))).toBe(expected);
});

test("word F1 counts shared words once each", () => {
  expect(wordF1.score("to be to be", example("to be"))).toBeCloseTo(2 / 3, 12);
  expect(wordF1.score("nothing", example("shared"))).toBe(0);
});

interface Golden {
  squad_triviaqa: ({ prediction: string; answers: [string, ...string[]] } & Record<
    `${"squad" | "triviaqa"}_normalized`,
    string
  > &
    Record<`${"squad" | "triviaqa"}_${"em" | "f1"}`, number>)[];
}

withGolden("the numbers of the TriviaQA and SQuAD scripts", () => {
  const { squad_triviaqa: cases } = golden("answers") as Golden;
  expect(cases.length).toBeGreaterThan(20);
  for (const { prediction, answers, ...expected } of cases) {
    const question = example(...answers);
    expect(normalizeAnswer(prediction)).toBe(expected.triviaqa_normalized);
    expect(triviaqaExactMatch.score(prediction, question)).toBe(expected.triviaqa_em);
    expect(wordF1.score(prediction, question)).toBeCloseTo(expected.triviaqa_f1, 12);
    expect(normalizeSquadAnswer(prediction)).toBe(expected.squad_normalized);
    expect(squadExactMatch.score(prediction, question)).toBe(expected.squad_em);
    expect(squadF1.score(prediction, question)).toBeCloseTo(expected.squad_f1, 12);
    // Ours differs where normalization leaves nothing (stricter) and where both are numbers.
    if (expected.triviaqa_normalized !== "" && prediction !== "1,000")
      expect(exactMatch.score(prediction, question), prediction).toBe(expected.triviaqa_em);
  }
});
