/** What stands before the outputs of each task, word for word: kept for run.json. */
import { writeAtomically } from "../../base/files.ts";
import type { StudyContext, TaskShots } from "../context.ts";
import type { Stage } from "../run-directory.ts";

/** One entry of run.json's `prompts`. */
export interface TaskPrompt {
  readonly task: string;
  /** With `{input}` where the input stands. */
  readonly prompt: string;
  /** Solved examples before the prompts; of a grouped task those of each group. */
  readonly shots: readonly TaskShots[];
  /** What outputs were scored behind instead of prompt and input, behind the shots or not; null where they were not. */
  readonly neutralContext: { readonly text: string; readonly behindShots: boolean } | null;
}

export const promptsFile = "prompts.json";

export function promptsStage({ directory, tasks }: StudyContext): Stage {
  const prompts = tasks.map(({ entry, shots, neutralContext }): TaskPrompt => ({
    task: entry.name,
    prompt: entry.prompt,
    shots,
    neutralContext,
  }));
  return {
    name: "prompts",
    options: { prompts },
    reads: [],
    writes: [promptsFile],
    run: async () => {
      await writeAtomically(directory.file(promptsFile), `${JSON.stringify(prompts, null, 2)}\n`);
      return { tasks: prompts.length };
    },
  };
}
