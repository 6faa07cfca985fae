import type { Interval, NullBand } from "../stats/estimate.ts";
import type { EqualSizeValue } from "../stats/equal-size.ts";
import { benjaminiHochberg, holm, type MaybeP } from "../stats/multiple-testing.ts";
import type { Unit } from "./point-set.ts";
import type { InfinityGramRule } from "./rows.ts";
import type { Smoothing } from "./task-gram-probability.ts";

/** Where the value would lie if corpus and model had nothing to do with each other. */
export interface MemorizationNull extends NullBand {
  /** Whether shuffled pairs were counted in the corpus; else the values of whole examples were exchanged. */
  readonly recounted: boolean;
  /** Recounted: share of replacements by the phrase itself, one of the same example, or one of its outputs. */
  readonly conflicts?: number;
  /** How values came to other points: counted for shuffled inputs, or exchanged between examples of equal size or of any. */
  readonly exchange: "recounted" | "equal-blocks" | "whole-blocks";
  /** Strata of df(a) inside which was shuffled; 1 where there were none. */
  readonly strata: number;
  /** Points of a permutation: all, or a seeded sample of whole examples. */
  readonly points: number;
  /** Equal blocks: share of points whose example had no other to change with. */
  readonly fixed?: number;
}

/**
 * What may move both sides and is taken out: the length of b, how many documents hold b and a, and how many
 * hold b or a without the other of the pair.
 */
export type ControlName = "length" | "dfB" | "dfA" | "dfBAlone" | "dfAAlone";

/** What an estimate is of. Definitions: docs/measures.md. */
export type MeasureName =
  | "distributional-memorization"
  | "distributional-generalization"
  | "zero-separation"
  | "mutual-information"
  | "infinity-gram-memorization"
  | "model-difference"
  | "length-difference"
  | "corpus-difference"
  | "size-trend"
  | "checkpoint-trend"
  | "frequency-slope";

/** How it was computed. */
export type MethodName =
  | "spearman"
  | "kendall-tau-b"
  | "censored-tau-b"
  | "partial-spearman"
  | "auc"
  | "kendall-distance"
  | "clustered-slope";

/** One entry of run.json's `estimates`. Where `value` is null, `undefinedBecause` says why; else `interval` is present, and `null` or its reason. */
export interface MemorizationEstimate {
  readonly measure: MeasureName;
  readonly method: MethodName;
  readonly task: string;
  /** Words in each n-gram. */
  readonly n: number;
  readonly model: string;
  readonly checkpoint: string | null;
  /** What a point is: a pair, one b of an example with the mean over its a, or an example. */
  readonly unit: Unit | "example";
  readonly points: number;
  readonly examples: number;
  readonly value: number | null;
  readonly interval: Interval | null;
  /** Of no correlation, two-sided, from the clustered bootstrap's standard error of Fisher's z. */
  readonly pValue: number | null;
  readonly adjusted: AdjustedPValues;
  readonly null: MemorizationNull | null;
  /** Whether pairs that never co-occur take part, at the lowest rank. */
  readonly zeros: "kept" | "dropped";
  readonly approximate: false;
  readonly undefinedBecause: string | null;
  /** Where there is a value without a null. */
  readonly nullAbsentBecause?: string;
  /** Where there is a value without a test of its own. */
  readonly pValueAbsentBecause?: string;
  /** The independent units that were resampled, and what they are. */
  readonly clusters: number;
  readonly clusteredBy: "example" | "group";
  readonly resamples: number;
  /** Clusters in a resample: fewer than `clusters` in an m-out-of-n bootstrap. */
  readonly drawnClusters: number;
  /** What a partial correlation controls for. */
  readonly controls: readonly ControlName[];
  /** Of these, the ones that do not vary here and control for nothing. */
  readonly constantControls: readonly ControlName[];
  /** Of a partial correlation: controls that those before them explain already. */
  readonly redundantControls?: readonly ControlName[];
  /** Of a partial correlation: the share of the squares of P(b|a)'s ranks that the controls leave. */
  readonly corpusLeft?: number;
  /** Where P(b|a) was smoothed: how, and the constants. */
  readonly smoothing?: Smoothing & { readonly formula: string };
  /** Of ∞-grams: what tokens of probability 0 do to their span. */
  readonly rule?: InfinityGramRule;
  /** What a difference is taken from. */
  readonly against?: {
    readonly model: string;
    readonly n: number;
    /** Where it is another checkpoint of a model of the same name. */
    readonly checkpoint?: string | null;
    /** Where it is the first of several corpora. */
    readonly corpus?: string;
  };
  /** What was counted, in a run. */
  readonly corpus?: string;
  /** The task whose table told the pairs, in a cross-task table. */
  readonly minedOn?: string;
  /** The models of a trend, by size or step. */
  readonly models?: readonly string[];
  /** Their parameters or steps. */
  readonly over?: readonly number[];
  /** The same statistic at the number of examples of the smallest group of the report, where groups differ. */
  readonly equalSize?: EqualSizeValue;
}

/** A p-value corrected for all estimates of its report. */
export interface AdjustedPValues {
  readonly holm: number | null;
  readonly bh: number | null;
  /** What signs are read from, where that is not Holm's. */
  readonly judged?: number | null;
}

/** By which p-values signs are read: corrected by Holm or Benjamini and Hochberg, or as they are. */
export type Correction = "holm" | "bh" | "none";

/** The tests that p-values are adjusted for. */
export interface TestFamily {
  readonly tests: number;
  /** Estimates without a p-value; they are no tests. */
  readonly missing: number;
}

/** The same estimates with `adjusted` computed over all of them: one family a report. */
export function adjustEstimates<E extends { readonly pValue: MaybeP }>(
  estimates: readonly E[],
  { correction = "holm" }: { readonly correction?: Correction | undefined } = {},
): readonly (E & { readonly adjusted: AdjustedPValues })[] {
  const pValues = estimates.map(({ pValue }) => pValue);
  const [byHolm, byBh] = [holm(pValues), benjaminiHochberg(pValues)];
  return estimates.map((estimate, i) => {
    const adjusted = { holm: byHolm[i] ?? null, bh: byBh[i] ?? null };
    if (correction === "holm") return { ...estimate, adjusted };
    const judged = correction === "bh" ? adjusted.bh : (estimate.pValue ?? null);
    return { ...estimate, adjusted: { ...adjusted, judged } };
  });
}

/** How many tests a report makes. */
export function testFamily(estimates: readonly { readonly pValue: MaybeP }[]): TestFamily {
  const missing = estimates.filter(({ pValue }) => pValue === null).length;
  return { tests: estimates.length - missing, missing };
}

/** The view that findings go by: that with zeros, where it is asked for or nothing is. */
export function leadingZeros(zeros: "kept" | "dropped" | "both" | undefined): "kept" | "dropped" {
  return zeros === "dropped" ? "dropped" : "kept";
}
