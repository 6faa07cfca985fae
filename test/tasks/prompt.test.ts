import { expect, test } from "vitest";
import { defaultPrompt, promptTemplate, renderPrompt } from "#rote/tasks/prompt.js";

test("the input takes the placeholder's place, word for word", () => {
  const prompt = promptTemplate("Q: {input} {}\n{ 1 } {input}\nA:");
  expect(renderPrompt(prompt, { input: "$& {input}" })).toBe(
    "Q: $& {input} {}\n{ 1 } $& {input}\nA:",
  );
  expect(renderPrompt(defaultPrompt, { input: "2 + 2 =" })).toBe("2 + 2 = ");
});

test("placeholders nobody fills are refused", () => {
  expect(() => promptTemplate("Q: {inptu}")).toThrow("has {inptu}; did you mean {input}?");
  expect(() => promptTemplate("{input} {question}")).toThrow("the only one is {input}");
  expect(() => promptTemplate("Q:")).toThrow('the prompt "Q:" needs {input} in it');
});
