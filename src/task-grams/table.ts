/**
 * The task-gram table of a task: its distinct n-gram pairs above the threshold, with the number of
 * examples each was mined from (H_n(T) of Wang et al. 2025, before any look at the corpus).
 */
import { RoteError } from "../base/errors.ts";
import { writeParquet } from "../base/parquet.ts";

export interface TaskGramRow {
  readonly task: string;
  readonly n: number;
  readonly a: string;
  readonly b: string;
  readonly similarity: number;
  /** Mined examples that hold the pair. */
  readonly examples: number;
}

/** Ids of phrases stay below this, so that a pair of ids is one exact number. */
const idLimit = 2 ** 26;

/** A JavaScript Map holds no more than 2^24 entries. */
const pairLimit = 2 ** 24 - 1;

/** Memory: each distinct n-gram once, and about 60 bytes a pair. */
export class TaskGramTable {
  readonly task: string;
  readonly n: number;
  readonly #idOf = new Map<string, number>();
  readonly #phrases: string[] = [];
  readonly #pairs = new Map<number, { readonly similarity: number; examples: number }>();

  constructor(task: string, n: number) {
    this.task = task;
    this.n = n;
  }

  /** Distinct pairs. */
  get size(): number {
    return this.#pairs.size;
  }

  /** Count a pair for one example. */
  add(a: string, b: string, similarity: number): void {
    const key = this.#intern(a) * idLimit + this.#intern(b);
    const entry = this.#pairs.get(key);
    if (entry !== undefined) entry.examples++;
    else if (this.size < pairLimit) this.#pairs.set(key, { similarity, examples: 1 });
    else
      throw new RoteError(
        "count/limit",
        `the ${this.n}-gram table of task "${this.task}" has more than ${pairLimit} pairs; set a higher threshold or mine fewer examples`,
        { task: this.task, n: this.n, limit: pairLimit },
      );
  }

  has(a: string, b: string): boolean {
    const [idA, idB] = [this.#idOf.get(a), this.#idOf.get(b)];
    return idA !== undefined && idB !== undefined && this.#pairs.has(idA * idLimit + idB);
  }

  /** The pairs in the order they were first added. */
  *rows(): Generator<TaskGramRow> {
    for (const [key, { similarity, examples }] of this.#pairs) {
      const a = this.#phrases[Math.floor(key / idLimit)]!;
      const b = this.#phrases[key % idLimit]!;
      yield { task: this.task, n: this.n, a, b, similarity, examples };
    }
  }

  #intern(phrase: string): number {
    const known = this.#idOf.get(phrase);
    if (known !== undefined) return known;
    const id = this.#phrases.length;
    this.#idOf.set(phrase, id);
    this.#phrases.push(phrase);
    return id;
  }
}

/** Write tables as one Parquet file: task, n, a, b, similarity, examples. */
export async function writeTaskGrams(
  path: string,
  tables: readonly TaskGramTable[],
): Promise<void> {
  const columns = [
    { name: "task", type: "string" },
    { name: "n", type: "int32" },
    { name: "a", type: "string" },
    { name: "b", type: "string" },
    { name: "similarity", type: "double" },
    { name: "examples", type: "int64" },
  ] as const;
  await writeParquet(path, columns, rowsOf(tables));
}

function* rowsOf(tables: readonly TaskGramTable[]): Generator<Record<string, unknown>> {
  for (const table of tables) for (const row of table.rows()) yield { ...row };
}
