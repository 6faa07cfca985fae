/** How does recall follow the dose: by kind, by size, in more text, and against what the item itself causes? */
import {
  armContrasts,
  checkShapes,
  counterfactualMeans,
  counterfactualMemorization,
  doseResponses,
  finalSizes,
} from "rote/lab";
import { panelsFigure } from "rote/report";
import {
  groupBy,
  doseName,
  estimateText,
  number,
  pointOf,
  runStudy,
  shapeColumns,
  table,
  text,
} from "../study.mjs";

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
      exact: doseTable(of("perturbed", "exact")),
      half: halfTable([...of("perturbed", "choice"), ...of("perturbed", "exact")]),
      "half-shift": shapeTable("half-dose"),
      separation: shapeTable("separation"),
      "dose-0": shapeTable("dose-0"),
      insertion: insertionTable(contrasts),
      dilution: shapeTable("dilution"),
      counterfactual: counterfactualTable(counterfactual),
      rule: shapeTable("rule", "rule-twin"),
      membership: shapeTable("membership"),
    },
  };
});

function counterfactualOf({ items, truth, holds, estimates }) {
  const [model] = finalSizes(truth, "subset-1");
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

function correlationTable(responses) {
  const rows = [...groupBy(responses, ({ kind }) => kind)];
  const sizes = [...new Set(responses.map(({ model }) => model))];
  return table(
    [
      text("kind", ([kind]) => kind),
      ...sizes.map((size) =>
        number(size, ([, own]) => own.find(({ model }) => model === size)?.spearman),
      ),
      text("items, groups", ([, own]) => `${own[0].spearman.items}, ${own[0].spearman.groups}`),
    ],
    rows,
  );
}

/** Means by dose; kinds whose doses are gathered have their bins in results.json and in the figure. */
function doseTable(responses) {
  const single = responses.filter(({ points }) => points.every(({ dose, to }) => dose === to));
  const doses = [...new Set(single.flatMap(({ points }) => points.map(({ dose }) => dose)))];
  return table(
    [
      text("kind", ({ kind }) => kind),
      text("size", ({ model }) => model),
      ...doses
        .sort((a, b) => a - b)
        .map((dose) =>
          number(String(dose), ({ points }) => points.find((point) => point.dose === dose)?.recall),
        ),
      text("items", ({ spearman }) => spearman.items),
    ],
    single,
  );
}

function halfTable(responses) {
  const passed = responses.filter(({ halfDose }) => halfDose?.value !== null);
  const rows = [...groupBy(passed, ({ kind, metric }) => `${kind}, ${metric}`)];
  const sizes = [...new Set(passed.map(({ model }) => model))];
  const cell = (own, size) => own.find(({ model }) => model === size)?.halfDose;
  return table(
    [
      text("kind, metric", ([name]) => name),
      ...sizes.map((size) => ({
        title: size,
        right: true,
        cell: ([, own]) =>
          cell(own, size) === undefined ? "not reached" : estimateText(cell(own, size)),
      })),
      text("items", ([, own]) => own[0].halfDose.items),
    ],
    rows,
  );
}

/** Dose 0 under both corpora, by kind. */
function insertionTable(contrasts) {
  const unseen = contrasts.filter(({ name }) => name === "insertion");
  const rows = [...groupBy(unseen, ({ kind, model }) => `${kind}\n${model}`).values()];
  const of = (own, metric) => own.find((each) => each.metric === metric)?.difference;
  return table(
    [
      text("kind", ([{ kind }]) => kind),
      text("size", ([{ model }]) => model),
      ...metrics.map((metric) => number(metric, (own) => of(own, metric))),
      text("items", ([{ difference }]) => difference.items),
    ],
    rows,
  );
}

function counterfactualTable(means) {
  const doses = [
    ...new Set(means.filter(({ kind }) => kind !== "association").map(({ dose }) => dose)),
  ];
  const rows = [
    ...groupBy(
      means.filter(({ kind }) => kind !== "association"),
      ({ kind }) => kind,
    ),
  ];
  return table(
    [
      text("kind", ([kind]) => kind),
      ...doses
        .sort((a, b) => a - b)
        .map((dose) =>
          number(String(dose), ([, own]) => own.find((each) => each.dose === dose)?.memorization),
        ),
    ],
    rows,
  );
}
