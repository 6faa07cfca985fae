/** Does distributional memorization rise as task data is injected, and stay in its null where none was? */
import { injectionCurves } from "rote/lab";
import { injectionPanel, panelsFigure } from "rote/report";
import { bandText, number, runStudy, table, text } from "../study.mjs";

await runStudy("injection", async ({ items, truth, probability, estimates }) => {
  const curves = injectionCurves(truth, items, probability, estimates);
  const [associations, others] = [
    curves.filter(({ kind }) => kind === "association"),
    curves.filter(({ kind }) => kind !== "association"),
  ];
  return {
    results: { curves },
    figures: {
      "figure.svg": await panelsFigure(associations.map(injectionPanel)),
      "kinds.svg": await panelsFigure(others.map(injectionPanel), { columns: 4 }),
    },
    tables: {
      associations: tableOf(associations),
      kinds: tableOf(others),
      seeds: seedTable(curves),
    },
  };
});

function tableOf(curves) {
  const levels = [...new Set(curves.flatMap(({ points }) => points.map(({ level }) => level)))];
  const at = ({ points }, level) => points.find((point) => point.level === level);
  return table(
    [
      text("items", ({ kind, total }) => (total === null ? kind : `total ${total}`)),
      text("null at 0 %", ({ points }) => bandText(points[0].null)),
      ...levels
        .sort((a, b) => a - b)
        .map((level) => number(`${level} %`, (curve) => at(curve, level)?.memorization)),
      number("gain", ({ gain }) => gain),
      text("items, groups", ({ gain }) => `${gain.items}, ${gain.groups}`),
    ],
    curves,
  );
}

/** Each seed by itself, of all associations together. */
function seedTable(curves) {
  const rows = curves
    .filter(({ kind, total }) => kind === "association" && total === null)
    .flatMap(({ points }) => points);
  return table(
    [
      text("level", ({ level }) => `${level} %`),
      text("seeds", ({ runs }) => runs.length),
      text("ρ of each", ({ runs }) =>
        runs.map(({ value }) => value?.toFixed(3) ?? "none").join(", "),
      ),
    ],
    rows,
  );
}
