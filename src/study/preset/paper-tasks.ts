/**
 * What Wang et al. 2025 chose by kind of task: the threshold γ of each n (appendix D), the n of its
 * figures, and what its texts and its released code leave open, which is marked as an assumption.
 */
import type { TaskEntry } from "../study-file.ts";

/** Kinds of tasks that the paper treats differently; "other" is none of its four. */
export type PaperKind = "translation" | "triviaqa" | "mmlu" | "gsm8k" | "other";

/** What tells a task's kind. */
export type KindOfTask = Pick<TaskEntry, "format" | "from" | "to">;

/** A number of the paper, and what makes it an assumption where the paper does not state it for this case. */
export interface PaperThreshold {
  readonly value: number;
  readonly assumption: string | null;
}

/** The kind of a task by its format; a task between two languages is a translation whatever its format. */
export function paperKind({ format = "jsonl", from, to }: KindOfTask): PaperKind {
  if (format === "parallel" || (from !== undefined && to !== undefined)) return "translation";
  return format === "jsonl" ? "other" : format;
}

/** γ by n under LASER, for WMT. */
const translationThresholds: ReadonlyMap<number, number> = new Map([
  [2, 0.85],
  [3, 0.8],
  [4, 0.75],
  [5, 0.7],
]);

/** γ by n under E5, for TriviaQA and MMLU. */
const generalThresholds: ReadonlyMap<number, number> = new Map([
  [3, 0.75],
  [5, 0.65],
]);

/** The paper's γ of a task at n; at an n that it does not name, that of the nearest smaller one, else of its smallest. */
export function paperThreshold(task: KindOfTask, n: number): PaperThreshold {
  const kind = paperKind(task);
  const table = kind === "translation" ? translationThresholds : generalThresholds;
  const known = [...table.keys()];
  const nearest = known.filter((length) => length <= n).at(-1) ?? known[0]!;
  const value = table.get(nearest)!;
  if (kind === "gsm8k") return { value, assumption: `γ of TriviaQA at n = ${nearest}` };
  if (kind === "other")
    return {
      value,
      assumption: `γ of TriviaQA and MMLU at n = ${nearest}; the paper has no such task`,
    };
  if (nearest !== n)
    return { value, assumption: `γ of n = ${nearest}; the paper names none for n = ${n}` };
  return { value, assumption: null };
}
