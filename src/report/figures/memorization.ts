/** Fig. 4 of Wang et al. 2025: the correlation by model size and by what was counted. */
import * as Plot from "@observablehq/plot";
import { decimal } from "../format.ts";
import {
  BAND,
  dashed,
  draw,
  type FigureText,
  INK,
  lineColor,
  PAPER,
  placeNames,
  tick,
} from "./draw.ts";

/** One model on one task. Absent values: the estimate is undefined. */
export interface MemorizationPoint {
  /** Name on the x axis; models stand in the order given. */
  readonly label: string;
  readonly value: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly nullLow: number | undefined;
  readonly nullHigh: number | undefined;
}

/** The same models under one length of n-grams. */
export interface MemorizationSeries {
  /** "n = 3", "∞". */
  readonly label: string;
  readonly points: readonly MemorizationPoint[];
}

type Placed = MemorizationPoint & {
  readonly x: number;
  readonly left: number;
  readonly right: number;
};

/**
 * Spearman by model with its interval, the null band of each behind it. Series stand side by side
 * over a model; their names stand in their colors above. `domain` is shared by all tasks.
 */
export function memorizationFigure(
  series: readonly MemorizationSeries[],
  text: FigureText,
  domain: readonly [number, number],
): string {
  const labels = series[0]?.points.map(({ label }) => label) ?? [];
  const several = series.length > 1;
  return draw(text, {
    x: {
      domain: [-0.5, labels.length - 0.5],
      ticks: labels.map((_, i) => i),
      tickFormat: (i: number) => labels[i] ?? "",
      tickSize: 0,
      label: null,
    },
    y: { domain: [...domain], label: "↑ Spearman ρ", ticks: 5, tickFormat: tick, line: true },
    marks: [
      Plot.ruleY([0], dashed),
      ...series.flatMap(({ points }, i) =>
        seriesMarks(place(points, i, series.length), i, several),
      ),
      ...(several ? placeNames(series.map(({ label }) => label)).map(nameMark) : []),
    ],
  });
}

/** Where each model's dot of a series stands: models a unit apart, series side by side within 0.7. */
function place(points: readonly MemorizationPoint[], index: number, count: number): Placed[] {
  const width = 0.7 / count;
  return points.map((point, i) => {
    const x = i + (index - (count - 1) / 2) * width;
    return { ...point, x, left: x - width * 0.48, right: x + width * 0.48 };
  });
}

function seriesMarks(points: readonly Placed[], index: number, several: boolean): Plot.Markish[] {
  const color = lineColor(index);
  const estimated = points.filter(({ value }) => value !== undefined);
  const banded = points.filter(({ nullLow }) => nullLow !== undefined);
  const labels = Plot.text(estimated, {
    ...{ x: "x", y: "value", dx: 6, dy: -9, textAnchor: "start" },
    text: ({ value }: Placed) => decimal(value ?? 0),
    ...{ fill: INK, stroke: PAPER, strokeWidth: 3 },
  });
  return [
    Plot.rect(banded, { x1: "left", x2: "right", y1: "nullLow", y2: "nullHigh", fill: BAND }),
    Plot.line(estimated, { x: "x", y: "value", stroke: color, strokeOpacity: 0.35 }),
    Plot.ruleX(estimated, { x: "x", y1: "low", y2: "high", stroke: color, strokeWidth: 2 }),
    Plot.dot(estimated, { x: "x", y: "value", r: several ? 3.2 : 4.5, fill: color }),
    ...(several ? [] : [labels]),
  ];
}

/** A series' name in its color, in a row above the plot. */
function nameMark({ label, x }: { label: string; x: number }, index: number): Plot.Markish {
  return Plot.text([`● ${label}`], {
    ...{ frameAnchor: "top-left", dx: x - 44, dy: -24, textAnchor: "start" },
    ...{ fill: lineColor(index), fontWeight: 600, fontSize: 11 },
  });
}
