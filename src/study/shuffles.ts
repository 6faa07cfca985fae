/**
 * The study's permutation null: planned from the seed, the pairs and their document frequencies,
 * counted in one pass for all tasks, and planned again the same way whenever the run is measured.
 */
import { RoteError } from "../base/errors.ts";
import { createRng, type Rng } from "../base/random.ts";
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
    /** The examples that are shuffled, where there are too many to shuffle all. */
    readonly examples: ReadonlySet<string> | undefined;
  }[];
  /** All groups' pairs as one query. */
  readonly query: MergedPairQuery;
  readonly df: (phrase: string) => number;
  /** What counts of pairs with this a are divided by, where that is not df. */
  readonly denominatorOf: ((a: string) => number) | undefined;
}

/** Pairs that all shuffles of a run hold at most, and shuffles it has at most and at least. */
const budget = { pairs: 5_000_000, most: 200, least: 5 };
/** From this number of pairs on, a sample is shuffled instead. */
const manyPairs = 1_000_000;
const sampled = { pairs: 100_000, permutations: 50 };

/** Raised whenever the same pairs, counts and options are shuffled in another way, so that earlier runs are counted anew. */
export const shuffleRule = 3;

/** Pairs that every task and n keeps in a sample, so that a small one beside a large one has a null. */
const fewestSampled = 1_000;

/** How many shuffles a run's pairs get, and of how many of them. */
export function shuffleBudget(
  pairs: number,
  asked: MeasureEntry["permutations"],
): { readonly permutations: number; readonly pairs: number } {
  if (asked !== "auto") return { permutations: asked, pairs };
  if (pairs >= manyPairs) return sampled;
  const affordable = Math.floor(budget.pairs / Math.max(1, pairs));
  return { permutations: Math.max(budget.least, Math.min(budget.most, affordable)), pairs };
}

/** Plan the shuffles of every task and n. Pairs whose a no document holds, or whose count has nothing to be divided by, are no points and take no part, in the budget neither. */
export function planStudyShuffles(
  pairs: readonly PairRow[],
  counts: readonly CountedPairRow[],
  seed: number,
  { permutations: asked, strata }: Pick<MeasureEntry, "permutations" | "strata">,
  denominatorOf?: (a: string) => number,
): StudyShuffles {
  const frequencies = new Map(
    counts.flatMap(({ a, b, dfA, dfB }) => [[a, dfA] as const, [b, dfB] as const]),
  );
  const df = (phrase: string): number => frequencies.get(phrase) ?? 0;
  const shuffled = pairs.filter(({ a }) => df(a) > 0 && denominatorOf?.(a) !== 0);
  const { permutations, pairs: most } = shuffleBudget(shuffled.length, asked);
  const grouped = new Map<string, { task: string; n: number; rows: PairRow[] }>();
  for (const row of shuffled) {
    const key = `${row.task}/${row.n}`;
    const group = grouped.get(key) ?? { task: row.task, n: row.n, rows: [] };
    grouped.set(key, group);
    group.rows.push(row);
  }
  const sizes = Array.from(grouped.values(), ({ rows }) => rows.length);
  const shares = sharesOf(sizes, most);
  const groups = Array.from(grouped.values(), ({ task, n, rows }, i) => {
    const rng = createRng(seed).fork(`shuffles/${task}/${n}`);
    const share = shares[i]!;
    const examples = share < rows.length ? sampleExamples(rows, share, rng) : undefined;
    const own = examples === undefined ? rows : rows.filter((row) => examples.has(row.example));
    return { task, n, plan: planShuffles(own, df, { rng, permutations, strata }), examples };
  });
  const query = mergePairQueries(groups.map(({ plan }) => plan));
  return { groups, query, df, denominatorOf };
}

/**
 * How many of each group's rows are taken where `most` are taken of all: a floor of 1,000, or of an
 * equal share of half of them where there are many groups, and the rest in proportion to what lies
 * above the floor.
 */
export function sharesOf(sizes: readonly number[], most: number): readonly number[] {
  const total = sum(sizes);
  if (most >= total) return sizes;
  const floor = Math.min(fewestSampled, Math.floor(most / 2 / sizes.length));
  const floors = sizes.map((size) => Math.min(size, floor));
  const spare = (most - sum(floors)) / (total - sum(floors));
  return sizes.map((size, i) => Math.floor(floors[i]! + spare * (size - floors[i]!)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Whole examples in a random order until the next would exceed `most` rows. */
export function sampleExamples(
  rows: readonly PairRow[],
  most: number,
  rng: Rng,
): ReadonlySet<string> {
  const sizes = new Map<string, number>();
  for (const { example } of rows) sizes.set(example, (sizes.get(example) ?? 0) + 1);
  const chosen = new Set<string>();
  let size = 0;
  for (const example of rng.fork("examples").shuffle([...sizes.keys()].sort())) {
    size += sizes.get(example)!;
    if (size > most) break;
    chosen.add(example);
  }
  return chosen;
}

/** The counted shuffles of a task and n, from the non-zero counts of the merged query. */
export function recountedShuffles(
  { groups, query, df, denominatorOf }: StudyShuffles,
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
      examples: group.examples,
      codf: Float64Array.from(query.positions[index]!.pairs, (position) => merged[position]!),
      df: Float64Array.from(group.plan.phrases, df),
      denominators: denominatorOf && Float64Array.from(group.plan.phrases, denominatorOf),
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
