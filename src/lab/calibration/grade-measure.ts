/** How well a measure's scores of the items of one kind recover what is known of them. */
import { spearmanUnderWeights, type WeightedStatistic } from "../../stats/correlation.ts";
import type { Interval } from "../../stats/estimate.ts";
import { matchedConcordance } from "../../stats/matched-concordance.ts";
import { wilsonInterval } from "../../stats/proportion.ts";
import { denseRanks } from "../../stats/ranks.ts";
import { aucScoreInterval, rocAucUnderWeights } from "../../stats/roc.ts";
import { type DoseBin, isIn } from "../truth/dose-bins.ts";
import {
  estimate,
  type EstimateOptions,
  type GroupedEstimate,
  perfectInterval,
} from "../truth/grouped-estimate.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";
import { plantedBins, type ScoredItem } from "./scored-items.ts";
import { gradeThreshold, type ThresholdGrade } from "./false-positives.ts";

/** Which of the two axes of an association a measure follows where the other is held. */
export interface AxisGrade {
  /** Of pairs about alike in P(b|a), how often the one with more documents scores higher; ½ is blind. */
  readonly dose: GroupedEstimate;
  /** Of pairs about alike in dose, how often the one with the larger P(b|a) scores higher. */
  readonly probability: GroupedEstimate;
  /** Axes whose interval lies above one half. */
  readonly sees: "dose" | "probability" | "both" | "neither";
}

/** One measure on one kind, under one model where it reads one. */
export interface MeasureGrade {
  readonly measure: string;
  readonly model: string | null;
  readonly kind: string;
  /** Items with a score, and those without. */
  readonly items: number;
  readonly unscored: number;
  /** Items of a dose, or between two, against those of dose 0. */
  readonly auc: readonly (DoseBin & { readonly auc: GroupedEstimate })[];
  readonly spearman: {
    readonly dose: GroupedEstimate;
    /** With P(b|a) as planted; of kinds where it varies between items that were planted. */
    readonly probability?: GroupedEstimate;
    /** With counterfactual memorization, by log-likelihood. */
    readonly counterfactual?: GroupedEstimate;
  };
  /** Of kinds that have pairs of items alike in P(b|a) and not in dose, and the other way round. */
  readonly axes?: AxisGrade;
  readonly threshold?: ThresholdGrade;
}

export interface GradeInput {
  readonly measure: string;
  readonly model: string | null;
  readonly kind: string;
  readonly items: readonly ManifestItem[];
  /** In the order of the items. */
  readonly scores: readonly (number | undefined)[];
  /** Scores under the standard model, where the measure reads one. */
  readonly standard?: readonly (number | undefined)[];
  /** Counterfactual memorization by item name. */
  readonly counterfactual: ReadonlyMap<string, number>;
}

/** Grade one measure on one kind. */
export function gradeMeasure(input: GradeInput, options: EstimateOptions): MeasureGrade {
  const { measure, model, kind, items, scores } = input;
  const name = `grade ${measure} ${model ?? ""} ${kind}`;
  const scored = items.flatMap((item, index) => {
    const score = scores[index];
    return score === undefined || Number.isNaN(score) ? [] : [{ item, score }];
  });
  const standard = input.standard?.filter((score) => score !== undefined);
  const threshold = gradeThreshold(name, scored, standard, options);
  const spearman = correlations(name, scored, input.counterfactual, options);
  const axes = gradeAxes(name, scored, options);
  return {
    ...{ measure, model, kind, items: scored.length, unscored: items.length - scored.length },
    auc: aucByDose(name, scored, options),
    spearman,
    ...(axes === undefined ? {} : { axes }),
    ...(threshold === undefined ? {} : { threshold }),
  };
}

function aucByDose(
  name: string,
  scored: readonly ScoredItem[],
  options: EstimateOptions,
): MeasureGrade["auc"] {
  return plantedBins(scored).map((bin) => {
    const own = scored.filter(({ item: { dose } }) => dose === 0 || isIn(bin, dose));
    return { ...bin, auc: estimateAuc(`${name} auc ${bin.dose}`, own, options) };
  });
}

