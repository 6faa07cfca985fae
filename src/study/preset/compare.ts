/**
 * A preset beside the default: the study as the default would have it, the default with each option of
 * the preset alone, and the preset with all of them, run as variants that share what an option does not
 * touch. What an option changes is a difference of two runs' numbers, each with its own interval; options
 * interact, so that the differences do not add up to that of all of them.
 */
import {
  leadingZeros,
  type MemorizationEstimate,
} from "../../memorization/memorization-estimate.ts";
import { BERTSCORE } from "../../tasks/metrics/bertscore.ts";
import { largestModel, type Verdict } from "../headline.ts";
import type { Study } from "../load-study.ts";
import type { MetricEstimate } from "../metric-estimates.ts";
import type { RunFile } from "../run-file.ts";
import { CHOICE_METRIC } from "../choice-accuracy.ts";
import type { TaskEntry } from "../study-file.ts";
import type { Variant } from "../variants/variant.ts";
import type { FilledKey } from "./fill-in.ts";
import { paperOptions } from "./paper-options.ts";
import { paperKind, type PaperKind } from "./paper-tasks.ts";
import { keyText, withValue } from "./study-keys.ts";

/** What the default makes of a study. */
export const DEFAULT = "default";

/** A compared study. */
export interface ComparedVariant {
  /** `default`, the name of an option that alone is the preset's, or that of the preset. */
  readonly name: string;
  /** Keys that differ from the default, and their values. */
  readonly changes: Readonly<Record<string, unknown>>;
}

/** An estimate as it is compared. */
export type ComparedEstimate = Pick<
  MemorizationEstimate,
  | ("zeros" | "value" | "interval" | "pValue" | "adjusted" | "null")
  | ("points" | "examples" | "undefinedBecause")
>;

/** What one study found of one task, at its first n under the largest model. */
export interface ComparedResult {
  readonly variant: string;
  readonly task: string;
  readonly n: number;
  readonly model: string;
  readonly finding: Verdict["finding"];
  /** Spearman's correlation, zeros as the study has them. */
  readonly memorization: ComparedEstimate | null;
  /** Its value less the default's; null where one of them has none. */
  readonly difference: number | null;
  /** The Kendall distance of the same points. */
  readonly generalization: ComparedEstimate | null;
  /** Why `difference` is not what the option does to ρ; null where it is. */
  readonly differenceRemark: string | null;
  /** How the outputs are judged: by the task's metric, and by the paper's where this variant has it. */
  readonly correctness: readonly Pick<
    MetricEstimate,
    "metric" | "value" | "interval" | "examples" | "undefinedBecause"
  >[];
  /** Of the pairs: how many were mined and scored, and how many of these never meet in the corpus. */
  readonly pairs: { readonly mined: number; readonly scored: number; readonly zeros: number };
}

/** run.json's `preset.comparison`. */
export interface PresetComparison {
  /** The default first, the preset last. */
  readonly variants: readonly ComparedVariant[];
  /** Variant by variant, task by task. */
  readonly results: readonly ComparedResult[];
  /** Variants whose change leaves a task without pairs: they have no result. */
  readonly failed: readonly { readonly variant: string; readonly because: string }[];
}

/** The default, and the default with each option of the preset alone; none where the preset fills nothing in. */
export function presetVariants(study: Study): readonly Variant[] {
  const filled = study.filled ?? [];
  if (filled.length === 0) return [];
  const options = [...new Set(filled.map(({ option }) => option))];
  const alone = options.length === 1 ? [] : options;
  const without = (name: string, kept: (key: FilledKey) => boolean): Variant => ({
    ...{ name, changes: changesOf(study, kept) },
    study: withDefaults(study, (key) => !kept(key)),
  });
  return [
    without(DEFAULT, () => false),
    ...alone.map((name) => without(name, ({ option }) => option === name)),
  ];
}

/**
 * The study with the default in some of the keys that the preset filled in, without the released code's mistakes, on its
 * first corpus and its own tables alone.
 */
function withDefaults(study: Study, isReset: (key: FilledKey) => boolean): Study {
  const { filled = [], otherCorpora: _, ...rest } = study;
  const released = Object.fromEntries(Object.keys(study.released).map((name) => [name, false]));
  const plain: unknown = { ...rest, released, preset: "default", crossTask: false };
  return filled
    .filter(isReset)
    .reduce((changed, key) => withValue(changed, key, key.default), plain) as Study;
}

function changesOf(
  { filled = [] }: Study,
  isChanged: (key: FilledKey) => boolean,
): ComparedVariant["changes"] {
  return Object.fromEntries(filled.filter(isChanged).map((key) => [keyText(key), key.value]));
}

/** Mistakes of the released code that the study repeats and the default does not. */
function repeated({ released }: Study): ComparedVariant["changes"] {
  const own = Object.entries(released).filter(([, repeats]) => repeats);
  return Object.fromEntries(own.map(([name]) => [`released.${name}`, true]));
}

