import type { Interval, NullBand } from "../stats/estimate.ts";
import { benjaminiHochberg, holm, type MaybeP } from "../stats/multiple-testing.ts";

/** Where the value would lie if corpus and model had nothing to do with each other. */
export interface MemorizationNull extends NullBand {
  /** Whether shuffled pairs were counted in the corpus; else the values of whole examples were exchanged. */
  readonly recounted: boolean;
  /** Recounted: share of replacements by the phrase itself, one of the same example, or one of its outputs. */
  readonly conflicts?: number;
}

/** One entry of run.json's `estimates`. Where `value` is null, `undefinedBecause` says why; else interval and null are present. */
export interface MemorizationEstimate {
  readonly measure: "distributional-memorization";
  readonly method: "spearman" | "kendall-tau-b";
  readonly task: string;
  /** Words in each n-gram. */
  readonly n: number;
  readonly model: string;
  readonly checkpoint: string | null;
  readonly points: number;
  readonly examples: number;
  readonly value: number | null;
  readonly interval: Interval | null;
  /** Of no correlation, two-sided, from the clustered bootstrap's standard error of Fisher's z. */
  readonly pValue: number | null;
  readonly adjusted: { readonly holm: number | null; readonly bh: number | null };
  readonly null: MemorizationNull | null;
  /** Whether pairs that never co-occur take part, at the lowest rank. */
  readonly zeros: "kept" | "dropped";
  readonly approximate: false;
  readonly undefinedBecause: string | null;
}

/** The same estimates with `adjusted` computed over all of them: one family a report. */
export function adjustEstimates<E extends { readonly pValue: MaybeP }>(
  estimates: readonly E[],
): readonly (E & { readonly adjusted: MemorizationEstimate["adjusted"] })[] {
  const pValues = estimates.map(({ pValue }) => pValue);
  const [byHolm, byBh] = [holm(pValues), benjaminiHochberg(pValues)];
  return estimates.map((estimate, i) => ({
    ...estimate,
    adjusted: { holm: byHolm[i] ?? null, bh: byBh[i] ?? null },
  }));
}
