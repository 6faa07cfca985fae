/**
 * MMLU as Hendrycks et al. 2021 distribute it: a folder with `test`, `val` and `dev`, in each a
 * headless CSV a subject (`anatomy_test.csv`): question, four choices, the letter of the right one.
 * `test` is evaluated, five rows of `dev` a subject are there to be shown.
 */
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { parse } from "csv-parse/sync";
import { messageOf, nearest, RoteError } from "../../base/errors.ts";
import { readText } from "../../base/files.ts";
import { choiceLetter } from "../metrics/multiple-choice.ts";
import type { Example } from "../task.ts";
import { type SubjectList, subjectLists } from "./mmlu-subjects.ts";
import { SourceBuilder, type TaskSource } from "./task-source.ts";

/** All subjects, one of the paper's lists, or subjects by name. */
export type MmluSubjects = "all" | SubjectList | readonly string[];

/** Read MMLU's folder. Each example's `group` is its subject. */
export async function readMmlu(
  folder: string,
  subjects: MmluSubjects = "all",
): Promise<TaskSource> {
  const source = new SourceBuilder();
  for (const subject of await chooseSubjects(folder, subjects)) {
    for (const split of ["test", "dev"] as const)
      await readSubject(join(folder, split, `${subject}_${split}.csv`), subject, split, source);
  }
  return source;
}

async function chooseSubjects(folder: string, wanted: MmluSubjects): Promise<readonly string[]> {
  const names = await readdir(join(folder, "test")).catch(() => []);
  const there = names.filter((name) => name.endsWith("_test.csv")).map((name) => name.slice(0, -9));
  there.sort();
  if (there.length === 0)
    throw new RoteError(
      "task/empty",
      `${folder} holds no test/SUBJECT_test.csv; name the folder that MMLU's dev, val and test lie in`,
      { path: folder },
    );
  if (wanted === "all") return there;
  const listed = typeof wanted === "string" ? subjectLists[wanted] : wanted;
  const missing = listed.find((name) => !there.includes(name));
  if (missing === undefined) return listed;
  const near = nearest(missing, there);
  const hint = near === undefined ? "" : ` (did you mean "${near}"?)`;
  throw new RoteError("task/malformed", `${folder} has no subject "${missing}"${hint}`, {
    path: folder,
    subject: missing,
  });
}

async function readSubject(
  path: string,
  subject: string,
  split: "test" | "dev",
  source: SourceBuilder,
): Promise<void> {
  source.files.push(path);
  for (const [i, cells] of (await readRows(path)).entries()) {
    const id = `${subject}:${split}:${i + 1}`;
    source.add(toExample(cells, id, subject), `${basename(path)} row ${i + 1}`, useOf(split));
  }
}

function useOf(split: "test" | "dev"): "evaluated" | "shown" {
  return split === "test" ? "evaluated" : "shown";
}

async function readRows(path: string): Promise<readonly (readonly string[])[]> {
  const text = await readText(path);
  try {
    return parse(text, { relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    throw new RoteError("task/malformed", `${path} is no sound CSV (${messageOf(error)})`, {
      path,
    });
  }
}

function toExample(cells: readonly string[], id: string, subject: string): Example | string {
  if (cells.length !== 6)
    return `has ${cells.length} cells, not question, four choices and a letter`;
  const [input, ...rest] = cells.map((cell) => cell.trim());
  const choices = rest.slice(0, 4);
  const right = choices.findIndex((_, i) => choiceLetter(i) === rest[4]);
  if (right === -1) return `has the answer ${JSON.stringify(rest[4])}, which is none of A to D`;
  const output = choices[right]!;
  if (input === "" || output === "") return "has an empty question or right choice";
  return { id, input: input!, output, split: undefined, choices, group: subject };
}
