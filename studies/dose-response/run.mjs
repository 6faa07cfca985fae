/** How does recall follow the dose: by kind, by size, in more text, and against what the item itself causes? */
import {
  armContrasts,
  checkShapes,
  counterfactualMeans,
  counterfactualMemorization,
  doseResponses,
  finalSizes,
  readCalibration,
  subsetModels,
} from "rote/lab";
import { panelsFigure } from "rote/report";
import { doseName, pointOf, runStudy, shapeColumns, table } from "../study.mjs";
import {
  correlationTable,
  counterfactualTable,
  doseTable,
  halfTable,
  insertionTable,
  membershipTable,
} from "./tables.mjs";

const metrics = ["logLikelihood", "exact", "choice"];

await runStudy("dose-response", async (world) => {
  const { items, truth, estimates } = world;
  const responses = ["perturbed", "standard", "diluted"].flatMap((arm) =>
    finalSizes(truth, arm).flatMap((model) =>
      metrics.flatMap((metric) => doseResponses(truth, items, { metric, arm, model }, estimates)),
    ),
  );
  const contrasts = metrics
    .flatMap((metric) => armContrasts(truth, items, metric, estimates))
    .filter(({ name, dose }) => name === "dilution" || (name === "insertion" && dose === 0));
  const shapes = checkShapes(world);
  const counterfactual = counterfactualOf(world);
  const of = (arm, metric) =>
    responses.filter((each) => each.arm === arm && each.metric === metric);
  const chosen = new Set(of("perturbed", "choice").map(({ kind }) => kind));
  const withoutChoices = of("perturbed", "exact").filter(({ kind }) => !chosen.has(kind));
  const { grades } = await readCalibration(world.world);
  const minK = grades.filter(({ measure, model }) => measure === "min-k" && model === "1.3M");
  const shapeTable = (...names) =>
    table(
      shapeColumns,
      shapes.filter(({ shape }) => names.includes(shape)),
    );
  return {
    results: { responses, contrasts, counterfactual, shapes },
    figures: {
      "figure.svg": await panelsFigure(
        panelsOf(
          of("perturbed", "logLikelihood"),
          of("standard", "logLikelihood"),
          "↑ mean log-likelihood",
        ),
        { columns: 4 },
      ),
      "choice.svg": await panelsFigure(
        panelsOf(of("perturbed", "choice"), of("diluted", "choice"), "↑ right choices"),
        { columns: 4 },
      ),
    },
    tables: {
      correlation: correlationTable(of("perturbed", "logLikelihood")),
      choice: doseTable(of("perturbed", "choice")),
      exact: doseTable(withoutChoices),
      half: halfTable([...of("perturbed", "choice"), ...of("perturbed", "exact")]),
      "half-shift": shapeTable("half-dose"),
      separation: shapeTable("separation"),
      "dose-0": shapeTable("dose-0"),
      insertion: insertionTable(contrasts),
      dilution: shapeTable("dilution"),
      counterfactual: counterfactualTable(counterfactual),
      rule: shapeTable("rule", "rule-twin"),
      membership: shapeTable("membership"),
      "min-k": membershipTable(minK),
    },
  };
});

function counterfactualOf({ items, truth, holds, estimates }) {
  const [model] = subsetModels(truth);
  if (model === undefined || holds === undefined) return [];
  const settings = { ...estimates, model, metric: "logLikelihood", holds };
  return counterfactualMeans(counterfactualMemorization(truth, items, settings), items, estimates);
}

/** A panel a kind, a line a size, and one for the largest size of another arm. */
function panelsOf(responses, others, label) {
  const kinds = [...new Set(responses.map(({ kind }) => kind))];
  const compared = others.at(-1)?.model;
  return kinds.map((kind) => {
    const own = responses.filter((each) => each.kind === kind);
    const beside = others.filter((each) => each.kind === kind && each.model === compared);
    const places = own[0].points.map(doseName);
    return {
      title: `${kind} (${own[0].spearman.items} items)`,
      description: `Recall of ${kind} at doses ${places.join(", ")}.`,
      lines: [...own, ...beside].map(({ arm, model, points }) => ({
        label: `${model} ${arm}`,
        points: points.flatMap((point) => pointOf(doseName(point), point.recall)),
      })),
      x: { label: "dose →", places },
      y: { label },
    };
  });
}
