/** What a reader must know about a run before believing its numbers. */
import { amount } from "../base/amounts.ts";
import type { ModelRecord } from "./identities.ts";
import type { Study } from "./load-study.ts";
import type { MiningRecord } from "./stages/mine.ts";

/** A calibrated threshold that lets real pairs pass less than this many times as often as unrelated ones chose at random. */
const USEFUL_RATIO = 2;

/** One sentence a warning, naming what to change. */
export function warningsOf(
  study: Pick<Study, "embedder" | "embedderCorpus">,
  { mining, skipped = [] }: Pick<MiningRecord, "mining" | "skipped">,
  models: readonly ModelRecord[],
): readonly string[] {
  const thresholded = mining.filter(({ thresholds }) =>
    thresholds.some(({ value }) => value !== undefined),
  );
  return [
    ...skippedRows(skipped),
    ...(thresholded.length > 0 ? circularEmbedder(study) : []),
    ...blindThresholds(thresholded),
    ...sharedExamples(mining),
    ...cutPrompts(models),
    ...refusedContexts(models),
  ];
}

type Mined = MiningRecord["mining"];

function skippedRows(skipped: NonNullable<MiningRecord["skipped"]>): readonly string[] {
  return skipped.map(
    ({ task, rows }) =>
      `${task}: ${amount(rows.length, "row")} of its files ${rows.length === 1 ? "is no example and was" : "are no examples and were"} skipped (first ${rows[0]!.place}, which ${rows[0]!.reason}); all are listed in mining.json.`,
  );
}

function circularEmbedder({
  embedder,
  embedderCorpus,
}: Pick<Study, "embedder" | "embedderCorpus">): readonly string[] {
  if (embedder !== "corpus" || embedderCorpus !== undefined) return [];
  return [
    "The embedder was fitted on the corpus that is measured: pairs that stand together in it pass the threshold more easily, " +
      "so pairs with a count of zero are under-represented. Name a stored embedder, or set threshold: none.",
  ];
}

function blindThresholds(thresholded: Mined): readonly string[] {
  return thresholded
    .filter(
      // Of another task's table the threshold is judged where it is that task's own.
      ({ minedOn, passRates: { real, null: unrelated } }) =>
        minedOn === undefined && (real.rate ?? 0) < USEFUL_RATIO * (unrelated.rate ?? 0),
    )
    .map(
      ({ task, n, passRates: { real, null: unrelated } }) =>
        `${task}, n = ${n}: ${percent(real.rate)} of the ${amount(real.pairs, "real pair")} pass the threshold and ${percent(unrelated.rate)} of ` +
        `${amount(unrelated.pairs, "unrelated one")}: the embedder tells little here, so the pairs are nearly a random choice.`,
    );
}

/** Pairs that were mined from what is evaluated: all of it first, then single examples. */
function sharedExamples(mining: Mined): readonly string[] {
  const same = mining
    .filter(({ method }) => method === "same")
    .map(
      ({ task, n }) =>
        `${task}, n = ${n}: pairs were mined from the evaluated examples themselves (mine.split: same).`,
    );
  const shared = mining
    .filter(({ method, overlap }) => method === "separate" && overlap.examples > 0)
    .map(
      ({ task, n, minedOn, overlap: { examples, evaluated } }) =>
        `${task}, n = ${n}: ${examples} of ${amount(evaluated, "evaluated example")} also ${examples === 1 ? "stands" : "stand"} ${minedOn === undefined ? "in the training split" : `among the examples of ${minedOn} that the table was mined on`}, word for word.`,
    );
  return [...same, ...shared];
}

function cutPrompts(models: readonly ModelRecord[]): readonly string[] {
  return models
    .filter((record) => record.cut.examples > 0)
    .map(
      ({ model, cut: { examples, tokens } }) =>
        `${model.name}: ${amount(examples, "prompt")} ${examples === 1 ? "is" : "are"} longer than the model reads; ${amount(tokens, "token")} ${tokens === 1 ? "was" : "were"} cut from ${examples === 1 ? "its beginning" : "their beginnings"}.`,
    );
}

function refusedContexts(models: readonly ModelRecord[]): readonly string[] {
  return models.flatMap(({ model, neutralRefused }) =>
    neutralRefused === undefined
      ? []
      : [
          `${model.name}: ${amount(neutralRefused.examples, "output")} ${neutralRefused.examples === 1 ? "was" : "were"} not scored behind the neutral context (${neutralRefused.reason}); name another with measure.neutralContext, or none.`,
        ],
  );
}

function percent(rate: number | undefined): string {
  return rate === undefined ? "none" : `${(100 * rate).toFixed(1)} %`;
}
