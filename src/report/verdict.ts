/** What an estimate lets one say, by the rule of the headline, and what else the reader must know. */
import { findingOf, type Verdict } from "../study/headline.ts";
import { decimal } from "./format.ts";
import type { EstimateRecord } from "./run-record.ts";

export interface Judgement {
  readonly finding: Verdict["finding"];
  /** Why it is inconclusive, or how strong a dependence is not excluded; empty for a clear sign. */
  readonly remark: string;
}

export function judge(estimate: EstimateRecord): Judgement {
  const { value, interval, null: band, holm, judged, undefinedBecause } = estimate;
  const finding = findingOf({
    value: value ?? null,
    interval: interval ?? null,
    null: band ?? null,
    adjusted: { holm: holm ?? null, judged },
  });
  if (finding === "inconclusive")
    return { finding, remark: reasonOf(undefinedBecause) ?? missing(estimate) };
  if (finding !== "no sign" || interval === undefined || band === undefined || value === undefined)
    return { finding, remark: "" };
  const clearOfZero = interval.low > 0 || interval.high < 0;
  if (clearOfZero && value >= band.low && value <= band.high)
    return { finding, remark: "shuffled pairs give as much" };
  const widest = Math.max(Math.abs(interval.low), Math.abs(interval.high));
  const missed = `a dependence of up to ${decimal(widest)} is not excluded`;
  const less = band.low > Math.max(value, 0);
  return { finding, remark: less ? `${missed}; shuffled pairs give more` : missed };
}

function missing({ value, interval, nullAbsentBecause }: EstimateRecord): string {
  if (value === undefined) return "the estimate is undefined";
  return interval === undefined
    ? "the estimate has no interval"
    : (nullAbsentBecause ?? "the estimate has no null to compare it with");
}

/** The reason without the word that stands before it wherever it is shown. */
function reasonOf(undefinedBecause: string | undefined): string | undefined {
  return undefinedBecause?.replace(/^inconclusive: /, "");
}
