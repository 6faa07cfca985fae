/**
 * Permutation null: the values of one column are exchanged among points that could have had one
 * another's (within strata), everything else stays. Mid-ranks move with their values, so that a
 * permutation costs O(points) a statistic, without sorting.
 */
import { RoteError } from "../base/errors.ts";
import type { Rng } from "../base/random.ts";
import type { RankSample } from "./rank-sample.ts";
import { type RankStatistic, RankStatistics } from "./rank-statistic.ts";

/** Number of permutations and their random numbers. */
export interface PermutationOptions {
  readonly rng: Rng;
  /** At least 1; default 200. */
  readonly permutations?: number;
}

/**
 * Orders that exchange whole clusters with clusters of the same stratum and the same number of points:
 * point i takes the place of point `order[i]`. Without strata all clusters of one size are exchanged.
 * A cluster has one stratum, that of its first point. Yields one array, written anew each time.
 */
export function* clusterExchanges(
  { clusters, clusterCount }: Pick<RankSample, "clusters" | "clusterCount">,
  { rng, permutations = 200 }: PermutationOptions,
  strata?: Uint32Array,
): Generator<Uint32Array> {
  if (!(permutations >= 1))
    throw new RoteError("usage", `permutations must be at least 1, got ${permutations}`);
  const { points, starts } = pointsByCluster(clusters, clusterCount);
  const groups = exchangeable(points, starts, strata);
  const order = new Uint32Array(clusters.length);
  for (let permutation = 0; permutation < permutations; permutation++) {
    for (const group of groups) {
      const shuffled = rng.shuffle(group.slice());
      group.forEach((cluster, i) => {
        const [to, from] = [starts[cluster]!, starts[shuffled[i]!]!];
        const size = starts[cluster + 1]! - to;
        for (let k = 0; k < size; k++) order[points[to + k]!] = points[from + k]!;
      });
    }
    yield order;
  }
}

/** Share of points whose cluster has no other to be exchanged with: they stand still, and the null with them. */
export function fixedShare(
  { clusters, clusterCount }: Pick<RankSample, "clusters" | "clusterCount">,
  strata?: Uint32Array,
): number {
  const { points, starts } = pointsByCluster(clusters, clusterCount);
  let fixed = 0;
  for (const group of exchangeable(points, starts, strata))
    if (group.length === 1) fixed += starts[group[0]! + 1]! - starts[group[0]!]!;
  return fixed / Math.max(1, clusters.length);
}

/**
 * Orders for clusters of many sizes, where few have a partner of their own: every cluster takes the values of
 * one other, in a random permutation of all. Where that one has fewer or more points, its values are taken
 * around and around from a random one on, so that some stand twice or not at all; clusters of one size swap
 * exactly. Never do values of two clusters meet in one: that would make the null too narrow. Yields one array,
 * written anew each time.
 */
export function* wholeExchanges(
  { clusters, clusterCount }: Pick<RankSample, "clusters" | "clusterCount">,
  { rng, permutations = 200 }: PermutationOptions,
): Generator<Uint32Array> {
  const { points, starts } = pointsByCluster(clusters, clusterCount);
  const filled = Uint32Array.from(starts.keys()).filter((i) => starts[i + 1]! > starts[i]!);
  const order = new Uint32Array(clusters.length);
  for (let permutation = 0; permutation < permutations; permutation++) {
    const shuffled = rng.shuffle(filled.slice());
    filled.forEach((cluster, i) => {
      const [to, from] = [starts[cluster]!, starts[shuffled[i]!]!];
      const [size, given] = [starts[cluster + 1]! - to, starts[shuffled[i]! + 1]! - from];
      const first = size === given ? 0 : rng.int(given);
      for (let k = 0; k < size; k++) order[points[to + k]!] = points[from + ((first + k) % given)]!;
    });
    yield order;
  }
}

/** What is exchanged, and which points a statistic is taken over. */
export interface PermutedColumns {
  /** Columns whose values move together. */
  readonly columns: readonly string[];
  /** 1 where a point's values take part wherever they come to stand, else 0; by default all do. */
  readonly keep?: Uint8Array;
}

/** Each statistic's value under each order of a column's values, or of several's; NaN where it is undefined. One array a statistic. */
export function permuteRankStatistics(
  sample: RankSample,
  statistics: readonly RankStatistic[],
  exchanged: string | PermutedColumns,
  orders: Iterable<Uint32Array>,
): readonly Float64Array[] {
  const { columns, keep } =
    typeof exchanged === "string" ? { columns: [exchanged], keep: undefined } : exchanged;
  const evaluated = new RankStatistics(sample, statistics);
  const originals = columns.map((name) => {
    const ranks = sample.ranks[sample.names.indexOf(name)];
    if (ranks === undefined)
      throw new RoteError("usage", `the sample has no column "${name}" to exchange`);
    return { name, ranks };
  });
  const values: number[][] = statistics.map(() => []);
  for (const order of orders) {
    for (const { name, ranks } of originals) evaluated.exchange(name, ranks, order);
    const weights = keep && Float64Array.from(order, (from) => keep[from]!);
    evaluated.values(weights).forEach((value, i) => values[i]!.push(value));
  }
  return values.map((own) => Float64Array.from(own));
}

/** Positions of the points of each cluster, clusters one after another; `starts` has one entry more. */
function pointsByCluster(
  clusters: Uint32Array,
  clusterCount: number,
): { readonly points: Uint32Array; readonly starts: Uint32Array } {
  const starts = new Uint32Array(clusterCount + 1);
  for (const cluster of clusters) starts[cluster + 1]!++;
  for (let cluster = 0; cluster < clusterCount; cluster++) starts[cluster + 1]! += starts[cluster]!;
  const next = starts.slice();
  const points = new Uint32Array(clusters.length);
  clusters.forEach((cluster, i) => (points[next[cluster]!++] = i));
  return { points, starts };
}

/** Clusters that can be exchanged: of one stratum and one size. In order of appearance. */
function exchangeable(
  points: Uint32Array,
  starts: Uint32Array,
  strata: Uint32Array | undefined,
): readonly Uint32Array[] {
  const groups = new Map<string, number[]>();
  for (let cluster = 0; cluster + 1 < starts.length; cluster++) {
    const size = starts[cluster + 1]! - starts[cluster]!;
    if (size === 0) continue;
    const key = `${strata === undefined ? 0 : strata[points[starts[cluster]!]!]!}/${size}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cluster]);
    else group.push(cluster);
  }
  return Array.from(groups.values(), (group) => Uint32Array.from(group));
}
