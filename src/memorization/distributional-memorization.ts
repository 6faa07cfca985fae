/**
 * Distributional memorization (Wang et al. 2025, Eq. 3): the rank correlation, over the pairs of a
 * task, of the corpus's log P(b|a) with the model's log-probability of b in its place, and what a reader
 * needs beside it (quantities.ts, comparisons.ts), each with interval, test and null.
 *
 * Examples, not pairs, are the independent units: the bootstrap draws them, and below ten of them,
 * or below ten pairs, the estimate is inconclusive. The null repeats the whole procedure on
 * exchanged corpus probabilities, so where zeros are dropped it drops the zeros that then arise.
 */
import type { Rng } from "../base/random.ts";
import { compareFindings, type TrainingPlace } from "./comparisons.ts";
import { withEqualSizes } from "./equal-sizes.ts";
import { type Finding, findingsOf, type FindingOptions } from "./findings.ts";
import type { Correction, MemorizationEstimate } from "./memorization-estimate.ts";
import { type PointOptions, type PointSet, pointSetsOf } from "./point-set.ts";
import { type Replicates, replicatesOf } from "./replicates.ts";
import type { JoinedRows } from "./rows.ts";

/** Points, resampling, level, null and choice of the estimates. */
export interface MemorizationOptions extends FindingOptions, PointOptions {
  readonly rng: Rng;
  /** By which p-values signs are read; default "holm". */
  readonly correction?: Correction | undefined;
  /** Parameters of a model, for trends, and for differences from the largest. */
  readonly parameters?: (model: string) => number | null | undefined;
  /** Which models are checkpoints of one training, for trends over its steps. */
  readonly training?: (model: string) => TrainingPlace | undefined;
}

/** Estimates and what their intervals and nulls were read from. */
export interface DrawnEstimates {
  readonly estimates: readonly MemorizationEstimate[];
  readonly replicates: readonly Replicates[];
}

/**
 * The estimates of each task, n and model, then what compares them, not yet adjusted for their number
 * (`adjustEstimates` does that over a whole report). Random streams are named by task and n, so another task
 * or model changes no digit, and all models and n of a task share their resamples.
 */
export async function distributionalMemorization(
  joined: JoinedRows,
  options: MemorizationOptions,
): Promise<readonly MemorizationEstimate[]> {
  return (await drawnMemorization(joined, options)).estimates;
}

/** The same with the draws. */
export function drawnMemorization(
  joined: JoinedRows,
  options: MemorizationOptions,
): Promise<DrawnEstimates> {
  return estimatePointSets(pointSetsOf(joined, options), options);
}

/** The same of columns that are joined already. */
export async function estimatePointSets(
  sets: readonly PointSet[],
  options: MemorizationOptions,
): Promise<DrawnEstimates> {
  const findings: Finding[] = [];
  for (const set of sets) findings.push(...(await findingsOf(set, options)));
  const estimates = await withEqualSizes(findings, options);
  return {
    estimates: [...estimates, ...compareFindings(findings, options)],
    replicates: replicatesOf(findings),
  };
}
