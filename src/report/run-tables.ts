/**
 * The Parquet files of a run as the report needs them. Of scores.parquet only the rows of one
 * model are kept, so memory grows with pairs × examples, not with models.
 */
import { join } from "node:path";
import { RoteError } from "../base/errors.ts";
import { exists, readJson } from "../base/files.ts";
import { isRecord } from "../base/json.ts";
import { readParquet } from "../base/parquet.ts";
import type { RunRecord } from "./run-record.ts";

/** What a model says of one pair in one example, beside what the corpus says. */
export interface ScoredPair {
  readonly task: string;
  readonly example: string;
  readonly n: number;
  readonly a: string;
  readonly b: string;
  readonly codf: number;
  readonly dfA: number;
  readonly dfB: number;
  /** Natural log, summed over the tokens of b. */
  readonly logLikelihood: number;
  readonly tokens: number;
}

export interface ExampleRecord {
  readonly task: string;
  readonly input: string;
  readonly reference: string;
  readonly output: string | undefined;
}

/** Documents that hold a pair, with both phrases in context. */
export interface Evidence {
  readonly task: string;
  readonly a: string;
  readonly b: string;
  readonly codf: number;
  readonly documents: readonly EvidenceDocument[];
}

export interface EvidenceDocument {
  readonly id: string;
  readonly source: string | undefined;
  readonly snippets: readonly Snippet[];
}

export interface Snippet {
  readonly before: string;
  readonly match: string;
  readonly after: string;
}

type Row = Readonly<Record<string, unknown>>;

/** Scored pairs of one model, joined with the counts of their phrases. */
export async function readScoredPairs(directory: string, model: string): Promise<ScoredPair[]> {
  const counts = await readCounts(join(directory, "counts.parquet"));
  const pairs: ScoredPair[] = [];
  const columns = ["example", "task", "model", "n", "a", "b", "logLikelihood", "tokens"];
  for await (const row of readParquet(join(directory, "scores.parquet"), { columns })) {
    const { logLikelihood } = row;
    if (row.model !== model || typeof logLikelihood !== "number") continue;
    if (Number.isNaN(logLikelihood)) continue; // in the drop table, not in figures
    const [a, b] = [textOf(row, "a"), textOf(row, "b")];
    const counted = counts.get(pairKey(a, b));
    if (counted === undefined) {
      throw new RoteError(
        "study/mismatch",
        `scores.parquet of ${directory} holds the pair "${a}" – "${b}", counts.parquet does not; run the study again`,
        { directory, a, b },
      );
    }
    pairs.push({
      task: textOf(row, "task"),
      example: textOf(row, "example"),
      n: numberOf(row, "n"),
      ...{ a, b, ...counted, logLikelihood },
      tokens: numberOf(row, "tokens"),
    });
  }
  return pairs;
}

/** Whether the run leaves a pair out for its counts (`mine.outliers`), by outliers.parquet. */
export async function readOutlierKeys(
  { study }: RunRecord,
  directory: string,
): Promise<(pair: Pick<ScoredPair, "task" | "n" | "a" | "b">) => boolean> {
  if (!isRecord(study.mine) || study.mine.outliers === undefined) return () => false;
  const keys = new Set<string>();
  for await (const row of readParquet(join(directory, "outliers.parquet")))
    keys.add(
      `${textOf(row, "task")}\0${numberOf(row, "n")}\0${pairKey(textOf(row, "a"), textOf(row, "b"))}`,
    );
  return ({ task, n, a, b }) => keys.has(`${task}\0${n}\0${pairKey(a, b)}`);
}

/** The first example of each task. A table without a task's column is one of the scored examples. */
export async function readFirstExamples(
  directory: string,
  pairs: readonly ScoredPair[],
): Promise<ExampleRecord[]> {
  const taskOf = new Map(pairs.map(({ example, task }) => [example, task]));
  const first = new Map<string, ExampleRecord>();
  for await (const row of readParquet(join(directory, "examples.parquet"))) {
    const task = typeof row.task === "string" ? row.task : taskOf.get(textOf(row, "id"));
    if (task === undefined || first.has(task)) continue;
    const output = typeof row.output === "string" ? row.output : undefined;
    first.set(task, {
      task,
      input: textOf(row, "input"),
      reference: textOf(row, "reference"),
      output,
    });
  }
  return [...first.values()];
}

/** Documents for the strongest pairs, where the run kept any. */
export async function readEvidence(directory: string): Promise<Evidence[]> {
  const path = join(directory, "evidence.json");
  if (!(await exists(path))) return [];
  const entries = await readJson(path);
  if (!Array.isArray(entries) || !entries.every(isRecord))
    throw new RoteError("file/malformed", `${path} is no list of pairs`, { path });
  return entries.map((entry) => ({
    task: textOf(entry, "task"),
    a: textOf(entry, "a"),
    b: textOf(entry, "b"),
    codf: numberOf(entry, "codf"),
    documents: records(entry.documents).map((document) => ({
      id: textOf(document, "id"),
      source: typeof document.source === "string" ? document.source : undefined,
      snippets: records(document.snippets).map((snippet) => ({
        before: textOf(snippet, "before"),
        match: textOf(snippet, "match"),
        after: textOf(snippet, "after"),
      })),
    })),
  }));
}

/** One key for a pair of phrases; phrases hold no NUL, since words do not. */
export function pairKey(a: string, b: string): string {
  return `${a}\0${b}`;
}

interface Counts {
  readonly codf: number;
  readonly dfA: number;
  readonly dfB: number;
}

async function readCounts(path: string): Promise<Map<string, Counts>> {
  const counts = new Map<string, Counts>();
  const columns = ["a", "b", "codf", "dfA", "dfB"];
  for await (const row of readParquet(path, { columns })) {
    counts.set(pairKey(textOf(row, "a"), textOf(row, "b")), {
      codf: numberOf(row, "codf"),
      dfA: numberOf(row, "dfA"),
      dfB: numberOf(row, "dfB"),
    });
  }
  return counts;
}

function records(value: unknown): Row[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A text of a row. */
export function textOf(row: Row, key: string): string {
  const value = row[key];
  if (typeof value === "string") return value;
  throw new RoteError("file/malformed", `column "${key}" holds ${typeof value} where text is due`);
}

/** A number of a row. */
export function numberOf(row: Row, key: string): number {
  const value = row[key];
  if (typeof value === "number") return value;
  throw new RoteError(
    "file/malformed",
    `column "${key}" holds ${typeof value} where a number is due`,
  );
}
