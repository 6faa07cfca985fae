/** One line of a task file to an example; whatever is wrong with it names file and line. */
import { basename } from "node:path";
import { messageOf, nearest, RoteError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
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

/** Where an example stands. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** An example from a line of JSON. */
export function parseExample(text: string, place: Place): Example {
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
    ...parseGroup(record.group, place),
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

function parseGroup(value: unknown, place: Place): Pick<Example, "group"> {
  if (value === undefined || value === null) return {};
  if (typeof value === "string" && value !== "") return { group: value };
  throw malformed(place, `has a group that is ${kindOf(value)}, not a string with a character`);
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

/** The error for a line that is no example. */
export function malformed({ path, line }: Place, reason: string): RoteError {
  return new RoteError("task/malformed", `${path}:${line} ${reason}`, { path, line });
}
