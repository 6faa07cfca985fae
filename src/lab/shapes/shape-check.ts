/**
 * Shapes: what the truth of a world must look like if its models learned from what was planted and from
 * nothing else. A shape that does not appear is a finding to be explained, not an error.
 */
import type { NullBand } from "../../stats/estimate.ts";
import type { GroupedEstimate } from "../truth/grouped-estimate.ts";

/** Names of shapes, and what each claims. */
export const shapeClaims = {
  "memorization-total":
    "distributional memorization of associations is high where they were stated often",
  "memorization-rises": "and it rises with how often they were stated",
  "memorization-size": "and with the size of the model",
  injection: "it rises as more of the task's data is injected",
  "injection-null": "and lies in its null where nothing was injected",
  "dose-correlation": "recall follows the dose (Spearman, log-likelihood)",
  "half-dose": "the dose at which half is recalled falls with the size of the model (in doublings)",
  separation: "items of dose 64 and more are told from those of dose 0 (AUC, log-likelihood)",
  "dose-0": "what was never stated is recalled as by a model of the standard corpus (difference)",
  dilution: "four times the text around the same items lowers their recall (perturbed − diluted)",
  timing: "late statements are recalled better than early ones at equal dose (late − early)",
  rule: "a rule is followed where its case was held out: right far more often than by chance",
  "rule-twin": "and its twin without a rule is right as often as by chance",
  membership:
    "a test of membership sees little at dose 1 and much at dose 64 (AUC at 64 − AUC at 1)",
} as const;

/** Name of a shape. */
export type ShapeName = keyof typeof shapeClaims;

/** What an estimate is held against: it lies above a value, holds it in its interval, or lies in a band. */
export type Bar =
  { readonly above: number } | { readonly holds: number } | { readonly within: NullBand };

/** Whether a shape appears in one set of items. */
export interface ShapeCheck {
  readonly shape: ShapeName;
  /** Items and models that it was looked for in. */
  readonly of: string;
  readonly estimate: GroupedEstimate;
  readonly bar: Bar;
  /** Whether the estimate passes the bar; null where there is none. */
  readonly appears: boolean | null;
  /** Of a bar to lie above: whether the whole interval is on the estimate's side of it. */
  readonly certain: boolean;
}

/** Hold an estimate against a bar. */
export function check(
  shape: ShapeName,
  of: string,
  estimate: GroupedEstimate,
  bar: Bar,
): ShapeCheck {
  const { value, interval } = estimate;
  if (value === null) return { shape, of, estimate, bar, appears: null, certain: false };
  if ("above" in bar) {
    const appears = value > bar.above;
    const certain =
      interval !== null && (appears ? interval.low > bar.above : interval.high < bar.above);
    return { shape, of, estimate, bar, appears, certain };
  }
  const { low, high } = "within" in bar ? bar.within : (interval ?? { low: value, high: value });
  const sought = "within" in bar ? value : bar.holds;
  return { shape, of, estimate, bar, appears: low <= sought && sought <= high, certain: true };
}

/** A shape that could not be looked for, and why. */
export function unmeasured(shape: ShapeName, of: string, why: string, bar: Bar): ShapeCheck {
  const estimate = { value: null, interval: null, items: 0, groups: 0, undefinedBecause: why };
  return { shape, of, estimate, bar, appears: null, certain: false };
}

/** The verdict in words. */
export function verdictOf({ appears, certain, estimate, bar }: ShapeCheck): string {
  if (appears === null) return `not measured: ${estimate.undefinedBecause ?? "no estimate"}`;
  const word = appears ? "appears" : "does not appear";
  if (certain || !("above" in bar)) return word;
  return `${word}, but ${estimate.interval === null ? "there is no interval" : "the interval holds the bar"}`;
}

/** The bar in words. */
export function barOf({ bar }: ShapeCheck): string {
  if ("above" in bar) return `above ${round(bar.above)}`;
  if ("holds" in bar) return `interval holds ${round(bar.holds)}`;
  return `within ${round(bar.within.low)} … ${round(bar.within.high)}`;
}

function round(value: number): string {
  return String(Number(value.toFixed(3))).replace("-", "−");
}
