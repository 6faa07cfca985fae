/**
 * Few-shot prompts: solved examples before the question, each as the task's prompt with its output
 * behind it, an empty line after each. Drawn once for a task, so that all its questions stand behind
 * the same ones and their beginning is read once; of a grouped task (MMLU's subjects) once a group.
 */
import { RoteError } from "../base/errors.ts";
import type { Rng } from "../base/random.ts";
import { renderPrompt } from "./prompt.ts";
import type { Example, PromptTemplate } from "./task.ts";

/** The solved examples that questions of one group stand behind. */
export interface Shots {
  /** Null for questions without a group. */
  readonly group: string | null;
  readonly examples: readonly Example[];
}

/** Where shots are drawn from, and how many. */
export interface ShotOptions {
  /** Solved examples apart from the evaluated ones. */
  readonly pool: readonly Example[];
  readonly count: number;
  readonly rng: Rng;
}

/**
 * Draw shots without replacement for the groups of the evaluated examples; a group has its own stream
 * of random numbers. A pool without groups serves all. Throws `task/malformed` where a pool is too small.
 */
export function drawShots(
  evaluated: readonly Example[],
  { pool, count, rng }: ShotOptions,
): readonly Shots[] {
  if (count === 0) return [];
  const hasGroups = pool.some(({ group }) => group !== undefined);
  const groups = new Set(evaluated.map(({ group }) => group ?? null));
  return Array.from(groups, (group) => {
    const own = hasGroups ? pool.filter((example) => (example.group ?? null) === group) : pool;
    if (own.length < count) throw tooFew(group, own.length, count);
    const drawn = rng.fork(`shots/${group ?? ""}`).shuffle([...own]);
    return { group, examples: drawn.slice(0, count) };
  });
}

/** Shots as text, to stand right before a question's own prompt. */
export function renderShots(template: PromptTemplate, examples: readonly Example[]): string {
  return examples
    .map((example) => `${renderPrompt(template, example)}${example.output}\n\n`)
    .join("");
}

function tooFew(group: string | null, found: number, count: number): RoteError {
  const of = group === null ? "the task" : `the group ${JSON.stringify(group)}`;
  return new RoteError(
    "task/malformed",
    `${of} has ${found} solved examples to show and shots asks for ${count}; shots come from the split train, from MMLU's dev and from GSM8K's train.jsonl, never from evaluated examples`,
    { group, found, count },
  );
}
