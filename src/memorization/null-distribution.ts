/**
 * Values of the quantities under the null that the model's probabilities have nothing to do with the
 * corpus, in two ways:
 *
 *   recounted   input phrases are exchanged and the new pairs counted (shuffle-plan.ts)
 *   exchanged   no corpus at hand: the corpus's side of whole examples is exchanged, between examples of
 *               one size within strata of df(a) where nearly all have a partner there, else between
 *               examples of one size, else between all
 *
 * What a permutation changes is the corpus's side of a point: P(b|a), whether the pair meets, df(a), PMI.
 * df(b), the length of b and the model's side stay. Where zeros are dropped, those that then arise are.
 */
import { RoteError } from "../base/errors.ts";
import type { Rng } from "../base/random.ts";
import {
  clusterExchanges,
  fixedShare,
  permuteRankStatistics,
  wholeExchanges,
} from "../stats/permutation.ts";
import { denseRanks } from "../stats/ranks.ts";
import type { RankSample } from "../stats/rank-sample.ts";
import { type RankedColumns, type RankStatistic, RankStatistics } from "../stats/rank-statistic.ts";
import type { MemorizationNull } from "./memorization-estimate.ts";
import { corpusColumns, meetings, type PairCounts } from "./corpus-columns.ts";
import { positionOf } from "./pair-query.ts";
import { compactClusters, modelColumns, pointsAt, type PointSet, sampleOf } from "./point-set.ts";
import type { Quantity } from "./quantities.ts";
import type { ShufflePlan } from "./shuffle-plan.ts";

/** A plan and the counts of its pairs and phrases, in the plan's order. */
export interface RecountedShuffles {
  readonly plan: ShufflePlan;
  readonly codf: Float64Array;
  readonly df: Float64Array;
  /** What counts of pairs with each of the plan's phrases as a are divided by, where that is not `df`. */
  readonly denominators?: Float64Array | undefined;
  /** Examples whose points were shuffled, where they are a sample of all. */
  readonly examples?: ReadonlySet<string> | undefined;
}

/** How a null was made. */
export type NullMaking = Omit<
  MemorizationNull,
  "mean" | "low" | "high" | "pValue" | "permutations"
>;

/** Each quantity's values, one a permutation, NaN where it is undefined. */
export interface NullValues {
  readonly values: readonly Float64Array[];
  readonly making: NullMaking;
}

/** A correlation over fewer points is not worth its name. */
export const fewestPoints = 10;

/** Below this share of points that cannot move, blocks are exchanged exactly. */
const mostFixed = 0.1;
const smallestStratum = 20;
/** Permutations between two looks at timers and signals. */
const batch = 8;

/** The quantities under each of the counted shuffles. */
export function recountedNull(
  set: PointSet,
  quantities: readonly Quantity[],
  recounted: RecountedShuffles,
): NullValues {
  const { conflicts, strata } = recounted.plan;
  const fixed = Object.entries(modelColumns(set)).filter(([, y]) => !y.some(Number.isNaN));
  const fixedRanks = fixed.map(([, values]) => denseRanks(values));
  const values: number[][] = quantities.map(() => []);
  const rankedUnder = (counts: PairCounts, zeros: Quantity["zeros"]): RankedColumns => {
    const moved: readonly [string, Float64Array][] = Object.entries(corpusColumns(counts, zeros));
    return {
      names: [...fixed, ...moved].map(([name]) => name),
      ranks: [...fixedRanks, ...moved.map(([, values]) => denseRanks(values))],
    };
  };
  for (const moved of recountedCounts(recounted, set.phrases!)) {
    const counts = { ...set, ...moved };
    let sample: RankedColumns | undefined;
    for (const zeros of ["kept", "dropped"] as const) {
      const own = [...quantities.keys()].filter((i) => quantities[i]!.zeros === zeros);
      if (own.length === 0) continue;
      // Of points of one pair both views rank alike.
      if (sample === undefined || set.starts !== undefined) sample = rankedUnder(counts, zeros);
      const statistics = new RankStatistics(sample, statisticsAt(quantities, own));
      const weights = zeros === "kept" ? undefined : Float64Array.from(meetings(counts));
      const enough = weights === undefined || sum(weights) >= fewestPoints;
      const found = enough ? statistics.values(weights) : undefined;
      own.forEach((i, k) => values[i]!.push(found?.[k] ?? NaN));
    }
  }
  const making = { recounted: true, conflicts, exchange: "recounted", strata } as const;
  return {
    values: values.map((own) => Float64Array.from(own)),
    making: { ...making, points: set.example.length },
  };
}

