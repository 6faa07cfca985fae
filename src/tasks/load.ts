/**
 * Task files: one example a line as a JSON object with `input` and `output`, and where wanted `id`,
 * `choices`, `answers` and `split`. Other keys are allowed and not read. Also .gz and .zst.
 */
import { basename } from "node:path";
import { messageOf, nearest, RoteError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import { readFileLines } from "../corpus/file-lines.ts";
import { kindOf, listNames } from "../corpus/records.ts";
import type { Example, Split } from "./task.ts";

/** Names of splits in task files. What is not trained on is there to be evaluated. */
const splits: Readonly<Record<string, Split>> = {
  train: "train",
  mine: "train",
  test: "test",
  validation: "test",
  dev: "test",
};

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

interface Place {
  readonly path: string;
  readonly line: number;
}

type Fields = Readonly<Record<string, unknown>>;

function parseExample(text: string, place: Place): Example {
  const record = parseObject(text, place);
  const output = requiredText(record, "output", place);
  const choices = optionalTexts(record, "choices", place);
  const answers = optionalTexts(record, "answers", place);
  if (choices !== undefined && !choices.includes(output))
    throw malformed(
      place,
      `has the output ${JSON.stringify(output)}, which is none of its choices`,
    );
  return {
    id: exampleId(record.id, place),
    input: requiredText(record, "input", place),
    output,
    split: parseSplit(record.split, place),
    ...(choices === undefined ? {} : { choices }),
    ...(answers === undefined ? {} : { answers }),
  };
}

function parseObject(text: string, place: Place): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw malformed(place, `is not JSON (${messageOf(error)})`);
  }
  if (!isRecord(value)) throw malformed(place, `holds ${kindOf(value)}, not a JSON object`);
  return value;
}

function requiredText(record: Fields, key: string, place: Place): string {
  const value = record[key];
  if (typeof value === "string" && value !== "") return value;
  if (value === "") throw malformed(place, `has an empty "${key}"`);
  const kind = value === undefined ? "" : ` (it holds ${kindOf(value)})`;
  const names = Object.keys(record);
  throw malformed(place, `has no string field "${key}"${kind}; it has ${listNames(names)}`);
}

function optionalTexts(record: Fields, key: string, place: Place): readonly string[] | undefined {
  const value = record[key];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.length > 0) {
    const texts: unknown[] = value;
    if (texts.every((text) => typeof text === "string")) return texts;
  }
  throw malformed(place, `has "${key}" that are no list of strings`);
}

function exampleId(value: unknown, { path, line }: Place): string {
  if (value === undefined || value === null) return `${basename(path)}:${line}`;
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number") return String(value);
  throw malformed({ path, line }, `has an id that is ${kindOf(value)}, not a string or a number`);
}

function parseSplit(value: unknown, place: Place): Split | undefined {
  if (value === undefined || value === null) return undefined;
  const name = typeof value === "string" ? value : JSON.stringify(value);
  const split = Object.hasOwn(splits, name) ? splits[name] : undefined;
  if (split !== undefined) return split;
  const known = Object.keys(splits);
  const near = nearest(name, known);
  const hint = near === undefined ? "" : ` (did you mean "${near}"?)`;
  throw malformed(place, `has the unknown split "${name}"${hint}; known are ${known.join(", ")}`);
}

function malformed({ path, line }: Place, reason: string): RoteError {
  return new RoteError("task/malformed", `${path}:${line} ${reason}`, { path, line });
}
