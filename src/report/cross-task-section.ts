/** Every task with every other's table: what is left of the correlation, and what became of the pairs. */
import { isRecord } from "../base/json.ts";
import { intervalCell, intervalText, nullCell, sampleSizes, valueCell } from "./estimate-text.ts";
import { count, integer } from "./format.ts";
import { html, type Html, table } from "./html.ts";
import type { EstimateRecord, RunRecord } from "./run-record.ts";
import { leadingEstimates, modelKey, modelsBySize } from "./selection.ts";
import { verdictCell } from "./verdict-table.ts";

/** A task under a table: its own or another's. */
interface CrossCell {
  readonly task: string;
  readonly minedOn: string;
  readonly estimate: EstimateRecord;
}

/** Whether a run evaluates tasks with others' tables. */
export function hasCrossTask({ allEstimates }: RunRecord): boolean {
  return allEstimates.some(({ minedOn }) => minedOn !== undefined);
}

/** Rows are evaluated tasks, columns the tasks whose tables told the pairs; own tables on the diagonal. */
export function crossTaskTable(run: RunRecord): Html {
  const cells = crossCells(run);
  const tasks = [...new Set(cells.map(({ task }) => task))];
  const models = [...new Set(cells.map(({ estimate }) => modelKey(estimate)))].join(", ");
  return table(
    `Spearman’s ρ of each task (row) over its pairs that stand in a task’s table (column), under the largest model (${models}). On the diagonal each task’s own.`,
    [
      { title: "evaluated", cell: (task) => task },
      ...tasks.map((minedOn) => ({
        title: `table of ${minedOn}`,
        align: "right" as const,
        cell: (task: string) =>
          matrixCell(cells.find((cell) => cell.task === task && cell.minedOn === minedOn)),
      })),
    ],
    tasks,
  );
}

function matrixCell(cell: CrossCell | undefined): Html | string {
  if (cell === undefined) return "–";
  const { task, minedOn, estimate } = cell;
  const interval = estimate.value === undefined ? "" : `${intervalCell(estimate)}, `;
  const text = html`${valueCell(estimate)}
    <small>${interval}${count(estimate.points, "pair")}</small>`;
  return task === minedOn ? html`<strong>${text}</strong>` : text;
}

/** The same as rows, with nulls, findings and the books of the pairs. */
export function crossTaskRows(run: RunRecord): Html {
  const cells = crossCells(run).filter(({ task, minedOn }) => task !== minedOn);
  return table(
    `Every pair of tasks. ${intervalText(cells.map(({ estimate }) => estimate))} “Not in the table” are pairs above the threshold that are left out for it; “shared” are evaluated examples that also stand among those the table was mined on.`,
    [
      { title: "evaluated", cell: ({ task }) => task },
      { title: "table of", cell: ({ minedOn }) => minedOn },
      { title: "the model", cell: ({ estimate }) => verdictCell({ estimates: [] }, estimate) },
      { title: "ρ", align: "right", cell: ({ estimate }) => valueCell(estimate) },
      { title: "interval", align: "right", cell: ({ estimate }) => intervalCell(estimate) },
      { title: "null band", align: "right", cell: ({ estimate }) => nullCell(estimate) },
      { title: "pairs", align: "right", cell: ({ estimate }) => integer(estimate.points) },
      { title: "examples", align: "right", cell: ({ estimate }) => integer(estimate.examples) },
      { title: "not in the table", align: "right", cell: (cell) => dropCell(run, cell) },
      { title: "shared", align: "right", cell: (cell) => sharedCell(run, cell) },
    ],
    cells,
    { attributes: ({ estimate }) => sampleSizes(estimate) },
  );
}

function crossCells(run: RunRecord): readonly CrossCell[] {
  const models = modelsBySize(run);
  return [...leadingEstimates(run)].flatMap(([task, estimates]) => {
    const own = [...estimates].sort(
      (x, y) => models.indexOf(modelKey(y)) - models.indexOf(modelKey(x)),
    )[0];
    if (own === undefined) return [];
    const lent = run.allEstimates.flatMap((row) => {
      const { minedOn, n, model, zeros } = row;
      const isSame = row.task === task && n === own.n && model === own.model && zeros === own.zeros;
      return minedOn !== undefined && isSame ? [{ task, minedOn, estimate: row }] : [];
    });
    return [{ task, minedOn: task, estimate: own }, ...lent];
  });
}

type CrossRecord = RunRecord["crossTask"][number];

function recordOf({ crossTask }: RunRecord, cell: CrossCell): CrossRecord | undefined {
  return crossTask.find(({ task, minedOn }) => task === cell.task && minedOn === cell.minedOn);
}

function dropCell(run: RunRecord, cell: CrossCell): string {
  const drops = recordOf(run, cell)?.drops;
  const rows: readonly unknown[] = Array.isArray(drops) ? drops : [];
  const found = rows.filter(isRecord).find(({ reason }) => reason === "not-in-table");
  return typeof found?.count === "number" ? integer(found.count) : "–";
}

function sharedCell(run: RunRecord, cell: CrossCell): string {
  const overlap = recordOf(run, cell)?.overlap;
  if (!isRecord(overlap) || typeof overlap.examples !== "number") return "–";
  return integer(overlap.examples);
}
