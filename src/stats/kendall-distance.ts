/**
 * Kendall's distance of two orders, (1 − τ)/2: without ties the share of pairs of points that the two
 * put in opposite order. 0 is the same order, 1/2 independence, 1 the reversed order. Being a decreasing
 * function of τ it takes its interval and its null from those of τ, ends exchanged.
 */
import type { Interval, NullBand } from "./estimate.ts";

/** The distance that belongs to a tau-b. */
export function kendallDistance(tau: number): number {
  return (1 - tau) / 2;
}

/** The interval of the distance from that of tau-b. */
export function kendallDistanceInterval({ low, high, level, method }: Interval): Interval {
  return { low: kendallDistance(high), high: kendallDistance(low), level, method };
}

/** The null of the distance from that of tau-b; the p-value is the same. */
export function kendallDistanceNull({ mean, low, high, ...rest }: NullBand): NullBand {
  return {
    mean: kendallDistance(mean),
    low: kendallDistance(high),
    high: kendallDistance(low),
    ...rest,
  };
}