/** The counts of the points' pairs and of their a in each permutation. Yields the same arrays, written anew each time. */
export function* recountedCounts(
  { plan, codf, df, denominators }: RecountedShuffles,
  pairs: NonNullable<PointSet["phrases"]>,
): Generator<Pick<PairCounts, "codf" | "dfA" | "denominator">> {
  const size = plan.phrases.length;
  const indexes = new Map(plan.phrases.map((phrase, index) => [phrase, index]));
  const [a, b] = [indexesOf(indexes, pairs.a), indexesOf(indexes, pairs.b)];
  const keys = Float64Array.from(
    codf,
    (_, i) => plan.pairs[2 * i]! * size + plan.pairs[2 * i + 1]!,
  );
  const column = (): Float64Array => new Float64Array(a.length);
  const counts = { codf: column(), dfA: column(), denominator: denominators && column() };
  for (let permutation = 0; permutation < plan.permutations; permutation++) {
    for (let i = 0; i < a.length; i++) {
      const image = plan.images[permutation * size + a[i]!]!;
      const position = positionOf(keys, image * size + b[i]!);
      if (position < 0) throw unplanned(pairs, i);
      counts.codf[i] = codf[position]!;
      counts.dfA[i] = df[image]!;
      if (denominators !== undefined) counts.denominator![i] = denominators[image]!;
    }
    yield counts;
  }
}

