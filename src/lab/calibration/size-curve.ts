/** Distributional memorization by the size of the model, and beside it under models that saw no item. */
import type { EstimateOptions, GroupedEstimate } from "../truth/grouped-estimate.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";
import { finalSizes, type TruthTable } from "../truth/truth-table.ts";
import { memorizationCurve, type RunSetMemorization } from "./memorization-curve.ts";
import { questionSets } from "./paired-points.ts";

/** One size under one corpus. */
export interface SizePoint extends Omit<RunSetMemorization, "runs"> {
  readonly size: string;
  readonly arm: "perturbed" | "standard";
}

/** A kind of items, or those of one total, over the sizes. */
export interface SizeCurve {
  readonly kind: string;
  /** Documents that answer each question; null where all are together. */
  readonly total: number | null;
  readonly points: readonly SizePoint[];
  /** The largest size minus the smallest, under the perturbed corpus; absent where there is one size. */
  readonly gain?: GroupedEstimate;
}

/** Curves of every kind with a question. */
export function sizeCurves(
  table: TruthTable,
  items: readonly ManifestItem[],
  probability: ReadonlyMap<string, number>,
  options: EstimateOptions,
): SizeCurve[] {
  const sets = (["perturbed", "standard"] as const).flatMap((arm) =>
    finalSizes(table, arm).map((size) => ({ arm, size, models: [size] })),
  );
  const largest = finalSizes(table, "perturbed").length - 1;
  if (largest < 0) return [];
  return questionSets(items).flatMap(({ kind, total, items: own }) => {
    const name = `sizes ${kind} ${total ?? "all"}`;
    const curve = memorizationCurve(table, { name, items: own, probability }, sets, options);
    if (curve === undefined) return [];
    const points = sets.map(({ arm, size }, index) => {
      const { memorization, null: band } = curve.sets[index]!;
      return { arm, size, memorization, null: band };
    });
    const gain = largest === 0 ? {} : { gain: curve.difference(largest, 0) };
    return [{ kind, total, points, ...gain }];
  });
}
