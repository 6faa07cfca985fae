/** The measures on counts and log-probabilities from files of any origin: no corpus, no models. */
import { messageOf, RoteError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import { readParquet } from "../base/parquet.ts";
import { createRng } from "../base/random.ts";
import { readFileLines } from "../corpus/file-lines.ts";
import { CountTable } from "../memorization/count-table.ts";
import type { MemorizationOptions } from "../memorization/distributional-memorization.ts";
import { type MeasuredRows, measureJoined } from "../memorization/measure-rows.ts";
import { parseCountRow, parseScoreRow } from "../memorization/parse-rows.ts";
import { RowJoin } from "../memorization/rows.ts";
import { OUTLIER, type PairKey } from "./outliers.ts";

/** Seed and choices of a measurement. */
export interface MeasureFilesOptions extends Pick<
  MemorizationOptions,
  | "permutations"
  | "level"
  | "strata"
  | "zeros"
  | "controls"
  | "clusteredBy"
  | "unit"
  | "correction"
  | "smoothing"
  | "censored"
  | "parameters"
  | "training"
  | "threads"
  | "signal"
> {
  readonly seed?: number;
  /** Resamples of examples; default 10,000 up to 10^5 points and 1,000 above, of Kendall's tau-b at most 1,000. */
  readonly bootstrap?: number | undefined;
  /** Whether a pair is left out as a count outlier; default none. */
  readonly isOutlier?: (row: PairKey) => boolean;
  /** What an example belongs to, where its score does not say; undefined leaves it unsaid. */
  readonly groupOf?: (task: string, example: string) => string | null | undefined;
}

/**
 * Read counts and scores (JSON lines or Parquet, by name) and measure them. Without a corpus the null
 * exchanges the corpus probabilities of whole examples and says `recounted: false`.
 */
export async function measureFiles(
  countsPath: string,
  scoresPath: string,
  {
    seed = 1,
    bootstrap,
    groupOf = () => undefined,
    isOutlier,
    ...options
  }: MeasureFilesOptions = {},
): Promise<MeasuredRows> {
  const counts = new CountTable();
  await readRows(countsPath, (fields, where) => {
    counts.add(parseCountRow(fields, where));
  });
  const join = new RowJoin(counts);
  await readRows(scoresPath, (fields, where) => {
    const row = parseScoreRow(fields, where);
    const group = row.group ?? groupOf(row.task, row.example);
    const leftOutFor = isOutlier?.(row) === true ? OUTLIER : undefined;
    join.add(group === undefined ? row : { ...row, group }, leftOutFor);
  });
  const rng = createRng(seed).fork("measure");
  return measureJoined(join.finish(), { ...options, rng, resamples: bootstrap });
}

/** Hand on every row, one after another: files may hold more rows than memory. */
async function readRows(
  path: string,
  take: (fields: FileRow["fields"], where: string) => void,
): Promise<void> {
  let rows = 0;
  for await (const { fields, where } of fileRows(path)) {
    take(fields, where);
    rows++;
  }
  if (rows === 0) throw new RoteError("file/malformed", `${path} holds no row`, { path });
}

/** Rows of JSON lines or of a Parquet file, by its name, with the place errors name. */
export function fileRows(path: string): AsyncGenerator<FileRow> {
  return path.endsWith(".parquet") ? parquetRows(path) : jsonRows(path);
}

/** A row, not yet checked. */
export interface FileRow {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly where: string;
}

async function* parquetRows(path: string): AsyncGenerator<FileRow> {
  let row = 0;
  for await (const fields of readParquet(path)) yield { fields, where: `${path} row ${++row}` };
}

async function* jsonRows(path: string): AsyncGenerator<FileRow> {
  for await (const { firstLine, lines } of readFileLines(path)) {
    for (const [i, line] of lines.entries()) {
      if (line.trim() === "") continue;
      const where = `${path}:${firstLine + i}`;
      const fields = parseJson(line, where);
      if (!isRecord(fields))
        throw new RoteError("file/malformed", `${where} is no JSON object`, { path });
      yield { fields, where };
    }
  }
}

function parseJson(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new RoteError(
      "file/malformed",
      `${where} is not JSON: ${messageOf(error)}`,
      { where },
      error,
    );
  }
}
