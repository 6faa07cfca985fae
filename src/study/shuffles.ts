/**
 * The study's permutation null: planned from the seed, the pairs and their document frequencies,
 * counted in one pass for all tasks, and planned again the same way whenever the run is measured.
 */
import { RoteError } from "../base/errors.ts";
import { createRng } from "../base/random.ts";
import type { PairRow as CountedPairRow } from "../counting/question.ts";
import { mergePairQueries, type MergedPairQuery, positionOf } from "../memorization/pair-query.ts";
import type { RecountedShuffles } from "../memorization/null-distribution.ts";
import { planShuffles, type ShufflePlan } from "../memorization/shuffle-plan.ts";
import type { MeasureEntry } from "./study-file.ts";
import { type PairRow, type RecountRow, recountTable } from "./tables.ts";

export interface StudyShuffles {
  readonly groups: readonly {
    readonly task: string;
    readonly n: number;
    readonly plan: ShufflePlan;
  }[];
  /** All groups' pairs as one query. */
  readonly query: MergedPairQuery;
  readonly df: (phrase: string) => number;
}

/** Plan the shuffles of every task and n. */
export function planStudyShuffles(
  pairs: readonly PairRow[],
  counts: readonly CountedPairRow[],
  seed: number,
  { permutations, strata }: MeasureEntry,
): StudyShuffles {
  const frequencies = new Map(
    counts.flatMap(({ a, b, dfA, dfB }) => [[a, dfA] as const, [b, dfB] as const]),
  );
  const df = (phrase: string): number => frequencies.get(phrase) ?? 0;
  const grouped = new Map<string, { task: string; n: number; rows: PairRow[] }>();
  for (const row of pairs) {
    const key = `${row.task}/${row.n}`;
    const group = grouped.get(key) ?? { task: row.task, n: row.n, rows: [] };
    grouped.set(key, group);
    group.rows.push(row);
  }
  const groups = Array.from(grouped.values(), ({ task, n, rows }) => {
    const rng = createRng(seed).fork(`shuffles/${task}/${n}`);
    return { task, n, plan: planShuffles(rows, df, { rng, permutations, strata }) };
  });
  return { groups, query: mergePairQueries(groups.map(({ plan }) => plan)), df };
}

/** The counted shuffles of a task and n, from the non-zero counts of the merged query. */
export function recountedShuffles(
  { groups, query, df }: StudyShuffles,
  rows: readonly RecountRow[],
): (task: string, n: number) => RecountedShuffles | undefined {
  const size = query.phrases.length;
  const merged = new Float64Array(query.pairs.length / 2);
  const keys = merged.map((_, i) => query.pairs[2 * i]! * size + query.pairs[2 * i + 1]!);
  for (const { a, b, codf } of rows) {
    const position = b < size ? positionOf(keys, a * size + b) : -1;
    if (position < 0) throw unplannedCount(a, b);
    merged[position] = codf;
  }
  return (task, n) => {
    const index = groups.findIndex((group) => group.task === task && group.n === n);
    const group = groups[index];
    if (group === undefined) return undefined;
    return {
      plan: group.plan,
      codf: Float64Array.from(query.positions[index]!.pairs, (position) => merged[position]!),
      df: Float64Array.from(group.plan.phrases, df),
    };
  };
}

function unplannedCount(a: number, b: number): RoteError {
  return new RoteError(
    "study/mismatch",
    `${recountTable.file} counts the pair (${a}, ${b}), which these pairs, counts and this seed do not shuffle; run the study again, which counts the shuffles anew`,
    { a, b },
  );
}
