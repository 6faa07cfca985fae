/** Outcomes of every model of a task in the same bins of one count. */
import type { Rng } from "../base/random.ts";
import { type Bin, binnedOutcome } from "../stats/bins.ts";
import { normalQuantile } from "../stats/normal.ts";
import type { Slope } from "../stats/slope.ts";
import { mean } from "../stats/summary.ts";
import { integer } from "./format.ts";

/** Points with a count each, and each model's outcome at every point. */
export interface OutcomeTable {
  readonly counts: Float64Array;
  /** Each point's example, numbered from 0. */
  readonly clusters: Uint32Array;
  /** By model, smallest first. */
  readonly outcomes: ReadonlyMap<string, Float64Array>;
}

export interface BinnedModel {
  readonly model: string;
  readonly bins: readonly Bin[];
  readonly slope: Slope;
}

export interface BinSettings {
  readonly rng: Rng;
  readonly bins: number;
  readonly by: "equal-count" | "equal-width";
  readonly level: number;
}

/** Each model's outcomes by bin. All models share the bins, since they share the counts. */
export function binModels(
  { counts, clusters, outcomes }: OutcomeTable,
  settings: BinSettings,
): BinnedModel[] {
  return [...outcomes].map(([model, outcome]) => {
    const options = { ...settings, rng: settings.rng.fork(model), clusters };
    return { model, ...binnedOutcome(counts, outcome, options) };
  });
}

/** A bin by the counts in it: "0", "7", "3–12", "1k–20k". */
export function binName({ low, high }: Pick<Bin, "low" | "high">): string {
  return low === high ? short(low) : `${short(low)}–${short(high)}`;
}

function short(value: number): string {
  if (value >= 1e7) return `${integer(value / 1e6)}M`;
  return value >= 1e4 ? `${integer(value / 1e3)}k` : integer(value);
}

/**
 * Where a bin's mean would lie, in `level` of all cases, if its points had been drawn from all points
 * whatever their count: the normal approximation with the finite population's correction.
 */
export function dealtBand(
  outcome: Float64Array,
  bins: readonly Bin[],
  { level }: Pick<BinSettings, "level">,
): { readonly low: number; readonly high: number }[] {
  const center = mean(outcome);
  const total = outcome.length;
  const variance = outcome.reduce((sum, value) => sum + (value - center) ** 2, 0) / total;
  const z = normalQuantile((1 + level) / 2);
  return bins.map(({ points }) => {
    const left = total > 1 ? (total - points) / (total - 1) : 0;
    const half = z * Math.sqrt((variance / points) * left);
    return { low: Math.max(0, center - half), high: Math.min(1, center + half) };
  });
}
