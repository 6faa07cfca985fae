/** The rows of a count, as a file, JSON lines or tables. */
import type { ParquetColumn } from "../../base/parquet.ts";
import type { LongWork } from "../../base/progress.ts";
import type { PairCounts } from "../../counting/count-engine.ts";
import {
  type CountRows,
  jsonChunks,
  pairColumns,
  phraseColumns,
} from "../../counting/count-lines.ts";
import { type CountQuestion, pairRows, phraseRows } from "../../counting/question.ts";
import { writeCounts } from "../../counting/write-counts.ts";
import type { CommandIo, TextSink } from "../io.ts";
import { amount, tableLines } from "../output.ts";

/** Where rows go, and in which form. */
export interface RowValues {
  readonly out: string | undefined;
  readonly json: boolean;
}

/** Write or print the rows of a question. */
export async function giveRows(
  { out, json }: RowValues,
  question: CountQuestion,
  counts: PairCounts,
  { stdout, say, signal, onProgress }: CommandIo,
): Promise<void> {
  const rows = rowsOf(question, counts, { signal, onProgress });
  if (out !== undefined) {
    const written = await writeCounts(out, rows);
    say(`${amount(written, "row")} in ${out}`);
    return;
  }
  if (json) {
    for (const { text } of jsonChunks(rows)) await stdout.write(text);
    return;
  }
  const { phrases, pairs } = rows;
  if (phrases !== undefined) await printTable(phraseColumns, phrases, stdout);
  if (phrases !== undefined && pairs !== undefined) await stdout.write("\n");
  if (pairs !== undefined) await printTable(pairColumns, pairs, stdout);
}

/** Rows for what was asked: a kind that was not asked for is absent, not empty. */
function rowsOf(question: CountQuestion, counts: PairCounts, work: LongWork): CountRows {
  const { asked, pairs } = question;
  return {
    ...(asked.length > 0
      ? { phrases: { [Symbol.iterator]: () => phraseRows(question, counts, work) } }
      : {}),
    ...(pairs.length > 0
      ? { pairs: { [Symbol.iterator]: () => pairRows(question, counts, work) } }
      : {}),
  };
}

/** Print rows, which are gone through twice: first for the widths of the columns. */
async function printTable(
  columns: readonly ParquetColumn[],
  rows: Iterable<object>,
  stdout: TextSink,
): Promise<void> {
  const titles = columns.map(({ name, type }) => ({
    title: name,
    align: type === "string" ? ("left" as const) : ("right" as const),
  }));
  const cells = {
    // The values of a row stand in the order of the columns.
    *[Symbol.iterator]() {
      for (const row of rows) yield Object.values(row).map(String);
    },
  };
  for (const line of tableLines(titles, cells)) await stdout.write(`${line}\n`);
}
