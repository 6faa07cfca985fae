/**
 * The Parquet files of a run directory, column by column. Contract: docs/formats.md. One file although long:
 * nothing but declarations, the types of rows first and the columns of each file behind them.
 */
import { RoteError } from "../base/errors.ts";
import { type ParquetColumn, readParquet, writeParquet } from "../base/parquet.ts";
import type { PairRow as CountedPairRow } from "../counting/question.ts";
import type { RunDirectory } from "./run-directory.ts";

/** A Parquet file of the run directory whose rows have one shape. */
export interface Table<Row> {
  readonly file: string;
  readonly columns: readonly (ParquetColumn & { readonly name: string & keyof Row })[];
}

/** A pair of n-grams of an evaluated example. */
export interface PairRow {
  readonly task: string;
  readonly example: string;
  readonly n: number;
  readonly a: string;
  readonly b: string;
  /** Cosine of the two n-grams under the study's embedder. */
  readonly similarity: number;
  /** Characters of b in the example's output, UTF-16 units, half-open. */
  readonly start: number;
  readonly end: number;
  /** True where a or b is a whole text of fewer than n words. */
  readonly short: boolean;
}

/** How often an n-gram of inputs stands in the corpus under the policy of the denominator. */
export interface DenominatorRow {
  readonly a: string;
  readonly df: number;
  readonly tf: number;
}

/** A shuffled pair with a count above zero; a and b index the phrases of the shuffle plan (`shuffles.ts`). */
export interface RecountRow {
  readonly a: number;
  readonly b: number;
  readonly codf: number;
}

/** A pair of a task and n that is left out for one of its counts. */
export interface OutlierRow {
  readonly task: string;
  readonly n: number;
  readonly a: string;
  readonly b: string;
  readonly codf: number;
  readonly dfA: number;
  readonly dfB: number;
  /** Which of its counts is outside, and the limits of that count in the task and n. */
  readonly count: "codf" | "dfA" | "dfB";
  readonly low: number;
  readonly high: number;
}

/** How far the sampled pairs of one task and n pass a threshold. */
export interface PassCurveRow {
  readonly task: string;
  readonly n: number;
  readonly threshold: number;
  /** Shares of real pairs and of pairs of different examples strictly above it. */
  readonly realRate: number;
  readonly nullRate: number;
}

/** What the corpus holds of one part of one evaluated example, at one length; terms of docs/overlap.md. */
export interface OverlapTableRow {
  readonly task: string;
  readonly example: string;
  readonly n: number;
  readonly part: string;
  readonly words: number;
  readonly total: number;
  readonly matched: number;
  readonly longest: number;
  readonly covered: number;
  readonly df: number;
  /** A JSON list of ids. */
  readonly documents: string;
  readonly short: boolean;
}

/** What one model says of one pair of one example. */
export interface ScoredPairRow {
  readonly example: string;
  readonly task: string;
  readonly model: string;
  readonly n: number;
  readonly a: string;
  readonly b: string;
  /** Sum of natural-log probabilities of the tokens that overlap b; null where unmatched. */
  readonly logLikelihood: number | null;
  readonly tokens: number;
  readonly characters: number;
  /** Tokens that also hold characters outside b. */
  readonly straddling: number;
  readonly matched: boolean;
  /** Why a pair is unmatched. */
  readonly reason: string | null;
  /** The same sum where the model is given the task's neutral context instead of the input. */
  readonly neutralLogLikelihood?: number | null;
  /** ln of b's ∞-gram probability: −Infinity where a token has none. Columns from here on: `InfinityGramSpan`. */
  readonly infinityGram?: number | null;
  readonly infinityGramPaper?: number | null;
  readonly infinityGramBackoff?: number | null;
  readonly infinityGramTokens?: number | null;
  readonly infinityGramZeros?: number | null;
  readonly effectiveN?: number | null;
}

/** One token of an evaluated output under the ∞-gram model of the corpus. */
export interface InfinityGramRow {
  readonly task: string;
  readonly example: string;
  /** From 0 in each output. */
  readonly token: number;
  /** Characters of the output, UTF-16 units, half-open; negative in the context's last space. */
  readonly start: number;
  readonly end: number;
  /** Occurrences of the longest suffix of all before the token that occurs, and of it with the token behind. */
  readonly contextCount: number;
  readonly continuationCount: number;
  /** 1 + tokens of that suffix. */
  readonly effectiveN: number;
  /** ln of the token's probability behind the longest suffix that it follows somewhere. */
  readonly backoff: number;
}

/** One evaluated example; output and correctness are those of the model with the most parameters. */
export interface ExampleRow {
  readonly id: string;
  readonly task: string;
  readonly split: string | null;
  /** What the example belongs to together with others, such as MMLU's subject; null where nothing. */
  readonly group?: string | null;
  readonly input: string;
  readonly reference: string;
  readonly output: string | null;
  readonly correctness: number | null;
  /** How many answers the model chose from, where `correctness` is of its choice. */
  readonly choices: number | null;
  /** Distinct pairs mined of it at the task's first n; absent in tables written before there was one. */
  readonly pairs?: number | null;
  /** Eq. 4: sum of codf over these pairs. Where there are none, 0 is a sum over nothing and no frequency. */
  readonly frequency: number;
}

