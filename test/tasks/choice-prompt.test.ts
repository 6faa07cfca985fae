import { expect, test } from "vitest";
import {
  defaultLetterPrompt,
  renderLetterPrompt,
  renderLetterShots,
} from "#rote/tasks/choice-prompt.js";

const question = {
  id: "1",
  input: "Which is {input}?",
  output: "two",
  choices: ["one", "two", "{choices}"],
  split: undefined,
};

test("choices stand as lettered lines, and braces in texts stay", () => {
  expect(renderLetterPrompt(defaultLetterPrompt, question)).toBe(
    "Which is {input}?\nA. one\nB. two\nC. {choices}\nAnswer: ",
  );
});

test("shots by letter end in the letter of the right choice; questions without choices are none", () => {
  const open = { id: "2", input: "Why?", output: "so", split: undefined };
  expect(renderLetterShots("{input} {choices} ", [question, open])).toBe(
    "Which is {input}? A. one\nB. two\nC. {choices} B\n\n",
  );
});
