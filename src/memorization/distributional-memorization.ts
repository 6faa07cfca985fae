/**
 * Distributional memorization (Wang et al. 2025, Eq. 3): the rank correlation, over the pairs of a
 * task, of the corpus's log P(b|a) with the model's log-probability of b in its place. One estimate
 * each for Spearman with zeros kept, Spearman with zeros dropped (the paper's own choice: the
 * non-zero tail only) and Kendall's tau-b with zeros kept.
 *
 * Examples, not pairs, are the independent units: the bootstrap draws them, and below ten of them,
 * or below ten pairs, the estimate is inconclusive. The null repeats the whole procedure on
 * exchanged corpus probabilities, so where zeros are dropped it drops the zeros that then arise.
 */
import type { Rng } from "../base/random.ts";
import { clusteredBootstrap, fisherZPValue, percentileInterval } from "../stats/bootstrap.ts";
import { nullBand } from "../stats/null-band.ts";
import { denseRanks } from "../stats/ranks.ts";
import type { MemorizationEstimate, MemorizationNull } from "./memorization-estimate.ts";
import {
  blockShuffles,
  recountedLogProbabilities,
  type RecountedShuffles,
} from "./null-distribution.ts";
import {
  fewestPoints,
  rankStatistic,
  type RankVariant,
  rankVariants,
  valuesOverShuffles,
} from "./rank-variants.ts";
import type { JoinedRows, PointGroup } from "./rows.ts";
import { logProbability } from "./task-gram-probability.ts";

/** Resampling, level and null of the estimates. */
export interface MemorizationOptions {
  readonly rng: Rng;
  /** Bootstrap resamples, at least 2; default 1000. */
  readonly resamples?: number;
  /** Level of the intervals; default 0.95. */
  readonly level?: number;
  /** Permutations of whole examples, where no shuffles were counted, at least 1; default 200. */
  readonly permutations?: number;
  /** Shuffles counted in the corpus (`planShuffles`) for a task and n. */
  readonly shuffles?: (task: string, n: number) => RecountedShuffles | undefined;
}

const fewestExamples = 10;
/**
 * A side that does not vary in more than this share of the resamples varies in one or two examples
 * only: all draws of a resample miss a given two of m examples with probability (1 − 2/m)^m, about 0.13.
 */
const mostUndefinedResamples = 0.1;

/** The points of one estimate. */
interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Each point's example, 0 to examples − 1. */
  readonly cluster: Uint32Array;
  readonly examples: number;
}

/**
 * Three estimates for each task, n and model, not yet adjusted for their number (`adjustEstimates`
 * does that over a whole report). Random streams are named by task and n, so another task or model
 * changes no digit, and models with the same examples share their resamples.
 */
export function distributionalMemorization(
  joined: JoinedRows,
  options: MemorizationOptions,
): readonly MemorizationEstimate[] {
  return joined.groups.flatMap((group) => {
    const all = pointsOf(group, joined);
    const estimates = rankVariants.map((variant) =>
      estimate(group, variant.zeros === "kept" ? all : withoutZeros(all), variant, options),
    );
    const nulls = nullsOf(group, joined, all, estimates, options);
    return estimates.map((own, i) => withNull(own, nulls[i] ?? null));
  });
}

/** Everything but the null. */
function estimate(
  { task, n, model, checkpoint }: PointGroup,
  points: Points,
  variant: RankVariant,
  { rng, resamples = 1000, level = 0.95 }: MemorizationOptions,
): MemorizationEstimate {
  const { x, y, cluster, examples } = points;
  const base = {
    ...({ measure: "distributional-memorization", method: variant.method, task, n } as const),
    ...{ model, checkpoint, points: x.length, examples, value: null, interval: null },
    ...{ pValue: null, adjusted: { holm: null, bh: null }, null: null, zeros: variant.zeros },
    ...({ approximate: false, undefinedBecause: null } as const),
  };
  const undefinedBecause = whyInconclusive(points);
  if (undefinedBecause !== undefined) return { ...base, undefinedBecause };
  const statistic = rankStatistic(variant, denseRanks(x), denseRanks(y));
  const value = statistic(new Float64Array(x.length).fill(1));
  const replicates = clusteredBootstrap(statistic, cluster, examples, {
    rng: rng.fork(`bootstrap/${task}/${n}`),
    resamples,
  });
  const interval = percentileInterval(replicates, { level });
  const missing = replicates.filter(Number.isNaN).length;
  if (interval === undefined || missing > mostUndefinedResamples * resamples)
    return {
      ...base,
      undefinedBecause: `inconclusive: in ${missing} of ${resamples} resamples of the ${examples} examples one side does not vary at all, so the correlation rests on too few of them`,
    };
  return { ...base, value, interval, pValue: fisherZPValue(value, replicates, x.length) };
}

