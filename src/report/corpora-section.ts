/** Several corpora side by side: each task's correlation in each, and what tells them from the first. */
import { groupBy } from "../base/group-by.ts";
import {
  intervalCell,
  intervalText,
  inWords,
  maybeProbability,
  nullCell,
  sampleSizes,
  valueCell,
} from "./estimate-text.ts";
import { figureBlock } from "./figure-block.ts";
import { integer } from "./format.ts";
import { html, type Html, table } from "./html.ts";
import { commonDomain, estimateData, pointOf } from "./memorization-section.ts";
import type { EstimateRecord, RunRecord } from "./run-record.ts";
import { leadingEstimates, modelKey, modelsBySize } from "./selection.ts";
import { verdictCell } from "./verdict-table.ts";

type Figures = typeof import("./figure.ts");

/** A task in a corpus, under one model. */
interface CorpusRow {
  readonly task: string;
  readonly corpus: string;
  readonly estimate: EstimateRecord;
  /** Against the first corpus; of that there is none. */
  readonly difference: EstimateRecord | undefined;
}

/** Whether a run has more than one corpus. */
export function hasCorpora({ identities }: RunRecord): boolean {
  return identities.corpora.length > 1;
}

/** A row for each task and corpus, under the largest model. */
export function corporaTable(run: RunRecord): Html {
  const rows = corpusRows(run);
  const shown = rows.map(({ estimate }) => estimate);
  const [first] = corpusNames(run);
  return table(
    `Each task in each corpus under its largest model (${[...new Set(shown.map(modelKey))].join(", ")}): ` +
      `Spearman’s ρ, and what it is more than in ${first ?? "the first"}, over the pairs that both can rank and the same ` +
      `resamples of examples. ${intervalText(shown)} Holm corrects over all estimates of the run.`,
    [
      { title: "corpus", cell: ({ corpus }) => corpus },
      {
        title: "the model",
        cell: ({ estimate }) => verdictCell(sameCorpus(run, estimate), estimate),
      },
      { title: "ρ", align: "right", cell: ({ estimate }) => valueCell(estimate) },
      { title: "interval", align: "right", cell: ({ estimate }) => intervalCell(estimate) },
      { title: "null band", align: "right", cell: ({ estimate }) => nullCell(estimate) },
      { title: "pairs", align: "right", cell: ({ estimate }) => integer(estimate.points) },
      { title: "examples", align: "right", cell: ({ estimate }) => integer(estimate.examples) },
      {
        title: `less ${first ?? "the first"}`,
        align: "right",
        cell: ({ difference }) => (difference === undefined ? "" : valueCell(difference)),
      },
      {
        title: "its interval",
        align: "right",
        cell: ({ difference }) => (difference === undefined ? "" : intervalCell(difference)),
      },
      {
        title: "its pairs",
        align: "right",
        cell: ({ difference }) => (difference === undefined ? "" : integer(difference.points)),
      },
      {
        title: "its Holm",
        align: "right",
        cell: ({ difference }) =>
          difference === undefined ? "" : maybeProbability(difference.holm),
      },
    ],
    rows,
    { attributes: ({ estimate }) => sampleSizes(estimate), group: ({ task }) => task },
  );
}

/** One figure a task: corpora side by side over each model. */
export function corporaFigures(run: RunRecord, figures: Figures): Html {
  const models = modelsBySize(run);
  const byTask = [...leadingEstimates(run)].map(([task, own]) => {
    const series = corpusNames(run).map((corpus) => ({
      label: corpus,
      estimates: own
        .flatMap((estimate) => sameIn(run, estimate, corpus) ?? [])
        .sort((x, y) => models.indexOf(modelKey(x)) - models.indexOf(modelKey(y))),
    }));
    return { task, series };
  });
  const domain = commonDomain(
    byTask.flatMap(({ series }) => series.flatMap(({ estimates }) => estimates)),
  );
  return html`<div class="figures">
    ${byTask.map(({ task, series }) => taskFigure(run, { task, series, domain, figures }))}
  </div>`;
}

function taskFigure(
  run: RunRecord,
  {
    task,
    series,
    domain,
    figures,
  }: {
    readonly task: string;
    readonly series: readonly { label: string; estimates: readonly EstimateRecord[] }[];
    readonly domain: readonly [number, number];
    readonly figures: Figures;
  },
): Html {
  const all = series.flatMap(({ estimates }) => estimates);
  const words = series.flatMap(({ label, estimates }) =>
    estimates.map((own) => `${label}, ${inWords(own)}`),
  );
  const svg = figures.memorizationFigure(
    series.map(({ label, estimates }) => ({
      label,
      points: estimates.map((own) => pointOf(run, own)),
    })),
    {
      title: `${task}: Spearman correlation by corpus and model size`,
      description: words.join(" "),
    },
    domain,
  );
  const { columns, rows } = estimateData(all);
  return figureBlock({
    file: `corpora ${task}`,
    title: task,
    svg: all.some(({ value }) => value !== undefined) ? svg : undefined,
    caption: html`${words.map((sentence) => html`<span>${sentence}</span> `)}`,
    data: {
      columns: ["corpus", ...columns],
      rows: rows.map((row, i) => [all[i]?.corpus, ...row]),
    },
    sizes: { points: all[0]?.points ?? 0, examples: all[0]?.examples ?? 0 },
  });
}

function corpusRows(run: RunRecord): readonly CorpusRow[] {
  const models = modelsBySize(run);
  const differences = groupBy(
    run.allEstimates.filter(({ measure }) => measure === "corpus-difference"),
    ({ corpus }) => corpus,
  );
  return [...leadingEstimates(run)].flatMap(([task, estimates]) => {
    const largest = [...estimates].sort(
      (x, y) => models.indexOf(modelKey(y)) - models.indexOf(modelKey(x)),
    )[0];
    if (largest === undefined) return [];
    return corpusNames(run).flatMap((corpus) => {
      const estimate = sameIn(run, largest, corpus);
      const difference = differences
        .get(corpus)
        ?.find((row) => row.task === task && row.n === largest.n && row.model === largest.model);
      return estimate === undefined ? [] : [{ task, corpus, estimate, difference }];
    });
  });
}

/** The estimates beside one, of its own corpus. */
function sameCorpus(
  { allEstimates }: RunRecord,
  { corpus }: EstimateRecord,
): Pick<RunRecord, "estimates"> {
  return {
    estimates: allEstimates.filter((row) => row.corpus === corpus && row.minedOn === undefined),
  };
}

/** The estimate of another corpus that stands in an estimate's place. */
function sameIn(
  run: RunRecord,
  { measure, method, task, n, model, zeros }: EstimateRecord,
  corpus: string,
): EstimateRecord | undefined {
  return run.allEstimates.find(
    (row) =>
      row.corpus === corpus &&
      row.measure === measure &&
      row.method === method &&
      row.task === task &&
      row.n === n &&
      row.model === model &&
      row.zeros === zeros &&
      row.minedOn === undefined,
  );
}

function corpusNames({ identities }: RunRecord): readonly string[] {
  return identities.corpora.flatMap(({ name }) => (typeof name === "string" ? [name] : []));
}
