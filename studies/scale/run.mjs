/** How does distributional memorization change with the size of the model, task by task? */
import { checkShapes, readCalibration, sizeCurves } from "rote/lab";
import { panelsFigure } from "rote/report";
import {
  groupBy,
  bandText,
  decimal,
  number,
  pointOf,
  runStudy,
  shapeColumns,
  table,
  text,
} from "../study.mjs";

/** PyTorch sketch of the associations: 1.3M parameters, 4 M tokens, 25 names a total. */
const sketch = { 16: 0.31, 64: 0.66, 256: 0.89, 1024: 0.93 };

await runStudy("scale", async (world) => {
  const { items, truth, probability, estimates } = world;
  const curves = sizeCurves(truth, items, probability, estimates);
  const shapes = checkShapes(world).filter(({ shape }) => shape.startsWith("memorization"));
  const orders = await findingsByOrder(world.world);
  const associations = curves.filter(({ kind }) => kind === "association");
  const whole = curves.filter(({ total }) => total === null);
  return {
    results: { curves, shapes, orders, sketch },
    figures: {
      "figure.svg": await panelsFigure([
        totalPanel(associations, "perturbed"),
        totalPanel(associations, "standard"),
      ]),
      "kinds.svg": await panelsFigure(whole.map(sizePanel), { columns: 4 }),
    },
    tables: {
      totals: totalTable(associations),
      kinds: sizeTable(whole),
      orders: orderTable(orders),
      shapes: table(shapeColumns, shapes),
    },
  };
});

/** Findings of the card at each length of n-grams: its counts come from a scan of the corpus. */
async function findingsByOrder(world) {
  const { findings } = await readCalibration(world);
  return findings.filter(
    ({ measure, total, arm, model }) =>
      measure === "distributional-memorization" &&
      total === null &&
      /^(perturbed|standard)$/.test(arm) &&
      !model.includes("-seed"),
  );
}

/** Correlation by total, a line a size; the null is that of the first size. */
function totalPanel(curves, arm) {
  const totals = curves.filter(({ total }) => total !== null);
  const places = totals.map(({ total }) => String(total));
  const sizes = [...new Set(totals.flatMap(({ points }) => points.map(({ size }) => size)))];
  const at = ({ points }, size) => points.find((point) => point.arm === arm && point.size === size);
  return {
    title: `associations, ${arm} corpus`,
    description: `Spearman’s ρ of P(b|a) and log-likelihood at totals ${places.join(", ")}.`,
    lines: sizes.map((size) => ({
      label: size,
      points: totals.flatMap((curve) => {
        const point = at(curve, size);
        return point === undefined ? [] : pointOf(curve.total, point.memorization);
      }),
    })),
    x: { label: "statements of all answers →", places },
    y: { label: "↑ Spearman ρ", domain: [-0.8, 1] },
    bands: totals.flatMap((curve) => {
      const band = at(curve, sizes[0])?.null;
      return band ? [{ x: String(curve.total), low: band.low, high: band.high }] : [];
    }),
    level: 0,
  };
}

/** Correlation by size under both corpora. */
function sizePanel({ kind, points }) {
  const of = (arm) => points.filter((point) => point.arm === arm);
  const places = of("perturbed").map(({ size }) => size);
  return {
    title: kind,
    description: `Spearman’s ρ of P(b|a) and log-likelihood of ${kind} under models of ${places.join(", ")} parameters.`,
    lines: ["perturbed", "standard"].map((arm) => ({
      label: arm,
      points: of(arm).flatMap(({ size, memorization }) => pointOf(size, memorization)),
    })),
    x: { label: "parameters →", places },
    y: { label: "↑ Spearman ρ", domain: [-0.8, 1] },
    bands: of("perturbed").flatMap(({ size, null: band }) =>
      band === null ? [] : [{ x: size, low: band.low, high: band.high }],
    ),
    level: 0,
  };
}

function sizesOf(curves, arm) {
  const points = curves.flatMap((curve) => curve.points);
  return [...new Set(points.filter((point) => point.arm === arm).map(({ size }) => size))];
}

function sizeColumns(curves) {
  const at = ({ points }, arm, size) =>
    points.find((point) => point.arm === arm && point.size === size);
  const perturbed = sizesOf(curves, "perturbed");
  return [
    ...perturbed.map((size) => number(size, (curve) => at(curve, "perturbed", size)?.memorization)),
    number("largest − smallest", ({ gain }) => gain),
    text("null of the largest", (curve) =>
      bandText(at(curve, "perturbed", perturbed.at(-1))?.null),
    ),
    ...sizesOf(curves, "standard")
      .slice(-1)
      .map((size) =>
        number(`standard ${size}`, (curve) => at(curve, "standard", size)?.memorization),
      ),
    text(
      "items, groups",
      ({ points: [{ memorization }] }) => `${memorization.items}, ${memorization.groups}`,
    ),
  ];
}

function totalTable(curves) {
  return table(
    [
      text("total", ({ total }) => total ?? "all"),
      text("sketch, 1.3M", ({ total }) =>
        sketch[total] === undefined ? "" : decimal(sketch[total]),
      ),
      ...sizeColumns(curves),
    ],
    curves,
  );
}

function sizeTable(curves) {
  return table([text("kind", ({ kind }) => kind), ...sizeColumns(curves)], curves);
}

function orderTable(findings) {
  const rows = [
    ...groupBy(
      findings.filter(({ arm }) => arm === "perturbed"),
      ({ kind, order }) => `${kind}\n${order}`,
    ).values(),
  ];
  const sizes = [...new Set(findings.map(({ model }) => model))];
  return table(
    [
      text("kind", ([{ kind }]) => kind),
      text("n", ([{ order }]) => order),
      ...sizes.map((size) =>
        number(size, (own) => own.find(({ model }) => model === size)?.finding),
      ),
      text("null of the largest", (own) => bandText(own.at(-1).null)),
      text("items", ([{ finding }]) => finding.items),
    ],
    rows,
  );
}
