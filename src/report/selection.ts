/** Which estimates, points and pairs the report shows. Same run, same choice. */
import { groupBy } from "../base/group-by.ts";
import { createRng } from "../base/random.ts";
import { midRanks } from "../stats/ranks.ts";
import type { EstimateRecord, RunRecord } from "./run-record.ts";
import { pairKey, type ScoredPair } from "./run-tables.ts";

/** Models by size, smallest first; a model without a size keeps its place in the estimates. */
export function modelsBySize(run: RunRecord): readonly string[] {
  const parameters = new Map(
    run.identities.models.map(({ name, parameters }) => [name, Number(parameters ?? Number.NaN)]),
  );
  const named = [...new Set(run.estimates.map(modelKey))];
  const steps = new Map(named.map((key) => [key, stepOf(run, nameOf(key))]));
  // Of equal models the first that is named leads, as in the headline: it stands last.
  return named
    .reverse()
    .sort(
      (a, b) =>
        (parameters.get(nameOf(a)) ?? 0) - (parameters.get(nameOf(b)) ?? 0) ||
        Number(steps.get(a)! > steps.get(b)!) - Number(steps.get(a)! < steps.get(b)!),
    );
}

/** How far a model of the run was trained; to its end where it is no checkpoint. */
function stepOf({ identities }: RunRecord, name: string): number {
  const model = identities.models.find((own) => own.name === name);
  if (typeof model?.checkpoint !== "string") return Infinity;
  return typeof model.step === "number" ? model.step : 0;
}

/** The last checkpoint of each training of the run, by name. */
export function endsOfTraining(run: RunRecord): ReadonlySet<string> {
  const trainings = groupBy(run.identities.models, ({ name, training = name }) => training);
  const ends = [...trainings.values()].map((models) =>
    models
      .map(({ name }) => String(name))
      .reduce((best, next) => (stepOf(run, next) > stepOf(run, best) ? next : best)),
  );
  return new Set(ends);
}

/** A model at one checkpoint: "pythia-70m", "pythia-70m @ 1000". */
export function modelKey({ model, checkpoint }: EstimateRecord): string {
  const step = checkpoint?.split(" ").at(-1);
  return step === undefined || model.includes(step) ? model : `${model} @ ${checkpoint}`;
}

/** The model of a key, without its checkpoint. */
export function nameOf(key: string): string {
  return key.split(" @ ")[0] ?? key;
}

/**
 * The estimates the report leads with: Spearman of the first n of each task (the study file's
 * order; estimates are listed in it), zeros kept unless the run dropped them everywhere.
 */
export function leadingEstimates(run: RunRecord): Map<string, EstimateRecord[]> {
  const byTask = new Map<string, EstimateRecord[]>();
  for (const estimate of run.estimates) {
    const { measure, method, zeros, task, n } = estimate;
    if (measure !== "distributional-memorization" || method !== "spearman") continue;
    if (zeros === "dropped" && keepsZeros(run)) continue;
    const list = byTask.get(task) ?? [];
    if (list.length === 0 || list[0]?.n === n) byTask.set(task, [...list, estimate]);
  }
  return byTask;
}

export type Zeros = "kept" | "dropped";

/** A task's correlations under one length of n-grams, a model each. */
export interface LengthSeries {
  readonly label: string;
  readonly estimates: readonly EstimateRecord[];
}

/** Spearman of models at the end of their training by task and length of n-grams, in the order of the estimates; a task's first length leads, the ∞-gram comes last. */
export function memorizationByLength(run: RunRecord, zeros: Zeros): Map<string, LengthSeries[]> {
  const ends = endsOfTraining(run);
  const estimates = run.estimates.filter(({ model }) => ends.size === 0 || ends.has(model));
  const counted = estimates.filter((own) => isCounted(own, zeros));
  const infinite = estimates.filter((own) => isInfinite(own, zeros));
  return new Map(
    [...groupBy(counted, ({ task }) => task)].map(([task, own]) => {
      const byLength = [...groupBy(own, ({ n }) => n)];
      const series = byLength.map(([n, estimates]) => ({
        label: n === undefined ? "all" : `n = ${n}`,
        estimates,
      }));
      const [first] = byLength;
      const last = infinite.filter((other) => other.task === task && other.n === first?.[0]);
      return [task, last.length === 0 ? series : [...series, { label: "∞", estimates: last }]];
    }),
  );
}

