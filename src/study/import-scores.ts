/**
 * Log-probabilities computed elsewhere. Two kinds of rows, told apart by the first:
 *
 * - rows as `rote measure --scores` takes them (memorization/parse-rows.ts);
 * - samples of lm-evaluation-harness 0.4 (`--log_samples`), one document a line:
 *     doc_id     the document's number
 *     arguments  {"gen_args_0": {"arg_0": context, "arg_1": continuation}, …}, before 0.4.3 a list of
 *                lists; one entry a request (a choice)
 *     resps      for each request its answers: [["-12.5", "False"]], numbers written as text since
 *                0.4.3; a text for generations, one number for rolling log-likelihoods
 *     filter     a document stands once for each filter of its task
 */
import { RoteError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import { parseScoreRow } from "../memorization/parse-rows.ts";
import type { ScoreRow } from "../memorization/rows.ts";
import { fileRows } from "./measure-files.ts";

/** The log-probability of one continuation. */
export interface ImportedScore {
  readonly example: string;
  readonly context: string;
  readonly continuation: string;
  /** "-Infinity" as text, since JSON has no such number. */
  readonly logLikelihood: number | "-Infinity";
  readonly isGreedy: boolean;
}

/** A row to keep, or why there is none. */
export type Imported =
  | { readonly row: ScoreRow | ImportedScore; readonly leftOut?: undefined }
  | { readonly row?: undefined; readonly leftOut: string };

/** Read a file of either kind. Holds one row, and for samples the numbers of the documents seen. */
export async function* importScores(path: string): AsyncGenerator<Imported> {
  const filters = new Map<string, unknown>();
  let isSamples: boolean | undefined;
  for await (const { fields, where } of fileRows(path)) {
    isSamples ??= "resps" in fields;
    if (!isSamples) yield { row: writable(parseScoreRow(fields, where)) };
    else if (isRepeated(filters, fields, where)) yield { leftOut: "repeated by another filter" };
    else yield* samplesOf(fields, where);
  }
  if (isSamples === undefined)
    throw new RoteError("file/malformed", `${path} holds no row`, { path });
}

/** JSON would write an infinity as null, which stands for a phrase that was not found. */
function writable({ logLikelihood, ...row }: ScoreRow): ScoreRow {
  return { ...row, logLikelihood: textOf(logLikelihood) as number | null };
}

function textOf<T>(value: T): T | "-Infinity" {
  return (value as unknown) === -Infinity ? "-Infinity" : value;
}

/** The first filter that names a document is the one that is read. */
function isRepeated(
  filters: Map<string, unknown>,
  fields: Readonly<Record<string, unknown>>,
  where: string,
): boolean {
  const { filter = null } = fields;
  const example = exampleOf(fields, where);
  if (filters.has(example)) {
    if (filters.get(example) !== filter) return true;
    throw malformed(where, `has the document ${example} a second time; import one run at a time`);
  }
  filters.set(example, filter);
  return false;
}

function* samplesOf(fields: Readonly<Record<string, unknown>>, where: string): Generator<Imported> {
  const requests = valuesOf(fields.arguments).map(valuesOf);
  const answers = valuesOf(fields.resps).map(valuesOf);
  if (requests.length === 0 || requests.length !== answers.length)
    throw malformed(
      where,
      `has ${requests.length} requests ("arguments") and ${answers.length} answers ("resps"); as many of both are needed`,
    );
  const example = exampleOf(fields, where);
  for (const [i, [context, continuation]] of requests.entries()) {
    const answer = answers[i]![0];
    if (!Array.isArray(answer)) {
      const isRolling =
        isNumber(answer) && typeof continuation !== "string" && !isRecord(continuation);
      yield { leftOut: isRolling ? "rolling log-likelihoods" : "generations" };
      continue;
    }
    if (typeof context !== "string" || typeof continuation !== "string")
      throw malformed(where, `has a log-likelihood without context and continuation`);
    const [logLikelihood, isGreedy] = answer as readonly unknown[];
    yield {
      row: {
        ...{ example, context, continuation },
        logLikelihood: textOf(logLikelihoodOf(logLikelihood, where)),
        isGreedy: greedyOf(isGreedy, where),
      },
    };
  }
}

/** The harness once wrote lists, and writes objects whose keys stand in their order. */
function valuesOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? Object.values(value) : [];
}

function exampleOf({ doc_id: id }: Readonly<Record<string, unknown>>, where: string): string {
  if (typeof id === "number" || typeof id === "string") return String(id);
  throw malformed(where, 'has no "doc_id"');
}

function isNumber(value: unknown): boolean {
  return (
    typeof value === "number" ||
    (typeof value === "string" && !Number.isNaN(Number(value)) && value.trim() !== "")
  );
}

function logLikelihoodOf(value: unknown, where: string): number {
  if (value === "-inf" || value === "-Infinity") return -Infinity;
  const number = isNumber(value) ? Number(value) : Number.NaN;
  if (number <= 1e-3) return number;
  throw malformed(
    where,
    `has the log-likelihood ${JSON.stringify(value)}; a natural-log probability of at most 0 is one`,
  );
}

function greedyOf(value: unknown, where: string): boolean {
  const known = new Map<unknown, boolean>([
    [true, true],
    ["True", true],
    [false, false],
    ["False", false],
  ]);
  const isGreedy = known.get(value);
  if (isGreedy !== undefined) return isGreedy;
  throw malformed(where, `does not say whether its answer is greedy, but ${JSON.stringify(value)}`);
}

function malformed(where: string, what: string): RoteError {
  return new RoteError("file/malformed", `${where} ${what}`, { where });
}
