/**
 * The similarity threshold γ, calibrated on a null.
 *
 * Embedders differ in what a cosine means: unrelated words score 0.87 with one and 0.0 with another,
 * so a fixed γ filters everything or nothing. Here γ is the similarity that a stated share of null
 * pairs exceeds. A null pair joins the input n-gram of one mined pair with the output n-gram of a
 * mined pair of another example: each side occurs as often as among the mined pairs, and only the
 * tie between them is cut. (It may still be a pair of some third example, as independence allows.)
 *
 * γ is fitted on the null it is reported with, so the null rate at γ is the stated share by
 * construction; it is lower where similarities tie.
 */
import { RoteError } from "../base/errors.ts";
import type { Rng } from "../base/random.ts";
import { type NgramVectors, rowProducts } from "./ngram-vectors.ts";
import type { SampledPair } from "./pair-sample.ts";

/** How γ is chosen: on the null, not at all, or as a number. */
export type ThresholdChoice = "calibrated" | "none" | number;

/** How many pairs of a kind exceed the threshold. */
export interface PassRate {
  readonly pairs: number;
  readonly passed: number;
  /** passed / pairs; undefined where there are no pairs. */
  readonly rate: number | undefined;
}

/** Where the threshold would stand for another share of the null. */
export interface CurvePoint {
  readonly nullShare: number;
  readonly threshold: number;
  readonly nullRate: number;
  readonly realRate: number;
}

/** How many of the sampled pairs a threshold would let pass. */
export interface PassPoint {
  readonly threshold: number;
  readonly realRate: number;
  readonly nullRate: number;
}

/** Similarities of the sampled pairs, ascending: those of real pairs and of null pairs. */
export interface SampledSimilarities {
  readonly real: Float64Array;
  readonly null: Float64Array;
}

/** A threshold with the similarities it was chosen on. */
export interface Calibration {
  readonly threshold: Threshold;
  readonly similarities: SampledSimilarities;
}

/** A threshold, and how sampled real pairs and null pairs stand to it. */
export interface Threshold {
  readonly choice: ThresholdChoice;
  /** Pairs strictly above it pass; undefined where every pair does. */
  readonly value: number | undefined;
  /** The share of null pairs that "calibrated" lets pass. */
  readonly nullShare: number;
  readonly real: PassRate;
  readonly null: PassRate;
  /** Examples the sample came from. */
  readonly examples: number;
  /** Empty where no null pair could be made. */
  readonly curve: readonly CurvePoint[];
}

/** Shares of the curve: from half of the null to one pair in a thousand. */
const curveShares = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

/** Draws before a pair is given up for want of a partner in another example. */
const maximumDraws = 50;

/** Pairs whose vectors are looked up at once. */
const pairsAtOnce = 4096;

/** Choose the threshold for the pairs a sample stands for. */
export async function chooseThreshold(
  sample: readonly SampledPair[],
  vectors: NgramVectors,
  {
    threshold: choice,
    nullShare,
  }: { readonly threshold: ThresholdChoice; readonly nullShare: number },
  rng: Rng,
): Promise<Calibration> {
  const real = await sortedSimilarities(sample, vectors);
  const unrelated = await sortedSimilarities(crossExamples(sample, rng), vectors);
  const examples = new Set(sample.map(({ example }) => example)).size;
  if (choice === "calibrated" && unrelated.length === 0)
    throw new RoteError(
      "task/empty",
      `a threshold cannot be calibrated on ${sample.length} pairs of ${examples} examples: a null pair takes its n-grams from two; give mine.threshold a number or "none"`,
      { pairs: sample.length, examples },
    );
  const value = choice === "calibrated" ? quantileAbove(unrelated, nullShare) : numberOf(choice);
  const threshold = {
    choice,
    value,
    nullShare,
    real: passRate(real.length, countAbove(real, value)),
    null: passRate(unrelated.length, countAbove(unrelated, value)),
    examples,
    curve: unrelated.length === 0 ? [] : curveShares.map((share) => point(real, unrelated, share)),
  };
  return { threshold, similarities: { real, null: unrelated } };
}

/** Steps of the pass curve in a cosine of 1. */
const stepsOfCurve = 100;

/**
 * The share of real and of null pairs above every hundredth of a cosine, from the last at which all of
 * both pass to the first at which none does. Empty where there are no null pairs.
 */
export function passCurve(samples: readonly SampledSimilarities[]): readonly PassPoint[] {
  const real = joined(samples.map((sample) => sample.real));
  const unrelated = joined(samples.map((sample) => sample.null));
  if (real.length === 0 || unrelated.length === 0) return [];
  const least = Math.min(real[0]!, unrelated[0]!);
  const most = Math.max(real.at(-1)!, unrelated.at(-1)!);
  const first = Math.ceil(least * stepsOfCurve) - 1;
  const last = Math.ceil(most * stepsOfCurve);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const threshold = (first + i) / stepsOfCurve;
    return {
      threshold,
      realRate: countAbove(real, threshold) / real.length,
      nullRate: countAbove(unrelated, threshold) / unrelated.length,
    };
  });
}

/** All values, ascending. */
function joined(lists: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all.sort();
}

export function passRate(pairs: number, passed: number): PassRate {
  return { pairs, passed, rate: pairs === 0 ? undefined : passed / pairs };
}

/** For each sampled pair, its input n-gram with the output n-gram of another example's pair. */
export function crossExamples(sample: readonly SampledPair[], rng: Rng): SampledPair[] {
  return sample.flatMap(({ example, a }) => {
    for (let draw = 0; draw < maximumDraws; draw++) {
      const other = sample[rng.int(sample.length)]!;
      if (other.example !== example && other.b !== a) return { example, a, b: other.b };
    }
    return [];
  });
}

/** The value that at most `share` of the values exceed; values are ascending and not empty. */
export function quantileAbove(ascending: Float64Array, share: number): number {
  const above = Math.min(Math.floor(share * ascending.length), ascending.length - 1);
  return ascending[ascending.length - 1 - above]!;
}

function numberOf(choice: number | "none"): number | undefined {
  return choice === "none" ? undefined : choice;
}

function point(real: Float64Array, unrelated: Float64Array, nullShare: number): CurvePoint {
  const threshold = quantileAbove(unrelated, nullShare);
  return {
    nullShare,
    threshold,
    nullRate: countAbove(unrelated, threshold) / unrelated.length,
    realRate: countAbove(real, threshold) / real.length,
  };
}

function countAbove(values: Float64Array, threshold: number | undefined): number {
  if (threshold === undefined) return values.length;
  let count = 0;
  for (const value of values) if (value > threshold) count++;
  return count;
}

async function sortedSimilarities(
  pairs: readonly SampledPair[],
  vectors: NgramVectors,
): Promise<Float64Array> {
  const result = new Float64Array(pairs.length);
  for (let start = 0; start < pairs.length; start += pairsAtOnce) {
    const batch = pairs.slice(start, start + pairsAtOnce);
    const [as, bs] = [batch.map(({ a }) => a), batch.map(({ b }) => b)];
    await vectors.load([...as, ...bs]);
    result.set(rowProducts(vectors.matrix(as), vectors.matrix(bs), vectors.dimension), start);
  }
  return result.sort();
}
