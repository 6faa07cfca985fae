/** The rows of a count, as a file, JSON lines or tables. */
import type { PairCounts } from "../../counting/count-engine.ts";
import { type CountQuestion, pairRows, phraseRows } from "../../counting/question.ts";
import { type CountRows, writeCounts } from "../../counting/write-counts.ts";
import type { CommandIo } from "../io.ts";
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
  { stdout, say }: CommandIo,
): Promise<void> {
  const rows = rowsOf(question, counts);
  if (out !== undefined) {
    const written = await writeCounts(out, rows);
    say(`${amount(written, "row")} in ${out}`);
    return;
  }
  const { phrases = [], pairs = [] } = rows;
  if (json) {
    for (const row of phrases) await stdout.writeJson(row);
    for (const row of pairs) await stdout.writeJson(row);
    return;
  }
  const tables = [
    tableOf(["phrase"], ["df", "tf"], phrases),
    tableOf(["a", "b"], ["codf", "dfA", "dfB", "tfA", "tfB"], pairs),
  ].filter((lines) => lines.length > 0);
  await stdout.write(tables.map((lines) => `${lines.join("\n")}\n`).join("\n"));
}

/** Rows for what was asked: a kind that was not asked for is absent, not empty. */
function rowsOf(question: CountQuestion, counts: PairCounts): CountRows {
  return {
    ...(question.asked.length > 0 ? { phrases: phraseRows(question, counts) } : {}),
    ...(question.pairs.length > 0 ? { pairs: pairRows(question, counts) } : {}),
  };
}

function tableOf<Name extends string, Amount extends string>(
  names: readonly Name[],
  amounts: readonly Amount[],
  rows: Iterable<Readonly<Record<Name, string> & Record<Amount, number>>>,
): string[] {
  const cells = Array.from(rows, (row) => [
    ...names.map((name) => row[name]),
    ...amounts.map((amount) => String(row[amount])),
  ]);
  if (cells.length === 0) return [];
  const columns = [
    ...names.map((title) => ({ title, align: "left" as const })),
    ...amounts.map((title) => ({ title, align: "right" as const })),
  ];
  return [...tableLines(columns, cells)];
}
