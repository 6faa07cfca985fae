/** Rows of counts and scores from files of any origin, checked once; inside they are trusted. */
import { RoteError } from "../base/errors.ts";
import type { CountRow, ScoreRow } from "./rows.ts";

type Fields = Readonly<Record<string, unknown>>;

/** `where` names the row in messages: "counts.jsonl:3". */
export function parseCountRow(fields: Fields, where: string): CountRow {
  return {
    a: text(fields, "a", where),
    b: text(fields, "b", where),
    codf: count(fields, "codf", where),
    dfA: count(fields, "dfA", where),
    dfB: count(fields, "dfB", where),
  };
}

/** A row whose `matched` is false, or whose `logLikelihood` is null, is unmatched; NaN stays NaN, to be counted as such. */
export function parseScoreRow(fields: Fields, where: string): ScoreRow {
  const { checkpoint } = fields;
  const n = count(fields, "n", where);
  if (n === 0) throw malformed(fields, "n", where, "a positive integer, the length of the n-gram");
  return {
    example: name(fields, "example", where),
    task: text(fields, "task", where),
    model: text(fields, "model", where),
    checkpoint: checkpoint == null ? null : name(fields, "checkpoint", where),
    n,
    a: text(fields, "a", where),
    b: text(fields, "b", where),
    logLikelihood: fields.matched === false ? null : logProbability(fields, "logLikelihood", where),
    ...optionalLogs(fields, where),
    ...(fields.characters == null ? {} : { characters: count(fields, "characters", where) }),
    ...(fields.group == null ? {} : { group: name(fields, "group", where) }),
  };
}

const optionalColumns = [
  "neutralLogLikelihood",
  "infinityGram",
  "infinityGramPaper",
  "infinityGramBackoff",
] as const;

function optionalLogs(
  fields: Fields,
  where: string,
): Partial<Record<(typeof optionalColumns)[number], number | null>> {
  return Object.fromEntries(
    optionalColumns.flatMap((key) =>
      fields[key] == null ? [] : [[key, logProbability(fields, key, where)]],
    ),
  );
}

function text(fields: Fields, key: string, where: string): string {
  const value = fields[key];
  if (typeof value !== "string") throw malformed(fields, key, where, "a string");
  return value;
}

/** Identifiers may be written as numbers. */
function name(fields: Fields, key: string, where: string): string {
  const value = fields[key];
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value !== "string") throw malformed(fields, key, where, "a string or a number");
  return value;
}

function count(fields: Fields, key: string, where: string): number {
  const value = typeof fields[key] === "bigint" ? Number(fields[key]) : fields[key];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw malformed(fields, key, where, "a whole number, 0 or more");
  return value;
}

function logProbability(fields: Fields, key: string, where: string): number | null {
  const value = fields[key];
  if (value === null) return null;
  // JSON has no infinity; some writers put its name.
  if (value === "-Infinity") return -Infinity;
  if (typeof value !== "number")
    throw malformed(fields, key, where, "a natural-log probability or null");
  return value;
}

function malformed(fields: Fields, key: string, where: string, rule: string): RoteError {
  const value = fields[key];
  const found =
    value === undefined
      ? "is missing"
      : `is ${typeof value === "bigint" ? String(value) : JSON.stringify(value)}`;
  return new RoteError("file/malformed", `${where}: "${key}" ${found}; it must be ${rule}`, {
    where,
    key,
    value,
  });
}
