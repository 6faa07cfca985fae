/**
 * The estimates of one point set with what they were made of: their values over the resamples and under
 * the null, from which differences and trends are taken.
 */
import type { Rng } from "../base/random.ts";
import {
  kendallDistance,
  kendallDistanceInterval,
  kendallDistanceNull,
} from "../stats/kendall-distance.ts";
import { nullBand } from "../stats/null-band.ts";
import { columnsOf } from "../stats/rank-statistic.ts";
import {
  defaultResamples,
  estimateRankStatistics,
  type RankEstimate,
} from "../stats/rank-estimate.ts";
import type { RankSample } from "../stats/rank-sample.ts";
import { ControlEffects } from "./control-effects.ts";
import { corpusColumns } from "./corpus-columns.ts";
import {
  type ControlName,
  leadingZeros,
  type MemorizationEstimate,
} from "./memorization-estimate.ts";
import {
  exchangedNull,
  type NullMaking,
  type NullValues,
  recountedNull,
  type RecountedShuffles,
} from "./null-distribution.ts";
import {
  distinctCount,
  infinityGramColumn,
  pointsAt,
  type PointSet,
  sampleOf,
  withInfinityGram,
  withoutZeros,
} from "./point-set.ts";
import { isAlone, quantitiesOf, type Quantity, type QuantityOptions } from "./quantities.ts";
import { type View, whyInconclusive } from "./inconclusive.ts";
import { infinityGramRules } from "./rows.ts";
import { smoothingFormula } from "./task-gram-probability.ts";

