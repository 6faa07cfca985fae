/**
 * Task files: one example a line as a JSON object with `input` and `output`, and where wanted `id`,
 * `choices`, `answers` and `split`. Other keys are allowed and not read. Also .gz and .zst.
 */
import { basename } from "node:path";
import { RoteError } from "../base/errors.ts";
import { hashFile } from "../base/files.ts";
import { readFileLines } from "../corpus/file-lines.ts";
import { exactMatch } from "./metrics/exact-match.ts";
import { malformed, parseExample } from "./parse-example.ts";
import { defaultPrompt, promptTemplate } from "./prompt.ts";
import type { Example, Metric, Split, Task } from "./task.ts";

/**
 * Read a task file's examples. An example without an `id` is named by file and line; two with the
 * same id are an error, and so is a file without examples. Memory grows with the ids alone.
 */
export async function* loadExamples(path: string): AsyncGenerator<Example> {
  const lineOfId = new Map<string, number>();
  for await (const { firstLine, lines } of readFileLines(path)) {
    for (const [i, text] of lines.entries()) {
      if (text.trim() === "") continue;
      const place = { path, line: firstLine + i };
      const example = parseExample(text, place);
      const earlier = lineOfId.get(example.id);
      if (earlier !== undefined)
        throw malformed(place, `repeats the id "${example.id}" of line ${earlier}`);
      lineOfId.set(example.id, place.line);
      yield example;
    }
  }
  if (lineOfId.size === 0)
    throw new RoteError("task/empty", `the task file ${path} holds no example`, { path });
}

/** A task file and how it is asked. */
export interface TaskOptions {
  /** Default: the file's name up to its first full stop. */
  readonly name?: string | undefined;
  readonly file: string;
  /** A template with `{input}`; default `"{input} "`. */
  readonly prompt?: string | undefined;
  /** Default: exact match. */
  readonly metrics?: readonly Metric[] | undefined;
}

/** A task that knows its file. */
export interface FileTask extends Task {
  readonly file: string;
  /** Of the file as stored. */
  readonly sha256: string;
  /** Examples of each split; a file without splits has all of them in both. */
  readonly counts: Readonly<Record<Split, number>>;
  /** Whether the file keeps examples to mine from apart from examples to evaluate. */
  readonly isSplit: boolean;
}

/**
 * Open a task file and hold its examples in memory. An example without a split is one to evaluate;
 * where the file has no two splits, each example belongs to both, and whoever mines keeps them
 * apart by leaving the evaluated example out.
 */
export async function openTask({
  file,
  name = basename(file).split(".")[0]!,
  prompt,
  metrics = [exactMatch],
}: TaskOptions): Promise<FileTask> {
  const template = prompt === undefined ? defaultPrompt : promptTemplate(prompt);
  const all: Example[] = [];
  for await (const example of loadExamples(file)) all.push(example);
  const train = all.filter(({ split }) => split === "train");
  const isSplit = train.length > 0 && train.length < all.length;
  const test = all.filter(({ split }) => split !== "train");
  const bySplit = isSplit ? { train, test } : { train: all, test: all };
  return {
    name,
    file,
    sha256: await hashFile(file),
    prompt: template,
    metrics,
    isSplit,
    counts: { train: bySplit.train.length, test: bySplit.test.length },
    examples: (split) => stream(bySplit[split]),
  };
}

async function* stream(examples: readonly Example[]): AsyncGenerator<Example> {
  for (const example of examples) yield await Promise.resolve(example);
}
