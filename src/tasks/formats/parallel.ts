/**
 * Sentences and their translations, as WMT's test sets come: a TSV of source and translation, JSON
 * lines with a key a language (`{"en": …, "de": …}`), or two files aligned line by line. Rows of
 * JSON that lack one of the two languages belong to another pair and are skipped.
 */
import { basename } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";
import { readFileLines } from "../../corpus/file-lines.ts";
import type { Example } from "../task.ts";
import { SourceBuilder, type TaskSource } from "./task-source.ts";

/** Which way to translate. */
export interface Languages {
  /** Code of the source language, the key in JSON lines. */
  readonly from: string;
  readonly to: string;
  /** The file of translations, where `path` holds the sources alone. */
  readonly translations?: string | undefined;
}

/** Read parallel text. */
export async function readParallel(path: string, languages: Languages): Promise<TaskSource> {
  const source = new SourceBuilder();
  const { translations } = languages;
  const lines = await collectLines(path);
  source.files.push(path);
  if (translations !== undefined) source.files.push(translations);
  const others = translations === undefined ? undefined : await collectLines(translations);
  if (others !== undefined && others.length !== lines.length)
    throw new RoteError(
      "task/malformed",
      `${path} has ${lines.length} lines and ${translations} ${others.length}; files aligned line by line have the same number`,
      { path, translations },
    );
  for (const [i, line] of lines.entries()) {
    if (line.trim() === "" && others === undefined) continue;
    const place = `${basename(path)}:${i + 1}`;
    const texts = others === undefined ? parseRow(line, languages) : [line, others[i]!];
    source.add(toExample(texts, place), place);
  }
  return source;
}

async function collectLines(path: string): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const { lines } of readFileLines(path)) all.push(...lines);
  return all;
}

function parseRow(line: string, { from, to }: Languages): readonly string[] | string {
  if (!line.trimStart().startsWith("{")) {
    const cells = line.split("\t");
    return cells.length === 2 ? cells : `has ${cells.length} cells, not a text and its translation`;
  }
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return "is not JSON";
  }
  const [source, translation] = isRecord(row) ? [row[from], row[to]] : [];
  return typeof source === "string" && typeof translation === "string"
    ? [source, translation]
    : `has no text in "${from}" and "${to}"`;
}

function toExample(texts: readonly string[] | string, id: string): Example | string {
  if (typeof texts === "string") return texts;
  const [input, output] = texts.map((text) => text.trim());
  return input === "" || output === "" || output === undefined
    ? "has an empty text"
    : { id, input: input!, output, split: undefined };
}
