/**
 * An outcome against a count, in bins: the zeros by themselves, then the other points in bins of equally
 * many (or of equal width), each with its mean and interval, and the slope of the outcome over the
 * logarithm of the count, zeros apart. No point is left out.
 */
import { RoteError } from "../base/errors.ts";
import type { Rng } from "../base/random.ts";
import { clusteredBootstrap, percentileInterval } from "./bootstrap.ts";
import { clusteredShareInterval } from "./clustered-share.ts";
import type { Interval } from "./estimate.ts";
import { clusteredSlope, type Slope } from "./slope.ts";
import { mean } from "./summary.ts";

/** Points of neighboring counts. */
export interface Bin {
  /** Smallest and largest count inside; both 0 in the zero bin. */
  readonly low: number;
  readonly high: number;
  readonly points: number;
  readonly clusters: number;
  readonly mean: number;
  /** Null where fewer than ten clusters bear none. */
  readonly interval: Interval | null;
}

/** The bins and the slope. */
export interface BinnedOutcome {
  /** The zero bin first, where there are zeros. */
  readonly bins: readonly Bin[];
  /** Of the outcome over log10(count), without the zeros. */
  readonly slope: Slope;
}

/** How points are put into bins, and intervals made. */
export interface BinOptions {
  readonly rng: Rng;
  /** Bins besides the zeros', at most; default 5. Equal counts are not parted, which may leave fewer. */
  readonly bins?: number;
  /** Default "equal-count". */
  readonly by?: "equal-count" | "equal-width";
  /** Each point's cluster; by default every point its own. */
  readonly clusters?: Uint32Array;
  /** Default 1000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly level?: number;
}

/** An interval over fewer clusters is not worth its name. */
const fewestClusters = 10;

/** Bin `outcome` by `counts`, which are finite and not negative. Neither may hold NaN. */
export function binnedOutcome(
  counts: Float64Array,
  outcome: Float64Array,
  { clusters = Uint32Array.from(counts, (_, i) => i), ...options }: BinOptions,
): BinnedOutcome {
  check(counts, outcome, clusters, options);
  const zero = counts.findIndex((count) => count === 0) >= 0;
  const members = [
    ...(zero ? [[...counts.keys()].filter((i) => counts[i] === 0)] : []),
    ...partition(counts, options),
  ];
  const positive = [...counts.keys()].filter((i) => counts[i]! > 0);
  return {
    bins: members.map((points) => binOf(points, counts, outcome, clusters, options)),
    slope: clusteredSlope(
      Float64Array.from(positive, (i) => Math.log10(counts[i]!)),
      Float64Array.from(positive, (i) => outcome[i]!),
      { clusters: Uint32Array.from(positive, (i) => clusters[i]!), level: options.level },
    ),
  };
}

/** Positions of the points of each bin, zeros apart, bins and points by ascending count. */
function partition(
  counts: Float64Array,
  { bins = 5, by = "equal-count" }: Pick<BinOptions, "bins" | "by">,
): readonly (readonly number[])[] {
  const ascending = [...counts.keys()]
    .filter((i) => counts[i]! > 0)
    .sort((a, b) => counts[a]! - counts[b]! || a - b);
  const largest = counts[ascending.at(-1)!]!;
  const binAt = (position: number, count: number): number =>
    by === "equal-width"
      ? Math.min(bins - 1, Math.floor((count / largest) * bins))
      : Math.floor((position * bins) / ascending.length);
  const found = new Map<number, number[]>();
  let bin = 0;
  ascending.forEach((point, position) => {
    const tied = position > 0 && counts[point] === counts[ascending[position - 1]!];
    if (!tied) bin = binAt(position, counts[point]!);
    const members = found.get(bin);
    if (members === undefined) found.set(bin, [point]);
    else members.push(point);
  });
  return [...found.values()];
}

function binOf(
  points: readonly number[],
  counts: Float64Array,
  outcome: Float64Array,
  clusters: Uint32Array,
  { rng, resamples = 1000, level = 0.95 }: BinOptions,
): Bin {
  const values = Float64Array.from(points, (i) => outcome[i]!);
  const numbers = new Map<number, number>();
  const own = Uint32Array.from(points, (i) => {
    const number = numbers.get(clusters[i]!) ?? numbers.size;
    numbers.set(clusters[i]!, number);
    return number;
  });
  const [low, high] = [counts[points[0]!]!, counts[points.at(-1)!]!];
  const sizes = { points: points.length, clusters: numbers.size };
  const bin = { low, high, ...sizes, mean: mean(values) };
  if (numbers.size < fewestClusters) return { ...bin, interval: null };
  // A bootstrap takes a bin in which all succeed or all fail for certain.
  if (values.every((value) => value >= 0 && value <= 1))
    return { ...bin, interval: clusteredShareInterval(values, own, numbers.size, { level }) };
  const weighted = (weights: Float64Array): number => {
    let [total, sum] = [0, 0];
    weights.forEach((weight, i) => {
      total += weight;
      sum += weight * values[i]!;
    });
    return sum / total;
  };
  const stream = rng.fork(`bin ${low}`);
  const replicates = clusteredBootstrap(weighted, own, numbers.size, { rng: stream, resamples });
  return { ...bin, interval: percentileInterval(replicates, { level }) ?? null };
}

function check(
  counts: Float64Array,
  outcome: Float64Array,
  clusters: Uint32Array,
  { bins = 5 }: Pick<BinOptions, "bins">,
): void {
  if (counts.length !== outcome.length || counts.length !== clusters.length)
    throw new RoteError(
      "usage",
      `${counts.length} counts, ${outcome.length} outcomes and ${clusters.length} clusters; give every point one of each`,
    );
  const bad = counts.findIndex(
    (count, i) => !(count >= 0 && count < Infinity && Number.isFinite(outcome[i])),
  );
  if (bad >= 0)
    throw new RoteError(
      "usage",
      `point ${bad + 1} has count ${counts[bad]} and outcome ${outcome[bad]}; counts are 0 or more and both are finite`,
    );
  if (!(bins >= 1)) throw new RoteError("usage", `bins must be at least 1, got ${bins}`);
}
