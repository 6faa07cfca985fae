/**
 * Specifications (Simonsohn, Simmons & Nelson 2020, "Specification curve analysis"): the estimates of
 * one model on one task that defensible choices give, each with the choices it hangs on.
 */
import type { MemorizationEstimate } from "../../memorization/memorization-estimate.ts";
import { corpusName } from "../corpus-engine.ts";
import type { Study } from "../load-study.ts";
import type { RunFile } from "../run-file.ts";
import {
  type AxisName,
  ownStopWords,
  ownThreshold,
  ownZeros,
  stopWordsLabel,
  type SweepAxes,
  thresholdLabel,
} from "./axes.ts";
import type { SweptVariant } from "./sweep-variants.ts";

/** Where a specification's value stands: clear of zero and beyond the shuffled pairs on one side, or not. */
export type Finding = "above" | "below" | "no sign";

/** One estimate, Spearman's correlation, and the choices behind it. */
export interface Specification {
  readonly task: string;
  readonly model: string;
  readonly checkpoint: string | null;
  /** The label of the option of each choice. */
  readonly options: Readonly<Record<AxisName, string>>;
  /** Whether these are the study's own choices. */
  readonly isStudy: boolean;
  /** The folder under `variants/` that it was estimated in. */
  readonly variant: string;
  readonly value: number | null;
  readonly interval: MemorizationEstimate["interval"];
  readonly pValue: number | null;
  readonly null: Pick<
    NonNullable<MemorizationEstimate["null"]>,
    "mean" | "low" | "high" | "pValue" | "permutations"
  > | null;
  readonly points: number;
  readonly examples: number;
  readonly finding: Finding | null;
  readonly undefinedBecause: string | null;
  /** Pairs by fate, as in run.json's `drops`. */
  readonly drops: Readonly<Record<string, number>>;
}

/** The specifications of a variant that has run: a length, a view and a model each. */
export function specificationsOf(
  study: Study,
  axes: SweepAxes,
  { swept, run }: { readonly swept: SweptVariant; readonly run: RunFile },
): readonly Specification[] {
  const leading = run.estimates.filter(
    ({ measure, method }) => measure === "distributional-memorization" && method === "spearman",
  );
  return leading
    .filter(({ n, zeros }) => has(axes.n, String(n)) && has(axes.zeros, zeros))
    .map((estimate) => specification(study, { estimate, swept, run }));
}

function has(options: readonly { readonly label: string }[], wanted: string): boolean {
  return options.some(({ label }) => label === wanted);
}

function specification(
  study: Study,
  {
    estimate,
    swept,
    run,
  }: {
    readonly estimate: MemorizationEstimate;
    readonly swept: SweptVariant;
    readonly run: RunFile;
  },
): Specification {
  const { task, n, zeros, model, checkpoint, value, interval, pValue, points, examples } = estimate;
  const { threshold, embedder, stopWords, unit, corpus, variant } = swept;
  const options = { threshold, n: String(n), embedder, stopWords, unit, zeros, corpus };
  const { null: band } = estimate;
  const empty = run.mining.find((mined) => mined.task === task && mined.n === n)?.empty;
  const undefinedBecause =
    empty === undefined ? estimate.undefinedBecause : `inconclusive: ${empty}`;
  return {
    ...{ task, model, checkpoint, options, isStudy: isOwn(study, swept, estimate) },
    variant: variant.name,
    ...{ value, interval, pValue },
    null: band && {
      ...{ mean: band.mean, low: band.low, high: band.high },
      ...{ pValue: band.pValue, permutations: band.permutations },
    },
    ...{ points, examples, finding: findingOf(estimate), undefinedBecause },
    drops: dropsOf(run, estimate),
  };
}

/** Whether a specification makes the choices that the study judges the task by. */
function isOwn(
  study: Study,
  { variant, threshold, stopWords, corpus }: SweptVariant,
  { task, n, zeros }: MemorizationEstimate,
): boolean {
  const entry = study.tasks.find(({ name }) => name === task)!;
  return (
    threshold === thresholdLabel(ownThreshold(entry, study), study.mine) &&
    n === entry.n[0] &&
    zeros === ownZeros(study) &&
    variant.study.embedder === study.embedder &&
    variant.study.measure.unit === study.measure.unit &&
    stopWords === stopWordsLabel(ownStopWords(entry, study)) &&
    corpus === corpusName(study)
  );
}

/** Without correction for the number of specifications: they are not hypotheses, but views of one. */
function findingOf({
  value,
  interval,
  null: band,
}: Pick<MemorizationEstimate, "value" | "interval" | "null">): Finding | null {
  if (value === null || interval === null || band === null) return null;
  if (interval.low > 0 && value > band.high) return "above";
  return interval.high < 0 && value < band.low ? "below" : "no sign";
}

function dropsOf(
  { drops }: RunFile,
  { task, n, model }: MemorizationEstimate,
): Specification["drops"] {
  const own = drops.filter(
    (drop) => drop.task === task && drop.n === n && (drop.model ?? model) === model,
  );
  return Object.fromEntries(own.map(({ reason, count }) => [reason, count]));
}
