/** Figures after Fig. 12 of the paper, and its table of pairs: what models reproduce of the mined pairs. */
import { binName } from "./binned-outcomes.ts";
import { levelText } from "./estimate-text.ts";
import { figureBlock } from "./figure-block.ts";
import { count, decimal, integer } from "./format.ts";
import { html, type Html, table } from "./html.ts";
import { sizeLabel } from "./memorization-section.ts";
import type { CountedPair } from "./outcomes.ts";
import { binData, binPlaces, binPoints, top } from "./performance-section.ts";
import type { Reproduction } from "./reproduction.ts";
import type { RunRecord } from "./run-record.ts";

type Figures = typeof import("./figure.ts");

/** Pairs of a task that its table shows. */
const PAIRS_SHOWN = 6;

/** One figure a task: the share of pairs that the model's own output holds, by codf. */
export function reproductionFigures(
  run: RunRecord,
  tasks: readonly Reproduction[],
  figures: Figures,
): Html {
  return html`<div class="figures">${tasks.map((task) => taskFigure(run, task, figures))}</div>`;
}

function taskFigure(run: RunRecord, reproduction: Reproduction, figures: Figures): Html {
  const { task, pairs, examples, models, band } = reproduction;
  const bins = models.at(-1)?.bins ?? [];
  const caption = captionOf(reproduction);
  const svg = figures.binnedFigure(
    models.map(({ model, bins: own }) => ({
      label: sizeLabel(run, model),
      points: binPoints(own),
    })),
    {
      title: `${task}: share of pairs that a model’s own output holds`,
      description: caption.join(" "),
    },
    {
      x: { label: "documents that hold both a and b →", places: binPlaces(bins) },
      y: { label: "↑ share reproduced", domain: [0, top(models, band)] },
      band: bins.slice(0, band.length).map((bin, i) => ({
        x: binName(bin),
        low: band[i]?.low ?? 0,
        high: band[i]?.high ?? 0,
      })),
    },
  );
  return figureBlock({
    file: `reproduced ${task}`,
    title: task,
    svg,
    caption: html`${caption.map((line) => html`<span>${line}</span> `)}`,
    data: binData("pairs", models, band),
    sizes: { points: pairs.length, examples },
  });
}

function captionOf({ pairs, examples, models, reproduced, band }: Reproduction): string[] {
  const [level] = models.flatMap(({ bins }) =>
    bins.flatMap(({ interval }) => interval?.level ?? []),
  );
  const bars =
    level === undefined
      ? "no bin has the ten examples an interval needs"
      : `bars are ${levelText(level)} intervals, clustered by example`;
  const nullText =
    band.length === 0
      ? "there is no other input whose output could be held against it"
      : "the grey band is what the largest model’s outputs to other inputs hold";
  const shares = [...reproduced].map(([model, own]) => {
    const hits = own.reduce((sum, value) => sum + value, 0);
    return `${model}: ${integer(hits)} of ${count(pairs.length, "pair")} reproduced.`;
  });
  return [
    `${count(pairs.length, "pair")}, ${count(examples, "example")}; ${bars}; ${nullText}.`,
    ...shares,
  ];
}

/** Pairs whose fate changes with size: held by the largest model's output and not by the smallest's, or the reverse. */
export function reproducedPairs(tasks: readonly Reproduction[]): Html[] {
  return tasks.flatMap(({ task, pairs, reproduced }) => {
    const models = [...reproduced];
    const rows = [...changes(pairs, models)].slice(0, PAIRS_SHOWN);
    if (rows.length === 0) return [];
    return table(
      html`<strong>${task}</strong>: pairs the most documents hold together, by which models’
        outputs hold b.`,
      [
        { title: "a", cell: ({ pair }) => pair.a },
        { title: "b", cell: ({ pair }) => pair.b },
        { title: "both", align: "right", cell: ({ pair }) => integer(pair.codf) },
        {
          title: "cosine",
          align: "right",
          cell: ({ pair }) => (pair.similarity === undefined ? "–" : decimal(pair.similarity)),
        },
        ...models.map(([model, own]) => ({
          title: model,
          cell: ({ index }: Shown) => (own[index] === 1 ? "holds b" : "–"),
        })),
      ],
      rows,
    );
  });
}

interface Shown {
  readonly pair: CountedPair;
  readonly index: number;
}

/** Distinct pairs that some model's output holds, the most frequent first. */
function changes(
  pairs: readonly CountedPair[],
  models: readonly (readonly [string, Float64Array])[],
): Iterable<Shown> {
  const held = pairs.flatMap((pair, index) =>
    models.some(([, own]) => own[index] === 1) ? [{ pair, index }] : [],
  );
  const distinct = new Map<string, Shown>();
  for (const shown of held.sort((x, y) => y.pair.codf - x.pair.codf)) {
    const key = `${shown.pair.a}\0${shown.pair.b}`;
    if (!distinct.has(key)) distinct.set(key, shown);
  }
  return distinct.values();
}
