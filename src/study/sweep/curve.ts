/**
 * What a curve of specifications says, by rules that are fixed before any is estimated. Shares are of the
 * specifications that could be estimated. Specifications share their data, and the shuffles of other
 * pairs are other shuffles, so no joint null is at hand; the two tests hold however they hang together:
 *
 *   above by chance   each null band leaves out (1 − level)/2 above it. A share s of the curve above its
 *                     bands has, were there nothing, at most the probability ((1 − level)/2)/s (Markov).
 *   combined p        twice the median of the specifications' p-values (Meinshausen, Meier & Bühlmann 2009,
 *                     "p-Values for High-Dimensional Regression", Theorem 3.1 at γ = 1/2).
 */
import { groupBy } from "../../base/group-by.ts";
import { quantile } from "../../stats/quantile.ts";
import type { Finding, Specification } from "./specifications.ts";

/** What becomes of the study's conclusion under other choices. */
export type Robustness = "holds" | "depends on choices" | "overturned" | "inconclusive";

/** All specifications of one model on one task, summarized. */
export interface SpecificationCurve {
  readonly task: string;
  readonly model: string;
  readonly checkpoint: string | null;
  readonly specifications: number;
  /** Specifications with a value. All shares are of these. */
  readonly estimated: number;
  readonly median: number | null;
  /** Quarters and ends of the estimates. */
  readonly range: {
    readonly lowest: number;
    readonly lower: number;
    readonly upper: number;
    readonly highest: number;
  } | null;
  /** Specifications with the sign of the median. */
  readonly sameSign: number;
  readonly intervalAboveZero: number;
  readonly intervalBelowZero: number;
  readonly aboveNull: number;
  readonly belowNull: number;
  /** Specifications of each finding. */
  readonly findings: Readonly<Record<Finding, number>>;
  /** At most this probable is as large a share above (or below) the bands, were there nothing; null where none is. */
  readonly chance: { readonly above: number | null; readonly below: number | null };
  /** That the values are those of shuffled pairs, two-sided. */
  readonly combinedP: number | null;
  /** What the study's own choices give. */
  readonly study: { readonly value: number | null; readonly finding: Finding | null } | null;
  /** Specifications that find what the study's own choices find. */
  readonly agreeing: number;
  readonly robustness: Robustness;
}

/** The study's finding holds where at least this share of the specifications has it. */
export const HOLDS_FROM = 0.9;
/** It is overturned where at most this share has it. */
export const OVERTURNED_TO = 0.1;

/** One curve for each task and model, in the order of the specifications. */
export function specificationCurves(
  specifications: readonly Specification[],
  level: number,
): readonly SpecificationCurve[] {
  const curves = groupBy(specifications, ({ task, model, checkpoint }) =>
    JSON.stringify([task, model, checkpoint]),
  );
  return Array.from(curves.values(), (own) => curveOf(own, level));
}

function curveOf(all: readonly Specification[], level: number): SpecificationCurve {
  const { task, model, checkpoint } = all[0]!;
  const own = all.flatMap((each) => {
    const { value, interval, null: band, finding } = each;
    return value === null || interval === null || band === null || finding === null
      ? []
      : [{ value, interval, band, finding }];
  });
  const values = Float64Array.from(own, ({ value }) => value).sort();
  const median = values.length === 0 ? null : quantile(values, 0.5);
  const count = (holds: (each: (typeof own)[number]) => boolean): number =>
    own.filter(holds).length;
  const findings = {
    above: count(({ finding }) => finding === "above"),
    below: count(({ finding }) => finding === "below"),
    "no sign": count(({ finding }) => finding === "no sign"),
  };
  const aboveNull = count(({ value, band }) => value > band.high);
  const belowNull = count(({ value, band }) => value < band.low);
  const tail = (1 - level) / 2;
  const chance = (found: number): number | null =>
    found === 0 ? null : Math.min(1, (tail * own.length) / found);
  const study = all.find(({ isStudy }) => isStudy);
  const agreeing = study?.finding == null ? 0 : findings[study.finding];
  return {
    ...{ task, model, checkpoint, specifications: all.length, estimated: own.length, median },
    range: values.length === 0 ? null : rangeOf(values),
    sameSign: count(({ value }) => Math.sign(value) === Math.sign(median!)),
    intervalAboveZero: count(({ interval }) => interval.low > 0),
    intervalBelowZero: count(({ interval }) => interval.high < 0),
    ...{ aboveNull, belowNull, findings },
    chance: { above: chance(aboveNull), below: chance(belowNull) },
    combinedP: combined(Float64Array.from(own, ({ band }) => band.pValue).sort()),
    study: study === undefined ? null : { value: study.value, finding: study.finding },
    agreeing,
    robustness: robustnessOf(study?.finding ?? null, agreeing / own.length),
  };
}

function rangeOf(ascending: Float64Array): NonNullable<SpecificationCurve["range"]> {
  return {
    lowest: ascending[0]!,
    lower: quantile(ascending, 0.25),
    upper: quantile(ascending, 0.75),
    highest: ascending.at(-1)!,
  };
}

/** Twice the value that at least half of them do not exceed. */
function combined(ascending: Float64Array): number | null {
  if (ascending.length === 0) return null;
  return Math.min(1, 2 * ascending[Math.ceil(ascending.length / 2) - 1]!);
}

function robustnessOf(found: Finding | null, share: number): Robustness {
  if (found === null) return "inconclusive";
  if (share >= HOLDS_FROM) return "holds";
  return share <= OVERTURNED_TO ? "overturned" : "depends on choices";
}
