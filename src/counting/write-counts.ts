/** Counts as files: Parquet (INT64), JSON lines, or TSV with a header line, by the file's extension. */
import { extname } from "node:path";
import { RoteError } from "../base/errors.ts";
import { writeText } from "../base/files.ts";
import { writeParquet } from "../base/parquet.ts";
import {
  type CountRows,
  jsonChunks,
  type LineChunk,
  pairColumns,
  phraseColumns,
  tsvChunks,
} from "./count-lines.ts";

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

/** Write rows in their order, whole or not at all; returns their number. Holds a batch of rows in memory. */
export async function writeCounts(path: string, rows: CountRows): Promise<number> {
  const { phrases, pairs } = rows;
  checkCountsPath(path, { phrases: phrases !== undefined, pairs: pairs !== undefined });
  switch (extname(path).toLowerCase()) {
    case ".jsonl":
      return writeChunks(path, jsonChunks(rows));
    case ".tsv":
      return writeChunks(path, tsvChunks(rows, tsvCell(path)));
    default:
      return pairs === undefined
        ? writeParquet(path, phraseColumns, asRecords(phrases ?? []))
        : writeParquet(path, pairColumns, asRecords(pairs));
  }
}

async function writeChunks(path: string, chunks: Iterable<LineChunk>): Promise<number> {
  let written = 0;
  const texts = function* (): Generator<string> {
    for (const { text, rows } of chunks) {
      written += rows;
      yield text;
    }
  };
  await writeText(path, texts());
  return written;
}

function tsvCell(path: string): (phrase: string) => string {
  return (phrase) => {
    if (!/[\t\n\r]/.test(phrase)) return phrase;
    throw new RoteError(
      "usage",
      `${path}: the phrase ${JSON.stringify(phrase)} has a tab or a line end, which TSV cannot hold; write .jsonl or .parquet`,
      { path, phrase },
    );
  };
}

function* asRecords(rows: Iterable<object>): Generator<Record<string, unknown>> {
  for (const row of rows) yield { ...row };
}