function isCounted({ measure, method, ...own }: EstimateRecord, zeros: Zeros): boolean {
  const isMemorization = measure === "distributional-memorization" && method === "spearman";
  return isMemorization && (own.zeros ?? "kept") === zeros;
}

/** Of the ∞-gram's rules, the strict product ranks zeros lowest, the paper's leaves them out. */
function isInfinite({ measure, method, rule }: EstimateRecord, zeros: Zeros): boolean {
  const isMemorization = measure === "infinity-gram-memorization" && method === "spearman";
  return isMemorization && rule === (zeros === "kept" ? "strict" : "paper");
}

/** Whether any estimate keeps pairs that are never together. */
export function keepsZeros({ estimates }: RunRecord): boolean {
  return estimates.some(({ zeros }) => zeros !== "dropped");
}

/** At most `size` items, chosen uniformly and kept in order. */
export function sampleEvenly<T>(items: readonly T[], size: number): readonly T[] {
  if (items.length <= size) return items;
  const indexes = createRng("report").shuffle(Uint32Array.from(items, (_, i) => i));
  return indexes
    .slice(0, size)
    .sort()
    .reduce<T[]>((chosen, i) => {
      const item = items[i];
      return item === undefined ? chosen : [...chosen, item];
    }, []);
}

/** A distinct pair: its counts, and the mean of what the model says over the examples that hold it. */
export interface PairSummary extends ScoredPair {
  readonly examples: number;
  /** codf / df(a). */
  readonly probability: number;
}

export type PairGroup =
  "told and most expected" | "told, least expected" | "never told, most expected";

/** Distinct pairs whose a occurs in the corpus, in the order of their first example. */
export function summarizePairs(pairs: readonly ScoredPair[]): PairSummary[] {
  const byKey = new Map<string, PairSummary>();
  for (const pair of pairs) {
    if (pair.dfA === 0) continue;
    const key = pairKey(pair.a, pair.b);
    const known = byKey.get(key);
    const examples = (known?.examples ?? 0) + 1;
    const before = known?.logLikelihood ?? 0;
    const logLikelihood = before + (pair.logLikelihood - before) / examples;
    byKey.set(key, { ...pair, examples, logLikelihood, probability: pair.codf / pair.dfA });
  }
  return [...byKey.values()];
}

/**
 * Pairs that show what the correlation is made of: those that rank high with corpus and model,
 * high with the corpus alone, and high with the model though never together in the corpus.
 */
export function tellingPairs(
  pairs: readonly PairSummary[],
  size: number,
): { readonly group: PairGroup; readonly pairs: readonly PairSummary[] }[] {
  const corpusRank = ranks(pairs, ({ probability }) => probability);
  const modelRank = ranks(pairs, ({ logLikelihood }) => logLikelihood);
  const corpus = (pair: PairSummary): number => corpusRank.get(pair) ?? 0;
  const model = (pair: PairSummary): number => modelRank.get(pair) ?? 0;
  const together = pairs.filter(({ codf }) => codf > 0);
  const apart = pairs.filter(({ codf }) => codf === 0);
  const told = top(together, (pair) => corpus(pair) + model(pair), size);
  const rest = together.filter((pair) => !told.includes(pair));
  const groups: { group: PairGroup; pairs: readonly PairSummary[] }[] = [
    { group: "told and most expected", pairs: told },
    { group: "told, least expected", pairs: top(rest, (pair) => corpus(pair) - model(pair), size) },
    { group: "never told, most expected", pairs: top(apart, model, size) },
  ];
  return groups.filter((group) => group.pairs.length > 0);
}

function top(
  pairs: readonly PairSummary[],
  key: (pair: PairSummary) => number,
  size: number,
): PairSummary[] {
  return [...pairs].sort((x, y) => key(y) - key(x) || y.codf - x.codf).slice(0, size);
}

/** Mid-rank of each pair under a value. */
function ranks(
  pairs: readonly PairSummary[],
  value: (pair: PairSummary) => number,
): Map<PairSummary, number> {
  const midRank = midRanks(Float64Array.from(pairs, value));
  return new Map(pairs.map((pair, i) => [pair, midRank[i] ?? 0]));
}
