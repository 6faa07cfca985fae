/**
 * The task-gram table of a task: its distinct n-gram pairs above the threshold, with the number of
 * examples each was mined from (H_n(T) of Wang et al. 2025, before any look at the corpus).
 */
import { writeParquet } from "../base/parquet.ts";
import { doubled, PairIndex } from "../base/pair-index.ts";

/** A pair of a table. */
export interface TaskGramRow {
  readonly task: string;
  readonly n: number;
  readonly a: string;
  readonly b: string;
  readonly similarity: number;
  /** Mined examples that hold the pair. */
  readonly examples: number;
}

/** Memory: each distinct n-gram once, and at most 60 bytes a pair. */
export class TaskGramTable {
  readonly task: string;
  readonly n: number;
  readonly #idOf = new Map<string, number>();
  readonly #phrases: string[] = [];
  readonly #pairs = new PairIndex();
  #similarities: Float64Array = new Float64Array(1024);
  #examples: Uint32Array = new Uint32Array(1024);

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
    const pair = this.#pairs.intern(this.#intern(a), this.#intern(b));
    if (pair === this.#examples.length) {
      this.#similarities = doubled(this.#similarities);
      this.#examples = doubled(this.#examples);
    }
    this.#similarities[pair] = similarity;
    this.#examples[pair]!++;
  }

  has(a: string, b: string): boolean {
    const [idA, idB] = [this.#idOf.get(a), this.#idOf.get(b)];
    return idA !== undefined && idB !== undefined && this.#pairs.find(idA, idB) >= 0;
  }

  /** The pairs in the order they were first added. */
  *rows(): Generator<TaskGramRow> {
    for (let pair = 0; pair < this.size; pair++) {
      const [a, b] = this.#pairs.at(pair);
      yield {
        task: this.task,
        n: this.n,
        a: this.#phrases[a]!,
        b: this.#phrases[b]!,
        similarity: this.#similarities[pair]!,
        examples: this.#examples[pair]!,
      };
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

/**
 * Write tables as one Parquet file: task, n, a, b, similarity, examples. `metadata` goes into the
 * footer, for what made the table: embedder, policy, threshold, seed.
 */
export async function writeTaskGrams(
  path: string,
  tables: readonly TaskGramTable[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const columns = [
    { name: "task", type: "string" },
    { name: "n", type: "int32" },
    { name: "a", type: "string" },
    { name: "b", type: "string" },
    { name: "similarity", type: "double" },
    { name: "examples", type: "int64" },
  ] as const;
  await writeParquet(path, columns, rowsOf(tables), { metadata });
}

function* rowsOf(tables: readonly TaskGramTable[]): Generator<Record<string, unknown>> {
  for (const table of tables) for (const row of table.rows()) yield { ...row };
}
