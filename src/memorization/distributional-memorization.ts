/**
 * Distributional memorization (Wang et al. 2025, Eq. 3): the rank correlation, over the pairs of a
 * task, of the corpus's log P(b|a) with the model's log-probability of b in its place. One estimate
 * each for Spearman with zeros kept, Spearman with zeros dropped (the paper's own choice: the
 * non-zero tail only) and Kendall's tau-b with zeros kept.
 *
 * Examples, not pairs, are the independent units: the bootstrap draws them, and below ten of them,
 * or below ten pairs, the estimate is inconclusive.
 */
import type { Rng } from "../base/random.ts";
import { clusteredBootstrap, fisherZPValue, percentileInterval } from "../stats/bootstrap.ts";
import {
  kendallTauB,
  kendallTauBUnderWeights,
  spearman,
  spearmanUnderWeights,
} from "../stats/correlation.ts";
import type { MemorizationEstimate, MemorizationNull } from "./memorization-estimate.ts";
import {
  blockShuffles,
  nullBand,
  recountedLogProbabilities,
  type RecountedShuffles,
} from "./null-distribution.ts";
import type { JoinedRows, PointGroup } from "./rows.ts";
import { logProbability } from "./task-gram-probability.ts";

export interface MemorizationOptions {
  readonly rng: Rng;
  /** Bootstrap resamples; default 1000. */
  readonly resamples?: number;
  /** Level of the intervals; default 0.95. */
  readonly level?: number;
  /** Permutations of whole examples, where no shuffles were counted; default 200. */
  readonly permutations?: number;
  /** Shuffles counted in the corpus (`planShuffles`) for a task and n. */
  readonly shuffles?: (task: string, n: number) => RecountedShuffles | undefined;
}

const methods = {
  spearman: { correlate: spearman, underWeights: spearmanUnderWeights },
  "kendall-tau-b": { correlate: kendallTauB, underWeights: kendallTauBUnderWeights },
};
const variants = [
  { method: "spearman", zeros: "kept" },
  { method: "spearman", zeros: "dropped" },
  { method: "kendall-tau-b", zeros: "kept" },
] as const;
type Variant = (typeof variants)[number];

const fewestPoints = 10;
const fewestExamples = 10;
/**
 * A side that does not vary in more than this share of the resamples varies in one or two examples
 * only: all resamples miss a given two of m examples with probability (1 − 2/m)^m, about 0.13.
 */
const mostUndefinedResamples = 0.1;

/** The points of one estimate. */
interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Each point's example, 0 to examples − 1. */
  readonly cluster: Uint32Array;
  readonly examples: number;
  readonly a: readonly string[];
  readonly b: readonly string[];
}

/**
 * Three estimates for each task, n and model, not yet adjusted for their number (`adjustEstimates`
 * does that over a whole report). Random streams are named by task and n, so another task or model
 * changes no digit, and models with the same examples share their resamples.
 */
export function distributionalMemorization(
  { phrases, groups, ...rest }: JoinedRows,
  options: MemorizationOptions,
): readonly MemorizationEstimate[] {
  return groups.flatMap((group) =>
    variants.map((variant) => {
      const all = pointsOf(group, { phrases, ...rest });
      const points = variant.zeros === "kept" ? all : withoutZeros(all);
      return estimate(group, points, variant, options);
    }),
  );
}

function estimate(
  { task, n, model, checkpoint }: PointGroup,
  points: Points,
  variant: Variant,
  options: MemorizationOptions,
): MemorizationEstimate {
  const { rng, resamples = 1000, level = 0.95 } = options;
  const base = {
    measure: "distributional-memorization",
    ...variant,
    task,
    n,
    model,
    checkpoint,
    points: points.x.length,
    examples: points.examples,
    value: null,
    interval: null,
    pValue: null,
    adjusted: { holm: null, bh: null },
    null: null,
    approximate: false,
    undefinedBecause: null,
  } as const;
  const undefinedBecause = whyInconclusive(points);
  if (undefinedBecause !== undefined) return { ...base, undefinedBecause };
  const { correlate, underWeights } = methods[variant.method];
  const { x, y, cluster, examples } = points;
  const { value } = correlate(x, y);
  const replicates = clusteredBootstrap(underWeights(x, y), cluster, examples, {
    rng: rng.fork(`bootstrap/${task}/${n}`),
    resamples,
  });
  const interval = percentileInterval(replicates, { level });
  const missing = replicates.filter(Number.isNaN).length;
  if (value === undefined || interval === undefined || missing > mostUndefinedResamples * resamples)
    return {
      ...base,
      undefinedBecause: `inconclusive: in ${missing} of ${resamples} resamples of the ${examples} examples one side does not vary at all, so the correlation rests on too few of them`,
    };
  return {
    ...base,
    value,
    interval,
    pValue: fisherZPValue(value, replicates, x.length),
    null: nullOf(value, points, { task, n }, variant, options),
  };
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

/** From counted shuffles where enough of them leave a correlation; else from exchanged examples. */
function nullOf(
  observed: number,
  points: Points,
  { task, n }: { readonly task: string; readonly n: number },
  variant: Variant,
  { rng, level = 0.95, permutations = 200, shuffles }: MemorizationOptions,
): MemorizationNull | null {
  const { correlate } = methods[variant.method];
  const { y } = points;
  const correlateShuffled = (x: Float64Array): number => {
    const kept = (_: number, i: number): boolean => variant.zeros === "kept" || x[i]! > -Infinity;
    const left = x.filter(kept);
    return left.length < fewestPoints ? NaN : (correlate(left, y.filter(kept)).value ?? NaN);
  };
  const recounted = shuffles?.(task, n);
  if (recounted !== undefined) {
    const values = Array.from(recountedLogProbabilities(recounted, points), correlateShuffled);
    const band = nullBand(observed, Float64Array.from(values), { level });
    if (band !== undefined)
      return { ...band, recounted: true, conflicts: recounted.plan.conflicts };
  }
  const blocks = blockShuffles(points.x, points.cluster, {
    permutations,
    rng: rng.fork(`blocks/${task}/${n}`),
  });
  const band = nullBand(observed, Float64Array.from(Array.from(blocks, correlateShuffled)), {
    level,
  });
  return band === undefined ? null : { ...band, recounted: false };
}

function pointsOf(group: PointGroup, { phrases, df }: Pick<JoinedRows, "phrases" | "df">): Points {
  return {
    x: Float64Array.from(group.a, (a, i) => logProbability(group.codf[i]!, df[a]!)),
    y: group.logLikelihood,
    cluster: group.example,
    examples: group.exampleIds.length,
    a: Array.from(group.a, (a) => phrases[a]!),
    b: Array.from(group.b, (b) => phrases[b]!),
  };
}

/** The points whose pair co-occurs; examples are numbered anew. */
function withoutZeros({ x, y, cluster, a, b }: Points): Points {
  const kept = Uint32Array.from(x.keys()).filter((i) => x[i]! > -Infinity);
  const renumbered = new Map<number, number>();
  const clusters = Uint32Array.from(kept, (i) => {
    const number = renumbered.get(cluster[i]!) ?? renumbered.size;
    renumbered.set(cluster[i]!, number);
    return number;
  });
  return {
    x: Float64Array.from(kept, (i) => x[i]!),
    y: Float64Array.from(kept, (i) => y[i]!),
    cluster: clusters,
    examples: renumbered.size,
    a: Array.from(kept, (i) => a[i]!),
    b: Array.from(kept, (i) => b[i]!),
  };
}
