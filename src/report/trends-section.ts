/** Whether memorization rises with the size of models, and with their training: figures with the trends' intervals. */
import { levelText } from "./estimate-text.ts";
import type { TrendFigureLine, TrendFigurePoint } from "./figure.ts";
import { figureBlock } from "./figure-block.ts";
import { count, decimal, integer, parameterCount, probability } from "./format.ts";
import { html, type Html } from "./html.ts";
import type { EstimateRecord, RunRecord } from "./run-record.ts";
import { leadingEstimates } from "./selection.ts";

type Figures = typeof import("./figure.ts");

/** What trends go over. */
interface Axis {
  readonly measure: "size-trend" | "checkpoint-trend";
  readonly title: string;
  readonly x: string;
  /** "where parameters grow tenfold". */
  readonly grows: string;
  readonly sizeText: (size: number) => string;
}

const axes: readonly Axis[] = [
  {
    measure: "checkpoint-trend",
    ...{ title: "Over training", x: "steps of training" },
    ...{ grows: "the steps of training grow tenfold", sizeText: integer },
  },
  {
    measure: "size-trend",
    ...{ title: "Over sizes", x: "parameters" },
    ...{ grows: "parameters grow tenfold", sizeText: parameterCount },
  },
];

/** The trends of a run, each kind that it has under its title; undefined where it has none. */
export function trendFigures(run: RunRecord, figures: Figures): Html | undefined {
  const leading = leadingEstimates(run);
  const drawn = axes.flatMap((axis) => {
    const trends = [...leading].flatMap(([task, own]) => {
      const rows = run.estimates.filter(
        (row) => row.measure === axis.measure && row.task === task && row.n === own[0]?.n,
      );
      return rows.length === 0 ? [] : [{ task, own, rows }];
    });
    if (trends.length === 0) return [];
    const domain = domainOf(trends.flatMap(({ own }) => own));
    return html`<h3>${axis.title}</h3>
      <div class="figures">
        ${trends.map((trend) => taskFigure(run, { ...trend, axis, domain, figures }))}
      </div>`;
  });
  return drawn.length === 0 ? undefined : html`${drawn}`;
}

interface TaskTrends {
  readonly task: string;
  /** The task's correlations, a model each. */
  readonly own: readonly EstimateRecord[];
  readonly rows: readonly EstimateRecord[];
  readonly axis: Axis;
  readonly domain: readonly [number, number];
  readonly figures: Figures;
}

function taskFigure(run: RunRecord, { task, own, rows, axis, domain, figures }: TaskTrends): Html {
  const lines = rows.map((row) => lineOf(run, row, { own, axis }));
  const words = rows.map((row, i) => inWords(row, lines[i]!, axis));
  const title = `${task}: Spearman correlation over ${axis.x}`;
  const { points, examples } = rows[0]!;
  return figureBlock({
    file: `${axis.measure} ${task}`,
    title: task,
    svg: figures.trendFigure(
      lines,
      { title, description: words.join(" ") },
      { x: axis.x, domain, sizeText: axis.sizeText },
    ),
    caption: html`${words.map((sentence) => html`<span>${sentence}</span> `)}`,
    data: {
      columns: ["trend", axis.x, "rho", "low", "high"],
      rows: lines.flatMap(({ label, points: dots }) =>
        dots.map(({ size, value, low, high }) => [label, size, value, low, high]),
      ),
    },
    sizes: { points, examples },
  });
}

function lineOf(
  run: RunRecord,
  row: EstimateRecord,
  { own, axis }: Pick<TaskTrends, "own" | "axis">,
): TrendFigureLine {
  const points = row.models.flatMap((model, i): readonly TrendFigurePoint[] => {
    const estimate = own.find((each) => each.model === model);
    const { value, interval } = estimate ?? {};
    const size = row.over[i];
    if (value === undefined || interval === undefined || size === undefined) return [];
    return [{ size, value, low: interval.low, high: interval.high }];
  });
  const { value, interval } = row;
  return {
    label: labelOf(run, row, axis),
    points,
    ...(value === undefined || interval === undefined
      ? {}
      : { slope: { value, low: interval.low, high: interval.high } }),
  };
}

/** A training by its size where that tells it from others, else by its end; sizes by the checkpoint they share. */
function labelOf(run: RunRecord, { model, checkpoint }: EstimateRecord, { measure }: Axis): string {
  if (measure === "size-trend") return checkpoint?.split(" ").at(-1) ?? "end";
  const { models } = run.identities;
  const end = models.find(({ name }) => name === model);
  const others = models.filter(({ training, name }) => (training ?? name) !== end?.training);
  const isSize = others.every(({ parameters }) => parameters !== end?.parameters);
  return isSize && typeof end?.parameters === "number" ? parameterCount(end.parameters) : model;
}

function inWords(
  row: EstimateRecord,
  { label }: TrendFigureLine,
  { grows, measure }: Axis,
): string {
  const { value, interval, pValue, holm, models, points, examples } = row;
  const over = measure === "checkpoint-trend" ? "checkpoints" : "sizes";
  const named = measure === "checkpoint-trend" || label === "end" ? label : `step ${label}`;
  const sizes = `${integer(models.length)} ${over}, ${count(points, "pair")}, ${count(examples, "example")}`;
  if (value === undefined || interval === undefined || pValue === undefined)
    return `${named}: no trend, ${row.undefinedBecause ?? "no estimate"} (${sizes}).`;
  const band = row.null;
  const nullText = band === undefined ? "" : `; null ${decimal(band.low)} to ${decimal(band.high)}`;
  return (
    `${named}: ρ changes by ${decimal(value)} where ${grows} ` +
    `(${levelText(interval.level)} ${decimal(interval.low)} to ${decimal(interval.high)}${nullText}; ` +
    `p ${probability(pValue)}, Holm ${probability(holm ?? 1)}; ${sizes}).`
  );
}

/** One scale for all tasks. */
function domainOf(estimates: readonly EstimateRecord[]): readonly [number, number] {
  const values = estimates.flatMap(({ interval }) =>
    interval === undefined ? [] : [interval.low, interval.high],
  );
  return [Math.max(-1, Math.min(-0.1, ...values)), Math.min(1, Math.max(0.5, ...values))];
}
