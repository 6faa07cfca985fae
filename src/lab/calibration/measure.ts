/**
 * What a measure of memorization is to the calibration: a score for every item, from what it may read.
 * A measure of one's own is an object like those of `built-in-measures.ts`, added to the list that
 * `calibrate` is given.
 */
import type { ManifestItem } from "../truth/manifest-items.ts";
import type { RecallMetric } from "../truth/recall-metrics.ts";
import type { CorpusReadings } from "./corpus-readings.ts";

/** "corpus": counts; "model": the model that is asked; "reference": a model that never saw the items. */
export type MeasureSource = "corpus" | "model" | "reference";

/** What a measure may read of the items of one kind. */
export interface MeasureInput {
  readonly items: readonly ManifestItem[];
  /** A number of truth.parquet under the model that is asked. */
  readonly recall: (item: ManifestItem, metric: RecallMetric) => number | undefined;
  /** The same under the standard model of its size. */
  readonly reference: (item: ManifestItem, metric: RecallMetric) => number | undefined;
  readonly corpus: CorpusReadings;
}

/** A measure of memorization. */
export interface Measure {
  readonly name: string;
  /** What the score is, in one line. */
  readonly about: string;
  /** Without "model" the score does not depend on a model. */
  readonly reads: readonly MeasureSource[];
  /** A score for each item in their order, higher where more is memorized; undefined where there is none. */
  readonly score: (input: MeasureInput) => readonly (number | undefined)[];
}

/** A measure that scores each item by itself. */
export function itemMeasure(
  { name, about, reads }: Omit<Measure, "score">,
  scoreItem: (item: ManifestItem, input: MeasureInput) => number | undefined,
): Measure {
  return {
    ...{ name, about, reads },
    score: (input) => input.items.map((item) => scoreItem(item, input)),
  };
}
