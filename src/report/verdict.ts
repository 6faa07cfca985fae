/** What an estimate lets one say, by one fixed rule that the report states. */
import type { EstimateRecord } from "./run-record.ts";

export type Verdict = "follows" | "opposes" | "negligible" | "inconclusive";

export interface Judgement {
  readonly verdict: Verdict;
  /** Why nothing can be said; empty otherwise. */
  readonly because: string;
}

/** A correlation whose whole interval lies within ±0.2 explains less than 4 % of the ranks' variance. */
const NEGLIGIBLE = 0.2;

/**
 * A task follows the corpus where the interval lies above 0 and the null's p is below one minus
 * the interval's level; its mirror image opposes it; where the whole interval is within ±0.2, any
 * dependence is negligible; everything else is inconclusive.
 */
export function judge({
  value,
  interval,
  null: band,
  undefinedBecause,
}: EstimateRecord): Judgement {
  if (value === undefined)
    return { verdict: "inconclusive", because: undefinedBecause ?? "the estimate is undefined" };
  if (interval === undefined)
    return { verdict: "inconclusive", because: "the estimate has no interval" };
  if (band === undefined)
    return { verdict: "inconclusive", because: "the estimate has no null to compare it with" };
  const beyondNull = band.pValue < 1 - interval.level;
  if (interval.low > 0 && value > 0 && beyondNull) return { verdict: "follows", because: "" };
  if (interval.high < 0 && value < 0 && beyondNull) return { verdict: "opposes", because: "" };
  if (interval.low > -NEGLIGIBLE && interval.high < NEGLIGIBLE)
    return { verdict: "negligible", because: "" };
  const because = beyondNull
    ? "the interval holds 0"
    : "shuffled pairs reach values as extreme as this one";
  return { verdict: "inconclusive", because };
}

export const verdictText: Readonly<Record<Verdict, string>> = {
  follows: "follows the corpus",
  opposes: "runs against the corpus",
  negligible: "does not follow the corpus",
  inconclusive: "inconclusive",
};
