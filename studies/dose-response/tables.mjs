/** Tables of the study: estimates by kind, size and dose. */
import { estimateText, groupBy, number, table, text } from "../study.mjs";

const metrics = ["logLikelihood", "exact", "choice"];

export function correlationTable(responses) {
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
export function doseTable(responses) {
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
    [...groupBy(single, ({ kind }) => kind).values()].flat(),
  );
}

export function halfTable(responses) {
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
          cell(own, size) === undefined ? "not passed" : estimateText(cell(own, size)),
      })),
      text("items", ([, own]) => own[0].halfDose.items),
    ],
    rows,
  );
}

/** Dose 0 under both corpora, by kind. */
export function insertionTable(contrasts) {
  const unseen = contrasts.filter(
    ({ name, model }) => name === "insertion" && !model.includes("-seed"),
  );
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

export function counterfactualTable(means) {
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

/** AUC of a test of membership against dose 0, by kind and dose. */
export function membershipTable(grades) {
  const single = grades.filter(({ auc }) => auc.every(({ dose, to }) => dose === to));
  const doses = [...new Set(single.flatMap(({ auc }) => auc.map(({ dose }) => dose)))];
  return table(
    [
      text("kind", ({ kind }) => kind),
      ...doses
        .sort((a, b) => a - b)
        .map((dose) =>
          number(String(dose), ({ auc }) => auc.find((each) => each.dose === dose)?.auc),
        ),
      text("items", ({ items }) => items),
    ],
    single,
  );
}
