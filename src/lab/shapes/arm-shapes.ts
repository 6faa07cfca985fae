/** Shapes of arms and constructions: dilution, timing, and a rule beside what only looks like one. */
import { groupBy } from "../../base/group-by.ts";
import { estimateMean, type GroupedEstimate } from "../truth/grouped-estimate.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";
import { finalSizes } from "../truth/truth-table.ts";
import { halfDoseShift, shareMetric } from "./recall-shapes.ts";
import { check, type ShapeCheck, unmeasured } from "./shape-check.ts";
import {
  commonSizes,
  differenceSample,
  factItems,
  memoryItems,
  recallSample,
  type ShapeWorld,
} from "./shape-world.ts";

/** The same items among four times the text: log-likelihood of all planted, and the half dose of facts. */
export function dilutionShapes(world: ShapeWorld): ShapeCheck[] {
  const bar = { above: 0 };
  const sizes = commonSizes(world.truth, "diluted", "perturbed");
  if (sizes.length === 0)
    return [unmeasured("dilution", "all", "no model of the diluted corpus", bar)];
  const planted = memoryItems(world).filter(({ dose }) => dose > 0);
  return sizes.flatMap((size) => [
    check(
      "dilution",
      `kinds of memory, log-likelihood, ${size}`,
      armMean(world, planted, "perturbed", "diluted", size),
      bar,
    ),
    ...[...groupBy(factItems(world), ({ kind }) => kind)].map(([kind, own]) => {
      const metric = shareMetric(own);
      const [diluted, perturbed] = ["diluted", "perturbed"].map((arm) => ({
        arm,
        model: size,
        metric,
      }));
      const found = halfDoseShift(world, own, diluted!, perturbed!);
      return check("dilution", `${kind}, doublings of the half dose, ${size}`, found, bar);
    }),
  ]);
}

/** The items that the timing arms move: all that were stated, and dose by dose. */
export function timingShapes(world: ShapeWorld): ShapeCheck[] {
  const bar = { above: 0 };
  const sizes = commonSizes(world.truth, "late", "early");
  if (sizes.length === 0)
    return [unmeasured("timing", "all", "no models of both timing arms", bar)];
  const moved = memoryItems(world).filter(({ dose, timed }) => timed && dose > 0);
  const doses = [
    ...groupBy(
      moved.filter(({ kind }) => kind !== "association"),
      ({ dose }) => dose,
    ),
  ];
  doses.sort(([a], [b]) => a - b);
  return sizes.flatMap((size) => {
    const late = (of: string, own: readonly ManifestItem[]): ShapeCheck =>
      check(
        "timing",
        `${of}, log-likelihood, ${size}`,
        armMean(world, own, "late", "early", size),
        bar,
      );
    return [
      late("kinds of memory", moved),
      ...doses.map(([dose, own]) => late(`dose ${dose} without associations`, own)),
    ];
  });
}

/** Mean difference of log-likelihood between two arms. */
function armMean(
  world: ShapeWorld,
  items: readonly ManifestItem[],
  arm: string,
  minus: string,
  model: string,
): GroupedEstimate {
  const metric = "logLikelihood" as const;
  const columns = [arm, minus].map((each) => ({ arm: each, model, metric }));
  const { values, groups } = differenceSample(world.truth, items, columns[0]!, columns[1]!);
  const doses = [...new Set(items.map(({ dose }) => dose))].join(" ");
  return estimateMean(`shape ${arm} ${minus} ${model} ${doses}`, values, groups, world);
}

/** Times chance that counts as far above it. */
const FAR = 2;

/** Cases that were held out of the rule task and of its twin, by choice. */
export function ruleShapes(world: ShapeWorld): ShapeCheck[] {
  return (["rule", "rule-twin"] as const).flatMap((kind) => {
    const heldOut = world.items.filter((item) => item.kind === kind && item.dose === 0);
    if (heldOut.length === 0) return [unmeasured(kind, "held out", "no such items", { above: 0 })];
    const chance = chanceOf(heldOut);
    const bar = kind === "rule" ? { above: FAR * chance } : { holds: chance };
    return finalSizes(world.truth, "perturbed").map((model) => {
      const column = { arm: "perturbed", model, metric: "choice" } as const;
      const { values, groups } = recallSample(world.truth, heldOut, column);
      const found = estimateMean(`shape ${kind} ${model}`, values, groups, world);
      return check(kind, `${kind}, held out, choice, ${model}`, found, bar);
    });
  });
}

/** Share of right choices of one who guesses. */
function chanceOf(items: readonly ManifestItem[]): number {
  const chances = items.flatMap(({ choices }) =>
    choices === undefined ? [] : [1 / choices.length],
  );
  return chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
}
