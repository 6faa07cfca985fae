/**
 * How many pairs of each task and n went where. Of the pairs mined, each is dropped for one reason
 * or scored:
 *
 *   mined = below-threshold + uncounted + df(a)=0 + unmatched + … + scored
 *
 * `df(b)=0` and `codf=0` are parts of `scored`: such a pair has probability zero, which counts where
 * zeros are kept and not where they are dropped. A pair of the first kind is not also of the second.
 * `no-infinity-gram` is one too: b has no ∞-gram probability although others of its group have.
 */
import { RoteError } from "../base/errors.ts";

/** How many pairs of a task came to one end: a reason to be dropped, or scored. */
export interface DropRow {
  readonly task: string;
  readonly n: number;
  readonly reason: string;
  readonly count: number;
  /** Of what; absent of pairs. Rows of examples are no part of the sum above. */
  readonly unit?: "examples";
  /** Only where the models of a task differ; otherwise one row stands for each of them. */
  readonly model?: string;
}

export interface DropTable {
  /** Default count 1. Without a model the count holds for all models. */
  add(
    task: string,
    n: number,
    reason: string,
    options?: { readonly count?: number; readonly model?: string },
  ): void;
  /** Tasks and n in order of appearance, reasons in the order pairs meet them. */
  rows(): readonly DropRow[];
}

const reasonOrder = [
  "mined",
  "identical",
  "other-language",
  "not-alphabetic",
  "named-entity",
  "n-characters",
  "below-threshold",
  "not-in-table",
  "uncounted",
  "count-outlier",
  "df(a)=0",
  "denominator=0",
  "df(b)=0",
  "codf=0",
  "ratio>1",
  "no-infinity-gram",
  "unmatched",
  "not-a-number",
  "scored",
];
const partsOfScored: ReadonlySet<string> = new Set([
  "df(b)=0",
  "codf=0",
  "ratio>1",
  "no-infinity-gram",
]);

interface Cell {
  readonly task: string;
  readonly n: number;
  /** For each reason the count of each model; "" stands for all. */
  readonly reasons: Map<string, Map<string, number>>;
  readonly models: Set<string>;
}

export function createDropTable(): DropTable {
  const cells = new Map<string, Cell>();
  return {
    add: (task, n, reason, { count = 1, model = "" } = {}) => {
      const key = JSON.stringify([task, n]);
      const cell: Cell = cells.get(key) ?? { task, n, reasons: new Map(), models: new Set() };
      cells.set(key, cell);
      if (model !== "") cell.models.add(model);
      const counts = cell.reasons.get(reason) ?? new Map<string, number>();
      cell.reasons.set(reason, counts);
      counts.set(model, (counts.get(model) ?? 0) + count);
    },
    rows: () => Array.from(cells.values(), rowsOf).flat(),
  };
}

function rowsOf({ task, n, reasons, models }: Cell): readonly DropRow[] {
  return [...reasons]
    .sort(([a], [b]) => position(a) - position(b))
    .flatMap(([reason, counts]) => {
      const [first = 0] = counts.values();
      const alike =
        counts.has("") || [...models].every((model) => (counts.get(model) ?? 0) === first);
      if (alike) return [{ task, n, reason, count: first }];
      return Array.from(models, (model) => {
        return { task, n, reason, count: counts.get(model) ?? 0, model };
      });
    });
}

/** Reasons of others stand before `scored`, in order of appearance (the sort is stable). */
function position(reason: string): number {
  const index = reasonOrder.indexOf(reason);
  return index < 0 ? reasonOrder.length - 1.5 : index;
}

/** Throw where the pairs mined are not the pairs dropped and scored: a pair was lost in silence. */
export function checkDropTable(rows: readonly DropRow[]): void {
  for (const { task, n, count } of rows.filter(({ reason }) => reason === "mined")) {
    const own = rows.filter(
      (row) =>
        row.task === task &&
        row.n === n &&
        row.reason !== "mined" &&
        row.unit === undefined &&
        !partsOfScored.has(row.reason),
    );
    const models = new Set(own.flatMap(({ model }) => model ?? []));
    for (const model of models.size > 0 ? models : [undefined]) {
      const total = own
        .filter((row) => row.model === undefined || row.model === model)
        .reduce((sum, row) => sum + row.count, 0);
      if (total !== count)
        throw new RoteError(
          "internal",
          `invariant broken: ${count} pairs of ${task} (n = ${n}) were mined, but ${total} are accounted for${model === undefined ? "" : ` with ${model}`}; please report this`,
          { task, n, mined: count, total, model },
        );
    }
  }
}
