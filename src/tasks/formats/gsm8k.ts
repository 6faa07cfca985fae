/**
 * GSM8K as Cobbe et al. 2021 distribute it: `test.jsonl` and `train.jsonl`, an object a line with
 * `question` and `answer`. The answer is a chain of reasoning that marks its sums (`<<3+4=7>>`) and
 * ends in `#### 7`; the whole chain is the output. A folder's `train.jsonl` is there to be shown.
 */
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { exists } from "../../base/files.ts";
import { isRecord } from "../../base/json.ts";
import { readFileLines } from "../../corpus/file-lines.ts";
import { findNumericAnswer } from "../metrics/numeric-answer.ts";
import type { Example } from "../task.ts";
import { SourceBuilder, type TaskSource } from "./task-source.ts";

/** Read GSM8K's folder, or one of its files. */
export async function readGsm8k(path: string): Promise<TaskSource> {
  const source = new SourceBuilder();
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  await readChains(isFolder ? join(path, "test.jsonl") : path, "evaluated", source);
  const train = join(path, "train.jsonl");
  if (isFolder && (await exists(train))) await readChains(train, "shown", source);
  return source;
}

async function readChains(
  path: string,
  use: "evaluated" | "shown",
  source: SourceBuilder,
): Promise<void> {
  source.files.push(path);
  for await (const { firstLine, lines } of readFileLines(path)) {
    for (const [i, line] of lines.entries()) {
      if (line.trim() === "") continue;
      const place = `${basename(path)}:${firstLine + i}`;
      source.add(toExample(line, place), place, use);
    }
  }
}

function toExample(line: string, id: string): Example | string {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return "is not JSON";
  }
  if (!isRecord(row)) return "is no JSON object";
  const { question, answer } = row;
  if (typeof question !== "string" || question.trim() === "") return 'has no text in "question"';
  if (typeof answer !== "string") return 'has no text in "answer"';
  if (findNumericAnswer(answer, "marked") === undefined)
    return 'has no "#### NUMBER" in its answer';
  return { id, input: question, output: answer, split: undefined };
}
