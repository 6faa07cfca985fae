/**
 * `rote/tasks`: examples with inputs and outputs, prompts, metrics.
 *
 * ```ts
 * import { openTask } from "rote/tasks";
 *
 * const task = await openTask({ file: "capitals.jsonl", prompt: "Q: {input}\nA: " });
 * for await (const { input, output } of task.examples("test")) console.log(input, output);
 * ```
 */
export { loadExamples, openTask, type FileTask, type TaskOptions } from "./load.ts";
export { exactMatch, normalizeAnswer, wordF1 } from "./metrics.ts";
export { promptTemplate, renderPrompt } from "./prompt.ts";
export type { Example, Metric, PromptTemplate, Split, Task } from "./task.ts";
