/**
 * Distributional memorization of the same items under several sets of models, such as levels of injection
 * or sizes: the mean over a set's runs of Spearman's ρ of P(b|a) and log-likelihood, and differences of sets.
 * All come from the same draws of groups, so that differences are paired by item; runs of a set are drawn,
 * too.
 */
import { createRng } from "../../base/random.ts";
import { percentileInterval } from "../../stats/bootstrap.ts";
import { crossedBootstrap } from "../../stats/crossed-bootstrap.ts";
import type { NullBand } from "../../stats/estimate.ts";
import { mean } from "../../stats/summary.ts";
import { type EstimateOptions, type GroupedEstimate, numbered } from "../truth/grouped-estimate.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";
import type { TruthTable } from "../truth/truth-table.ts";
import {
  exchangeNull,
  LEAST_ITEMS,
  type PairedPoints,
  pairPoints,
  rankCorrelation,
} from "./paired-points.ts";

/** Models of one arm that differ in their seed, or one model. */
export interface RunSet {
  readonly arm: string;
  readonly models: readonly string[];
}

/** What a set of models memorizes. */
export interface RunSetMemorization {
  /** Mean over runs; the interval draws groups of items, and runs where there are several. */
  readonly memorization: GroupedEstimate;
  /** Each model by itself. */
  readonly runs: readonly { readonly model: string; readonly value: number | null }[];
  /** Of the mean over runs: values of P(b|a) dealt out anew, the same for all runs. */
  readonly null: NullBand | null;
}

/** Sets of runs in the order given. */
export interface MemorizationCurve {
  readonly sets: readonly RunSetMemorization[];
  /** Set `index` minus set `minus`. */
  readonly difference: (index: number, minus: number) => GroupedEstimate;
}

/** What a curve is about: items with a question, and their P(b|a). */
export interface CurveItems {
  /** Names the random numbers. */
  readonly name: string;
  readonly items: readonly ManifestItem[];
  readonly probability: ReadonlyMap<string, number>;
}

/** The curve over the items that every run was asked for; undefined where these are too few. */
export function memorizationCurve(
  table: TruthTable,
  { name, items, probability }: CurveItems,
  runSets: readonly RunSet[],
  options: EstimateOptions,
): MemorizationCurve | undefined {
  const columns = runSets.map(({ arm, models }) =>
    models.map((model) => table.column({ metric: "logLikelihood", arm, model })),
  );
  const asked = items.filter(
    ({ item }) => probability.has(item) && columns.flat().every((values) => values.has(item)),
  );
  if (asked.length < LEAST_ITEMS) return undefined;
  const points = columns.map((runs) =>
    runs.map((values) => pairPoints(asked, probability, values)),
  );
  const estimates = new CrossedEstimates(name, asked, points, options);
  const sets = runSets.map(({ arm, models }, index) => ({
    memorization: estimates.of(index),
    runs: models.map((model, run) => ({ model, value: estimates.runValue(index, run) })),
    null: nullOf(`${options.seed}/null ${name} ${arm} ${models.join(" ")}`, points[index]!),
  }));
  return { sets, difference: (index, minus) => estimates.difference(index, minus) };
}

/** The mean correlation of some runs under values dealt out anew. */
function nullOf(seed: string, runs: readonly PairedPoints[]): NullBand | null {
  const [{ items, x }] = runs as [PairedPoints];
  const ones = new Float64Array(x.length).fill(1);
  const valueOf = (dealt: Float64Array): number =>
    mean(Float64Array.from(runs, ({ y }) => rankCorrelation(dealt, y)(ones)));
  const observed = valueOf(x);
  if (Number.isNaN(observed)) return null;
  return exchangeNull(observed, { items, x }, valueOf, createRng(seed));
}

/** Means over runs and their differences, from one bootstrap of groups and runs. */
class CrossedEstimates {
  readonly #counts: Pick<GroupedEstimate, "items" | "groups">;
  readonly #method: string;
  /** Of each run of each set, without resampling. */
  readonly #values: readonly Float64Array[];
  readonly #replicates: readonly Float64Array[];

  constructor(
    name: string,
    items: readonly ManifestItem[],
    points: readonly (readonly PairedPoints[])[],
    { seed, resamples = 1000 }: EstimateOptions,
  ) {
    const { clusters, count } = numbered(items.map(({ group }) => group));
    this.#counts = { items: items.length, groups: count };
    this.#method = points.some((runs) => runs.length > 1)
      ? "pigeonhole bootstrap over groups and seeds"
      : "clustered percentile bootstrap";
    const sets = points.map((runs) => runs.map(({ x, y }) => rankCorrelation(x, y)));
    const ones = new Float64Array(items.length).fill(1);
    this.#values = sets.map((runs) => Float64Array.from(runs, (statistic) => statistic(ones)));
    const sample = { clusters, clusterCount: count, sets };
    this.#replicates = crossedBootstrap(sample, { rng: createRng(`${seed}/${name}`), resamples });
  }

  runValue(set: number, run: number): number | null {
    const value = this.#values[set]![run]!;
    return Number.isNaN(value) ? null : value;
  }

  of(set: number): GroupedEstimate {
    return this.#estimate(mean(this.#values[set]!), this.#replicates[set]!);
  }

  difference(set: number, minus: number): GroupedEstimate {
    const less = this.#replicates[minus]!;
    return this.#estimate(
      mean(this.#values[set]!) - mean(this.#values[minus]!),
      this.#replicates[set]!.map((value, resample) => value - less[resample]!),
    );
  }

  #estimate(value: number, replicates: Float64Array): GroupedEstimate {
    if (Number.isNaN(value))
      return { value: null, interval: null, ...this.#counts, undefinedBecause: "nothing varies" };
    const interval = this.#counts.groups < 2 ? undefined : percentileInterval(replicates);
    const named = interval === undefined ? null : { ...interval, method: this.#method };
    return { value, interval: named, ...this.#counts };
  }
}
