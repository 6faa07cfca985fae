import type { NullBand } from "./estimate.ts";
import { quantile } from "./quantile.ts";
import { mean } from "./summary.ts";

/**
 * The observed value among null values, of which some may be undefined (NaN); undefined where fewer
 * than half are defined. The p-value is two-sided: null values at least as far from their mean as
 * the observed one.
 */
export function nullBand(
  observed: number,
  values: ArrayLike<number>,
  { level = 0.95 }: { readonly level?: number } = {},
): NullBand | undefined {
  const ascending = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (ascending.length === 0 || ascending.length < values.length / 2) return undefined;
  const center = mean(ascending);
  // The slack lets a permutation that repeats the observed order count in spite of rounding.
  const distance = Math.abs(observed - center) - 1e-12;
  const extreme = ascending.filter((value) => Math.abs(value - center) >= distance).length;
  return {
    mean: center,
    low: quantile(ascending, (1 - level) / 2),
    high: quantile(ascending, (1 + level) / 2),
    pValue: (1 + extreme) / (1 + ascending.length),
    permutations: ascending.length,
  };
}
