/** Multiple choice by letter: the choices stand in the prompt, a line each, and a letter is the answer. */
import { choiceLetter } from "./metrics/multiple-choice.ts";
import type { Example } from "./task.ts";

/** The prompt by letter where a task states none; the choices stand as "A. …" lines. */
export const defaultLetterPrompt = "{input}\n{choices}\nAnswer: ";

/** A question with its choices. Braces that the texts hold stay as they are. */
export function renderLetterPrompt(
  template: string,
  { input, choices = [] }: Pick<Example, "input" | "choices">,
): string {
  const lines = choices.map((choice, i) => `${choiceLetter(i)}. ${choice}`).join("\n");
  return template.replaceAll(/\{(input|choices)\}/g, (_, key) => (key === "input" ? input : lines));
}

/** Solved questions by letter, an empty line behind each; those without choices are no such questions. */
export function renderLetterShots(template: string, examples: readonly Example[]): string {
  return examples
    .filter(({ choices }) => choices !== undefined)
    .map((example) => {
      const letter = choiceLetter(example.choices!.indexOf(example.output));
      return `${renderLetterPrompt(template, example)}${letter}\n\n`;
    })
    .join("");
}
