/**
 * Performance against frequency (Wang et al. 2025, Fig. 3, done with intervals): how often a model is right
 * by how often the corpus holds an example's pairs (Eq. 4), in bins with the zeros apart, and the slope of
 * correctness over log10 of that frequency, zeros apart.
 */
import type { Rng } from "../base/random.ts";
import { type Bin, binnedOutcome } from "../stats/bins.ts";
import { denseRanks } from "../stats/ranks.ts";
import type { Slope } from "../stats/slope.ts";
import type { MemorizationEstimate } from "./memorization-estimate.ts";

/** One example: how often the corpus holds its pairs, and how right the model's output is. */
export interface ExampleOutcome {
  readonly example: string;
  /** What it belongs to together with others. */
  readonly group?: string | null;
  /** Eq. 4; null where no pair was mined of it. */
  readonly frequency: number | null;
  /** NaN where the output could not be judged. */
  readonly correctness: number;
}

/** Whose outputs they are, and how they are binned. */
export interface PerformanceOptions {
  readonly rng: Rng;
  readonly task: string;
  readonly n: number;
  readonly model: string;
  readonly checkpoint: string | null;
  readonly metric: string;
  readonly bins?: number;
  readonly binning?: "equal-count" | "equal-width";
  readonly clusteredBy?: "example" | "group";
  readonly level?: number;
}

/** Entry of run.json's `performance`. */
export interface Performance {
  readonly task: string;
  readonly n: number;
  readonly model: string;
  readonly metric: string;
  readonly points: number;
  /** Answered examples that are left out: without a mined pair, which have no frequency; and not judged, whose correctness is no number. */
  readonly leftOut: { readonly withoutPairs: number; readonly unjudged: number };
  readonly by: "equal-count" | "equal-width";
  /** Of ascending frequency, the zeros first. */
  readonly bins: readonly Bin[];
  readonly slope: Slope;
}

/** Bins and slope of one task's examples: those that were judged and have a frequency. */
export function performanceByFrequency(
  answered: readonly ExampleOutcome[],
  {
    rng,
    bins = 5,
    binning: by = "equal-count",
    clusteredBy = "example",
    level = 0.95,
    ...names
  }: PerformanceOptions,
): Performance {
  const { task, n, model, metric } = names;
  const judged = answered.filter(({ correctness }) => Number.isFinite(correctness));
  const outcomes = judged.flatMap(({ frequency, ...outcome }) =>
    frequency === null ? [] : [{ ...outcome, frequency }],
  );
  const leftOut = {
    withoutPairs: judged.length - outcomes.length,
    unjudged: answered.length - judged.length,
  };
  const units = new Map<string, number>();
  const clusters = Float64Array.from(outcomes, ({ example, group }) => {
    const key = clusteredBy === "group" && group != null ? `group ${group}` : `example ${example}`;
    units.set(key, units.get(key) ?? units.size);
    return units.get(key)!;
  });
  const binned = binnedOutcome(
    Float64Array.from(outcomes, ({ frequency }) => frequency),
    Float64Array.from(outcomes, ({ correctness }) => correctness),
    {
      ...{ rng: rng.fork(`performance/${task}/${n}`), bins, by, level },
      clusters: denseRanks(clusters).groups,
    },
  );
  const { bins: found, slope } = binned;
  return {
    ...{ task, n, model, metric, points: outcomes.length, leftOut, by, bins: found },
    slope: withEnough(slope, clusteredBy),
  };
}

/** An interval over fewer clusters is not worth its name. */
const fewestClusters = 10;

/** The slope as an estimate, so that its test belongs to the report's family. */
export function slopeEstimate(
  { task, n, model, slope: found }: Performance,
  { checkpoint, clusteredBy = "example" }: Pick<PerformanceOptions, "checkpoint" | "clusteredBy">,
): MemorizationEstimate {
  const { points, clusters, slope: value, interval, pValue, undefinedBecause: why } = found;
  return {
    ...{ measure: "frequency-slope", method: "clustered-slope", task, n, model, checkpoint },
    unit: "example",
    ...{ points, examples: points, value, interval, pValue, adjusted: { holm: null, bh: null } },
    ...{ null: null, zeros: "dropped", approximate: false },
    undefinedBecause: why === null ? null : `inconclusive: ${why}`,
    ...(value === null
      ? {}
      : {
          nullAbsentBecause: "a slope over examples is tested against Student's t of its clusters",
        }),
    ...{ clusters, clusteredBy, resamples: 0, drawnClusters: clusters },
    ...{ controls: [], constantControls: [] },
  };
}

/** The slope, or why so few clusters bear none. */
function withEnough(found: Slope, clusteredBy: "example" | "group"): Slope {
  const { points, clusters } = found;
  if (found.slope === null || clusters >= fewestClusters) return found;
  const from = `${clusters} ${clusteredBy}${clusters === 1 ? "" : "s"}`;
  return {
    ...{ slope: null, intercept: null, standardError: null, interval: null, pValue: null },
    ...{ points, clusters },
    undefinedBecause: `the ${points} points come from ${from}, and an interval needs at least ${fewestClusters}`,
  };
}
