/**
 * What is estimated of each model of a point set, as rank statistics of its columns (point-set.ts):
 *
 *   distributional-memorization     Spearman with zeros kept and dropped, Kendall's tau-b, also with zeros
 *                                   censored, partial Spearman
 *   zero-separation                 how well the model tells pairs that meet from pairs that never do (AUC)
 *   mutual-information              Spearman of PMI on both sides, where a neutral context was scored
 *   infinity-gram-memorization      Spearman with b's ∞-gram probability (Wang et al. 2025, Eq. 6), by rule
 *
 * The zeros kept and the two-part view (zero-separation, and Spearman without zeros) say together what one
 * correlation over a mass of ties cannot.
 */
import type { RankStatistic } from "../stats/rank-statistic.ts";
import type { ControlName, MeasureName, MethodName } from "./memorization-estimate.ts";
import { gainColumn, infinityGramColumn, modelColumn, type PointSet } from "./point-set.ts";
import { infinityGramRules, type InfinityGramRule } from "./rows.ts";

/** A statistic of one model's points. */
export interface Quantity {
  readonly measure: MeasureName;
  readonly method: MethodName;
  /** Which points it is taken over. */
  readonly zeros: "kept" | "dropped";
  readonly controls: readonly ControlName[];
  /** Of ∞-grams: what tokens of probability 0 do. */
  readonly rule?: InfinityGramRule;
  /** Index into the set's models. */
  readonly model: number;
  readonly statistic: RankStatistic;
}

/** What a study chooses of them. */
export interface QuantityOptions {
  /** Views that are estimated; default both. */
  readonly zeros?: "kept" | "dropped" | "both";
  /** Singly, and together where there are several (`controlSets`); default length, dfB and dfA. */
  readonly controls?: readonly ControlName[];
  /** Only the first quantity of each model, the one that is judged; default false. */
  readonly leading?: boolean;
}

/** Default controls of the partial correlations. */
export const allControls: readonly ControlName[] = ["length", "dfB", "dfA"];

/** What stands in whose place: df(b) is the pair's count and the documents of b without a. */
const insteadOf: Readonly<Partial<Record<ControlName, ControlName>>> = {
  dfBAlone: "dfB",
  dfAAlone: "dfA",
};

/** Whether a control is of documents that hold one side of the pair without the other. */
export function isAlone(name: ControlName): boolean {
  return insteadOf[name] !== undefined;
}

/**
 * The controls of each partial correlation: every one singly; together all but those that stand in another's
 * place; and together with these in the others' place.
 */
export function controlSets(names: readonly ControlName[]): readonly (readonly ControlName[])[] {
  const replaced = new Set(names.flatMap((name) => insteadOf[name] ?? []));
  const whole = names.filter((name) => !isAlone(name));
  const alone = replaced.size === 0 ? [] : names.filter((name) => !replaced.has(name));
  return [...names.map((name) => [name]), ...[whole, alone].filter(({ length }) => length > 1)];
}

/** The quantities of every model, model by model; the first of a model is the one that is judged. */
export function quantitiesOf(
  { models, infinityGram, censored = false }: PointSet,
  { zeros = "both", controls = allControls, leading = false }: QuantityOptions,
): readonly Quantity[] {
  return models.flatMap(({ neutralLogLikelihood }, model) => {
    const y = modelColumn(model);
    const memorization = { measure: "distributional-memorization", model, controls: [] } as const;
    const rho = { ...memorization, method: "spearman" } as const;
    const statistic: RankStatistic = { kind: "spearman", x: "corpus", y };
    const tau = (zeros: Quantity["zeros"]): Quantity => ({
      ...{ ...memorization, method: "kendall-tau-b", zeros },
      statistic: { kind: "kendall-tau-b", x: "corpus", y },
    });
    const kept: Quantity[] = [
      tau("kept"),
      ...(censored ? [censoredTau(y, model)] : []),
      ...partials(y, model, controls, "kept"),
      {
        ...{ measure: "zero-separation", method: "auc", zeros: "kept", controls: [], model },
        statistic: { kind: "auc", score: y, label: "meets" },
      },
    ];
    const information: Quantity[] =
      neutralLogLikelihood === undefined ? [] : [informationGain(model)];
    const keptFirst: Quantity = { ...rho, zeros: "kept", statistic };
    const dropped: Quantity = { ...rho, zeros: "dropped", statistic };
    if (leading) return [zeros === "dropped" ? dropped : keptFirst];
    const infinity = infinityGram === undefined ? [] : infinityGrams(y, model);
    if (zeros === "dropped")
      return [dropped, tau("dropped"), ...partials(y, model, controls, "dropped"), ...infinity];
    return [
      keptFirst,
      ...(zeros === "both" ? [dropped] : []),
      ...kept,
      ...information,
      ...infinity,
    ];
  });
}

function partials(
  y: string,
  model: number,
  names: readonly ControlName[],
  zeros: Quantity["zeros"],
): readonly Quantity[] {
  return controlSets(names).map((controls) => ({
    ...{
      measure: "distributional-memorization",
      method: "partial-spearman",
      zeros,
      controls,
      model,
    },
    statistic: { kind: "partial-spearman", x: "corpus", y, controls },
  }));
}

/** A pair that never meets has a probability below 1/df(a), which one cannot say. */
function censoredTau(y: string, model: number): Quantity {
  return {
    ...{ measure: "distributional-memorization", method: "censored-tau-b", zeros: "kept" },
    ...{ controls: [], model },
    statistic: { kind: "censored-tau-b", x: "bound", known: "known", y },
  };
}

function informationGain(model: number): Quantity {
  return {
    ...{ measure: "mutual-information", method: "spearman", zeros: "kept", controls: [], model },
    statistic: { kind: "spearman", x: "information", y: gainColumn(model) },
  };
}

function infinityGrams(y: string, model: number): readonly Quantity[] {
  return infinityGramRules.map((rule) => ({
    ...{ measure: "infinity-gram-memorization", method: "spearman", zeros: "kept", controls: [] },
    ...{ model, rule, statistic: { kind: "spearman", x: infinityGramColumn(rule), y } },
  }));
}
