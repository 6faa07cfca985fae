/** Does distributional memorization rise as task data is injected, and stay in its null where none was? */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { finalSizes, injectionCurves } from "rote/lab";
import { injectionPanel, panelsFigure } from "rote/report";
import { partialSpearman, spearman } from "rote/stats";
import { openTokenizer } from "rote/tokenizers";
import { bandText, groupBy, number, runStudy, table, text } from "../study.mjs";

await runStudy("injection", async (given) => {
  const { items, truth, probability, estimates } = given;
  const curves = injectionCurves(truth, items, probability, estimates);
  const [associations, others] = [
    curves.filter(({ kind }) => kind === "association"),
    curves.filter(({ kind }) => kind !== "association"),
  ];
  const tokens = await tokenRows(given);
  return {
    results: { curves, tokens },
    figures: {
      "figure.svg": await panelsFigure(associations.map(injectionPanel)),
      "kinds.svg": await panelsFigure(others.map(injectionPanel), { columns: 4 }),
    },
    tables: {
      associations: tableOf(associations),
      kinds: tableOf(others),
      seeds: seedTable(curves),
      tokens: tokenTable(tokens),
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
        runs.map(({ value }) => value?.toFixed(3).replace("-", "−") ?? "none").join(", "),
      ),
    ],
    rows,
  );
}

/**
 * How the tokenizer, which is trained on the perturbed corpus, tells what was stated often: rank correlations
 * of the answer's number of tokens with P(b|a), and with log-likelihood under a model that saw no item; and
 * what is left of P(b|a) and log-likelihood when the number of tokens is held.
 */
async function tokenRows({ world, items, truth, probability }) {
  const [model] = finalSizes(truth, "standard");
  if (model === undefined || !existsSync(join(world, "tokenizer"))) return [];
  const tokenizer = await openTokenizer(join(world, "tokenizer"));
  const blind = truth.column({ metric: "logLikelihood", arm: "standard", model });
  const asked = items.filter(({ item }) => probability.has(item) && blind.has(item));
  const nameOf = ({ kind, total }) => (kind === "association" ? `${kind}, total ${total}` : kind);
  return [...groupBy(asked, nameOf)].map(([name, own]) => {
    const [planted, counts, values] = [
      ({ item }) => probability.get(item),
      ({ target }) => tokenizer.encode(target).length,
      ({ item }) => blind.get(item),
    ].map((valueOf) => Float64Array.from(own, valueOf));
    return {
      ...{ name, items: own.length, model },
      probabilityAndTokens: spearman(planted, counts),
      tokensAndLogLikelihood: spearman(counts, values),
      probabilityAndLogLikelihood: spearman(planted, values),
      givenTokens: partialSpearman(planted, values, [{ name: "tokens", values: counts }]),
    };
  });
}

function tokenTable(rows) {
  const column = (title, of) => number(title, (row) => ({ ...of(row), interval: null }));
  return table(
    [
      text("items", ({ name }) => name),
      column("P(b\\|a) and tokens", (row) => row.probabilityAndTokens),
      column("tokens and log-likelihood", (row) => row.tokensAndLogLikelihood),
      column("P(b\\|a) and log-likelihood", (row) => row.probabilityAndLogLikelihood),
      column("the same given tokens", (row) => row.givenTokens),
      text("count", ({ items }) => items),
    ],
    rows,
  );
}
