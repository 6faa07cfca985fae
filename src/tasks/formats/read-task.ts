/** The public formats by name, behind one function. */
import { RoteError } from "../../base/errors.ts";
import { loadExamples } from "../load.ts";
import { readGsm8k } from "./gsm8k.ts";
import { type MmluSubjects, readMmlu } from "./mmlu.ts";
import { readParallel } from "./parallel.ts";
import { SourceBuilder, type SkippedRow, type TaskSource } from "./task-source.ts";
import { readTriviaqa } from "./triviaqa.ts";

/** Names of the formats; `jsonl` is ours. */
export const taskFormats = ["jsonl", "triviaqa", "mmlu", "gsm8k", "parallel"] as const;

/** A format in which task files lie. */
export type TaskFormat = (typeof taskFormats)[number];

/** Where a task lies and what of it is read. */
export interface TaskFiles {
  /** A file, or the folder of MMLU or GSM8K. */
  readonly file: string;
  /** Default `jsonl`. */
  readonly format?: TaskFormat | undefined;
  /** MMLU's; default all. */
  readonly subjects?: MmluSubjects | undefined;
  /** Languages of parallel text. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The file of translations, where `file` holds the sources alone. */
  readonly translations?: string | undefined;
}

/**
 * Read a task in a public format. Rows that are no examples are skipped and listed; in our own JSON
 * lines the first one is an error. Throws `task/empty` where nothing is left.
 */
export async function readTaskFiles(task: TaskFiles): Promise<TaskSource> {
  const source = await readFormat(task);
  if (source.examples.length > 0) return source;
  throw new RoteError(
    "task/empty",
    `${task.file} holds no example in the format ${task.format ?? "jsonl"}${firstReason(source.skipped)}`,
    { path: task.file },
  );
}

async function readFormat(task: TaskFiles): Promise<TaskSource> {
  const { file, format = "jsonl", subjects, from, to, translations } = task;
  switch (format) {
    case "jsonl":
      return readJsonLines(file);
    case "triviaqa":
      return readTriviaqa(file);
    case "mmlu":
      return readMmlu(file, subjects);
    case "gsm8k":
      return readGsm8k(file);
    case "parallel":
      if (from === undefined || to === undefined)
        throw new RoteError(
          "usage",
          `${file}: parallel text needs from and to, the codes of its languages`,
        );
      return readParallel(file, { from, to, translations });
  }
}

async function readJsonLines(file: string): Promise<TaskSource> {
  const source = new SourceBuilder();
  source.files.push(file);
  for await (const example of loadExamples(file)) source.examples.push(example);
  return source;
}

function firstReason(skipped: readonly SkippedRow[]): string {
  const [first] = skipped;
  return first === undefined
    ? ""
    : `: ${skipped.length} rows were skipped, first ${first.place}, which ${first.reason}`;
}