/** How the estimates of a point set are made. */
export interface FindingOptions extends QuantityOptions {
  readonly rng: Rng;
  /** Bootstrap resamples, at least 2; default 10,000 up to 10^5 points and 1,000 above, of Kendall's tau-b at most 1,000. */
  readonly resamples?: number | undefined;
  /** Level of the intervals and bands; default 0.95. */
  readonly level?: number;
  /** Permutations of whole examples, where no shuffles were counted, at least 1; default 200. */
  readonly permutations?: number | undefined;
  /** Strata of df(a) within which examples are exchanged; default 5. */
  readonly strata?: number;
  readonly clusteredBy?: "example" | "group" | undefined;
  /** Shuffles counted in the corpus (`planShuffles`) for a task and n. */
  readonly shuffles?: ((task: string, n: number) => RecountedShuffles | undefined) | undefined;
  /** Worker threads for resamples of many points; default 0, in the calling thread. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** Values of a quantity under the null, and how they were made. */
export interface QuantityNull {
  readonly values: Float64Array;
  readonly making: NullMaking;
}

/** An estimate and what it was made of. */
export interface Finding {
  readonly set: PointSet;
  readonly quantity: Quantity;
  readonly estimate: MemorizationEstimate;
  /** Values over the resamples of the task's examples; empty where the estimate has none. */
  readonly replicates: Float64Array;
  readonly null: QuantityNull | undefined;
}

/** Points above which a sample of examples is exchanged. */
const manyPoints = 100_000;
/** Values of permutations that differ by less are one. */
const rounding = 1e-12;
/** Point visits below which threads cost more than they save. */
const muchWork = 1e7;

/** Every quantity of every model of a set, in the order of `quantitiesOf`, Kendall's distance after tau-b. */
export async function findingsOf(
  points: PointSet,
  options: FindingOptions,
): Promise<readonly Finding[]> {
  const set = options.controls?.some(isAlone) === true ? { ...points, alone: true } : points;
  const quantities = quantitiesOf(set, options);
  const all = viewed(set);
  const whole = set.infinityGram === undefined ? all : viewed(withInfinityGram(set));
  const views = { pairs: all, meeting: viewed(withoutZeros(set)), "∞-grams": whole };
  const reasons = quantities.map((quantity) => whyInconclusive(views[viewOf(quantity)], quantity));
  const estimated = new Map<Quantity, RankEstimate>();
  for (const view of ["pairs", "meeting", "∞-grams"] as const) {
    const own = quantities.filter((each, i) => viewOf(each) === view && reasons[i] === undefined);
    for (const [i, estimate] of (await estimateView(views[view], own, options)).entries())
      estimated.set(own[i]!, estimate);
  }
  const effects = new ControlEffects();
  const judged = quantities.filter((quantity) => (estimated.get(quantity)?.value ?? null) !== null);
  const ofPairs = judged.filter(({ rule }) => rule === undefined);
  const nulls = new Map([
    ...(await nullsOf(set, ofPairs, estimated, options)),
    ...(await infinityGramNulls(whole.set, judged, estimated, options)),
  ]);
  return quantities.flatMap((quantity, i) => {
    const view = views[viewOf(quantity)];
    const found = estimated.get(quantity);
    const base = rowOf(view, quantity, options);
    const left = found === undefined ? {} : effects.of(view, quantity, base);
    const made = nulls.get(quantity);
    const still = made && whyStill(made);
    const result = { ...base, ...left, ...resultOf(found, reasons[i]) };
    const row =
      still === undefined
        ? withNull(result, made, options.level)
        : { ...result, nullAbsentBecause: still };
    const replicates = found?.replicates ?? new Float64Array(0);
    const band = still === undefined ? made : undefined;
    const own = { quantity, estimate: row, replicates, null: band };
    const finding = { ...own, set: view.set };
    return quantity.method === "kendall-tau-b" ? [finding, distanceOf(finding)] : [finding];
  });
}

/** The correlation that is judged of every model of a set, without its null: what corpora are compared by. */
export async function leadingFindings(
  set: PointSet,
  options: FindingOptions,
): Promise<readonly Finding[]> {
  const view = viewed(options.zeros === "dropped" ? withoutZeros(set) : set);
  const quantities = quantitiesOf(set, { zeros: options.zeros }).filter(
    ({ measure, method, zeros }) =>
      measure === "distributional-memorization" &&
      method === "spearman" &&
      zeros === leadingZeros(options.zeros),
  );
  const reasons = quantities.map((quantity) => whyInconclusive(view, quantity));
  const judged = quantities.filter((_, i) => reasons[i] === undefined);
  const found = await estimateView(view, judged, options);
  const estimated = new Map(judged.map((quantity, i) => [quantity, found[i]!]));
  return quantities.map((quantity, i) => {
    const own = estimated.get(quantity);
    const estimate = { ...rowOf(view, quantity, options), ...resultOf(own, reasons[i]) };
    const replicates = own?.replicates ?? new Float64Array(0);
    return { set: view.set, quantity, estimate, replicates, null: undefined };
  });
}

function viewed(set: PointSet): View {
  const corpus = corpusColumns(set, "kept");
  let sample: RankSample | undefined;
  return { set, corpus, sample: () => (sample ??= sampleOf(set, corpus)) };
}

/** The points a quantity is taken over. */
function viewOf({ zeros, rule }: Quantity): "pairs" | "meeting" | "∞-grams" {
  if (rule !== undefined) return "∞-grams";
  return zeros === "kept" ? "pairs" : "meeting";
}

/** Rank estimates of some quantities of one view. */
async function estimateView(
  { set, sample: ranked }: View,
  quantities: readonly Quantity[],
  { rng, resamples, level = 0.95, threads = 0, signal }: FindingOptions,
): Promise<readonly RankEstimate[]> {
  if (quantities.length === 0) return [];
  const sample = ranked();
  const { points } = sample;
  const wanted = resamples ?? defaultResamples(points);
  const options = {
    rng: rng.fork(`bootstrap/${set.task}`),
    ...{ resamples: wanted, level, signal },
    threads: points * wanted * quantities.length < muchWork ? 0 : threads,
  };
  const statistics = quantities.map(({ statistic }) => statistic);
  return await estimateRankStatistics(sample, statistics, options);
}

interface NullOptions extends FindingOptions {
  /** What an exchange of examples moves. */
  readonly columns?: readonly string[];
}

/** From counted shuffles where at least half of them leave a value; else from exchanged examples. */
async function nullsOf(
  set: PointSet,
  quantities: readonly Quantity[],
  estimated: ReadonlyMap<Quantity, RankEstimate>,
  { rng, permutations = 200, strata = 5, shuffles, signal, level, columns }: NullOptions,
): Promise<ReadonlyMap<Quantity, QuantityNull>> {
  const found = new Map<Quantity, QuantityNull>();
  const take = ({ values, making }: NullValues, own: readonly Quantity[]): void => {
    for (const [i, quantity] of own.entries()) {
      const band = nullBand(estimated.get(quantity)!.value!, values[i]!, { level });
      if (band !== undefined) found.set(quantity, { values: values[i]!, making });
    }
  };
  const recounted = quantities.length > 0 ? shuffles?.(set.task, set.n) : undefined;
  if (recounted !== undefined)
    take(recountedNull(shuffledPoints(set, recounted), quantities, recounted), quantities);
  const missing = quantities.filter((quantity) => !found.has(quantity));
  if (missing.length > 0) {
    const own = { rng: rng.fork(`blocks/${set.task}/${set.n}`), permutations, strata, signal };
    const exchange = { ...own, mostPoints: manyPoints, columns };
    take(await exchangedNull(set, missing, exchange), missing);
  }
  return found;
}

/** ∞-grams are not counted for shuffled inputs: their probabilities of whole examples are exchanged. */
async function infinityGramNulls(
  view: PointSet,
  judged: readonly Quantity[],
  estimated: ReadonlyMap<Quantity, RankEstimate>,
  options: FindingOptions,
): Promise<ReadonlyMap<Quantity, QuantityNull>> {
  const own = judged.filter(({ rule }) => rule !== undefined);
  const columns = infinityGramRules.map(infinityGramColumn);
  return nullsOf(view, own, estimated, { ...options, shuffles: undefined, columns });
}

function shuffledPoints(set: PointSet, { examples }: RecountedShuffles): PointSet {
  if (examples === undefined) return set;
  const { example, exampleIds } = set;
  return pointsAt(
    set,
    Uint32Array.from(example.keys()).filter((i) => examples.has(exampleIds[example[i]!]!)),
  );
}

/** Why a null compares with nothing, where its permutations leave things as they are. */
function whyStill({ values, making }: QuantityNull): string | undefined {
  if (making.conflicts === 1)
    return "no input can be exchanged: each would take the place of itself, of one of its own examples or of one of its outputs";
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length < 2 || known.some((value) => Math.abs(value - known[0]!) > rounding))
    return undefined;
  return `all ${known.length} permutations have one value: they exchange nothing that it hangs on`;
}