/** A value without a null to compare it with is not shown as a finding. */
function withNull(own: MemorizationEstimate, band: MemorizationNull | null): MemorizationEstimate {
  if (own.value === null || band !== null) return { ...own, null: band };
  const undefinedBecause =
    "inconclusive: fewer than half of the permutations leave a correlation to compare with";
  return { ...own, value: null, interval: null, pValue: null, undefinedBecause };
}

/** Undefined where the correlation can be computed and bears an interval. */
function whyInconclusive({ x, y, examples }: Points): string | undefined {
  const pairs = x.length === 1 ? "1 pair" : `${x.length} pairs`;
  if (x.length < fewestPoints)
    return `inconclusive: ${pairs}, and a correlation needs at least ${fewestPoints}`;
  if (examples < fewestExamples)
    return `inconclusive: the ${pairs} come from ${examples === 1 ? "1 example" : `${examples} examples`}, and an interval needs at least ${fewestExamples}`;
  if (x.every((value) => value === -Infinity))
    return `inconclusive: none of the ${pairs} co-occurs in the corpus, so all have probability 0`;
  if (x.every((value) => value === x[0]))
    return `inconclusive: all ${pairs} have the same probability in the corpus, ${round(Math.exp(x[0]!))}`;
  if (y.every((value) => value === y[0]))
    return `inconclusive: the model gives all ${pairs} the same log-probability, ${round(y[0]!)}`;
  return undefined;
}

const round = (value: number): string => String(Number(value.toPrecision(3)));

/** From counted shuffles where at least half of them leave a correlation; else from exchanged examples. */
function nullsOf(
  group: PointGroup,
  { phrases }: JoinedRows,
  { x, y, cluster }: Points,
  estimates: readonly MemorizationEstimate[],
  { rng, level = 0.95, permutations = 200, shuffles }: MemorizationOptions,
): readonly (MemorizationNull | null)[] {
  const bandsUnder = (shuffled: Iterable<Float64Array>): ReturnType<typeof nullBand>[] => {
    const values = valuesOverShuffles(shuffled, y, estimates);
    return estimates.map(({ value }, i) =>
      value === null ? undefined : nullBand(value, values[i]!, { level }),
    );
  };
  if (estimates.every(({ value }) => value === null)) return estimates.map(() => null);
  const { task, n } = group;
  const recounted = shuffles?.(task, n);
  const pairs = {
    a: Array.from(group.a, (a) => phrases[a]!),
    b: Array.from(group.b, (b) => phrases[b]!),
  };
  const counted = recounted && bandsUnder(recountedLogProbabilities(recounted, pairs));
  const missing = estimates.some(({ value }, i) => value !== null && counted?.[i] === undefined);
  const exchanged =
    missing &&
    bandsUnder(blockShuffles(x, cluster, { permutations, rng: rng.fork(`blocks/${task}/${n}`) }));
  return estimates.map((_, i): MemorizationNull | null => {
    const band = counted?.[i];
    if (recounted && band) return { ...band, recounted: true, conflicts: recounted.plan.conflicts };
    const other = exchanged ? exchanged[i] : undefined;
    return other === undefined ? null : { ...other, recounted: false };
  });
}

function pointsOf(group: PointGroup, { df }: JoinedRows): Points {
  return {
    x: Float64Array.from(group.a, (a, i) => logProbability(group.codf[i]!, df[a]!)),
    y: group.logLikelihood,
    cluster: group.example,
    examples: group.exampleIds.length,
  };
}

/** The points whose pair co-occurs; examples are numbered anew. */
function withoutZeros({ x, y, cluster }: Points): Points {
  const nonzero = (_: number, i: number): boolean => x[i]! > -Infinity;
  const kept = denseRanks(Float64Array.from(cluster.filter(nonzero)));
  return {
    x: x.filter(nonzero),
    y: y.filter(nonzero),
    cluster: kept.groups,
    examples: kept.groupCount,
  };
}
