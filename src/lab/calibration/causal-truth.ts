/** What the models of subsets say, in sum: memorization by kind and dose, and influence of facts on what follows from them. */
import { groupBy } from "../../base/group-by.ts";
import {
  type CounterfactualOptions,
  type CounterfactualRow,
  counterfactualInfluence,
} from "../truth/counterfactual.ts";
import {
  estimateMean,
  type EstimateOptions,
  type GroupedEstimate,
} from "../truth/grouped-estimate.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";
import type { RecallMetric } from "../truth/recall-metrics.ts";
import type { TruthTable } from "../truth/truth-table.ts";

/** Mean counterfactual memorization of the items of one kind and dose. */
export interface CounterfactualMean {
  readonly kind: string;
  readonly dose: number;
  readonly model: string;
  readonly metric: RecallMetric;
  /** Over items; intervals of single items, over runs, are in counterfactual.parquet. */
  readonly memorization: GroupedEstimate;
}

/** Means by kind and dose. */
export function counterfactualMeans(
  rows: readonly CounterfactualRow[],
  items: readonly ManifestItem[],
  options: EstimateOptions,
): CounterfactualMean[] {
  const groups = new Map(items.map(({ item, group }) => [item, group]));
  const cells = groupBy(rows, ({ kind, dose }) => `${kind} ${dose}`);
  return [...cells].map(([cell, own]) => {
    const { kind, dose, model, metric } = own[0]!;
    const values = Float64Array.from(own, ({ value }) => value);
    const label = `counterfactual ${model} ${metric} ${cell}`;
    const members = own.map(({ item }) => groups.get(item)!);
    return {
      kind,
      dose,
      model,
      metric,
      memorization: estimateMean(label, values, members, options),
    };
  });
}

/** Mean influence of facts on questions that need them, beside that of facts on questions that do not. */
export interface HopInfluence {
  readonly kind: string;
  readonly dose: number;
  readonly of: "own facts" | "facts of another question";
  readonly influence: GroupedEstimate;
}

/** Influence of both facts on each two-hop question; of the next question's facts as what chance gives. */
export function hopInfluence(
  table: TruthTable,
  items: readonly ManifestItem[],
  options: CounterfactualOptions,
): HopInfluence[] {
  const groupOf = new Map(items.map(({ item, group }) => [item, group]));
  const composed = items.filter(({ hops }) => hops !== undefined);
  const asked = composed.flatMap((item, index) => {
    const other = composed[(index + 1) % composed.length]!;
    const strange = other.hops!.filter((hop) => !item.hops!.includes(hop));
    return [
      ...item.hops!.map((hop) => ({ item, hop, of: "own facts" as const })),
      ...strange.map((hop) => ({ item, hop, of: "facts of another question" as const })),
    ];
  });
  const pairs = asked.map(({ item, hop }) => ({ group: groupOf.get(hop) ?? hop, on: item.item }));
  const differences = counterfactualInfluence(table, pairs, options);
  const measured = asked.flatMap(({ item, of }, index) => {
    const difference = differences[index];
    return difference === undefined ? [] : [{ item, of, value: difference.value }];
  });
  const cells = groupBy(measured, ({ item, of }) => `${item.kind} ${item.dose} ${of}`);
  return [...cells].map(([cell, own]) => {
    const { item, of } = own[0]!;
    const values = Float64Array.from(own, ({ value }) => value);
    const members = own.map((each) => each.item.group);
    const influence = estimateMean(`influence ${options.model} ${cell}`, values, members, options);
    return { kind: item.kind, dose: item.dose, of, influence };
  });
}