/** Everything but what was found. */
function rowOf(
  { set, corpus }: View,
  { measure, method, zeros, controls, model, rule, statistic }: Quantity,
  { clusteredBy = "example" }: FindingOptions,
): MemorizationEstimate {
  const { task, n, models, example, cluster, length, dfB } = set;
  const { model: name, checkpoint } = models[model]!;
  const clusters = distinctCount(cluster);
  const columns: Readonly<Record<ControlName, Float64Array | undefined>> = {
    ...{ length, dfA: corpus.dfA, dfB },
    ...{ dfAAlone: corpus.dfAAlone, dfBAlone: corpus.dfBAlone },
  };
  return {
    ...{ measure, method, task, n, model: name, checkpoint },
    unit: set.starts === undefined ? "pair" : "mean",
    ...{ points: example.length, examples: distinctCount(example), value: null, interval: null },
    ...{ pValue: null, adjusted: { holm: null, bh: null }, null: null, zeros },
    ...({ approximate: false, undefinedBecause: null } as const),
    ...{ clusters, clusteredBy, resamples: 0, drawnClusters: clusters, controls },
    ...(rule === undefined ? {} : { rule }),
    ...(set.smoothing !== undefined && columnsOf(statistic).some(isSmoothed)
      ? { smoothing: { ...set.smoothing, formula: smoothingFormula } }
      : {}),
    constantControls: controls.filter((name) =>
      columns[name]?.every((value, _, values) => value === values[0]),
    ),
  };
}

const isSmoothed = (column: string): boolean => column === "corpus" || column === "information";

function resultOf(
  found: RankEstimate | undefined,
  reason: string | undefined,
): Partial<MemorizationEstimate> {
  if (found === undefined) return { undefinedBecause: `inconclusive: ${reason ?? "no estimate"}` };
  const { value, interval, pValue, resamples, drawnClusters, clusters, undefinedBecause } = found;
  return {
    ...{ value, interval, pValue, resamples },
    ...(drawnClusters < clusters ? { drawnClusters } : {}),
    undefinedBecause: undefinedBecause === null ? null : `inconclusive: ${undefinedBecause}`,
  };
}

/** A value without a null to compare it with is not shown as a finding. */
export function withNull(
  row: MemorizationEstimate,
  found: QuantityNull | undefined,
  level = 0.95,
): MemorizationEstimate {
  if (row.value === null) return row;
  const band = found && nullBand(row.value, found.values, { level });
  if (band !== undefined) return { ...row, null: { ...band, ...found!.making } };
  const undefinedBecause =
    "inconclusive: fewer than half of the permutations leave a correlation to compare with";
  return { ...row, value: null, interval: null, pValue: null, undefinedBecause };
}

/** The Kendall distance that belongs to a tau-b: distributional generalization (Wang et al. 2025, §4). */
function distanceOf({ quantity, estimate, replicates, ...rest }: Finding): Finding {
  const { value, interval, null: band } = estimate;
  const names = {
    measure: "distributional-generalization",
    method: "kendall-distance",
  } as const;
  const row: MemorizationEstimate = {
    ...{ ...estimate, ...names, pValue: null },
    value: value === null ? null : kendallDistance(value),
    interval: interval && kendallDistanceInterval(interval),
    null: band && { ...band, ...kendallDistanceNull(band) },
    ...(value === null ? {} : { pValueAbsentBecause: "its test is that of Kendall's tau-b" }),
  };
  return {
    ...{ ...rest, estimate: row, quantity: { ...quantity, ...names } },
    replicates: replicates.map(kendallDistance),
  };
}
