/**
 * Count outliers (`mine.outliers`): pairs one of whose counts lies outside quantiles of that count over all
 * pairs of the task and n, a pair as often as examples have it. They are mined, counted and scored, and
 * left out of all that is measured; outliers.parquet lists them with the limits.
 */
import { join } from "node:path";
import { groupBy } from "../base/group-by.ts";
import type { PairRow as CountedPairRow } from "../counting/question.ts";
import { quantile } from "../stats/quantile.ts";
import type { Study } from "./load-study.ts";
import type { OutlierEntry } from "./study-file.ts";
import { type OutlierRow, outlierTable, type PairRow, readTable } from "./tables.ts";

/** What tells a pair of a task and n. */
export type PairKey = Pick<PairRow, "task" | "n" | "a" | "b">;

/** Their reason in the drop table. */
export const OUTLIER = "count-outlier";

/** The file that lists a study's outliers; none where it leaves none out. */
export function outlierFiles({ mine }: Pick<Study, "mine">): readonly string[] {
  return mine.outliers === undefined ? [] : [outlierTable.file];
}

/** The outliers of each task and n, each pair once, in order of appearance, for the first count that is outside. */
export function findOutliers(
  pairs: readonly PairRow[],
  counts: readonly CountedPairRow[],
  { counts: names, quantiles: [from, to] }: OutlierEntry,
): readonly OutlierRow[] {
  const countOf = new Map(counts.map((row) => [JSON.stringify([row.a, row.b]), row]));
  const groups = groupBy(pairs, ({ task, n }) => JSON.stringify([task, n]));
  return [...groups.values()].flatMap((rows) => {
    const counted = rows.map((row) => ({
      ...row,
      counts: countOf.get(JSON.stringify([row.a, row.b]))!,
    }));
    const limits = names.map((count) => {
      const ascending = Float64Array.from(counted, (row) => row.counts[count]).sort();
      return { count, low: quantile(ascending, from), high: quantile(ascending, to) };
    });
    const found = new Map<string, OutlierRow>();
    for (const { task, n, a, b, counts: own } of counted) {
      const outside = limits.find(({ count, low, high }) => own[count] < low || own[count] > high);
      if (outside === undefined) continue;
      const { codf, dfA, dfB } = own;
      found.set(JSON.stringify([a, b]), { ...{ task, n, a, b, codf, dfA, dfB }, ...outside });
    }
    return [...found.values()];
  });
}

/** Whether a pair is one of the outliers that the study leaves out. */
export async function readOutliers(
  directory: string,
  study: Pick<Study, "mine">,
): Promise<(pair: PairKey) => boolean> {
  const [file] = outlierFiles(study);
  if (file === undefined) return () => false;
  const outliers = new Set((await readTable(join(directory, file), outlierTable)).map(keyOf));
  return (pair) => outliers.has(keyOf(pair));
}

function keyOf({ task, n, a, b }: PairKey): string {
  return JSON.stringify([task, n, a, b]);
}
