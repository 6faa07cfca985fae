/**
 * Distributional memorization as more and more of a task's data is injected into the corpus. It must rise
 * with the level, and stay in its null where nothing was injected (the standard corpus).
 *
 * P(b|a) is that of the perturbed corpus at every level: a level keeps the shares, and at 0 there would
 * be nothing to correlate with.
 */
import { groupBy } from "../../base/group-by.ts";
import type { EstimateOptions, GroupedEstimate } from "../truth/grouped-estimate.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";
import { finalModels, sizeOf, type TruthTable } from "../truth/truth-table.ts";
import { memorizationCurve, type RunSet, type RunSetMemorization } from "./memorization-curve.ts";
import { questionSets } from "./paired-points.ts";

/** Distributional memorization of one set of items at one level. */
export interface InjectionPoint extends RunSetMemorization {
  /** Percent of each item's documents that are in the corpus. */
  readonly level: number;
  readonly arm: string;
  /** This level minus the one below. */
  readonly step?: GroupedEstimate;
}

/** A kind of items, or those of one total, over all levels at one size of model. */
export interface InjectionCurve {
  readonly kind: string;
  /** Documents that answer each question; null where all are together. */
  readonly total: number | null;
  readonly size: string;
  /** Ascending levels. */
  readonly points: readonly InjectionPoint[];
  /** The highest level minus the lowest. */
  readonly gain: GroupedEstimate;
}

interface Level extends RunSet {
  readonly level: number;
}

const LEAST_LEVELS = 3;

/** Curves of every kind with a question, for each size that was trained at three levels or more. */
export function injectionCurves(
  table: TruthTable,
  items: readonly ManifestItem[],
  probability: ReadonlyMap<string, number>,
  options: EstimateOptions,
): InjectionCurve[] {
  const sets = questionSets(items);
  return [...levelsBySize(table)]
    .filter(([, levels]) => levels.length >= LEAST_LEVELS)
    .flatMap(([size, levels]) =>
      sets.flatMap(({ kind, total, items: own }) => {
        const name = `injection ${size} ${kind} ${total ?? "all"}`;
        const curve = memorizationCurve(table, { name, items: own, probability }, levels, options);
        if (curve === undefined) return [];
        const points = levels.map(({ level, arm }, index) => ({
          ...{ level, arm, ...curve.sets[index]! },
          ...(index === 0 ? {} : { step: curve.difference(index, index - 1) }),
        }));
        return [{ kind, total, size, points, gain: curve.difference(levels.length - 1, 0) }];
      }),
    );
}

function levelsBySize(table: TruthTable): Map<string, Level[]> {
  const runs = table.arms.flatMap((arm) => {
    const level = levelOf(arm);
    return level === undefined
      ? []
      : finalModels(table, arm).map((model) => ({ arm, level, model }));
  });
  const levelsOf = (own: typeof runs): Level[] =>
    [...groupBy(own, ({ level }) => level)]
      .map(([level, same]) => ({
        ...{ level, arm: same[0]!.arm, models: same.map(({ model }) => model).sort() },
      }))
      .sort((a, b) => a.level - b.level);
  const sizes = groupBy(runs, ({ model }) => sizeOf(model));
  return new Map([...sizes].map(([size, own]) => [size, levelsOf(own)]));
}

/** Percent of an arm's injection; undefined for arms that differ in more. */
function levelOf(arm: string): number | undefined {
  if (arm === "standard") return 0;
  if (arm === "perturbed") return 100;
  const percent = /^injection-(\d+)$/.exec(arm)?.[1];
  return percent === undefined ? undefined : Number(percent);
}
