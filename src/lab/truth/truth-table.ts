/** The truth in memory: numbers of items by arm, model and metric. About 100 bytes a number. */
import type { RecallRow } from "./measure-recall.ts";
import type { RecallMetric } from "./recall-metrics.ts";

/** Which numbers are meant. */
export interface TruthColumn {
  readonly metric: RecallMetric;
  readonly arm: string;
  readonly model: string;
}

const none: ReadonlyMap<string, number> = new Map();

/** Numbers of items; see `readTruthRows` for where they come from. */
export class TruthTable {
  readonly #columns = new Map<string, Map<string, number>>();
  readonly #models = new Map<string, Set<string>>();

  /** Read rows; a later row of the same number replaces an earlier one. */
  static async of(rows: Iterable<RecallRow> | AsyncIterable<RecallRow>): Promise<TruthTable> {
    const table = new TruthTable();
    for await (const row of rows) table.#add(row);
    return table;
  }

  #add(row: RecallRow): void {
    const key = keyOf(row);
    const column = this.#columns.get(key) ?? new Map<string, number>();
    this.#columns.set(key, column);
    column.set(row.item, row.value);
    const models = this.#models.get(row.arm) ?? new Set();
    this.#models.set(row.arm, models.add(row.model));
  }

  /** Arms with at least one model, in order of appearance. */
  get arms(): readonly string[] {
    return [...this.#models.keys()];
  }

  /** Models of an arm, checkpoints too. */
  modelsOf(arm: string): readonly string[] {
    return [...(this.#models.get(arm) ?? [])];
  }

  /** Values by item; empty where nothing was measured. */
  column(column: TruthColumn): ReadonlyMap<string, number> {
    return this.#columns.get(keyOf(column)) ?? none;
  }
}

function keyOf({ metric, arm, model }: TruthColumn): string {
  return `${arm}\n${model}\n${metric}`;
}

/** A model's name without the step of a checkpoint, and the step. */
export function splitCheckpoint(model: string): { readonly name: string; readonly step?: number } {
  const at = model.lastIndexOf("@");
  return at < 0 ? { name: model } : { name: model.slice(0, at), step: Number(model.slice(at + 1)) };
}

/** A model's size: its name without the seed, "0.36M" of "0.36M-seed2". */
export function sizeOf(model: string): string {
  return splitCheckpoint(model).name.replace(/-seed\d+$/, "");
}

/** Models of an arm that are trained to their end. */
export function finalModels(table: TruthTable, arm: string): string[] {
  return table.modelsOf(arm).filter((model) => splitCheckpoint(model).step === undefined);
}

/** Sizes of an arm's models of the first seed, the smallest first. */
export function finalSizes(table: TruthTable, arm: string): string[] {
  return finalModels(table, arm)
    .filter((model) => model === sizeOf(model))
    .sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b));
}