/** What one model generated for one example. */
export interface OutputRow {
  readonly example: string;
  readonly task: string;
  readonly model: string;
  readonly output: string;
  /** Tokens generated. */
  readonly tokens: number;
  readonly metric: string;
  readonly correctness: number;
}

/** One choice of an evaluated example as one model scored it. */
export interface ChoiceRow {
  readonly task: string;
  readonly example: string;
  readonly group: string | null;
  readonly model: string;
  /** From 0; its letter is A. */
  readonly choice: number;
  readonly text: string;
  readonly correct: boolean;
  /** Natural log-probability of its text; null where it was not asked or refused. */
  readonly logLikelihood: number | null;
  /** Of its letter behind a prompt that lists the choices. */
  readonly letterLogLikelihood: number | null;
}

/** One generated output: its pairs in the corpus, and how it reads. */
export interface NoveltyRow {
  readonly example: string;
  readonly task: string;
  readonly model: string;
  readonly n: number;
  /** Words of the output. */
  readonly words: number;
  /** Columns up to `novelOfKnown`: `NoveltyCounts`. */
  readonly pairs: number;
  readonly unknown: number;
  readonly novel: number;
  readonly novelOfKnown: number;
  /** Share of the output's bigrams that stood in it before; null below two words. */
  readonly repetition: number | null;
  /** Natural log-probability of the output under the reference; null where it said or scored nothing. */
  readonly referenceLogLikelihood: number | null;
  readonly referenceTokens: number;
  readonly correctness: number;
  readonly fluent: boolean;
}

/**
 * One value that an interval or a null was read from. Values of one estimate and kind stand in the order they were
 * drawn: resample by resample, or permutation by permutation.
 */
export interface ReplicateRow {
  /** Key of run.json that holds the estimate, `parts` for that of the parts' estimates. */
  readonly list: "estimates" | "parts";
  /** Its place there. */
  readonly estimate: number;
  readonly kind: "resample" | "permutation";
  /** Null where the draw leaves none. */
  readonly value: number | null;
}

export const noveltyTable: Table<NoveltyRow> = {
  file: "novelty.parquet",
  columns: [
    { name: "example", type: "string" },
    { name: "task", type: "string" },
    { name: "model", type: "string" },
    { name: "n", type: "int32" },
    { name: "words", type: "int32" },
    { name: "pairs", type: "int32" },
    { name: "unknown", type: "int32" },
    { name: "novel", type: "int32" },
    { name: "novelOfKnown", type: "int32" },
    { name: "repetition", type: "double", nullable: true },
    { name: "referenceLogLikelihood", type: "double", nullable: true },
    { name: "referenceTokens", type: "int32" },
    { name: "correctness", type: "double" },
    { name: "fluent", type: "boolean" },
  ],
};

export const choiceTable: Table<ChoiceRow> = {
  file: "choices.parquet",
  columns: [
    { name: "task", type: "string" },
    { name: "example", type: "string" },
    { name: "group", type: "string", nullable: true },
    { name: "model", type: "string" },
    { name: "choice", type: "int32" },
    { name: "text", type: "string" },
    { name: "correct", type: "boolean" },
    { name: "logLikelihood", type: "double", nullable: true },
    { name: "letterLogLikelihood", type: "double", nullable: true },
  ],
};

export const pairTable: Table<PairRow> = {
  file: "pairs.parquet",
  columns: [
    { name: "task", type: "string" },
    { name: "example", type: "string" },
    { name: "n", type: "int32" },
    { name: "a", type: "string" },
    { name: "b", type: "string" },
    { name: "similarity", type: "double" },
    { name: "start", type: "int32" },
    { name: "end", type: "int32" },
    { name: "short", type: "boolean" },
  ],
};

export const countTable: Table<CountedPairRow> = {
  file: "counts.parquet",
  columns: [
    { name: "a", type: "string" },
    { name: "b", type: "string" },
    { name: "codf", type: "int64" },
    { name: "dfA", type: "int64" },
    { name: "dfB", type: "int64" },
    { name: "tfA", type: "int64" },
    { name: "tfB", type: "int64" },
  ],
};

export const denominatorTable: Table<DenominatorRow> = {
  file: "denominators.parquet",
  columns: [
    { name: "a", type: "string" },
    { name: "df", type: "int64" },
    { name: "tf", type: "int64" },
  ],
};

export const recountTable: Table<RecountRow> = {
  file: "null-counts.parquet",
  columns: [
    { name: "a", type: "int32" },
    { name: "b", type: "int32" },
    { name: "codf", type: "int64" },
  ],
};

export const outlierTable: Table<OutlierRow> = {
  file: "outliers.parquet",
  columns: [
    { name: "task", type: "string" },
    { name: "n", type: "int32" },
    { name: "a", type: "string" },
    { name: "b", type: "string" },
    { name: "codf", type: "int64" },
    { name: "dfA", type: "int64" },
    { name: "dfB", type: "int64" },
    { name: "count", type: "string" },
    { name: "low", type: "double" },
    { name: "high", type: "double" },
  ],
};

