/**
 * Interval of a mean of outcomes in [0, 1] whose points depend on each other inside clusters: Wilson's
 * score interval at the effective number of points, mean · (1 − mean) / variance of the mean, where the
 * variance adds up clusters, not points (Korn & Graubard 1998 take the same number to Clopper–Pearson's
 * interval). Points that are clusters of their own and 0 or 1 give Wilson's interval exactly. Where
 * nothing varies the clusters are the effective number, since a bin in which all succeed is not certain.
 */
import { assert } from "../base/errors.ts";
import type { Interval } from "./estimate.ts";
import { wilsonInterval } from "./proportion.ts";
import { mean } from "./summary.ts";

/** Squares of no more than this a point are the rounding of values that are all equal. */
const rounding = 1e-20;

/** The interval of the mean of `values`, each of them in the cluster of its number, 0 to clusterCount − 1. */
export function clusteredShareInterval(
  values: Float64Array,
  clusters: Uint32Array,
  clusterCount: number,
  { level = 0.95 }: { readonly level?: number } = {},
): Interval {
  assert(
    values.every((value) => value >= 0 && value <= 1),
    "outcomes of a share lie in [0, 1]",
  );
  const center = mean(values);
  const residuals = new Float64Array(clusterCount);
  values.forEach((value, i) => {
    residuals[clusters[i]!]! += value - center;
  });
  const squares = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  const varies = squares > rounding * values.length;
  const variance = squares / (values.length * values.length);
  const points = varies ? (center * (1 - center)) / variance : clusterCount;
  const interval = wilsonInterval(Math.min(1, center) * points, points, { level });
  return clusterCount === values.length ? interval : { ...interval, method: "clustered wilson" };
}
