/** Shapes of recall: by dose, by size of the model, where nothing was stated, and of tests of membership. */
import { groupBy } from "../../base/group-by.ts";
import { spearmanUnderWeights, type WeightedStatistic } from "../../stats/correlation.ts";
import { denseRanks } from "../../stats/ranks.ts";
import { aucScoreInterval } from "../../stats/roc.ts";
import { halfDoseUnderWeights } from "../truth/dose-response.ts";
import {
  estimate,
  estimateMean,
  type GroupedEstimate,
  perfectInterval,
} from "../truth/grouped-estimate.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";
import type { RecallMetric } from "../truth/recall-metrics.ts";
import { finalSizes, type TruthColumn } from "../truth/truth-table.ts";
import { check, type ShapeCheck, unmeasured } from "./shape-check.ts";
import {
  aucStatistic,
  commonSizes,
  differenceSample,
  factItems,
  memoryItems,
  recallSample,
  type ShapeWorld,
} from "./shape-world.ts";

/** The size that correlations with the dose are asked of, and their bars. */
const DOSE_SIZE = "1.3M";
const FACTS_FOLLOW = 0.8;
const OTHERS_FOLLOW = 0.5;

const perturbed = (model: string, metric: RecallMetric = "logLikelihood"): TruthColumn => ({
  ...{ arm: "perturbed", model, metric },
});

const byKind = (items: readonly ManifestItem[]): [string, ManifestItem[]][] => [
  ...groupBy(items, ({ kind }) => kind),
];

/** Spearman's ρ of dose and log-likelihood, kind by kind. */
export function doseShapes(world: ShapeWorld): ShapeCheck[] {
  return byKind(world.items).map(([kind, own]) => {
    const of = `${kind}, ${DOSE_SIZE}`;
    const bar = { above: kind.startsWith("fact") ? FACTS_FOLLOW : OTHERS_FOLLOW };
    const { doses, values, groups } = recallSample(world.truth, own, perturbed(DOSE_SIZE));
    if (values.length === 0)
      return unmeasured("dose-correlation", of, `no perturbed model of ${DOSE_SIZE}`, bar);
    const statistic = spearmanUnderWeights(denseRanks(doses), denseRanks(values));
    const name = `shape dose ${of}`;
    const found = estimate({ name, groups, statistic, atBoundary: perfectInterval }, world);
    return check("dose-correlation", of, found, bar);
  });
}

/**
 * Kinds that only memory answers and that have items which were never stated; without associations, whose
 * doses are shares: an answer of dose 0 there is a wrong one to a question that was answered.
 */
export function singleAnswerKinds(world: ShapeWorld): [string, ManifestItem[]][] {
  return byKind(memoryItems(world)).filter(([, own]) => {
    const unseen = own.filter(({ dose }) => dose === 0);
    return unseen.length > 0 && unseen.every(({ total }) => (total ?? 0) === 0);
  });
}

/** Doublings of 1 + dose by which the first column's half lies above the second's. */
export function halfDoseShift(
  world: ShapeWorld,
  items: readonly ManifestItem[],
  first: TruthColumn,
  second: TruthColumn,
): GroupedEstimate {
  const both = items.filter(({ item }) => world.truth.column(second).has(item));
  const { items: own, doses, values, groups } = recallSample(world.truth, both, first);
  const others = Float64Array.from(own, ({ item }) => world.truth.column(second).get(item)!);
  const [half, otherHalf] = [
    halfDoseUnderWeights(doses, values),
    halfDoseUnderWeights(doses, others),
  ];
  const statistic: WeightedStatistic = (weights) =>
    Math.log2((1 + half(weights)) / (1 + otherHalf(weights)));
  const columns = `${first.arm} ${first.model} ${second.arm} ${second.model} ${first.metric}`;
  return estimate(
    {
      ...{ name: `shape half ${own[0]?.kind ?? ""} ${columns}`, groups, statistic },
      undefinedBecause: "one of both never passes one half",
    },
    world,
  );
}

/** Choice where there are choices, greedy recall elsewhere. */
export function shareMetric(items: readonly ManifestItem[]): "choice" | "exact" {
  return items.every(({ choices }) => choices !== undefined) ? "choice" : "exact";
}

/** From each size to the next. */
export function halfDoseShapes(world: ShapeWorld): ShapeCheck[] {
  const sizes = finalSizes(world.truth, "perturbed");
  const bar = { above: 0 };
  if (sizes.length < 2) return [unmeasured("half-dose", "facts", "fewer than two sizes", bar)];
  return singleAnswerKinds(world).flatMap(([kind, own]) =>
    sizes.slice(1).map((size, index) => {
      const metric = shareMetric(own);
      const [smaller, larger] = [perturbed(sizes[index]!, metric), perturbed(size, metric)];
      const of = `${kind}, ${metric}, ${sizes[index]!} over ${size}`;
      return check("half-dose", of, halfDoseShift(world, own, smaller, larger), bar);
    }),
  );
}

