/** What models answered and how often the corpus states it: outputs.parquet and examples.parquet as the figures need them. */
import { join } from "node:path";
import { exists } from "../base/files.ts";
import { readParquet } from "../base/parquet.ts";
import { numberOf, textOf } from "./run-tables.ts";

/** One evaluated example. */
export interface ExampleFact {
  readonly task: string;
  readonly id: string;
  /** What it belongs to together with others; undefined where nothing. */
  readonly group: string | undefined;
  readonly reference: string;
  /** Eq. 4 at the task's first n. */
  readonly frequency: number;
  /** Pairs mined of it at that n: without one it has no frequency. Undefined in runs that do not say. */
  readonly pairs: number | undefined;
  /** Of the largest model; undefined where it answered nothing. */
  readonly correctness: number | undefined;
  /** How many answers the model chose from, where it chose. */
  readonly choices: number | undefined;
}

/** What one model answered to one example. */
export interface Outcome {
  readonly task: string;
  readonly example: string;
  readonly model: string;
  readonly output: string;
  readonly metric: string;
  /** In [0, 1]. */
  readonly correctness: number;
}

/** A distinct pair of an example, with its counts. */
export interface CountedPair {
  readonly task: string;
  readonly example: string;
  readonly n: number;
  readonly a: string;
  readonly b: string;
  readonly similarity: number | undefined;
  readonly codf: number;
}

/** The evaluated examples; none of a run whose table does not name the task. */
export async function readExampleFacts(directory: string): Promise<ExampleFact[]> {
  const facts: ExampleFact[] = [];
  for await (const row of readParquet(join(directory, "examples.parquet"))) {
    if (typeof row.task !== "string") continue;
    facts.push({
      task: row.task,
      id: textOf(row, "id"),
      group: typeof row.group === "string" ? row.group : undefined,
      reference: textOf(row, "reference"),
      frequency: numberOf(row, "frequency"),
      pairs: typeof row.pairs === "number" ? row.pairs : undefined,
      correctness: typeof row.correctness === "number" ? row.correctness : undefined,
      choices: typeof row.choices === "number" ? row.choices : undefined,
    });
  }
  return facts;
}

/** Every model's outputs; none where the run kept none. */
export async function readOutcomes(directory: string): Promise<Outcome[]> {
  const path = join(directory, "outputs.parquet");
  if (!(await exists(path))) return [];
  const outcomes: Outcome[] = [];
  const columns = ["example", "task", "model", "output", "metric", "correctness"];
  for await (const row of readParquet(path, { columns }))
    outcomes.push({
      task: textOf(row, "task"),
      example: textOf(row, "example"),
      model: textOf(row, "model"),
      output: textOf(row, "output"),
      metric: textOf(row, "metric"),
      correctness: numberOf(row, "correctness"),
    });
  return outcomes;
}

/** The mined pairs that were counted; none where the run kept none. */
export async function readCountedPairs(directory: string): Promise<CountedPair[]> {
  const path = join(directory, "pairs.parquet");
  if (!(await exists(path))) return [];
  const codf = new Map<string, number>();
  const counts = readParquet(join(directory, "counts.parquet"), { columns: ["a", "b", "codf"] });
  for await (const row of counts)
    codf.set(`${textOf(row, "a")}\0${textOf(row, "b")}`, numberOf(row, "codf"));
  const pairs: CountedPair[] = [];
  for await (const row of readParquet(path)) {
    const [a, b] = [textOf(row, "a"), textOf(row, "b")];
    const counted = codf.get(`${a}\0${b}`);
    if (counted === undefined) continue;
    const similarity = typeof row.similarity === "number" ? row.similarity : undefined;
    const [task, example, n] = [textOf(row, "task"), textOf(row, "example"), numberOf(row, "n")];
    pairs.push({ task, example, n, a, b, similarity, codf: counted });
  }
  return pairs;
}
