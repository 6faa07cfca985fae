/** Columns of paired values as a sample: ranked once, in memory that threads share. */
import { RoteError } from "../base/errors.ts";
import { type DenseRanks, denseRanks } from "./ranks.ts";
import type { RankedColumns } from "./rank-statistic.ts";

/** Ranked columns and the cluster of each point. */
export interface RankSample extends RankedColumns {
  readonly points: number;
  /** Each point's cluster, 0 to clusterCount − 1: the units that are independent. */
  readonly clusters: Uint32Array;
  readonly clusterCount: number;
}

/**
 * Rank every column. Infinities are values like any other. Throws where a value is NaN, where columns
 * differ in length, or where a point has a cluster beyond `clusterCount` (default: the largest and one).
 * Memory: 4 bytes a point and column.
 */
export function rankSample(
  columns: Readonly<Record<string, Float64Array>>,
  clusters: Uint32Array,
  clusterCount: number = clusters.reduce((most, cluster) => Math.max(most, cluster + 1), 0),
): RankSample {
  const names = Object.keys(columns);
  if (clusters.some((cluster) => cluster >= clusterCount))
    throw new RoteError("usage", `a point's cluster is not below the ${clusterCount} clusters`);
  const ranks = Object.entries(columns).map(([name, values]) => {
    if (values.length !== clusters.length)
      throw new RoteError(
        "usage",
        `column "${name}" has ${values.length} values for ${clusters.length} points; give every point one`,
      );
    const missing = values.findIndex(Number.isNaN);
    if (missing >= 0)
      throw new RoteError(
        "usage",
        `value ${missing + 1} of "${name}" is not a number, which has no rank; leave its point out`,
        { name, index: missing },
      );
    return shared(denseRanks(values));
  });
  return { names, ranks, points: clusters.length, clusters: sharedCopy(clusters), clusterCount };
}

function shared({ groups, groupCount }: DenseRanks): DenseRanks {
  return { groups: sharedCopy(groups), groupCount };
}

function sharedCopy(values: Uint32Array): Uint32Array {
  const copy = new Uint32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
