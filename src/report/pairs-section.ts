/** The second part of the report: the pairs behind the numbers, and the documents behind the pairs. */
import { figureBlock } from "./figure-block.ts";
import { count, decimal, integer, parameterCount, share } from "./format.ts";
import { html, type Html, table } from "./html.ts";
import type { RunRecord } from "./run-record.ts";
import type { Evidence, EvidenceDocument, ScoredPair } from "./run-tables.ts";
import { pairMedians } from "./scatter-medians.ts";
import {
  leadingEstimates,
  modelsBySize,
  nameOf,
  sampleEvenly,
  summarizePairs,
  tellingPairs,
} from "./selection.ts";

type Figures = typeof import("./figure.ts");

/** More points than this hide each other. */
const SCATTER_POINTS = 800;
const PAIRS_A_GROUP = 4;

/** Corpus against model, one scatter a task. `pairs` are those of one model. */
export function scatterFigures(
  run: RunRecord,
  pairs: readonly ScoredPair[],
  figures: Figures,
): Html {
  const drawn = [...leadingEstimates(run)].map(([task, [estimate]]) => {
    const points = pairs.filter(
      (pair) => pair.task === task && pair.n === estimate?.n && pair.dfA > 0,
    );
    return points.length === 0 ? undefined : scatterFigure(task, points, figures);
  });
  return html`<div class="figures">${drawn}</div>`;
}

function scatterFigure(task: string, pairs: readonly ScoredPair[], figures: Figures): Html {
  const shown = sampleEvenly(pairs, SCATTER_POINTS);
  const never = pairs.filter(({ codf }) => codf === 0).length;
  const examples = new Set(pairs.map(({ example }) => example)).size;
  const subset =
    shown.length < pairs.length ? `; ${integer(shown.length)} of them drawn, chosen at random` : "";
  const caption = `${count(pairs.length, "pair")} of ${count(examples, "example")}, ${integer(never)} never together${subset}.`;
  const medians = pairMedians(pairs);
  const svg = figures.scatterFigure(
    shown.map(({ codf, dfA, logLikelihood }) => ({ probability: codf / dfA, logLikelihood })),
    medians,
    {
      title: `${task}: model log-probability against corpus probability`,
      description: `${caption} Red marks are medians of the lane of zeros and of each half decade.`,
    },
  );
  return figureBlock({
    file: `scatter ${task}`,
    title: task,
    svg,
    caption,
    data: {
      columns: ["P(b|a) from", "to", "pairs", "median log P"],
      rows: medians.map((own) => [own.low, own.high, own.pairs, own.median]),
    },
    saved: {
      columns: ["example", "a", "b", "codf", "dfA", "logLikelihood"],
      rows: shown.map((pair) => [
        ...[pair.example, pair.a, pair.b, pair.codf, pair.dfA, pair.logLikelihood],
      ]),
    },
    sizes: { points: pairs.length, examples },
  });
}

/** Pairs that show what the correlation is made of, one table a task. */
export function pairTables(run: RunRecord, pairs: readonly ScoredPair[]): Html[] {
  return [...leadingEstimates(run)].flatMap(([task, [estimate]]) => {
    const mine = pairs.filter((pair) => pair.task === task && pair.n === estimate?.n);
    const rows = tellingPairs(summarizePairs(mine), PAIRS_A_GROUP).flatMap((group) =>
      group.pairs.map((pair) => ({ ...pair, group: group.group })),
    );
    if (rows.length === 0) return [];
    const caption = html`<strong>${task}</strong>`;
    return table(
      caption,
      [
        { title: "a", cell: ({ a }) => a },
        { title: "b", cell: ({ b }) => b },
        { title: "both", align: "right", cell: ({ codf }) => integer(codf) },
        { title: "df(a)", align: "right", cell: ({ dfA }) => integer(dfA) },
        { title: "df(b)", align: "right", cell: ({ dfB }) => integer(dfB) },
        { title: "P(b | a)", align: "right", cell: (row) => share(row.probability) },
        { title: "log P", align: "right", cell: (row) => decimal(row.logLikelihood) },
        { title: "tokens", align: "right", cell: ({ tokens }) => integer(tokens) },
        { title: "examples", align: "right", cell: ({ examples }) => integer(examples) },
      ],
      rows,
      { group: ({ group }) => group },
    );
  });
}

/** The documents that hold the strongest pairs, both phrases in context. */
export function evidenceList(evidence: readonly Evidence[]): Html {
  return html`${evidence.map(
    ({ task, a, b, codf, documents }) =>
      html`<article class="evidence">
        <h3><q>${a}</q> and <q>${b}</q></h3>
        <p>
          ${task}; together in
          ${count(codf, "document")}${documents.length < codf ? html`, of which ${integer(documents.length)} here` : undefined}.
        </p>
        ${documents.map(documentBlock)}
      </article> `,
  )}`;
}

function documentBlock({ id, source, snippets }: EvidenceDocument): Html {
  const place = source === undefined ? id : `${id} · ${source.split("/").at(-1) ?? source}`;
  const lines = snippets.map(
    ({ before, match, after }) => html`<li>${before}<mark>${match}</mark>${after}</li> `,
  );
  return html`<section>
    <h4>${place}</h4>
    <ul>
      ${lines}
    </ul>
  </section> `;
}

/** The largest model of the run, by key; undefined where nothing was estimated. */
export function largestModel(
  run: RunRecord,
): { readonly name: string; readonly label: string } | undefined {
  const name = modelsBySize(run).at(-1);
  if (name === undefined) return undefined;
  const identity = run.identities.models.find((model) => model.name === nameOf(name));
  const size = identity?.parameters;
  return {
    name: nameOf(name),
    label: typeof size === "number" ? `${name} (${parameterCount(size)})` : name,
  };
}
