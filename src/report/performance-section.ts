/** Figures after Figs. 3 and 7 of the paper: performance by frequency, a line a model. */
import type { Bin } from "../stats/bins.ts";
import type { BinnedModel } from "./binned-outcomes.ts";
import { binName } from "./binned-outcomes.ts";
import { levelText } from "./estimate-text.ts";
import type { BinnedLine } from "./figure.ts";
import { figureBlock, type FigureData } from "./figure-block.ts";
import { count, decimal, integer, probability } from "./format.ts";
import { html, type Html } from "./html.ts";
import { sizeLabel } from "./memorization-section.ts";
import type { Performance } from "./performance.ts";
import type { RunRecord } from "./run-record.ts";

type Figures = typeof import("./figure.ts");

/** One figure a task, each on a scale of its own, which starts at 0. */
export function performanceFigures(
  run: RunRecord,
  tasks: readonly Performance[],
  figures: Figures,
): Html {
  return html`<div class="figures">${tasks.map((task) => taskFigure(run, task, figures))}</div>`;
}

function taskFigure(run: RunRecord, performance: Performance, figures: Figures): Html {
  const { task, metric, examples, models, band } = performance;
  const bins = models.at(-1)?.bins ?? [];
  const caption = captionOf(run, performance);
  const svg = figures.binnedFigure(
    models.map(({ model, bins: own }) => ({
      label: sizeLabel(run, model),
      points: binPoints(own),
    })),
    {
      title: `${task}: ${metric} by how often the corpus states the example’s pairs`,
      description: caption.join(" "),
    },
    {
      x: { label: "documents with the example’s pairs (Eq. 4) →", places: binPlaces(bins) },
      y: { label: `↑ ${metric}`, domain: [0, top(models, band)] },
      band: bins.map((bin, i) => ({
        x: binName(bin),
        low: band[i]?.low ?? 0,
        high: band[i]?.high ?? 0,
      })),
    },
  );
  return figureBlock({
    file: `performance ${task}`,
    title: task,
    svg,
    caption: html`${caption.map((line) => html`<span>${line}</span> `)}`,
    data: binData("examples", models, band),
    sizes: { points: examples, examples },
  });
}

/** Bins as places of a drawing, with how many points each holds. */
export function binPlaces(
  bins: readonly Bin[],
): { readonly name: string; readonly size: string }[] {
  return bins.map((bin) => ({ name: binName(bin), size: `n ${integer(bin.points)}` }));
}

/** Bins as points of a line. */
export function binPoints(bins: readonly Bin[]): BinnedLine["points"] {
  return bins.map((bin) => ({
    x: binName(bin),
    value: bin.mean,
    low: bin.interval?.low,
    high: bin.interval?.high,
  }));
}

/** The upper end of a scale from 0: above all that is drawn, at most 1. */
export function top(
  models: readonly BinnedModel[],
  band: readonly { readonly high: number }[],
): number {
  const highest = models.flatMap(({ bins }) =>
    bins.map(({ interval, mean }) => interval?.high ?? mean),
  );
  return Math.min(1, Math.max(0.05, 1.08 * Math.max(...highest, ...band.map(({ high }) => high))));
}

/** Every number of a drawing of bins, a row a model and bin; the null is that of the largest model. */
export function binData(
  unit: string,
  models: readonly BinnedModel[],
  band: readonly { readonly low: number; readonly high: number }[],
): FigureData {
  return {
    columns: ["model", "from", "to", unit, "mean", "low", "high", "nullLow", "nullHigh"],
    rows: models.flatMap(({ model, bins }, i) =>
      bins.map((bin, j) => [
        ...[model, bin.low, bin.high, bin.points, bin.mean, bin.interval?.low, bin.interval?.high],
        ...(i === models.length - 1 ? [band[j]?.low, band[j]?.high] : [undefined, undefined]),
      ]),
    ),
  };
}

/** Sizes and what bars and band are; each model at zero frequency; the slope of each. */
function captionOf(
  run: RunRecord,
  { metric, examples, withoutPairs, models }: Performance,
): string[] {
  const [level] = models.flatMap(({ bins }) =>
    bins.flatMap(({ interval }) => interval?.level ?? []),
  );
  const bars =
    level === undefined
      ? "no bin has the ten examples an interval needs"
      : `bars are ${levelText(level)} intervals`;
  return [
    `${metric} of ${count(models.length, "model")} on ${count(examples, "example")}; ${bars}; the grey band is where bins of the largest model would lie if its answers were dealt out whatever the frequency.`,
    ...(withoutPairs === 0
      ? []
      : [
          `${count(withoutPairs, "answered example")} without a mined pair ${withoutPairs === 1 ? "has" : "have"} no frequency and ${withoutPairs === 1 ? "is" : "are"} left out.`,
        ]),
    ...models.map(
      ({ model, bins, slope }) => `${model}: ${zeroText(bins)}; ${slopeText(run, model, slope)}.`,
    ),
  ];
}

function zeroText(bins: readonly Bin[]): string {
  const [zero] = bins;
  if (zero?.high !== 0) return "no example all of whose pairs never meet";
  const interval =
    zero.interval === null
      ? ""
      : ` (${decimal(zero.interval.low)} to ${decimal(zero.interval.high)}; ${count(zero.points, "example")})`;
  return `${decimal(zero.mean)} at frequency 0${interval === "" ? ` (${count(zero.points, "example")}, too few for an interval)` : interval}`;
}

function slopeText(
  run: RunRecord,
  model: string,
  { slope, interval, pValue, clusters, undefinedBecause }: BinnedModel["slope"],
): string {
  if (slope === null || interval === null || pValue === null)
    return `no slope: ${undefinedBecause ?? "not tested"}`;
  if (slope === 0 && interval.low === interval.high)
    return `no slope: at every frequency above 0 the same (${count(clusters, "example")})`;
  const sign = slope > 0 ? "+" : "";
  return `${sign}${decimal(slope, 3)} for each tenfold frequency above 0 (${levelText(interval.level)} ${decimal(interval.low, 3)} to ${decimal(interval.high, 3)}; p ${probability(pValue)}, uncorrected; ${count(clusters, "example")})`;
}
