/** How recall rises with the dose. */
import { groupBy } from "../../base/group-by.ts";
import { type DoseBin, doseBins, isIn } from "./dose-bins.ts";
import { denseRanks } from "../../stats/ranks.ts";
import { spearmanUnderWeights, type WeightedStatistic } from "../../stats/correlation.ts";
import {
  estimate,
  estimateMean,
  type EstimateOptions,
  type GroupedEstimate,
  perfectInterval,
} from "./grouped-estimate.ts";
import type { ManifestItem } from "./manifest-items.ts";
import type { TruthColumn, TruthTable } from "./truth-table.ts";

/** Mean recall at one dose, or between two. */
export interface DosePoint extends DoseBin {
  readonly recall: GroupedEstimate;
}

/** Recall of one kind under one model. */
export interface DoseResponse extends TruthColumn {
  readonly kind: string;
  readonly points: readonly DosePoint[];
  /** Spearman's ρ of dose and recall over items. */
  readonly spearman: GroupedEstimate;
  /**
   * The dose at which the mean passes one half, between doses by the logarithm of 1 + dose; of metrics
   * from 0 to 1. Undefined where it never does.
   */
  readonly halfDose?: GroupedEstimate;
}

/** Metrics whose half means something. */
const shares: ReadonlySet<string> = new Set(["exact", "choice", "similarity"]);

/** Recall by dose of every kind with numbers in a column. */
export function doseResponses(
  table: TruthTable,
  items: readonly ManifestItem[],
  column: TruthColumn,
  options: EstimateOptions,
): DoseResponse[] {
  const values = table.column(column);
  const measured = items.filter(({ item }) => values.has(item));
  return [...groupBy(measured, ({ kind }) => kind)].map(([kind, own]) => {
    const name = `dose-response ${column.arm} ${column.model} ${column.metric} ${kind}`;
    return {
      ...column,
      kind,
      ...responseOf(name, own, values, options, shares.has(column.metric)),
    };
  });
}

function responseOf(
  name: string,
  items: readonly ManifestItem[],
  valueOf: ReadonlyMap<string, number>,
  options: EstimateOptions,
  hasHalf: boolean,
): Pick<DoseResponse, "points" | "spearman" | "halfDose"> {
  const values = Float64Array.from(items, ({ item }) => valueOf.get(item)!);
  const doses = Float64Array.from(items, ({ dose }) => dose);
  const groups = items.map(({ group }) => group);
  const bins = doseBins(doses);
  const points = bins.map((bin) => {
    const own = items.filter(({ dose }) => isIn(bin, dose));
    const recalled = Float64Array.from(own, ({ item }) => valueOf.get(item)!);
    const members = own.map(({ group }) => group);
    return { ...bin, recall: estimateMean(`${name} ${bin.dose}`, recalled, members, options) };
  });
  const spearman = estimate(
    {
      ...{ name, groups, atBoundary: perfectInterval },
      statistic: spearmanUnderWeights(denseRanks(doses), denseRanks(values)),
    },
    options,
  );
  if (!hasHalf) return { points, spearman };
  const binned = doses.map((dose) => middleOf(bins.find((bin) => isIn(bin, dose))!));
  const halfDose = estimate(
    {
      ...{ name: `${name} half`, groups, statistic: halfDoseUnderWeights(binned, values) },
      undefinedBecause: "the mean does not pass one half",
    },
    options,
  );
  return { points, spearman, halfDose };
}

const middleOf = ({ dose, to }: DoseBin): number => Math.sqrt(dose * to);

/** The first dose at which the weighted mean passes one half, from below; NaN where there is none. */
export function halfDoseUnderWeights(doses: Float64Array, values: Float64Array): WeightedStatistic {
  const { groups, groupCount } = denseRanks(doses);
  const distinct = [...new Set(doses)].sort((a, b) => a - b);
  const [sums, totals] = [new Float64Array(groupCount), new Float64Array(groupCount)];
  return (weights) => {
    sums.fill(0);
    totals.fill(0);
    for (let i = 0; i < values.length; i++) {
      sums[groups[i]!]! += weights[i]! * values[i]!;
      totals[groups[i]!]! += weights[i]!;
    }
    let below: { readonly place: number; readonly mean: number } | undefined;
    for (const [group, dose] of distinct.entries()) {
      if (totals[group] === 0) continue;
      const [place, mean] = [Math.log2(1 + dose), sums[group]! / totals[group]!];
      if (mean < 0.5) below = { place, mean };
      else if (below === undefined) return NaN;
      else {
        const share = (0.5 - below.mean) / (mean - below.mean);
        return 2 ** (below.place + share * (place - below.place)) - 1;
      }
    }
    return NaN;
  };
}
