/** What novelty is worth: new pairs per 1,000 words of all outputs, and of those that are fluent or correct. */
import { groupBy } from "../base/group-by.ts";
import { quantile } from "../stats/quantile.ts";
import { type ExampleSums, meanSums } from "../tasks/metrics/example-sums.ts";
import { estimateMetric, type MetricEstimate, type MetricOptions } from "./metric-estimates.ts";
import type { NoveltyRow } from "./tables.ts";

/** What an output must not exceed to be fluent: the 95 % quantiles of the task's own gold outputs. */
export interface FluencyBounds {
  readonly task: string;
  /** Per token, under the reference; null where no gold output could be scored. */
  readonly perplexity: number | null;
  readonly repetition: number | null;
}

/** One entry of `novelty.estimates`. */
export interface NoveltyEstimate extends Omit<MetricEstimate, "part" | "signature"> {
  readonly n: number;
  /** Which outputs; correct ones have a correctness of at least 0.5. */
  readonly outputs: "all" | "fluent" | "correct" | "fluent-and-correct";
  readonly metric:
    | "novel-pairs-per-1000-words"
    | "novel-pairs-of-known-parts-per-1000-words"
    | "correctness"
    | "fluent-share"
    | "repetition"
    | "reference-perplexity";
}

/** What was found about novelty: run.json's `novelty`. */
export interface NoveltyRecord {
  /** The model whose perplexity says what is fluent. */
  readonly reference: string;
  readonly bounds: readonly FluencyBounds[];
  readonly estimates: readonly NoveltyEstimate[];
}

/** A gold output under the reference. */
export interface GoldOutput {
  readonly perplexity: number | null;
  readonly repetition: number | null;
}

/** The bounds of a task's gold outputs. */
export function fluencyBounds(task: string, gold: readonly GoldOutput[]): FluencyBounds {
  const bound = (key: keyof GoldOutput): number | null => {
    const values = gold.flatMap((output) => output[key] ?? []).sort((a, b) => a - b);
    return values.length === 0 ? null : quantile(Float64Array.from(values), 0.95);
  };
  return { task, perplexity: bound("perplexity"), repetition: bound("repetition") };
}

/** Whether an output is no stranger to the reference than gold outputs are, and repeats itself no more. */
export function isFluent(output: GoldOutput, bounds: FluencyBounds): boolean {
  if (output.perplexity === null || bounds.perplexity === null) return false;
  return (
    output.perplexity <= bounds.perplexity && (output.repetition ?? 0) <= (bounds.repetition ?? 0)
  );
}

const parts: Readonly<Record<NoveltyEstimate["outputs"], (row: NoveltyRow) => boolean>> = {
  all: () => true,
  fluent: ({ fluent }) => fluent,
  correct: ({ correctness }) => correctness >= 0.5,
  "fluent-and-correct": ({ fluent, correctness }) => fluent && correctness >= 0.5,
};

/** What each output adds to numerator and denominator; NaN where nothing was added. */
const ratios: Readonly<
  Record<NoveltyEstimate["metric"], (row: NoveltyRow) => readonly [number, number]>
> = {
  "novel-pairs-per-1000-words": ({ novel, words }) => [1000 * novel, words],
  "novel-pairs-of-known-parts-per-1000-words": (row) => [1000 * row.novelOfKnown, row.words],
  correctness: ({ correctness }) => [correctness, 1],
  "fluent-share": ({ fluent }) => [fluent ? 1 : 0, 1],
  repetition: (row) => (row.repetition === null ? [0, 0] : [row.repetition, 1]),
  "reference-perplexity": ({ referenceLogLikelihood: sum, referenceTokens: tokens }) =>
    sum === null ? [0, 0] : [-sum, tokens],
};

/** All estimates, each task and model by itself; resamples draw whole examples. */
export function estimateNovelty(
  rows: readonly NoveltyRow[],
  options: MetricOptions,
): readonly NoveltyEstimate[] {
  const groups = groupBy(rows, ({ task, model }) => JSON.stringify([task, model]));
  return [...groups.values()].flatMap((own) =>
    (Object.keys(parts) as NoveltyEstimate["outputs"][]).flatMap((outputs) =>
      metricsOf(outputs).map((metric) => {
        const { task, model, n } = own[0]!;
        const sums = sumsOf(own.filter(parts[outputs]), metric);
        const rng = options.rng.fork(`${task}/${outputs}/${metric}`);
        const { signature: _, ...estimate } = estimateMetric(
          sums,
          sums.rows.map(() => null),
          { ...options, rng },
        );
        return { task, model, n, outputs, metric, ...estimate };
      }),
    ),
  );
}

/** Fluency and correctness are told of all outputs, novelty of each part. */
function metricsOf(outputs: NoveltyEstimate["outputs"]): readonly NoveltyEstimate["metric"][] {
  const all = Object.keys(ratios) as NoveltyEstimate["metric"][];
  return outputs === "all" ? all : all.slice(0, 2);
}

/** Metrics that are shares of what they are taken over: means of values in [0, 1]. */
const shares: ReadonlySet<NoveltyEstimate["metric"]> = new Set([
  "correctness",
  "fluent-share",
  "repetition",
]);

function sumsOf(rows: readonly NoveltyRow[], metric: NoveltyEstimate["metric"]): ExampleSums {
  const added = rows.map(ratios[metric]);
  if (shares.has(metric))
    return meanSums(added.flatMap(([value, weight]) => (weight === 0 ? [] : [value])));
  const ratio = (sums: ArrayLike<number>): number => sums[0]! / sums[1]!;
  return {
    rows: added,
    score: metric === "reference-perplexity" ? (sums) => Math.exp(ratio(sums)) : ratio,
    signature: null,
  };
}
