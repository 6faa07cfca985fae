/** A task of a study, read: its examples, and what stands before each of them in a prompt. */
import { messageOf, RoteError } from "../base/errors.ts";
import { hashFile, hashFiles } from "../base/files.ts";
import { canonicalJson, sha256 } from "../base/json.ts";
import { createRng } from "../base/random.ts";
import { defaultLetterPrompt, renderLetterShots } from "../tasks/choice-prompt.ts";
import { readTaskFiles } from "../tasks/formats/read-task.ts";
import { renderPrompt } from "../tasks/prompt.ts";
import { drawShots, renderShots, type Shots } from "../tasks/shots.ts";
import type { Example } from "../tasks/task.ts";
import { CHOICE_METRIC } from "./choice-accuracy.ts";
import type { StudyTask, TaskShots } from "./context.ts";
import type { Study } from "./load-study.ts";
import type { TaskEntry } from "./study-file.ts";

/** Read a task's examples and draw its shots. */
export async function readStudyTask(
  entry: TaskEntry,
  { seed, measure }: Pick<Study, "seed" | "measure">,
): Promise<StudyTask> {
  const { examples, demonstrations, files, skipped } = await readTaskFiles(entry);
  const test = examples.filter(({ split }) => split !== "train");
  const hasBoth = test.length > 0 && test.length < examples.length;
  const evaluated = hasBoth ? test : examples;
  const train = hasBoth ? examples.filter(({ split }) => split === "train") : [];
  refuseUnchosen(entry, evaluated);
  const pool = demonstrations.length > 0 ? demonstrations : train;
  return {
    entry,
    sha256: await hashTask(entry, files),
    examples,
    evaluated,
    skipped,
    shots: shotsOf(entry, evaluated, { pool, seed }),
    neutralContext: neutralContextOf(entry, measure.neutralContext),
  };
}

/** Where choices are the metric, every example has some, and they are scored. */
function refuseUnchosen(
  { name, metric, choices: scored }: TaskEntry,
  evaluated: readonly Example[],
): void {
  if (metric !== CHOICE_METRIC) return;
  const without = evaluated.find(({ choices }) => choices === undefined);
  if (without === undefined && scored !== "none") return;
  const why =
    without === undefined ? "choices: none scores none" : `the example ${without.id} has none`;
  throw new RoteError(
    "task/malformed",
    `task "${name}": the metric ${CHOICE_METRIC} judges by choices, and ${why}; take another metric`,
    { name },
  );
}

function shotsOf(
  entry: TaskEntry,
  evaluated: readonly Example[],
  { pool, seed }: { readonly pool: readonly Example[]; readonly seed: number },
): readonly TaskShots[] {
  const { name, prompt, shots: count = 0, letterPrompt = defaultLetterPrompt } = entry;
  const rng = createRng(seed).fork(`shots/${name}`);
  let drawn: readonly Shots[];
  try {
    drawn = drawShots(evaluated, { pool, count, rng });
  } catch (error) {
    throw new RoteError("task/malformed", `task "${name}": ${messageOf(error)}`, { name }, error);
  }
  return drawn.map(({ group, examples }) => ({
    group,
    examples: examples.map(({ id }) => id),
    text: renderShots({ template: prompt }, examples),
    letterText: renderLetterShots(letterPrompt, examples),
  }));
}

/** The task's own choice, else the study's: its prompt around nothing, none, or a text as it stands. */
function neutralContextOf(
  { prompt, neutralContext }: TaskEntry,
  studys: string,
): StudyTask["neutralContext"] {
  const chosen = neutralContext ?? studys;
  if (chosen === "none") return null;
  if (chosen !== "prompt") return { text: chosen, behindShots: false };
  return { text: renderPrompt({ template: prompt }, { input: "" }), behindShots: true };
}

/** What decides a task's examples: its file, or of other formats all its files and what of them is read. */
async function hashTask(
  { format = "jsonl", subjects, from, to }: TaskEntry,
  files: readonly string[],
): Promise<string> {
  const [file] = files;
  if (format === "jsonl") return hashFile(file!);
  return sha256(canonicalJson({ format, subjects, from, to, files: await hashFiles(files) }));
}
