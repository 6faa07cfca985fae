/**
 * Files of phrases and pairs to count.
 *
 *   JSON lines   {"phrase": "…"} or {"a": "…", "b": "…"}; other keys are left alone
 *   TSV          one column with a phrase, or two columns with a pair; no header, no quoting
 *
 * Which of the two it is, the first line says: JSON lines begin with {. A line ends at LF, a CR
 * before it is dropped. A blank line means nothing among JSON lines; among TSV it is an empty phrase,
 * which is an error.
 */
import { messageOf, RoteError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import { decompress } from "../corpus/compression.ts";
import { readStoredBytes } from "../corpus/file-lines.ts";
import { fileCompression } from "../corpus/files.ts";
import { readLines } from "../corpus/lines.ts";

/** A phrase to count. */
export interface PhraseQuery {
  readonly phrase: string;
  /** Where it was asked for, as errors name it: "phrases.tsv:7". */
  readonly place: string;
}

/** A pair to count. */
export interface PairQuery {
  readonly a: string;
  readonly b: string;
  readonly place: string;
}

type Bytes = AsyncIterable<Uint8Array>;

/** Read a file of phrases, plain or compressed. Holds a chunk of the file in memory. */
export async function* readPhraseQueries(
  path: string,
  bytes: Bytes = fileBytes(path),
): AsyncGenerator<PhraseQuery> {
  for await (const { values, place } of readQueries(path, bytes, ["phrase"]))
    yield { phrase: values[0]!, place };
}

/** Read a file of pairs, plain or compressed. Holds a chunk of the file in memory. */
export async function* readPairQueries(
  path: string,
  bytes: Bytes = fileBytes(path),
): AsyncGenerator<PairQuery> {
  for await (const { values, place } of readQueries(path, bytes, ["a", "b"]))
    yield { a: values[0]!, b: values[1]!, place };
}

function fileBytes(path: string): Bytes {
  return decompress(path, readStoredBytes(path), fileCompression(path));
}

async function* readQueries(
  path: string,
  bytes: Bytes,
  fields: readonly string[],
): AsyncGenerator<{ readonly values: readonly string[]; readonly place: string }> {
  const counter = { replacedCharacters: 0 };
  let parse: typeof parseJson | undefined;
  for await (const { firstLine, lines } of readLines(path, bytes, counter)) {
    for (const [i, line] of lines.entries()) {
      const place = `${path}:${firstLine + i}`;
      if (parse === parseJson && line.trim() === "") continue;
      parse ??= /^\s*\{/.test(line) ? parseJson : parseColumns;
      const mended = counter.replacedCharacters > 0 && line.includes("\u{fffd}");
      const values = mended ? "is not UTF-8; convert the file" : parse(line, fields);
      if (typeof values === "string")
        throw new RoteError("file/malformed", `${place} ${values}`, { path, line: firstLine + i });
      yield { values, place };
    }
  }
  if (parse === undefined)
    throw new RoteError("file/malformed", `${path} is empty; give a line for each count`, { path });
}

/** The values of a line, or what is wrong with it. */
function parseJson(line: string, fields: readonly string[]): readonly string[] | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `is not JSON, but the file's first line begins with { (${messageOf(error)})`;
  }
  const record = isRecord(value) ? value : {};
  const texts = fields.map((field) => record[field]);
  if (texts.every((text) => typeof text === "string")) return texts;
  const missing = fields.find((_, i) => typeof texts[i] !== "string")!;
  return `has no string "${missing}"; a line here is ${example(fields)}`;
}

/** The same of a line of TSV. */
function parseColumns(line: string, fields: readonly string[]): readonly string[] | string {
  if (line.trim() === "") return "is blank; every line asks for a count, so remove it";
  const columns = line.split("\t");
  if (columns.length === fields.length) return columns;
  const wanted = fields.length === 1 ? "one phrase" : "two columns with a tab between them";
  const found = columns.length === 1 ? "one column" : `${columns.length} columns`;
  return `has ${found}; a line here is ${wanted}, or JSON such as ${example(fields)}`;
}

function example(fields: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(fields.map((field) => [field, "…"])));
}
