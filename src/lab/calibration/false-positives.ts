/**
 * What a threshold costs that lets 5 % of known non-members pass. Of a measure that reads a model the
 * threshold comes from the standard model of its size, which saw none of the items; of others, and where
 * there is no such model, from one half of the controls (dose 0) for the other half, both ways.
 */
import { createRng } from "../../base/random.ts";
import { type DoseBin, isIn } from "../truth/dose-bins.ts";
import {
  estimateMean,
  type EstimateOptions,
  type GroupedEstimate,
} from "../truth/grouped-estimate.ts";
import { plantedBins, type ScoredItem } from "./scored-items.ts";

/** Share of non-members that a threshold lets pass. */
export const PASSING = 0.05;

/** Fewer controls tell nothing about one in twenty. */
const LEAST_CONTROLS = 20;

/** How often items pass a threshold. */
export interface ThresholdGrade {
  readonly thresholdFrom: "standard model" | "other half of the controls";
  /** Items behind the threshold, or each of the two. */
  readonly behind: number;
  /** Share of controls above the threshold: 0.05 where the threshold holds. */
  readonly falsePositives: GroupedEstimate;
  /** Share of the items of each dose above it. */
  readonly power: readonly (DoseBin & { readonly rate: GroupedEstimate })[];
}

/** Grade a threshold; undefined where there are too few controls to set one. */
export function gradeThreshold(
  name: string,
  scored: readonly ScoredItem[],
  standard: readonly number[] | undefined,
  options: EstimateOptions,
): ThresholdGrade | undefined {
  const controls = scored.filter(({ item }) => item.dose === 0);
  const rate = (label: string, items: readonly ScoredItem[], passes: readonly number[]) =>
    estimateMean(
      `${name} ${label}`,
      Float64Array.from(passes),
      items.map(({ item }) => item.group),
      options,
    );
  if (standard !== undefined && standard.length >= LEAST_CONTROLS) {
    const threshold = thresholdOf(standard);
    const passesOf = (items: readonly ScoredItem[]): number[] =>
      items.map(({ score }) => Number(score > threshold));
    return {
      ...{ thresholdFrom: "standard model", behind: standard.length },
      falsePositives: rate("false positives", controls, passesOf(controls)),
      power: plantedBins(scored).map((bin) => {
        const own = scored.filter(({ item }) => isIn(bin, item.dose));
        return { ...bin, rate: rate(`power ${bin.dose}`, own, passesOf(own)) };
      }),
    };
  }
  if (controls.length < LEAST_CONTROLS) return undefined;
  const [first, second] = halves(name, controls, options.seed);
  const thresholds = [first, second].map((half) => thresholdOf(half.map(({ score }) => score)));
  const passes = controls.map((control) =>
    Number(control.score > thresholds[first.includes(control) ? 1 : 0]!),
  );
  return {
    ...{ thresholdFrom: "other half of the controls", behind: first.length },
    falsePositives: rate("false positives", controls, passes),
    power: plantedBins(scored).map((bin) => {
      const own = scored.filter(({ item }) => isIn(bin, item.dose));
      const shares = own.map(
        ({ score }) => thresholds.filter((threshold) => score > threshold).length / 2,
      );
      return { ...bin, rate: rate(`power ${bin.dose}`, own, shares) };
    }),
  };
}

/** The least value that at most 5 % of the scores exceed: a score passes above it. */
export function thresholdOf(scores: readonly number[]): number {
  const descending = Float64Array.from(scores).sort().reverse();
  return descending[Math.floor(PASSING * scores.length)]!;
}

function halves(
  name: string,
  controls: readonly ScoredItem[],
  seed: number,
): [readonly ScoredItem[], readonly ScoredItem[]] {
  const shuffled = createRng(`${seed}/halves ${name}`).shuffle([...controls]);
  const middle = Math.ceil(shuffled.length / 2);
  return [shuffled.slice(0, middle), shuffled.slice(middle)];
}
