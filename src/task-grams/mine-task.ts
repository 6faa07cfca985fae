/** The n-gram pairs of a task's evaluated examples that count, and what became of all others. */
import { RoteError } from "../base/errors.ts";
import type { EmbeddingModel } from "../models/embedding-model.ts";
import type { Split } from "../tasks/task.ts";
import type { Ngram } from "../text/ngrams.ts";
import {
  type ExampleProduct,
  forEachPair,
  mineExamples,
  passes,
  textsOf,
  withNames,
  workOf,
} from "./mine.ts";
import { NgramVectors } from "./ngram-vectors.ts";
import { type MiningChoices, type MiningOptions, resolveMiningOptions } from "./options.ts";
import { filteredFor, type FilterReason, filterReasons } from "./pair-filters.ts";
import {
  feasible,
  fitSplitRule,
  type MinedSource,
  type MiningSplit,
  type OtherTask,
  planSplit,
  type SplitContext,
  type SplitRule,
  surveyEvaluated,
} from "./splits.ts";
import type { SideFlags } from "./survey.ts";
import { TaskGramTable } from "./table.ts";
import { passCurve, type PassPoint, type PassRate, passRate, type Threshold } from "./threshold.ts";

/** How a task is mined, and from which of its examples. */
export interface MineTaskOptions extends MiningOptions {
  /** Default: "separate" where the task has both splits, else "cross-fit". */
  readonly split?: MiningSplit;
  /**
   * Folds of "cross-fit"; default 5, so that four fifths of the examples calibrate each threshold. As
   * many as there are examples, or more, leave one example out.
   */
  readonly folds?: number;
  /**
   * Take another task's table instead of an own one, mined as that task's is; `split` and `folds` then
   * decide nothing.
   */
  readonly minedOn?: OtherTask;
}

/** A place in a text, in UTF-16 units, half-open. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A pair of one evaluated example that counts. */
export interface EvaluationPair {
  /** The example's id. */
  readonly example: string;
  readonly a: string;
  readonly b: string;
  readonly similarity: number;
  /** First occurrence of a in the input. */
  readonly aSpan: Span;
  /** First occurrence of b in the output. */
  readonly bSpan: Span;
  /** True where a text of fewer than n words stands as a whole. */
  readonly aShort: boolean;
  readonly bShort: boolean;
  /** False where stop words were removed inside, so that the n-gram need not occur as a phrase. */
  readonly aContiguous: boolean;
  readonly bContiguous: boolean;
}

/**
 * Of the pairs: mined = identical + other-language + not-alphabetic + named-entity + n-characters + below-threshold +
 * not-in-table + kept; rows of a filter only where it is on, but for not-alphabetic. Of the examples: all, and those
 * with a short or wordless side.
 */
export interface MiningDrop {
  readonly reason:
    | "mined"
    | "identical"
    | FilterReason
    | "below-threshold"
    | "not-in-table"
    | "kept"
    | "examples"
    | "short-input"
    | "short-output"
    | "no-words-input"
    | "no-words-output";
  readonly unit: "pairs" | "examples";
  readonly count: number;
}

/** A task's pairs with the fate of every pair that was formed. */
export interface MinedTask {
  readonly task: string;
  readonly n: number;
  readonly method: MiningSplit;
  /** The split whose pairs are listed, and the one the table or the threshold comes from. */
  readonly evaluated: Split;
  readonly minedFrom: Split;
  /** The other task whose table is used. */
  readonly minedOn?: string;
  /** One; one a fold for "cross-fit". */
  readonly thresholds: readonly Threshold[];
  /** Real: all pairs of the evaluated examples but identical and filtered ones. Null: of all thresholds' null pairs. */
  readonly passRates: { readonly real: PassRate; readonly null: PassRate };
  /** Shares of the sampled pairs above any threshold, those of all folds together. */
  readonly passCurve: readonly PassPoint[];
  /** In the order of the examples, then of the input, then of the output. */
  readonly pairs: readonly EvaluationPair[];
  readonly drops: readonly MiningDrop[];
  /** Evaluated examples whose words also stand, on both sides, among the examples mined from. */
  readonly overlap: { readonly examples: number; readonly evaluated: number };
  /** "separate": what was mined from the training split or the other task; else the distinct pairs of `pairs`. */
  readonly table: TaskGramTable;
}

const defaultFolds = 5;

/**
 * Mine one task at one n. Memory: the cached vectors, the table, the pairs that count, and a key
 * of 44 bytes an example.
 */