/** Options of an exchange of whole examples. */
export interface ExchangeOptions {
  readonly rng: Rng;
  readonly permutations: number;
  /** Strata of df(a) at most; each holds at least 20 examples. */
  readonly strata: number;
  /** Above this number of points, a seeded sample of whole examples is exchanged. */
  readonly mostPoints: number;
  /** What moves; by default the corpus's side of pairs. */
  readonly columns?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** The quantities with the corpus's side of whole examples exchanged. */
export async function exchangedNull(
  set: PointSet,
  quantities: readonly Quantity[],
  { rng, permutations, strata, mostPoints, signal, columns: asked }: ExchangeOptions,
): Promise<NullValues> {
  const points = compactClusters(sampleExamples(set, mostPoints, rng.fork("sample")));
  const corpus = corpusColumns(points, "kept");
  const sample = sampleOf(points, corpus);
  const columns = asked ?? Object.keys(corpus);
  const { making, orders } = exchangesOf(corpus.dfA, sample, { rng, permutations, strata });
  const keep = meetings(points);
  // Of points of one pair both views rank alike.
  const met =
    points.starts === undefined ? sample : sampleOf(points, corpusColumns(points, "dropped"));
  const values = quantities.map(() => new Float64Array(permutations));
  for (let start = 0; start < permutations; start += batch) {
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    const some = Array.from(take(orders, batch), (order) => order.slice());
    for (const zeros of ["kept", "dropped"] as const) {
      const own = [...quantities.keys()].filter((i) => quantities[i]!.zeros === zeros);
      if (own.length === 0) continue;
      const moved = zeros === "kept" ? { columns } : { columns, keep };
      const view = zeros === "kept" ? sample : met;
      const found = permuteRankStatistics(view, statisticsAt(quantities, own), moved, some);
      own.forEach((i, k) => {
        values[i]!.set(found[k]!, start);
      });
    }
  }
  return { values, making };
}

interface Exchanges {
  readonly making: NullMaking;
  readonly orders: Iterator<Uint32Array, unknown>;
}

/** The strictest exchange that leaves nearly no point where it is; strata are of log df(a). */
function exchangesOf(
  dfA: Float64Array,
  sample: RankSample,
  { rng, permutations, strata: most }: Pick<ExchangeOptions, "rng" | "permutations" | "strata">,
): Exchanges {
  const making = { recounted: false, points: sample.points } as const;
  const options = { rng: rng.fork("exchanges"), permutations };
  const strata = Math.max(1, Math.min(most, Math.floor(sample.clusterCount / smallestStratum)));
  for (const count of strata > 1 ? [strata, 1] : [1]) {
    const labels = count === 1 ? undefined : stratify(dfA, sample, count);
    const fixed = fixedShare(sample, labels);
    if (fixed > mostFixed) continue;
    const orders = clusterExchanges(sample, options, labels);
    return { making: { ...making, exchange: "equal-blocks", strata: count, fixed }, orders };
  }
  const orders = wholeExchanges(sample, options);
  return { making: { ...making, exchange: "whole-blocks", strata: 1 }, orders };
}

/** Each point's stratum: clusters by their mean log df(a), cut into equal numbers; those of one mean stay together. */
function stratify(
  dfA: Float64Array,
  { clusters, clusterCount }: RankSample,
  strata: number,
): Uint32Array {
  const [sums, sizes] = [new Float64Array(clusterCount), new Float64Array(clusterCount)];
  clusters.forEach((cluster, i) => {
    sums[cluster]! += dfA[i]!;
    sizes[cluster]! += 1;
  });
  const means = sums.map((total, cluster) => total / sizes[cluster]!);
  const ascending = means.slice().sort();
  const stratumOf = new Map<number, number>();
  ascending.forEach((value, i) => {
    if (!stratumOf.has(value)) stratumOf.set(value, Math.floor((i * strata) / clusterCount));
  });
  return Uint32Array.from(clusters, (cluster) => stratumOf.get(means[cluster]!)!);
}

/** Whole clusters in a random order until there are `most` points; all where there are no more. */
function sampleExamples(set: PointSet, most: number, rng: Rng): PointSet {
  const { cluster, clusterCount } = set;
  if (cluster.length <= most) return set;
  const sizes = new Uint32Array(clusterCount);
  for (const own of cluster) sizes[own]!++;
  const chosen = new Uint8Array(clusterCount);
  let points = 0;
  for (const own of rng.shuffle(Uint32Array.from(sizes.keys()))) {
    if (points + sizes[own]! > most) break;
    chosen[own] = 1;
    points += sizes[own]!;
  }
  return pointsAt(
    set,
    Uint32Array.from(cluster.keys()).filter((i) => chosen[cluster[i]!] === 1),
  );
}

function statisticsAt(
  quantities: readonly Quantity[],
  positions: readonly number[],
): readonly RankStatistic[] {
  return positions.map((i) => quantities[i]!.statistic);
}

function* take<T>(values: Iterator<T, unknown>, count: number): Generator<T> {
  for (let i = 0; i < count; i++) {
    const next = values.next();
    if (next.done === true) return;
    yield next.value;
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function indexesOf(indexes: ReadonlyMap<string, number>, phrases: readonly string[]): Uint32Array {
  return Uint32Array.from(phrases, (phrase) => {
    const index = indexes.get(phrase);
    if (index !== undefined) return index;
    throw new RoteError(
      "study/mismatch",
      `the shuffles were planned without "${phrase}", which is scored; plan and count them again for these pairs`,
      { phrase },
    );
  });
}

function unplanned({ a, b }: NonNullable<PointSet["phrases"]>, i: number): RoteError {
  return new RoteError(
    "study/mismatch",
    `the shuffles were planned without the pair ("${a[i]!}", "${b[i]!}"), which is scored; plan and count them again for these pairs`,
    { a: a[i], b: b[i] },
  );
}
