/** From the task flags of a command to a task's examples. */
import { type TaskFormat, readTaskFiles } from "../tasks/formats/read-task.ts";
import type { Example } from "../tasks/task.ts";
import type { CommandIo } from "./io.ts";
import { amount } from "./output.ts";

/** Values of `taskFlags`. */
export interface TaskValues {
  readonly task: string;
  readonly format: TaskFormat;
  readonly subjects: readonly string[];
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly translations: string | undefined;
}

/** Read the examples; rows that are none are told of. */
export async function readTaskOf(
  { task, subjects, ...rest }: TaskValues,
  { say }: Pick<CommandIo, "say">,
): Promise<readonly Example[]> {
  const { format, from, to, translations } = rest;
  const { examples, skipped } = await readTaskFiles({
    ...{ file: task, format, from, to, translations },
    ...(subjects.length === 0 ? {} : { subjects: subjectsOf(subjects) }),
  });
  const [first] = skipped;
  if (first !== undefined)
    say(
      `${amount(skipped.length, "row")} of ${task} skipped, first ${first.place}, which ${first.reason}`,
    );
  return examples;
}

/** One of the lists by its name, or names of subjects. */
function subjectsOf(
  subjects: readonly string[],
): "all" | "knowledge" | "reasoning" | readonly string[] {
  const [only] = subjects;
  const isList = only === "all" || only === "knowledge" || only === "reasoning";
  return subjects.length === 1 && isList ? only : subjects;
}