export const passCurveTable: Table<PassCurveRow> = {
  file: "pass-curves.parquet",
  columns: [
    { name: "task", type: "string" },
    { name: "n", type: "int32" },
    { name: "threshold", type: "double" },
    { name: "realRate", type: "double" },
    { name: "nullRate", type: "double" },
  ],
};

export const overlapTable: Table<OverlapTableRow> = {
  file: "overlap.parquet",
  columns: [
    { name: "task", type: "string" },
    { name: "example", type: "string" },
    { name: "n", type: "int32" },
    { name: "part", type: "string" },
    { name: "words", type: "int32" },
    { name: "total", type: "int32" },
    { name: "matched", type: "int32" },
    { name: "longest", type: "int32" },
    { name: "covered", type: "int32" },
    { name: "df", type: "int64" },
    { name: "documents", type: "string" },
    { name: "short", type: "boolean" },
  ],
};

export const scoreTable: Table<ScoredPairRow> = {
  file: "scores.parquet",
  columns: [
    { name: "example", type: "string" },
    { name: "task", type: "string" },
    { name: "model", type: "string" },
    { name: "n", type: "int32" },
    { name: "a", type: "string" },
    { name: "b", type: "string" },
    { name: "logLikelihood", type: "double", nullable: true },
    { name: "tokens", type: "int32" },
    { name: "characters", type: "int32" },
    { name: "straddling", type: "int32" },
    { name: "matched", type: "boolean" },
    { name: "reason", type: "string", nullable: true },
    { name: "neutralLogLikelihood", type: "double", nullable: true },
    { name: "infinityGram", type: "double", nullable: true },
    { name: "infinityGramPaper", type: "double", nullable: true },
    { name: "infinityGramBackoff", type: "double", nullable: true },
    { name: "infinityGramTokens", type: "int32", nullable: true },
    { name: "infinityGramZeros", type: "int32", nullable: true },
    { name: "effectiveN", type: "double", nullable: true },
  ],
};

export const infinityGramTable: Table<InfinityGramRow> = {
  file: "infinity-grams.parquet",
  columns: [
    { name: "task", type: "string" },
    { name: "example", type: "string" },
    { name: "token", type: "int32" },
    { name: "start", type: "int32" },
    { name: "end", type: "int32" },
    { name: "contextCount", type: "int64" },
    { name: "continuationCount", type: "int64" },
    { name: "effectiveN", type: "int32" },
    { name: "backoff", type: "double" },
  ],
};

export const exampleTable: Table<ExampleRow> = {
  file: "examples.parquet",
  columns: [
    { name: "id", type: "string" },
    { name: "task", type: "string" },
    { name: "split", type: "string", nullable: true },
    { name: "group", type: "string", nullable: true },
    { name: "input", type: "string" },
    { name: "reference", type: "string" },
    { name: "output", type: "string", nullable: true },
    { name: "correctness", type: "double", nullable: true },
    { name: "choices", type: "int32", nullable: true },
    { name: "pairs", type: "int32", nullable: true },
    { name: "frequency", type: "int64" },
  ],
};

export const outputTable: Table<OutputRow> = {
  file: "outputs.parquet",
  columns: [
    { name: "example", type: "string" },
    { name: "task", type: "string" },
    { name: "model", type: "string" },
    { name: "output", type: "string" },
    { name: "tokens", type: "int32" },
    { name: "metric", type: "string" },
    { name: "correctness", type: "double" },
  ],
};

export const replicateTable: Table<ReplicateRow> = {
  file: "replicates.parquet",
  columns: [
    { name: "list", type: "string" },
    { name: "estimate", type: "int32" },
    { name: "kind", type: "string" },
    { name: "value", type: "double", nullable: true },
  ],
};

/** Write a table's rows, whole or not at all. */
export async function writeTable<Row extends object>(
  directory: Pick<RunDirectory, "file">,
  { file, columns }: Table<Row>,
  rows: Iterable<Row>,
): Promise<void> {
  await writeParquet(directory.file(file), columns, rows as Iterable<Record<string, unknown>>);
}

/** Read a table's rows, each value checked against its column. A file may lack nullable columns. */
export async function readTable<Row extends object>(
  path: string,
  table: Table<Row>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of tableRows(path, table)) rows.push(row);
  return rows;
}

/** The same one after another; memory holds a row group. */
export async function* tableRows<Row extends object>(
  path: string,
  { columns }: Table<Row>,
): AsyncGenerator<Row> {
  let read = 0;
  for await (const row of readParquet(path)) {
    read++;
    for (const { name, type, nullable } of columns) {
      const value = row[name];
      if (nullable === true && (value === null || value === undefined)) continue;
      const expected = type === "string" || type === "boolean" ? type : "number";
      if (typeof value === expected) continue;
      throw new RoteError(
        "file/malformed",
        `${path} row ${read}: column "${name}" is not ${type}`,
        {
          path,
          column: name,
        },
      );
    }
    yield row as Row;
  }
}