/** Compare the runs of the variants, and of the preset behind them. */
export function comparePreset(
  study: Study,
  runs: readonly { readonly variant: Variant; readonly run: RunFile }[],
  preset: RunFile,
): Omit<PresetComparison, "failed"> {
  const compared = [
    ...runs.map(({ variant: { name, changes }, run }) => ({ name, changes, run })),
    {
      name: study.preset,
      changes: { ...changesOf(study, () => true), ...repeated(study) },
      run: preset,
    },
  ];
  const plain = compared.find(({ name }) => name === DEFAULT)?.run;
  return {
    variants: compared.map(({ name, changes }) => ({ name, changes })),
    results: compared.flatMap(({ name, run }) =>
      run.study.tasks.map(({ name: task }) => {
        const result = resultOf(run, task);
        const { memorization, n: plainN } = plain === undefined ? result : resultOf(plain, task);
        const before = plain && memorization?.value;
        const value = result.memorization?.value ?? null;
        const difference = value === null || before == null ? null : value - before;
        const differenceRemark = remarkOf(name, { n: result.n, plainN });
        return { ...result, variant: name, difference, differenceRemark };
      }),
    ),
  };
}

/** What a difference from the default is of, where that is not ρ of the same n-grams under an option. */
function remarkOf(
  variant: string,
  { n, plainN }: { readonly n: number; readonly plainN: number },
): string | null {
  if (n !== plainN) return `n = ${n}, not ${plainN}`;
  const beside = paperOptions.find(({ name }) => name === variant)?.beside;
  return beside === undefined ? null : `no part of ρ: ${beside}`;
}

function resultOf(
  run: RunFile,
  task: string,
): Omit<ComparedResult, "variant" | "difference" | "differenceRemark"> {
  const entry = run.study.tasks.find(({ name }) => name === task)!;
  const { n: lengths } = entry;
  const n = lengths[0]!;
  const model = largestModel(run.identities.models);
  const zeros = leadingZeros(run.study.measure.zeros);
  const leading = (measure: string, method: string): ComparedEstimate | null => {
    const found = run.estimates.find(
      (own) =>
        own.task === task &&
        own.n === n &&
        own.model === model &&
        own.measure === measure &&
        own.method === method &&
        own.zeros === zeros,
    );
    return found === undefined ? null : compared(found);
  };
  return {
    ...{ task, n, model },
    finding: run.verdicts.find((verdict) => verdict.task === task)?.finding ?? "inconclusive",
    memorization: leading("distributional-memorization", "spearman"),
    generalization: leading("distributional-generalization", "kendall-distance"),
    correctness: metricsOf(entry).flatMap((metric) =>
      correctnessOf(run.metrics, { task, model, metric }),
    ),
    pairs: pairsOf(run, { task, n, model }),
  };
}

function compared(estimate: MemorizationEstimate): ComparedEstimate {
  const { zeros, value, interval, pValue, adjusted, points, examples } = estimate;
  return {
    ...{ zeros, value, interval, pValue, adjusted, null: estimate.null, points, examples },
    undefinedBecause: estimate.undefinedBecause,
  };
}

/** The names under which `metrics` has what a task is judged by, and what the paper shows of its kind. */
function metricsOf(task: TaskEntry): readonly string[] {
  const { metric, choices } = task;
  const choice = choices === "letters" ? "choice-letter" : "choice-text";
  const shown = paperMetrics[paperKind(task)];
  return [...new Set([metric === CHOICE_METRIC ? choice : metric, ...(shown ?? [])])];
}

/** What the paper's figures show where a metric of single outputs is not all. */
const paperMetrics: Readonly<Partial<Record<PaperKind, readonly string[]>>> = {
  translation: ["bleu", "corpus-bleu"],
  gsm8k: [`${BERTSCORE}-precision`],
};

/** Of the task as a whole. */
function correctnessOf(
  metrics: readonly MetricEstimate[],
  { task, model, metric }: Pick<MetricEstimate, "task" | "model" | "metric">,
): ComparedResult["correctness"] {
  const found = metrics.find(
    (own) =>
      own.task === task && own.model === model && own.part.kind === "task" && own.metric === metric,
  );
  if (found === undefined) return [];
  const { metric: name, value, interval, examples, undefinedBecause } = found;
  return [{ metric: name, value, interval, examples, undefinedBecause }];
}

function pairsOf(
  { drops }: Pick<RunFile, "drops">,
  { task, n, model }: Pick<ComparedResult, "task" | "n" | "model">,
): ComparedResult["pairs"] {
  const countOf = (...reasons: readonly string[]): number =>
    drops
      .filter((drop) => drop.task === task && drop.n === n && (drop.model ?? model) === model)
      .filter(({ reason }) => reasons.includes(reason))
      .reduce((sum, { count }) => sum + count, 0);
  return {
    mined: countOf("mined"),
    scored: countOf("scored"),
    zeros: countOf("codf=0", "df(b)=0"),
  };
}
