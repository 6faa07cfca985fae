/** The languages of a study's tasks, by which the filter "language" judges their examples. */
import type { TaskLanguages } from "../task-grams/options.ts";
import { stopWordLanguages } from "../text/stop-words.ts";
import type { TaskEntry } from "./study-file.ts";

/** As stated; else those of parallel text that can be told from others. */
export function languagesOf({
  languages,
  from,
  to,
}: Pick<TaskEntry, "languages" | "from" | "to">): TaskLanguages {
  const known = (code: string | undefined): string | undefined =>
    code !== undefined && stopWordLanguages.includes(code) ? code : undefined;
  return languages ?? { input: known(from), output: known(to) };
}
