/** How recall comes and goes during training, over the checkpoints of a model. */
import { groupBy } from "../../base/group-by.ts";
import {
  estimate,
  estimateMean,
  type EstimateOptions,
  type GroupedEstimate,
  weightedMean,
} from "./grouped-estimate.ts";
import type { ManifestItem } from "./manifest-items.ts";
import { splitCheckpoint, type TruthColumn, type TruthTable } from "./truth-table.ts";

/** Recall of items of one kind and dose over a training. */
export interface RecallCourse extends TruthColumn {
  readonly kind: string;
  readonly dose: number;
  /** In the order of training; the last, without a step, is the trained model. */
  readonly course: readonly { readonly step: number | null; readonly recall: GroupedEstimate }[];
  /** The highest mean of the course minus that at its end: at least 0, and noise adds to it. */
  readonly lost: GroupedEstimate;
}

/** Courses of a model that has checkpoints; of the timing arms, those of the items that they move. */
export function recallCourses(
  table: TruthTable,
  items: readonly ManifestItem[],
  { metric, arm, model }: TruthColumn,
  options: EstimateOptions,
): RecallCourse[] {
  const checkpoints = table
    .modelsOf(arm)
    .map((name) => ({
      ...splitCheckpoint(name),
      values: table.column({ metric, arm, model: name }),
    }))
    .filter(({ name, values }) => name === model && values.size > 0)
    .sort((a, b) => (a.step ?? Infinity) - (b.step ?? Infinity));
  if (checkpoints.length < 2) return [];
  const isTiming = arm === "early" || arm === "late";
  const measured = items.filter(
    ({ item, timed }) =>
      (timed || !isTiming) && checkpoints.every(({ values }) => values.has(item)),
  );
  const cells = groupBy(measured, ({ kind, dose }) => `${kind} ${dose}`);
  return [...cells].map(([cell, own]) => {
    const groups = own.map(({ group }) => group);
    const columns = checkpoints.map(({ values }) =>
      Float64Array.from(own, ({ item }) => values.get(item)!),
    );
    const label = `course ${arm} ${model} ${metric} ${cell}`;
    const course = checkpoints.map(({ step }, index) => ({
      step: step ?? null,
      recall: estimateMean(`${label} ${index}`, columns[index]!, groups, options),
    }));
    const means = columns.map(weightedMean);
    const lost = (weights: Float64Array): number => {
      const values = means.map((statistic) => statistic(weights));
      return Math.max(...values) - values.at(-1)!;
    };
    const { kind, dose } = own[0]!;
    const name = `${label} lost`;
    return {
      ...{ metric, arm, model, kind, dose, course },
      lost: estimate({ name, groups, statistic: lost }, options),
    };
  });
}