/** Facts of dose 64 and more against those of dose 0, at every size. */
export function separationShapes(world: ShapeWorld): ShapeCheck[] {
  const bar = { above: 0.95 };
  return byKind(factItems(world)).flatMap(([kind, own]) =>
    finalSizes(world.truth, "perturbed").map((size) => {
      const sample = recallSample(world.truth, own, perturbed(size));
      const groupsOf = (isPlanted: boolean): number =>
        new Set(
          sample.items
            .filter(({ dose }) => (isPlanted ? dose >= 64 : dose === 0))
            .map(({ group }) => group),
        ).size;
      const [positives, negatives] = [groupsOf(true), groupsOf(false)];
      const found = estimate(
        {
          name: `shape separation ${kind} ${size}`,
          groups: sample.groups,
          statistic: aucStatistic(sample, (dose) => dose >= 64),
          atBoundary: (value) => aucScoreInterval(value, { positives, negatives }),
        },
        world,
      );
      const counted = { ...found, items: positives + negatives, groups: positives + negatives };
      return check("separation", `${kind}, ${size}`, counted, bar);
    }),
  );
}

/**
 * What was never stated, under both corpora. By choice and by greedy recall nothing may differ; by
 * log-likelihood the perturbed model knows the sentence's form and which words are answers at all.
 */
export function unseenShapes(world: ShapeWorld): ShapeCheck[] {
  const bar = { holds: 0 };
  const unseen = singleAnswerKinds(world)
    .flatMap(([, own]) => own)
    .filter(({ dose }) => dose === 0);
  const sizes = commonSizes(world.truth, "perturbed", "standard");
  if (sizes.length === 0)
    return [unmeasured("dose-0", "memory", "no model of the standard corpus", bar)];
  return (["choice", "exact", "logLikelihood"] as const).flatMap((metric) =>
    sizes.map((size) => {
      const standard = { arm: "standard", model: size, metric };
      const { values, groups } = differenceSample(
        world.truth,
        unseen,
        perturbed(size, metric),
        standard,
      );
      const of = `kinds of memory, ${metric}, ${size}`;
      return check("dose-0", of, estimateMean(`shape unseen ${of}`, values, groups, world), bar);
    }),
  );
}

/** Tests that a text was a member of the corpus: by its perplexity, and by its least expected tokens. */
export function membershipShapes(world: ShapeWorld): ShapeCheck[] {
  const tests = [
    ["perplexity", "textLogLikelihood"],
    ["min-k", "minK20"],
  ] as const;
  return tests.flatMap(([name, metric]) =>
    finalSizes(world.truth, "perturbed").map((size) => {
      const own = memoryItems(world).filter(({ dose }) => dose === 0 || dose === 1 || dose === 64);
      const kinds = byKind(own).filter(
        ([, items]) => new Set(items.map(({ dose }) => dose)).size === 3,
      );
      const sample = recallSample(
        world.truth,
        kinds.flatMap(([, items]) => items),
        perturbed(size, metric),
      );
      const found = membershipGain(
        world,
        `shape ${name} ${size}`,
        sample.items,
        perturbed(size, metric),
      );
      return check("membership", `${name}, mean of ${kinds.length} kinds, ${size}`, found, {
        above: 0.1,
      });
    }),
  );
}

/** AUC at dose 64 minus AUC at dose 1, each within a kind, as a mean over kinds. */
function membershipGain(
  world: ShapeWorld,
  name: string,
  items: readonly ManifestItem[],
  column: TruthColumn,
): GroupedEstimate {
  const { groups, doses, values } = recallSample(world.truth, items, column);
  const perKind = [...groupBy(items.keys(), (index) => items[index]!.kind).values()].map(
    (points) => {
      const pick = (all: Float64Array): Float64Array => Float64Array.from(points, (i) => all[i]!);
      const sample = { items: [], groups: [], doses: pick(doses), values: pick(values) };
      const [much, little] = [64, 1].map((dose) => aucStatistic(sample, (own) => own === dose)) as [
        WeightedStatistic,
        WeightedStatistic,
      ];
      const own = new Float64Array(points.length);
      return (weights: Float64Array): number => {
        points.forEach((point, i) => (own[i] = weights[point]!));
        return much(own) - little(own);
      };
    },
  );
  const statistic: WeightedStatistic = (weights) =>
    perKind.reduce((sum, gain) => sum + gain(weights), 0) / perKind.length;
  return estimate({ name, groups, statistic }, world);
}
