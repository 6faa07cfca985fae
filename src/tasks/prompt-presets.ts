/**
 * Prompts by name. `paper` is what the released code of Wang et al. 2025 asks, zero-shot: MMLU without
 * its choices, so that the text of the right one is the output.
 */
import { RoteError } from "../base/errors.ts";
import type { TaskFormat } from "./formats/read-task.ts";
import { defaultPrompt } from "./prompt.ts";

/** Names that stand for a template. */
export const promptPresets = ["plain", "paper"] as const;

const question = "Question: {input}\nAnswer: ";

const paper: Readonly<Partial<Record<TaskFormat, string>>> = {
  triviaqa: question,
  gsm8k: question,
  mmlu: "Question: {input} ",
};

/** English names of the languages of WMT 2009, by code. */
const languageNames: Readonly<Record<string, string>> = {
  cs: "Czech",
  de: "German",
  en: "English",
  es: "Spanish",
  fr: "French",
  hu: "Hungarian",
  it: "Italian",
};

/** What a preset depends on. */
export interface PromptedTask {
  readonly format?: TaskFormat | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The template a name stands for in a task; any other text is a template itself. */
export function promptOf(prompt: string, task: PromptedTask): string {
  if (prompt === "plain") return defaultPrompt.template;
  if (prompt !== "paper") return prompt;
  const { format = "jsonl", from, to } = task;
  const isText = format === "parallel" || format === "jsonl";
  if (isText && from !== undefined && to !== undefined)
    return `${nameOf(from)} text: {input}\n${nameOf(to)} translation: `;
  const template = paper[format];
  if (template !== undefined) return template;
  throw new RoteError(
    "usage",
    `the paper has no prompt for a task in the format ${format}; write a template with {input}`,
    { format },
  );
}

function nameOf(code: string): string {
  const name = languageNames[code];
  if (name !== undefined) return name;
  throw new RoteError(
    "usage",
    `the prompt preset paper knows no language "${code}"; it knows ${Object.keys(languageNames).join(", ")}; write a template with {input}`,
    { code },
  );
}
