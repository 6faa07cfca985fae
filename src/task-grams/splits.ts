/**
 * What is evaluated and what it is mined from, held apart.
 *
 *   separate   the table is mined from the training split, or from another task; a pair of an
 *              evaluated example counts if it stands in that table (Wang et al. 2025, definition 3)
 *   cross-fit  one split only: examples are dealt into folds, the threshold of a fold is calibrated
 *              on the other folds, and an evaluated example's own pairs above it count
 *   same       the threshold is calibrated on the evaluated examples themselves, whose own pairs
 *              count: it has to be asked for, and results say so; also where one or two examples
 *              are all there is
 */
import { RoteError } from "../base/errors.ts";
import type { LongWork } from "../base/progress.ts";
import type { Rng } from "../base/random.ts";
import type { Split, Task } from "../tasks/task.ts";
import { mineTable, miningRng } from "./mine.ts";
import type { NgramVectors } from "./ngram-vectors.ts";
import type { MiningChoices } from "./options.ts";
import { type Survey, surveyExamples } from "./survey.ts";
import type { TaskGramTable } from "./table.ts";
import { chooseThreshold, type SampledSimilarities, type Threshold } from "./threshold.ts";

/** Where the table or threshold comes from: the training split or another task, the other folds, or the examples themselves. */
export type MiningSplit = "separate" | "cross-fit" | "same";

/** What mining needs of a task. */
export type MinedSource = Pick<Task, "name" | "examples">;

/** Another task whose table is used: of its training split, or of all its examples where it has none. */
export interface OtherTask extends MinedSource {
  /** How its table is made, where not as the evaluated task's would be. */
  readonly threshold?: MiningChoices["threshold"];
  readonly outputs?: MiningChoices["outputs"];
  readonly languages?: MiningChoices["languages"];
}

/** Which examples are evaluated, and under which rule. */
export interface SplitPlan {
  readonly method: MiningSplit;
  readonly evaluated: Split;
  /** Of the task that is mined. */
  readonly minedFrom: Split;
  /** The other task whose table is used. */
  readonly minedOn?: string;
}

/** The rule by which a pair of an evaluated example counts. */
export interface SplitRule {
  /** One a fold; one where there are no folds. */
  readonly thresholds: readonly Threshold[];
  /** What each was chosen on. */
  readonly similarities: readonly SampledSimilarities[];
  /** Index into `thresholds` for each evaluated example. */
  readonly foldOf: (index: number) => number;
  /** A pair counts only if it stands here; undefined where the threshold alone decides. */
  readonly table: TaskGramTable | undefined;
  /** Evaluated examples whose words also stand, on both sides, among the examples mined from. */
  readonly overlap: number;
}

/** Context of one task and n. */
export interface SplitContext {
  readonly task: MinedSource;
  readonly minedOn: OtherTask | undefined;
  readonly choices: MiningChoices;
  readonly vectors: NgramVectors;
  readonly folds: number;
  readonly work: LongWork;
}

/** Settle the method: with another task's table "separate"; else as asked, else "separate" where the task has both splits, else "cross-fit". */
export async function planSplit(
  task: MinedSource,
  asked: MiningSplit | undefined,
  minedOn?: MinedSource,
): Promise<SplitPlan> {
  const { hasTest, hasTrain } = await splitsOf(task);
  const evaluated = hasTest ? "test" : "train";
  if (minedOn !== undefined) {
    const minedFrom = (await splitsOf(minedOn)).hasTrain ? "train" : "test";
    return { method: "separate", evaluated, minedFrom, minedOn: minedOn.name };
  }
  const method = asked ?? (hasTest && hasTrain ? "separate" : "cross-fit");
  if (method === "separate" && !(hasTest && hasTrain))
    throw new RoteError(
      "usage",
      `mine.split "separate" needs a training and a test split; task "${task.name}" has only ${evaluated}; mark examples with "split", or use "cross-fit"`,
      { task: task.name, evaluated },
    );
  return { method, evaluated, minedFrom: method === "separate" ? "train" : evaluated };
}

/** A fold is calibrated on the others, which takes two examples of them. */
const fewestForFolds = 3;

/**
 * What can be done of a plan nobody asked for in so many words. One or two examples cannot be
 * cross-fitted, and one cannot even be calibrated on itself; nothing will be concluded from so few,
 * but that is for the statistics to say and no reason to refuse a study of other tasks as well.
 */
