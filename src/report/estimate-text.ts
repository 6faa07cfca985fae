/** Estimates as cells and sentences: every number with its interval, sample sizes and null. */
import { count, decimal, integer, probability } from "./format.ts";
import { html, type Html } from "./html.ts";
import type { EstimateRecord } from "./run-record.ts";
import { modelKey } from "./selection.ts";

/** The same numbers as a drawing, as a sentence. */
export function inWords(estimate: EstimateRecord): string {
  const { value, interval, points, examples, null: band } = estimate;
  const sizes = `${count(points, "pair")}, ${count(examples, "example")}`;
  if (value === undefined || interval === undefined)
    return `${modelKey(estimate)}: inconclusive (${sizes}).`;
  const nullText = band === undefined ? "" : `; null ${decimal(band.low)} to ${decimal(band.high)}`;
  return `${modelKey(estimate)}: ρ ${decimal(value)} (${levelText(interval.level)} ${decimal(interval.low)} to ${decimal(interval.high)}${nullText}; ${sizes}).`;
}

/** The value, marked where it is approximate. */
export function valueCell({ value, interval, approximate }: EstimateRecord): string {
  if (value === undefined || interval === undefined) return "–";
  return `${approximate ? "≈ " : ""}${decimal(value)}`;
}

/** Both ends of the interval. */
export function intervalCell({ value, interval }: EstimateRecord): string {
  if (value === undefined || interval === undefined) return "–";
  return `${decimal(interval.low)} … ${decimal(interval.high)}`;
}

/** Both ends of what the null gives. */
export function nullCell({ value, null: band }: EstimateRecord): string {
  if (value === undefined || band === undefined) return "–";
  return `${decimal(band.low)} … ${decimal(band.high)}`;
}

/** A p-value where there is one. */
export function maybeProbability(value: number | undefined): string {
  return value === undefined ? "–" : probability(value);
}

/** 0.95 as "95 %". */
export function levelText(level: number): string {
  return `${Number((100 * level).toPrecision(3))} %`;
}

/** What the intervals of a table are, once for all its rows. */
export function intervalText(estimates: readonly EstimateRecord[]): string {
  const kinds = estimates.flatMap(({ interval }) =>
    interval === undefined ? [] : [`${levelText(interval.level)}, ${interval.method}`],
  );
  return kinds.length === 0 ? "" : `Intervals: ${[...new Set(kinds)].join("; ")}.`;
}

/** How many permutations the nulls of a table have, in parentheses. */
export function permutationText(estimates: readonly EstimateRecord[]): string {
  const counts = [...new Set(estimates.flatMap((e) => e.null?.permutations ?? []))];
  return counts.length === 0 ? "" : ` (${counts.map(integer).join(" or ")} permutations)`;
}

/** "; n-grams of 1 or 2 words", nothing where a run names no n. */
export function nText(estimates: readonly EstimateRecord[]): string {
  const lengths = [...new Set(estimates.flatMap(({ n }) => n ?? []))].sort((x, y) => x - y);
  if (lengths.length === 0) return "";
  return `; n-grams of ${lengths.join(" or ")} ${lengths.at(-1) === 1 ? "word" : "words"}`;
}

/** Sample sizes as attributes: what a reader of the HTML, human or program, holds numbers against. */
export function sampleSizes(estimate: EstimateRecord | undefined): Html {
  if (estimate === undefined) return html``;
  return html` data-points="${estimate.points}" data-examples="${estimate.examples}"`;
}
