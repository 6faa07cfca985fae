/** The paper's own numbers, drawn as ours are. */
import { figureBlock } from "./figure-block.ts";
import { integer } from "./format.ts";
import { html, type Html, table } from "./html.ts";
import {
  publishedPanels,
  type PublishedPanel,
  publishedStatements,
  type PublishedStatement,
  pythiaSizes,
} from "./published.ts";

type Figures = typeof import("./figure.ts");

/** Where the page shows ours, by the paper's figure. */
export type OurFigures = Readonly<Record<string, Html>>;

/** What the paper says of each figure, and where ours is or what it would need. */
export function publishedTable(ours: OurFigures): Html {
  return table(
    "The paper’s figures and ours. Theirs were published without intervals, nulls or corrected p-values.",
    [
      { title: "figure", cell: ({ figure }: PublishedStatement) => figure },
      { title: "shows", cell: ({ shows }) => shows },
      { title: "the paper says", cell: ({ says }) => says },
      { title: "ours", cell: ({ figure }) => ours[figure] ?? "–" },
    ],
    publishedStatements,
  );
}

/** The two panels of Fig. 3 whose numbers are known. */
export function publishedFigures(figures: Figures): Html {
  return html`<div class="figures">
    ${publishedPanels.map((panel) => panelFigure(panel, figures))}
  </div>`;
}

function panelFigure(
  { task, metric, count, remark, bins }: PublishedPanel,
  figures: Figures,
): Html {
  const title = `Published: ${task}`;
  const highest = Math.max(...bins.flatMap(({ values }) => values));
  const svg = figures.binnedFigure(
    pythiaSizes.map((label, i) => ({
      label,
      points: bins.map(({ name, values }) => ({
        ...{ x: name, value: values[i] ?? 0, low: undefined, high: undefined },
      })),
    })),
    { title: `${title}, ${metric} by ${count}`, description: remark },
    {
      x: {
        label: `${count} →`,
        places: bins.map(({ name, rows }) => ({
          name,
          size: rows === undefined ? "" : `n ${integer(rows)}`,
        })),
      },
      y: { label: `↑ ${metric}`, domain: [0, 1.08 * highest] },
    },
  );
  return figureBlock({
    file: title,
    title,
    svg,
    caption: `${remark} No interval and no null were published; read from outputs of notebooks in the history of the authors’ repository, which likely made Fig. 3.`,
    data: {
      columns: [count, "rows", ...pythiaSizes],
      rows: bins.map(({ name, rows, values }) => [name, rows, ...values]),
    },
    sizes: {},
  });
}
