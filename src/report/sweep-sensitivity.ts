/** After Fig. 6 of the paper: the correlation by model size under other thresholds, and under other lengths. */
import { groupBy } from "../base/group-by.ts";
import type { AxisName } from "../study/sweep/axes.ts";
import { type OneFactor, oneFactorAtATime } from "../study/sweep/one-factor.ts";
import type { Specification } from "../study/sweep/specifications.ts";
import type { MemorizationPoint } from "./figure.ts";
import { figureBlock } from "./figure-block.ts";
import { decimal } from "./format.ts";
import { html, type Html } from "./html.ts";
import { sizeLabel } from "./memorization-section.ts";
import type { RunRecord } from "./run-record.ts";
import { modelsBySize } from "./selection.ts";

type Figures = typeof import("./figure.ts");

const shown: readonly { readonly axis: AxisName; readonly symbol: string }[] = [
  { axis: "threshold", symbol: "γ" },
  { axis: "n", symbol: "n" },
];

/** Two figures a task: a line an option of γ, and a line an option of n. */
export function sensitivityFigures(
  run: RunRecord,
  specifications: readonly Specification[],
  figures: Figures,
): Html {
  const factors = oneFactorAtATime(specifications);
  const byTask = groupBy(factors, ({ specification }) => specification.task);
  return html`<div class="figures">
    ${Array.from(byTask, ([task, own]) =>
      shown.map(({ axis, symbol }) => {
        const lines = own.filter((factor) => factor.axis === axis);
        return sensitivityFigure(run, { task, symbol, lines, figures });
      }),
    )}
  </div>`;
}

interface Sensitivity {
  readonly task: string;
  readonly symbol: string;
  readonly lines: readonly OneFactor[];
  readonly figures: Figures;
}

function sensitivityFigure(
  run: RunRecord,
  { task, symbol, lines, figures }: Sensitivity,
): Html | undefined {
  const byOption = [...groupBy(lines, ({ option }) => option)].filter(([, own]) =>
    own.some(({ specification }) => specification.value !== null),
  );
  if (byOption.length < 2) return undefined;
  const models = modelsBySize(run);
  const series = byOption.map(([option, own]) => ({
    label: option.replace("calibrated ", ""),
    option,
    points: models.flatMap((key) => {
      const found = own.find(({ specification }) => keyOf(specification) === key);
      return found === undefined ? [] : [{ ...pointOf(run, found.specification), key }];
    }),
    own,
  }));
  const title = `${task}: Spearman correlation by model size, by ${symbol}`;
  const caption = series.map(({ option, own }) => {
    const values = own.map(({ specification }) => specification);
    return `${symbol} ${option}: ${values.map(inWords).join(", ")}.`;
  });
  const first = lines.find(({ specification }) => specification.isStudy)?.specification;
  return figureBlock({
    ...{ file: `sensitivity ${task} ${symbol}`, title: `${task}, by ${symbol}` },
    svg: figures.memorizationFigure(
      series,
      { title, description: caption.join(" ") },
      domainOf(lines),
    ),
    caption: html`${caption.map((sentence) => html`<span>${sentence}</span> `)}`,
    data: {
      columns: [symbol, "model", "rho", "low", "high", "nullLow", "nullHigh", "pairs", "examples"],
      rows: lines.map(({ option, specification: own }) => [
        ...[option, keyOf(own), own.value ?? undefined, own.interval?.low, own.interval?.high],
        ...[own.null?.low, own.null?.high, own.points, own.examples],
      ]),
    },
    sizes: { points: first?.points ?? 0, examples: first?.examples ?? 0 },
  });
}

function keyOf({ model, checkpoint }: Specification): string {
  return checkpoint === null ? model : `${model} @ ${checkpoint}`;
}

function inWords({ value, interval, points, ...own }: Specification): string {
  const model = keyOf(own as Specification);
  if (value === null || interval === null) return `${model} not estimated (${points})`;
  return `${model} ${decimal(value)} (${decimal(interval.low)} to ${decimal(interval.high)}; ${points} points)`;
}

function pointOf(run: RunRecord, specification: Specification): MemorizationPoint {
  const { value, interval, null: band } = specification;
  return {
    label: sizeLabel(run, keyOf(specification)),
    ...{ value: value ?? undefined, low: interval?.low, high: interval?.high },
    nullLow: value === null ? undefined : band?.low,
    nullHigh: value === null ? undefined : band?.high,
  };
}

/** At least from −0.25 to 0.75, as the figures by size. */
function domainOf(lines: readonly OneFactor[]): readonly [number, number] {
  const ends = lines.flatMap(({ specification: { value, interval, null: band } }) =>
    [value, interval?.low, interval?.high, band?.low, band?.high].flatMap((end) => end ?? []),
  );
  return [Math.max(-1, Math.min(-0.25, ...ends)), Math.min(1, Math.max(0.75, ...ends))];
}
