/** What changes where a corpus is arranged otherwise: the same items under two arms of one model size. */
import { groupBy } from "../../base/group-by.ts";
import { estimateMean, type EstimateOptions, type GroupedEstimate } from "./grouped-estimate.ts";
import type { ManifestItem } from "./manifest-items.ts";
import type { RecallMetric } from "./recall-metrics.ts";
import type { TruthTable } from "./truth-table.ts";

/** A question that two arms answer. */
export interface ArmQuestion {
  readonly name: "insertion" | "dilution" | "timing";
  readonly arm: string;
  readonly minus: string;
  /** Only items that the timing arms move. */
  readonly timedOnly: boolean;
}

export const armQuestions: readonly ArmQuestion[] = [
  { name: "insertion", arm: "perturbed", minus: "standard", timedOnly: false },
  { name: "dilution", arm: "diluted", minus: "perturbed", timedOnly: false },
  { name: "timing", arm: "late", minus: "early", timedOnly: true },
];

/** Mean difference of the same items at one dose. */
export interface ArmContrast extends ArmQuestion {
  readonly kind: string;
  readonly model: string;
  readonly metric: RecallMetric;
  readonly dose: number;
  readonly difference: GroupedEstimate;
}

/** Differences by kind and dose, for each model that both arms have. */
export function armContrasts(
  table: TruthTable,
  items: readonly ManifestItem[],
  metric: RecallMetric,
  options: EstimateOptions,
): ArmContrast[] {
  return armQuestions.flatMap((question) => {
    const others = new Set(table.modelsOf(question.minus));
    const models = table.modelsOf(question.arm).filter((model) => others.has(model));
    return models.flatMap((model) =>
      contrast(table, items, { ...question, model, metric }, options),
    );
  });
}

function contrast(
  table: TruthTable,
  items: readonly ManifestItem[],
  question: ArmQuestion & { readonly model: string; readonly metric: RecallMetric },
  options: EstimateOptions,
): ArmContrast[] {
  const { model, metric, arm, minus, timedOnly, name } = question;
  const first = table.column({ metric, arm, model });
  const second = table.column({ metric, arm: minus, model });
  const paired = items.filter(
    ({ item, timed }) => (timed || !timedOnly) && first.has(item) && second.has(item),
  );
  const cells = groupBy(paired, ({ kind, dose }) => `${kind} ${dose}`);
  return [...cells.values()].map((own) => {
    const { kind, dose } = own[0]!;
    const differences = Float64Array.from(own, ({ item }) => first.get(item)! - second.get(item)!);
    const groups = own.map(({ group }) => group);
    const label = `${name} ${model} ${metric} ${kind} ${dose}`;
    const difference = estimateMean(label, differences, groups, options);
    return { ...question, kind, dose, difference };
  });
}
