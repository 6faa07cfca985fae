/**
 * Whether a measure rises with the size of models, or with the training of one: the slope of its values
 * over log10 of the parameters or steps, with an interval over the examples. The replicates of all models
 * come from the same resamples, so that what the models share does not count as noise. The models are those
 * given, not a sample of models.
 */
import { RoteError } from "../base/errors.ts";
import { bootstrapPValue, percentileInterval } from "./bootstrap.ts";
import type { Interval } from "./estimate.ts";
import { mean } from "./summary.ts";

/** A model's size or step, the measure's value and its replicates, resample by resample as the other models'. */
export interface TrendPoint {
  /** Parameters, steps or tokens of training: what the trend goes over, above 0. */
  readonly size: number;
  readonly value: number;
  readonly replicates: Float64Array;
}

/** Change of the measure where the size grows tenfold; null where `undefinedBecause` says why. */
export interface Trend {
  readonly slope: number | null;
  readonly interval: Interval | null;
  /** Two-sided, of no slope: `bootstrapPValue`. Null beside a slope that every resample repeats. */
  readonly pValue: number | null;
  readonly models: number;
  readonly undefinedBecause: string | null;
}

/** The trend over at least three models of different sizes. A resample in which a model has no value is left out. */
export function trend(
  points: readonly TrendPoint[],
  { level = 0.95 }: { readonly level?: number } = {},
): Trend {
  const models = points.length;
  const none = { slope: null, interval: null, pValue: null, models };
  const sizes = Float64Array.from(points, ({ size }) => Math.log10(size));
  const broken = points.find(({ size, value }) => !(size > 0 && Number.isFinite(value)));
  if (broken !== undefined)
    throw new RoteError(
      "usage",
      `a model of size ${broken.size} has value ${broken.value}; leave out what has no size or no value`,
    );
  if (models < 3) return { ...none, undefinedBecause: `${models} of at least 3 models` };
  if (sizes.every((size) => size === sizes[0]))
    return {
      ...none,
      undefinedBecause: `all ${models} models have size ${points[0]!.size}`,
    };
  const slopes = trendSlopes(points.map(({ size, replicates: values }) => ({ size, values })));
  const slope = slopeOf(sizes, (model) => points[model]!.value);
  const interval = percentileInterval(slopes, { level });
  const given = slopes.filter((own) => !Number.isNaN(own)).length;
  if (interval === undefined || given < 2)
    return { ...none, undefinedBecause: "fewer than two resamples give every model a value" };
  const pValue = bootstrapPValue(slope, slopes);
  return { slope, interval, pValue, models, undefinedBecause: null };
}

/** The slope over log10 of the sizes for each place in the models' values, up to the shortest: resamples, or permutations of a null. */
export function trendSlopes(
  models: readonly { readonly size: number; readonly values: Float64Array }[],
): Float64Array {
  const sizes = Float64Array.from(models, ({ size }) => Math.log10(size));
  const length = Math.min(...models.map(({ values }) => values.length));
  return Float64Array.from({ length }, (_, i) =>
    slopeOf(sizes, (model) => models[model]!.values[i]!),
  );
}

/** What is left of terms that cancel, relative to their size, is rounding. */
const roundingShare = 1e-13;

function slopeOf(x: Float64Array, y: (i: number) => number): number {
  const center = mean(x);
  let [xx, xy, size] = [0, 0, 0];
  x.forEach((value, i) => {
    const term = (value - center) * y(i);
    xx += (value - center) ** 2;
    xy += term;
    size += Math.abs(term);
  });
  return Math.abs(xy) <= roundingShare * size ? 0 : xy / xx;
}
