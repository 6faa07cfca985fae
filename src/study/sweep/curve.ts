/**
 * What a curve of specifications says, by rules that are fixed before any is estimated. Specifications
 * share their data, and the shuffles of other pairs are other shuffles, so no joint null is at hand; the
 * two tests hold however they hang together. In both, what could not be estimated has p = 1:
 *
 *   above by chance   were there nothing, each specification would have p ≤ 1 − level with at most that
 *                     probability. So a share s that has it and lies above its shuffles has, were there
 *                     nothing, at most the probability (1 − level)/s (Markov). Null bands cannot stand in
 *                     for p here: beyond a quantile of B shuffles lies more than its level says.
 *   combined p        twice the median of the specifications' p-values (Meinshausen, Meier & Bühlmann 2009,
 *                     "p-Values for High-Dimensional Regression", Theorem 3.1 at γ = 1/2).
 */
import { groupBy } from "../../base/group-by.ts";
import { quantile } from "../../stats/quantile.ts";
import type { Finding, Specification } from "./specifications.ts";

/** What becomes of the study's finding under other choices. That nothing was found does not hold: it is "no sign either". */
export type Robustness =
  "holds" | "no sign either" | "depends on choices" | "overturned" | "inconclusive";

/** All specifications of one model on one task, summarized. */
export interface SpecificationCurve {
  readonly task: string;
  readonly model: string;
  readonly checkpoint: string | null;
  readonly specifications: number;
  /** Specifications with a value. */
  readonly estimated: number;
  /** Those of them that are not the study's own. */
  readonly others: number;
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
  /** At most this probable is as large a share significantly above (or below) its shuffles, were there nothing; null where none is. */
  readonly chance: { readonly above: number | null; readonly below: number | null };
  /** That the values are those of shuffled pairs, two-sided. */
  readonly combinedP: number | null;
  /** What the study's own choices give. */
  readonly study: { readonly value: number | null; readonly finding: Finding | null } | null;
  /** Of the others those that find what the study's own choices find. */
  readonly agreeing: number;
  readonly robustness: Robustness;
}

/** The study's finding holds where at least this share of the other specifications has it. */
export const HOLDS_FROM = 0.9;
/** It is overturned where at most this share has it. */
export const OVERTURNED_TO = 0.1;
/** Fewer others than these say nothing: one of them would decide. */
export const FEWEST_OTHERS = 10;
/** Nor does a curve say anything of which a smaller share than this could be estimated. */
export const LEAST_ESTIMATED = 0.5;

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
  const chance = (side: 1 | -1): number | null => {
    const found = count(
      ({ value, band }) => band.pValue <= 1 - level && Math.sign(value - band.mean) === side,
    );
    return found === 0 ? null : Math.min(1, ((1 - level) * all.length) / found);
  };
  const study = all.find(({ isStudy }) => isStudy);
  const found = study?.finding ?? null;
  const others = found === null ? own.length : own.length - 1;
  const agreeing = found === null ? 0 : findings[found] - 1;
  return {
    ...{
      task,
      model,
      checkpoint,
      specifications: all.length,
      estimated: own.length,
      others,
      median,
    },
    range: values.length === 0 ? null : rangeOf(values),
    sameSign: count(({ value }) => Math.sign(value) === Math.sign(median!)),
    intervalAboveZero: count(({ interval }) => interval.low > 0),
    intervalBelowZero: count(({ interval }) => interval.high < 0),
    ...{ aboveNull, belowNull, findings },
    chance: { above: chance(1), below: chance(-1) },
    combinedP: own.length === 0 ? null : combined(all),
    study: study === undefined ? null : { value: study.value, finding: study.finding },
    agreeing,
    robustness:
      others < FEWEST_OTHERS || own.length < LEAST_ESTIMATED * all.length
        ? "inconclusive"
        : robustnessOf(found, agreeing / others),
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

/** Twice the p-value that at least half of them do not exceed. */
function combined(all: readonly Specification[]): number {
  const ascending = Float64Array.from(all, ({ value, null: band }) =>
    value === null || band === null ? 1 : band.pValue,
  ).sort();
  return Math.min(1, 2 * ascending[Math.ceil(ascending.length / 2) - 1]!);
}

function robustnessOf(found: Finding | null, share: number): Robustness {
  if (found === null) return "inconclusive";
  if (share >= HOLDS_FROM) return found === "no sign" ? "no sign either" : "holds";
  return share <= OVERTURNED_TO && found !== "no sign" ? "overturned" : "depends on choices";
}
