/** Shapes of distributional memorization: by exposure, by size of the model, by level of injection. */
import { groupBy } from "../../base/group-by.ts";
import type { WeightedStatistic } from "../../stats/correlation.ts";
import { itemsByTotal, rankCorrelation } from "../calibration/paired-points.ts";
import { type InjectionCurve, injectionCurves } from "../calibration/injection-curve.ts";
import { estimate, type GroupedEstimate, perfectInterval } from "../truth/grouped-estimate.ts";
import type { ManifestItem } from "../truth/manifest-items.ts";
import { finalSizes } from "../truth/truth-table.ts";
import { check, type ShapeCheck, unmeasured } from "./shape-check.ts";
import { onPoints, recallSample, type ShapeWorld } from "./shape-world.ts";

/** Associations stated so often, at this size, are to pass this bar. */
const OFTEN = 256;
const OFTEN_SIZE = "1.3M";
const HIGH = 0.8;

/** Associations with their P(b|a) and log-likelihoods under a size of the perturbed arm. */
function association(
  { items, truth, probability }: ShapeWorld,
  size: string,
): {
  readonly items: readonly ManifestItem[];
  readonly statistic: (own: readonly ManifestItem[]) => WeightedStatistic;
} {
  const asked = items.filter(({ kind, item }) => kind === "association" && probability.has(item));
  const sample = recallSample(truth, asked, {
    metric: "logLikelihood",
    arm: "perturbed",
    model: size,
  });
  const numbers = new Map(sample.items.map(({ item }, index) => [item, index]));
  const statistic = (own: readonly ManifestItem[]): WeightedStatistic => {
    const points = Uint32Array.from(own, ({ item }) => numbers.get(item)!);
    const x = Float64Array.from(own, ({ item }) => probability.get(item)!);
    const y = Float64Array.from(points, (point) => sample.values[point]!);
    return onPoints(rankCorrelation(x, y), points);
  };
  return { items: sample.items, statistic };
}

/** Memorization of associations at each total, and how it differs between totals and sizes. */
export function memorizationShapes(world: ShapeWorld): ShapeCheck[] {
  const sizes = finalSizes(world.truth, "perturbed");
  if (sizes.length === 0 || !world.items.some(({ kind }) => kind === "association"))
    return [unmeasured("memorization-total", "associations", "no model of them", { above: HIGH })];
  return [
    ...totalShapes(world),
    ...sizes.flatMap((size) => riseShape(world, size)),
    ...sizes.slice(1).map((size, index) => sizeShape(world, sizes[index]!, size)),
  ];
}

function totalShapes(world: ShapeWorld): ShapeCheck[] {
  const shape = "memorization-total";
  const bar = { above: HIGH };
  const { items, statistic } = association(world, OFTEN_SIZE);
  const often = itemsByTotal(items).filter(({ total }) => total >= OFTEN);
  if (often.length === 0)
    return [
      unmeasured(shape, OFTEN_SIZE, `no model of ${OFTEN_SIZE}, or no total of ${OFTEN}`, bar),
    ];
  return often.map(({ total, items: own }) => {
    const of = `associations of total ${total}, ${OFTEN_SIZE}`;
    return check(shape, of, estimateOf(world, of, items, own, statistic(own)), bar);
  });
}

/** The highest total minus the lowest. */
function riseShape(world: ShapeWorld, size: string): ShapeCheck[] {
  const { items, statistic } = association(world, size);
  const totals = itemsByTotal(items);
  const [lowest, highest] = [totals[0], totals.at(-1)];
  if (lowest === undefined || highest === undefined || lowest === highest) return [];
  const [low, high] = [statistic(lowest.items), statistic(highest.items)];
  const of = `associations of total ${highest.total} − ${lowest.total}, ${size}`;
  const own = [...lowest.items, ...highest.items];
  const difference: WeightedStatistic = (weights) => high(weights) - low(weights);
  return [
    check("memorization-rises", of, estimateOf(world, of, items, own, difference), { above: 0 }),
  ];
}

function sizeShape(world: ShapeWorld, smaller: string, larger: string): ShapeCheck {
  const [small, large] = [association(world, smaller), association(world, larger)];
  const [first, second] = [small.statistic(small.items), large.statistic(large.items)];
  const of = `associations, ${larger} − ${smaller}`;
  const difference: WeightedStatistic = (weights) => second(weights) - first(weights);
  const found = estimateOf(world, of, large.items, large.items, difference);
  return check("memorization-size", of, found, { above: 0 });
}

/** The statistic reads weights of all items; sizes are those of the items that it speaks of. */
function estimateOf(
  world: ShapeWorld,
  name: string,
  items: readonly ManifestItem[],
  own: readonly ManifestItem[],
  statistic: WeightedStatistic,
): GroupedEstimate {
  const groups = items.map(({ group }) => group);
  const found = estimate(
    { name: `shape ${name}`, groups, statistic, atBoundary: perfectInterval },
    world,
  );
  return { ...found, items: own.length, groups: new Set(own.map(({ group }) => group)).size };
}

/** Associations over levels of injection: together, and at each total. */
export function injectionShapes(world: ShapeWorld): ShapeCheck[] {
  const associations = world.items.filter(({ kind }) => kind === "association");
  const curves = injectionCurves(world.truth, associations, world.probability, world);
  if (curves.length === 0)
    return [unmeasured("injection", "associations", "fewer than three levels", { above: 0 })];
  return [...groupBy(curves, ({ size }) => size).values()].flat().flatMap(curveShapes);
}

function curveShapes({ kind, total, size, points, gain }: InjectionCurve): ShapeCheck[] {
  const of = `${kind}s${total === null ? "" : ` of total ${total}`}, ${size}`;
  const [lowest, highest] = [points[0]!, points.at(-1)!];
  const named = (level: number, below: number): string => `${of}: ${level} % − ${below} %`;
  const steps = total === null ? points.slice(1) : [];
  const bar = lowest.null;
  return [
    check("injection", named(highest.level, lowest.level), gain, { above: 0 }),
    ...steps.map(({ level, step }, index) =>
      check("injection", named(level, points[index]!.level), step!, { above: 0 }),
    ),
    ...(lowest.level > 0 || bar === null
      ? [unmeasured("injection-null", of, "no model of the standard corpus", { holds: 0 })]
      : [check("injection-null", of, lowest.memorization, { within: bar })]),
  ];
}
