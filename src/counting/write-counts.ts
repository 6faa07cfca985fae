/** Counts as files: Parquet (INT64), JSON lines, or TSV with a header line, by the file's extension. */
import { extname } from "node:path";
import { RoteError } from "../base/errors.ts";
import { writeLines } from "../base/files.ts";
import { type ParquetColumn, writeParquet } from "../base/parquet.ts";
import type { PairRow, PhraseRow } from "./question.ts";

/** What a file of counts is given; only JSON lines hold both kinds of rows. */
export interface CountRows {
  readonly phrases?: Iterable<PhraseRow>;
  readonly pairs?: Iterable<PairRow>;
}

const phraseColumns: readonly ParquetColumn[] = [
  { name: "phrase", type: "string" },
  { name: "df", type: "int64" },
  { name: "tf", type: "int64" },
];
const pairColumns: readonly ParquetColumn[] = [
  { name: "a", type: "string" },
  { name: "b", type: "string" },
  ...["codf", "dfA", "dfB", "tfA", "tfB"].map((name) => ({ name, type: "int64" as const })),
];

/** Refuse a path that `writeCounts` would refuse: ask before counting, which takes long. */
export function checkCountsPath(
  path: string,
  { phrases, pairs }: { readonly phrases: boolean; readonly pairs: boolean },
): void {
  const extension = extname(path).toLowerCase();
  if (![".jsonl", ".parquet", ".tsv"].includes(extension))
    throw new RoteError(
      "usage",
      `${path}: counts are written as .parquet, .jsonl or .tsv; end the name with one of them`,
      { path },
    );
  if (extension !== ".jsonl" && phrases && pairs)
    throw new RoteError(
      "usage",
      `${path}: one table holds phrases or pairs, not both; write .jsonl, or ask for them one after the other`,
      { path },
    );
}

/** Write rows in their order, whole or not at all; returns their number. */
export async function writeCounts(path: string, rows: CountRows): Promise<number> {
  const { phrases, pairs } = rows;
  checkCountsPath(path, { phrases: phrases !== undefined, pairs: pairs !== undefined });
  const extension = extname(path).toLowerCase();
  if (extension === ".jsonl") return writeLines(path, jsonLines(rows));
  const { columns, records } = oneKind(rows);
  return extension === ".parquet"
    ? writeParquet(path, columns, records)
    : (await writeLines(path, tsvLines(path, columns, records))) - 1;
}

type Records = Iterable<Readonly<Record<string, unknown>>>;

function oneKind({ phrases, pairs }: CountRows): {
  readonly columns: readonly ParquetColumn[];
  readonly records: Records;
} {
  return pairs === undefined
    ? { columns: phraseColumns, records: asRecords(phrases ?? []) }
    : { columns: pairColumns, records: asRecords(pairs) };
}

function* asRecords(rows: Iterable<PhraseRow | PairRow>): Generator<Record<string, unknown>> {
  for (const row of rows) yield { ...row };
}

function* jsonLines({ phrases = [], pairs = [] }: CountRows): Generator<string> {
  for (const row of phrases) yield JSON.stringify(row);
  for (const row of pairs) yield JSON.stringify(row);
}

function* tsvLines(
  path: string,
  columns: readonly ParquetColumn[],
  records: Records,
): Generator<string> {
  yield columns.map(({ name }) => name).join("\t");
  for (const record of records) {
    const cells = columns.map(({ name }) => String(record[name]));
    const unwritable = cells.find((cell) => /[\t\n\r]/.test(cell));
    if (unwritable !== undefined)
      throw new RoteError(
        "usage",
        `${path}: the phrase ${JSON.stringify(unwritable)} has a tab or a line end, which TSV cannot hold; write .jsonl or .parquet`,
        { path, phrase: unwritable },
      );
    yield cells.join("\t");
  }
}
