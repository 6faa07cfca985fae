import { normalQuantile } from "./normal.ts";
import type { Interval } from "./estimate.ts";

/** Wilson's score interval of `successes` among `trials`, without continuity correction. */
export function wilsonInterval(
  successes: number,
  trials: number,
  { level = 0.95 }: { readonly level?: number } = {},
): Interval {
  if (!(trials > 0 && successes >= 0 && successes <= trials))
    throw new RangeError(`successes must lie in [0, trials], got ${successes} of ${trials}`);
  const z = normalQuantile((1 + level) / 2);
  const share = successes / trials;
  const scale = 1 + (z * z) / trials;
  const center = (share + (z * z) / (2 * trials)) / scale;
  const half =
    (z / scale) * Math.sqrt((share * (1 - share)) / trials + ((z / trials) * (z / trials)) / 4);
  // The bounds at the ends are exact; arithmetic misses them by rounding.
  const low = successes === 0 ? 0 : Math.max(0, center - half);
  const high = successes === trials ? 1 : Math.min(1, center + half);
  return { low, high, level, method: "wilson" };
}
