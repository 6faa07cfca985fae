/** Prompts: explicit templates, kept in results word for word. */
import { nearest, RoteError } from "../base/errors.ts";
import type { Example, PromptTemplate } from "./task.ts";

const PLACEHOLDER = /\{([A-Za-z_][\w-]*)\}/g;
const known = ["input"];

/** The input and one space: the plainest prompt, which leaves a base model to continue the text. */
export const defaultPrompt: PromptTemplate = { template: "{input} " };

/**
 * A prompt from a template with `{input}` in it. Other braces stay as they are, but a word alone in
 * braces would be a placeholder nobody fills, so it is an error.
 */
export function promptTemplate(template: string): PromptTemplate {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name]) => name!);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    const hint = near === undefined ? "the only one is {input}" : `did you mean {${near}}?`;
    throw new RoteError(
      "usage",
      `the prompt ${JSON.stringify(template)} has {${unknown}}; ${hint}`,
    );
  }
  if (names.length === 0)
    throw new RoteError("usage", `the prompt ${JSON.stringify(template)} needs {input} in it`);
  return { template };
}

/**
 * The context a model is given; the example's output follows directly. A space at its end is
 * scored with the output, as models' tokens begin with their space.
 */
export function renderPrompt(
  { template }: PromptTemplate,
  { input }: Pick<Example, "input">,
): string {
  return template.replaceAll(PLACEHOLDER, () => input);
}