/** AUC of planted items against controls; where all resamples agree, Newcombe's interval over groups. */
function estimateAuc(
  name: string,
  scored: readonly ScoredItem[],
  options: EstimateOptions,
): GroupedEstimate {
  const labels = scored.map(({ item }) => item.dose > 0);
  const groupsOf = (isPlanted: boolean): number =>
    new Set(scored.filter((_, i) => labels[i] === isPlanted).map(({ item }) => item.group)).size;
  const atBoundary = (value: number): Interval =>
    aucScoreInterval(value, { positives: groupsOf(true), negatives: groupsOf(false) });
  return estimate(
    {
      name,
      groups: scored.map(({ item }) => item.group),
      statistic: rocAucUnderWeights(denseRanks(scoresOf(scored)), labels),
      undefinedBecause: "no items of dose 0",
      atBoundary,
    },
    options,
  );
}

const scoresOf = (scored: readonly ScoredItem[]): Float64Array =>
  Float64Array.from(scored, ({ score }) => score);

function correlations(
  name: string,
  scored: readonly ScoredItem[],
  counterfactual: ReadonlyMap<string, number>,
  options: EstimateOptions,
): MeasureGrade["spearman"] {
  const dose = correlate(`${name} dose`, scored, ({ dose }) => dose, options);
  const measured = scored.filter(({ item }) => counterfactual.has(item.item));
  const valueOf = ({ item }: ManifestItem): number => counterfactual.get(item)!;
  const causal =
    measured.length === 0
      ? {}
      : { counterfactual: correlate(`${name} counterfactual`, measured, valueOf, options) };
  const asked = scored.filter(({ item }) => typeof item.probability === "number");
  const planted = asked.filter(({ item }) => item.dose > 0);
  const varies = new Set(planted.map(({ item }) => item.probability)).size > 1;
  const chance = ({ probability }: ManifestItem): number => probability!;
  const planned = varies ? { probability: correlate(`${name} P`, asked, chance, options) } : {};
  return { dose, ...planned, ...causal };
}

function correlate(
  name: string,
  scored: readonly ScoredItem[],
  truthOf: (item: ManifestItem) => number,
  options: EstimateOptions,
): GroupedEstimate {
  const truth = Float64Array.from(scored, ({ item }) => truthOf(item));
  const statistic = spearmanUnderWeights(denseRanks(scoresOf(scored)), denseRanks(truth));
  const groups = scored.map(({ item }) => item.group);
  return estimate({ name, groups, statistic, atBoundary: perfectInterval }, options);
}

/** Dose and P(b|a) apart, on items that were planted. */
function gradeAxes(
  name: string,
  all: readonly ScoredItem[],
  options: EstimateOptions,
): AxisGrade | undefined {
  const scored = all.filter(({ item }) => item.dose > 0 && typeof item.probability === "number");
  const scores = scoresOf(scored);
  const doses = Float64Array.from(scored, ({ item }) => item.dose);
  const chances = Float64Array.from(scored, ({ item }) => item.probability!);
  const [byDose, byChance] = [
    matchedConcordance(scores, doses, chances),
    matchedConcordance(scores, chances, doses),
  ];
  if (byDose === undefined || byChance === undefined) return undefined;
  const groups = scored.map(({ item }) => item.group);
  const concordance = (label: string, statistic: WeightedStatistic): GroupedEstimate => {
    const atBoundary = (value: number, count: number): Interval | null =>
      value === 0 || value === 1 ? wilsonInterval(value * count, count) : null;
    return estimate({ name: `${name} ${label}`, groups, statistic, atBoundary }, options);
  };
  const [dose, probability] = [concordance("dose | P", byDose), concordance("P | dose", byChance)];
  return { dose, probability, sees: axisOf(dose, probability) };
}

function axisOf(dose: GroupedEstimate, probability: GroupedEstimate): AxisGrade["sees"] {
  const sees = ({ interval }: GroupedEstimate): boolean => interval !== null && interval.low > 0.5;
  if (sees(dose)) return sees(probability) ? "both" : "dose";
  return sees(probability) ? "probability" : "neither";
}
