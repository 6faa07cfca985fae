/**
 * Recall of a world's items under one model. All scores are asked in one call, so that what requests
 * have in common (a question's choices, an entity's answers) is read once; memory holds the requests and
 * the log-probabilities of their tokens.
 */
import type { LongWork } from "../../base/progress.ts";
import type { LanguageModel, ScoredContinuation } from "../../models/language-model.ts";
import { levenshtein } from "../../stats/levenshtein.ts";
import type { ManifestItem } from "./manifest-items.ts";
import type { RecallMetric } from "./recall-metrics.ts";
import { type Numbers, type Reading, recallReadings, textReading } from "./recall-readings.ts";

/** A row of truth.parquet. */
export interface RecallRow {
  readonly item: string;
  readonly kind: string;
  /** Of the perturbed corpus, whatever the arm. */
  readonly dose: number;
  /** Size of the model, and seed and step where there are several: "0.36M", "0.36M-seed2", "0.36M@500". */
  readonly model: string;
  /** The corpus that the model was trained on. */
  readonly arm: string;
  readonly metric: RecallMetric;
  readonly value: number;
}

export interface RecallOptions extends LongWork {
  /** Name of the model in the rows. */
  readonly model: string;
  readonly arm: string;
  /**
   * "recall": how items are recalled. "all" (default): also what tests of membership and extraction
   * read, which takes a pass over the texts and greedy continuations.
   */
  readonly metrics?: "recall" | "all";
}

/** Measure every item under a model: rows by item, in the order of the items. */
export async function measureRecall(
  model: LanguageModel,
  items: readonly ManifestItem[],
  { model: name, arm, metrics = "all", ...work }: RecallOptions,
): Promise<RecallRow[]> {
  const readings = items.map((item) =>
    metrics === "all" ? [...recallReadings(item), textReading(item)] : recallReadings(item),
  );
  const scores = await model.score(
    readings.flat().flatMap(({ requests }) => requests),
    work,
  );
  const targets = firstScores(readings, scores);
  const numbers = readNumbers(readings, scores);
  addTwoHop(items, numbers);
  if (metrics === "all" && model.generate !== undefined)
    for (const [index, value] of await similarities(model, items, targets, work))
      numbers[index]!.similarity = value;
  return items.flatMap(({ item, kind, dose }, index) =>
    Object.entries(numbers[index]!).map(([metric, value]) => ({
      ...{ item, kind, dose, model: name, arm },
      ...{ metric: metric as RecallMetric, value },
    })),
  );
}

function readNumbers(
  readings: readonly (readonly Reading[])[],
  scores: readonly ScoredContinuation[],
): Numbers[] {
  let next = 0;
  return readings.map((own) => {
    const numbers: Numbers = {};
    for (const { requests, read } of own)
      Object.assign(numbers, read(scores.slice(next, (next += requests.length))));
    return numbers;
  });
}

/** The first score of each item: that of its target after its context. */
function firstScores(
  readings: readonly (readonly Reading[])[],
  scores: readonly ScoredContinuation[],
): ScoredContinuation[] {
  let next = 0;
  return readings.map((own) => {
    const first = scores[next]!;
    next += own.reduce((sum, { requests }) => sum + requests.length, 0);
    return first;
  });
}

/** Composition can be asked only of a model that has both facts. */
function addTwoHop(items: readonly ManifestItem[], numbers: readonly Numbers[]): void {
  const choiceOf = new Map(items.map(({ item }, index) => [item, numbers[index]!.choice]));
  items.forEach(({ hops }, index) => {
    const { choice } = numbers[index]!;
    if (hops === undefined || choice === undefined) return;
    if (hops.every((hop) => choiceOf.get(hop) === 1)) numbers[index]!.twoHop = choice;
  });
}

/**
 * How much of each target greedy decoding gives. A target that is each token's first choice needs no
 * decoding; of the others those of like lengths are decoded together, to the next power of two.
 */
async function similarities(
  model: LanguageModel,
  items: readonly ManifestItem[],
  targets: readonly ScoredContinuation[],
  work: LongWork,
): Promise<Map<number, number>> {
  const similarity = new Map<number, number>();
  const byLength = new Map<number, number[]>();
  targets.forEach(({ ids, isGreedy }, index) => {
    if (isGreedy === true) similarity.set(index, 1);
    else {
      const length = 2 ** Math.ceil(Math.log2(ids.length));
      byLength.set(length, [...(byLength.get(length) ?? []), index]);
    }
  });
  for (const [maxTokens, indexes] of [...byLength].sort(([a], [b]) => a - b)) {
    const prompts = indexes.map((index) => items[index]!.context);
    const generations = await model.generate!(prompts, { ...work, maxTokens });
    indexes.forEach((index, i) => {
      const { ids } = targets[index]!;
      const distance = levenshtein(ids, generations[i]!.ids.subarray(0, ids.length));
      similarity.set(index, 1 - distance / ids.length);
    });
  }
  return similarity;
}
