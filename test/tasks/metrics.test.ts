import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exactMatch, normalizeAnswer, wordF1 } from "#rote/tasks/metrics.js";
import type { Example } from "#rote/tasks/task.js";

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
  squad_triviaqa: {
    prediction: string;
    answers: [string, ...string[]];
    triviaqa_normalized: string;
    triviaqa_em: number;
    triviaqa_f1: number;
  }[];
}

const golden = "../shared/data/golden/metrics/answers.json";
test.skipIf(!existsSync(golden))("TriviaQA's own numbers (needs shared/data)", () => {
  const { squad_triviaqa: cases } = JSON.parse(readFileSync(golden, "utf8")) as Golden;
  expect(cases.length).toBeGreaterThan(20);
  for (const { prediction, answers, ...expected } of cases) {
    expect(normalizeAnswer(prediction)).toBe(expected.triviaqa_normalized);
    const question = example(...answers);
    expect(wordF1.score(prediction, question)).toBeCloseTo(expected.triviaqa_f1, 12);
    // We differ where normalization leaves nothing (stricter) and where both are numbers.
    if (expected.triviaqa_normalized !== "" && prediction !== "1,000")
      expect(exactMatch.score(prediction, question), prediction).toBe(expected.triviaqa_em);
  }
});