export async function mineTask(
  task: MinedSource,
  embedder: EmbeddingModel,
  { split, folds = defaultFolds, minedOn, ...options }: MineTaskOptions = {},
): Promise<MinedTask> {
  if (!(Number.isInteger(folds) && folds >= 2))
    throw new RoteError("usage", `folds must be a whole number of at least 2, got ${folds}`);
  const sources = [task, ...(minedOn === undefined ? [] : [minedOn])];
  const choices = await withNames(resolveMiningOptions(options), options, textsOf(sources));
  const vectors = new NgramVectors(embedder, options);
  const asked: SplitContext = { task, minedOn, choices, vectors, folds, work: workOf(options) };
  const intended = await planSplit(task, split, minedOn);
  const survey = await surveyEvaluated(intended, asked);
  const { plan, context } =
    split === undefined ? feasible(intended, survey, asked) : { plan: intended, context: asked };
  const rule = await fitSplitRule(plan, survey, context);
  const outcome = new Outcome(task.name, choices, rule);
  const examples = task.examples(plan.evaluated);
  for await (const product of mineExamples(examples, vectors, choices, context.work))
    outcome.add(product);
  return {
    task: task.name,
    n: choices.n,
    ...plan,
    thresholds: rule.thresholds,
    passRates: { real: outcome.passRate(), null: sumRates(rule.thresholds) },
    passCurve: passCurve(rule.similarities),
    pairs: outcome.pairs,
    drops: [...outcome.drops(), ...exampleDrops(survey.examples, survey.flags)],
    overlap: { examples: rule.overlap, evaluated: survey.examples },
    table: rule.table ?? outcome.table,
  };
}

type Fate = "identical" | FilterReason | "below-threshold" | "not-in-table" | "kept";

/** The filter behind each reason. */
const filterOf = {
  "other-language": "language",
  "named-entity": "entities",
} as const;

/** Applies a rule to each example's pairs and keeps the books. */
class Outcome {
  readonly pairs: EvaluationPair[] = [];
  readonly table: TaskGramTable;
  readonly #rule: SplitRule;
  readonly #choices: MiningChoices;
  readonly #counts = {
    ...{ mined: 0, identical: 0, "other-language": 0, "not-alphabetic": 0, "named-entity": 0 },
    "n-characters": 0,
    ...{ "below-threshold": 0, "not-in-table": 0, kept: 0 },
  };

  constructor(task: string, choices: MiningChoices, rule: SplitRule) {
    this.table = new TaskGramTable(task, choices.n);
    this.#choices = choices;
    this.#rule = rule;
  }

  add(product: ExampleProduct): void {
    const threshold = this.#rule.thresholds[this.#rule.foldOf(product.index)]!;
    forEachPair(product, (a, b, similarity) => {
      const fate = this.#fate(product, a, b, similarity, threshold);
      this.#counts.mined++;
      this.#counts[fate]++;
      if (fate !== "kept") return;
      if (this.#rule.table === undefined) this.table.add(a.text, b.text, similarity);
      this.pairs.push(evaluationPair(product, a, b, similarity));
    });
  }

  drops(): MiningDrop[] {
    const { filters, characterLengthSize } = this.#choices;
    const isOn = (reason: FilterReason): boolean => {
      if (reason === "n-characters") return characterLengthSize;
      return reason === "not-alphabetic" || filters.includes(filterOf[reason]);
    };
    const off = new Set<string>(filterReasons.filter((reason) => !isOn(reason)));
    return asDrops(this.#counts, "pairs").filter(({ reason }) => !off.has(reason));
  }

  passRate(): PassRate {
    const { mined, identical } = this.#counts;
    const filtered = filterReasons.reduce((sum, reason) => sum + this.#counts[reason], 0);
    const pairs = mined - identical - filtered;
    return passRate(pairs, pairs - this.#counts["below-threshold"]);
  }

  #fate(
    product: ExampleProduct,
    a: Ngram,
    b: Ngram,
    similarity: number,
    threshold: Threshold,
  ): Fate {
    if (a.text === b.text) return "identical";
    const filtered = filteredFor(product, a.text, b.text, this.#choices);
    if (filtered !== undefined) return filtered;
    if (!passes(similarity, threshold)) return "below-threshold";
    return this.#rule.table?.has(a.text, b.text) === false ? "not-in-table" : "kept";
  }
}

function evaluationPair(
  { example, input, output }: ExampleProduct,
  a: Ngram,
  b: Ngram,
  similarity: number,
): EvaluationPair {
  return {
    example,
    a: a.text,
    b: b.text,
    similarity,
    aSpan: { start: a.start, end: a.end },
    bSpan: { start: b.start, end: b.end },
    aShort: input.flag === "short",
    bShort: output.flag === "short",
    aContiguous: a.contiguous,
    bContiguous: b.contiguous,
  };
}

function exampleDrops(examples: number, flags: Readonly<SideFlags>): MiningDrop[] {
  const counts = {
    examples,
    "short-input": flags.shortInput,
    "short-output": flags.shortOutput,
    "no-words-input": flags.wordlessInput,
    "no-words-output": flags.wordlessOutput,
  };
  return asDrops(counts, "examples");
}

function asDrops<Reason extends MiningDrop["reason"]>(
  counts: Readonly<Record<Reason, number>>,
  unit: MiningDrop["unit"],
): MiningDrop[] {
  const reasons = Object.keys(counts) as Reason[];
  return reasons.map((reason) => ({ reason, unit, count: counts[reason] }));
}

function sumRates(thresholds: readonly Threshold[]): PassRate {
  const total = (of: (threshold: Threshold) => number): number =>
    thresholds.reduce((sum, threshold) => sum + of(threshold), 0);
  return passRate(
    total((threshold) => threshold.null.pairs),
    total((threshold) => threshold.null.passed),
  );
}
