import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { LongWork, OnProgress } from "../base/progress.ts";
import type { Device } from "../graph/device.ts";
import type { OpenModelOptions } from "../models/open-model.ts";
import type { ConnectionOptions } from "../models/remote/connection.ts";
import { findModel } from "../models/suites/find-model.ts";
import { isModelUrl } from "../models/remote/model-url.ts";
import { renderPrompt } from "../tasks/prompt.ts";
import type { SkippedRow } from "../tasks/formats/task-source.ts";
import type { Example } from "../tasks/task.ts";
import type { Study } from "./load-study.ts";
import type { RunDirectory } from "./run-directory.ts";
import { fingerprint } from "./run-directory.ts";
import type { TaskEntry } from "./study-file.ts";

/** What every stage of one run shares. */
export interface StudyContext extends LongWork {
  readonly study: Study;
  readonly directory: RunDirectory;
  /** A task's examples, by split, read once. */
  readonly tasks: readonly StudyTask[];
  /** Folder of the vectors of embedders that are asked again. */
  readonly vectorFolder: string;
  /** Names of the models, unique within the study. */
  readonly modelNames: readonly string[];
  /** Worker threads for counting. */
  readonly jobs?: number;
  /** How models behind HTTP are asked. */
  readonly connection?: ConnectionOptions | undefined;
  /** Where models and encoders of folders run; default the CPU. */
  readonly device?: Device | undefined;
  /** Milliseconds; only for times and rates, never for results. */
  readonly clock: () => number;
  readonly onProgress: OnProgress;
}

/** A task of the study with its examples in memory. */
export interface StudyTask {
  readonly entry: TaskEntry;
  /** sha256 of the task file; of public formats over its files and what of them is read. */
  readonly sha256: string;
  readonly examples: readonly Example[];
  /** The examples that are scored: the test split where there are two, else all. */
  readonly evaluated: readonly Example[];
  /** Rows that are no examples. */
  readonly skipped: readonly SkippedRow[];
  /** What stands before the prompts, of each group; empty where nothing does. */
  readonly shots: readonly TaskShots[];
  /** What outputs are scored behind instead of their input; null where they are not. */
  readonly neutralContext: { readonly text: string; readonly behindShots: boolean } | null;
}

/** Solved examples before the prompts of a task, or of one group of it. */
export interface TaskShots {
  readonly group: string | null;
  /** Their ids. */
  readonly examples: readonly string[];
  /** Word for word. */
  readonly text: string;
  /** The same by letter; empty where they have no choices. */
  readonly letterText: string;
}

/** One evaluated example with its task and what models are given before its output. */
export interface EvaluatedItem {
  readonly task: TaskEntry;
  readonly example: Example;
  /** Shots and the prompt. */
  readonly context: string;
  /** The same without the input; undefined where the output is not scored behind one. */
  readonly neutralContext: string | undefined;
  /** The shots by letter. */
  readonly letterShots: string;
}

/** Every evaluated example of every task, in the study's order. */
export function evaluatedItems({ tasks }: Pick<StudyContext, "tasks">): readonly EvaluatedItem[] {
  return tasks.flatMap(({ entry, evaluated, shots, neutralContext }) => {
    const shotsOf = new Map(shots.map((own) => [own.group, own]));
    return evaluated.map((example) => {
      const { text: before = "", letterText: letterShots = "" } =
        shotsOf.get(example.group ?? null) ?? {};
      const neutral = neutralContext?.behindShots === true ? before : "";
      return {
        task: entry,
        example,
        context: before + renderPrompt({ template: entry.prompt }, example),
        neutralContext: neutralContext === null ? undefined : neutral + neutralContext.text,
        letterShots,
      };
    });
  });
}

/** How the models and the embedder of a study are opened. */
export function openingOf({
  connection,
  device,
}: StudyContext): Pick<OpenModelOptions, "connection" | "device"> {
  return { device, ...(connection === undefined ? {} : { connection }) };
}

/** The device as part of what decides a stage's files: others round differently. */
export function deviceOption({ device = "cpu" }: StudyContext): { readonly device?: Device } {
  return device === "cpu" ? {} : { device };
}

/** What decides a model's answers: its files or address, and the prompts and examples it is given. */
export async function modelOptions(
  context: StudyContext,
  folder: string,
): Promise<Record<string, unknown>> {
  return {
    ...(isModelUrl(folder) ? {} : deviceOption(context)),
    model: await fingerprintOfModel(folder),
    tasks: context.tasks.map(({ entry, sha256, evaluated, shots }) => [
      entry.name,
      entry.prompt,
      sha256,
      evaluated.length,
      shots,
    ]),
  };
}

/** A model's name as part of a file name. */
export function fileNameOf(model: string): string {
  return model.replaceAll(/[/\\]/g, "--");
}

/** What tells a model from others: the fingerprint of its files, wherever its path leads, or its address. */
export async function fingerprintOfModel(path: string): Promise<readonly string[]> {
  return isModelUrl(path) ? [path] : fingerprintOf((await findModel(path)).folder);
}

/** Fingerprint of every file of a folder, or of one file. */
export async function fingerprintOf(path: string): Promise<readonly string[]> {
  if (!(await stat(path).catch(() => undefined))?.isDirectory()) return fingerprint([path]);
  const names = await readdir(path);
  const files: string[] = [];
  for (const name of names.sort()) {
    if ((await stat(join(path, name))).isFile()) files.push(join(path, name));
  }
  return fingerprint(files);
}
