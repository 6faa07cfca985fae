import { expect, test } from "vitest";
import { choiceLetter, likeliestChoice } from "#rote/tasks/metrics/multiple-choice.js";
import { metricNamed } from "#rote/tasks/metrics/named-metrics.js";
import {
  findNumericAnswer,
  normalizeNumericAnswer,
  numericAnswer,
} from "#rote/tasks/metrics/numeric-answer.js";
import { golden, withGolden } from "./golden.ts";

interface Answers {
  gsm8k_filters: {
    response: string;
    strict_match: string;
    flexible_extract: string;
    strict_normalized: string;
    flexible_normalized: string;
  }[];
  multiple_choice: {
    loglikelihoods: number[];
    choices: string[];
    pred: number;
    pred_norm: number;
    pred_bytes: number;
  }[];
}

const invalid = "[invalid]";

withGolden("answers are extracted as lm-evaluation-harness does for GSM8K", () => {
  const { gsm8k_filters: cases } = golden("answers") as Answers;
  expect(cases).toHaveLength(10);
  for (const { response, ...expected } of cases) {
    for (const [rule, found, normalized] of [
      ["marked", expected.strict_match, expected.strict_normalized],
      ["last", expected.flexible_extract, expected.flexible_normalized],
    ] as const) {
      const answer = findNumericAnswer(response, rule);
      expect(answer ?? invalid).toBe(found);
      expect(answer === undefined ? invalid : normalizeNumericAnswer(answer)).toBe(normalized);
    }
  }
});

test.each([
  ["so 3.50, then #### 1,250.50 and 7", "last", 1250.5],
  ["that makes 12...", "last", 12],
  ["and so on...", "last", undefined],
  ["the 2nd of 1.2.3", "last", undefined],
  ["that makes 12", "marked", undefined],
  ["#### -3", "marked", -3],
] as const)("the answer of %j, %s, is %s", (text, rule, expected) => {
  expect(numericAnswer(text, rule)).toBe(expected);
});

test("numbers are compared with the number a gold chain ends in", () => {
  const output = "3 + 4 = <<3+4=7>>7, with tax 7.50\n#### 7.50";
  const example = { id: "1", input: "i", output, split: undefined };
  expect(metricNamed("number").score("It is $7.5.", example)).toBe(1);
  expect(metricNamed("number").score("It is $7.", example)).toBe(0);
  expect(metricNamed("marked-number").score("It is 7.5", example)).toBe(0);
  expect(metricNamed("marked-number").score("#### 7.5", example)).toBe(1);
});

withGolden(
  "choices are made as lm-evaluation-harness's acc, acc_norm and acc_bytes make them",
  () => {
    const { multiple_choice: cases } = golden("answers") as Answers;
    expect(cases).toHaveLength(5);
    for (const { loglikelihoods, choices, pred, pred_norm, pred_bytes } of cases) {
      expect(likeliestChoice(loglikelihoods, choices)).toBe(pred);
      expect(likeliestChoice(loglikelihoods, choices, "characters")).toBe(pred_norm);
      expect(likeliestChoice(loglikelihoods, choices, "bytes")).toBe(pred_bytes);
    }
  },
);

test("each choice needs a log-likelihood", () => {
  expect(() => likeliestChoice([-1], ["a", "b"])).toThrow("1 log-likelihoods for 2 choices");
  expect(choiceLetter(3)).toBe("D");
});

test("an unknown metric names the nearest", () => {
  expect(() => metricNamed("bleau")).toThrow('there is no metric "bleau"; did you mean "bleu"?');
});