export function feasible(
  plan: SplitPlan,
  { keys }: Survey,
  context: SplitContext,
): { readonly plan: SplitPlan; readonly context: SplitContext } {
  const distinct = new Set(keys).size;
  if (plan.method !== "cross-fit" || distinct >= fewestForFolds) return { plan, context };
  const { choices } = context;
  const alone = distinct === 1 && choices.threshold === "calibrated";
  return {
    plan: { ...plan, method: "same" },
    context: alone ? { ...context, choices: { ...choices, threshold: "none" } } : context,
  };
}

/** Fit the rule of a plan. `survey` is that of the evaluated examples. */
export async function fitSplitRule(
  plan: SplitPlan,
  survey: Survey,
  context: SplitContext,
): Promise<SplitRule> {
  switch (plan.method) {
    case "separate":
      return separateRule(plan, survey, context);
    case "cross-fit":
      return crossFitRule(survey, context);
    case "same":
      return sameRule(survey, context);
  }
}

/** Survey the evaluated examples of a plan. */
export async function surveyEvaluated(
  { evaluated }: SplitPlan,
  { task, choices, work }: SplitContext,
): Promise<Survey> {
  const rng = miningRng(task.name, choices).fork("evaluated");
  const what = `the ${evaluated} split of task "${task.name}"`;
  return surveyExamples(task.examples(evaluated), choices, { ...work, what, rng });
}

/**
 * A fold for each example: the distinct examples are shuffled and dealt round, so folds differ by
 * one at most, and examples with the same words share one.
 */
export function dealFolds(keys: readonly string[], folds: number, rng: Rng): number[] {
  const distinct = rng.shuffle([...new Set(keys)]);
  const foldOfKey = new Map(distinct.map((key, i) => [key, i % folds]));
  return keys.map((key) => foldOfKey.get(key)!);
}

async function separateRule(
  { minedFrom }: SplitPlan,
  { keys }: Survey,
  { task, minedOn, choices, vectors, work }: SplitContext,
): Promise<SplitRule> {
  const {
    threshold: ownThreshold = choices.threshold,
    outputs = choices.outputs,
    languages = choices.languages,
  } = minedOn ?? {};
  const { name, examples } = minedOn ?? task;
  const source = (): ReturnType<Task["examples"]> => examples(minedFrom);
  const own = { ...choices, threshold: ownThreshold, outputs, languages };
  const mined = await mineTable(name, source, own, vectors, work);
  const { table, threshold, similarities, survey } = mined;
  const known = new Set(survey.keys);
  const overlap = keys.filter((key) => known.has(key)).length;
  return {
    ...{ thresholds: [threshold], similarities: [similarities], foldOf: () => 0 },
    ...{ table, overlap },
  };
}

async function crossFitRule(
  { keys, sample }: Survey,
  { task, choices, vectors, folds }: SplitContext,
): Promise<SplitRule> {
  const distinct = new Set(keys).size;
  if (distinct < 2)
    throw new RoteError(
      "task/empty",
      `task "${task.name}" has ${distinct} distinct example; cross-fitting needs two; add examples, or use mine.split "same"`,
      { task: task.name, distinct },
    );
  const rng = miningRng(task.name, choices);
  const foldOf = dealFolds(keys, Math.min(folds, distinct), rng.fork("folds"));
  const thresholds: Threshold[] = [];
  const similarities: SampledSimilarities[] = [];
  for (let fold = 0; fold < Math.min(folds, distinct); fold++) {
    const others = sample.filter(({ example }) => foldOf[example] !== fold);
    const chosen = await chooseThreshold(others, vectors, choices, rng.fork(`fold ${fold}`));
    thresholds.push(chosen.threshold);
    similarities.push(chosen.similarities);
  }
  return {
    ...{ thresholds, similarities, foldOf: (index) => foldOf[index]! },
    ...{ table: undefined, overlap: 0 },
  };
}

async function sameRule(
  { keys, sample }: Survey,
  { task, choices, vectors }: SplitContext,
): Promise<SplitRule> {
  const rng = miningRng(task.name, choices);
  const { threshold, similarities } = await chooseThreshold(sample, vectors, choices, rng);
  return {
    ...{ thresholds: [threshold], similarities: [similarities], foldOf: () => 0 },
    ...{ table: undefined, overlap: keys.length },
  };
}

/** The splits a task has: an error where it has neither. */
async function splitsOf(
  task: MinedSource,
): Promise<{ readonly hasTest: boolean; readonly hasTrain: boolean }> {
  const hasTest = await hasExamples(task, "test");
  const hasTrain = await hasExamples(task, "train");
  if (hasTest || hasTrain) return { hasTest, hasTrain };
  throw new RoteError("task/empty", `task "${task.name}" has no examples`, { task: task.name });
}

async function hasExamples(task: MinedSource, split: Split): Promise<boolean> {
  for await (const _ of task.examples(split)) return true;
  return false;
}
