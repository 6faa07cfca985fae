/** Rows of counts as text, in chunks of many lines: what is written line by line waits line by line. */
import type { ParquetColumn } from "../base/parquet.ts";
import type { PairRow, PhraseRow } from "./question.ts";

/** What is written or printed of a question; a kind of rows that was not asked for is absent. */
export interface CountRows {
  readonly phrases?: Iterable<PhraseRow>;
  readonly pairs?: Iterable<PairRow>;
}

/** Neighboring lines, each ended by LF. */
export interface LineChunk {
  readonly text: string;
  readonly rows: number;
}

/** The columns of phrase rows and of pair rows, in their order. */
export const phraseColumns: readonly ParquetColumn[] = [
  { name: "phrase", type: "string" },
  ...["df", "tf"].map((name) => ({ name, type: "int64" as const })),
];
export const pairColumns: readonly ParquetColumn[] = [
  ...["a", "b"].map((name) => ({ name, type: "string" as const })),
  ...["codf", "dfA", "dfB", "tfA", "tfB"].map((name) => ({ name, type: "int64" as const })),
];

const CHUNK_CHARACTERS = 1 << 14;

/** Rows as JSON lines, phrases first: each line what `JSON.stringify` makes of the row. */
export function* jsonChunks({ phrases = [], pairs = [] }: CountRows): Generator<LineChunk> {
  yield* chunksOf(
    phrases,
    ({ phrase, df, tf }) => `{"phrase":${jsonString(phrase)},"df":${df},"tf":${tf}}\n`,
  );
  yield* chunksOf(
    pairs,
    ({ a, b, codf, dfA, dfB, tfA, tfB }) =>
      `{"a":${jsonString(a)},"b":${jsonString(b)},"codf":${codf},"dfA":${dfA},"dfB":${dfB},"tfA":${tfA},"tfB":${tfB}}\n`,
  );
}

/** Rows of one kind as TSV below a line of names. `cell` gives a phrase as it is to stand there. */
export function* tsvChunks(
  { phrases, pairs }: CountRows,
  cell: (phrase: string) => string,
): Generator<LineChunk> {
  const columns = pairs === undefined ? phraseColumns : pairColumns;
  yield { text: `${columns.map(({ name }) => name).join("\t")}\n`, rows: 0 };
  yield* chunksOf(phrases ?? [], ({ phrase, df, tf }) => `${cell(phrase)}\t${df}\t${tf}\n`);
  yield* chunksOf(
    pairs ?? [],
    ({ a, b, codf, dfA, dfB, tfA, tfB }) =>
      `${cell(a)}\t${cell(b)}\t${codf}\t${dfA}\t${dfB}\t${tfA}\t${tfB}\n`,
  );
}

function* chunksOf<Row>(rows: Iterable<Row>, line: (row: Row) => string): Generator<LineChunk> {
  let [text, count] = ["", 0];
  for (const row of rows) {
    text += line(row);
    count += 1;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield { text, rows: count };
    [text, count] = ["", 0];
  }
  if (count > 0) yield { text, rows: count };
}

/** `JSON.stringify` of a string; most are taken as they are, without escapes. */
function jsonString(text: string): string {
  return /[^ !#-[\]-\ud7ff\ue000-\uffff]/.test(text) ? JSON.stringify(text) : `"${text}"`;
}
