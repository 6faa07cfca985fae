/** A correlation over the logarithm of a size: of models, or of the training of one. */
import * as Plot from "@observablehq/plot";
import { dashed, draw, type FigureText, lineColor, PAPER, placeNames, tick } from "./draw.ts";

/** One model of a trend. */
export interface TrendFigurePoint {
  /** Parameters or steps, above 0. */
  readonly size: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Models of one trend, with its slope: the change where the size grows tenfold. */
export interface TrendFigureLine {
  readonly label: string;
  readonly points: readonly TrendFigurePoint[];
  /** Absent where no slope was estimated. */
  readonly slope?: { readonly value: number; readonly low: number; readonly high: number };
}

/** Scales of trends. */
export interface TrendFigureOptions {
  readonly x: string;
  /** Shared by the figures that stand beside each other. */
  readonly domain: readonly [number, number];
  /** A size as text on the axis. */
  readonly sizeText: (size: number) => string;
}

/** A straight line over log10 of the size, and the lines of the ends of its slope's interval, at one end. */
interface SlopeEnd {
  readonly size: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Dots with their intervals; behind them each trend's line through the middle of its dots, and the wedge that
 * the slope's interval spans about that middle.
 */
export function trendFigure(
  lines: readonly TrendFigureLine[],
  text: FigureText,
  { x, domain, sizeText }: TrendFigureOptions,
): string {
  const sizes = [...new Set(lines.flatMap(({ points }) => points.map(({ size }) => size)))];
  const ticks = sizes.sort((a, b) => a - b);
  const ends = [ticks[0]! / 1.25, ticks.at(-1)! * 1.25];
  return draw(text, {
    x: { type: "log", domain: ends, ticks, tickFormat: sizeText, label: `${x} →` },
    y: { domain: [...domain], label: "↑ Spearman ρ", ticks: 5, tickFormat: tick, line: true },
    marks: [
      Plot.ruleY([0], dashed),
      ...lines.map((line, i) =>
        Plot.areaY(slopeEnds(line), {
          ...{ x: "size", y1: "low", y2: "high", fill: lineColor(i), fillOpacity: 0.1 },
        }),
      ),
      ...lines.flatMap((line, i) => lineMarks(line, i)),
      ...(lines.length > 1 ? placeNames(lines.map(({ label }) => label)).map(nameMark) : []),
    ],
  });
}

function lineMarks(line: TrendFigureLine, index: number): Plot.Markish[] {
  const color = lineColor(index);
  return [
    Plot.line(slopeEnds(line), { x: "size", y: "value", stroke: color, strokeWidth: 1.5 }),
    Plot.ruleX(line.points, {
      x: "size",
      y1: "low",
      y2: "high",
      stroke: color,
      strokeOpacity: 0.6,
    }),
    Plot.dot(line.points, { x: "size", y: "value", r: 3.5, fill: color, stroke: PAPER }),
  ];
}

/** The slope's line at the first size, the middle and the last. */
function slopeEnds({ points, slope }: TrendFigureLine): readonly SlopeEnd[] {
  if (slope === undefined) return [];
  const logs = points.map(({ size }) => Math.log10(size));
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [center, height] = [mean(logs), mean(points.map(({ value }) => value))];
  return [Math.min(...logs), center, Math.max(...logs)].map((log) => {
    const at = (change: number): number => height + change * (log - center);
    const [one, other] = [at(slope.low), at(slope.high)];
    return {
      ...{ size: 10 ** log, value: at(slope.value) },
      ...{ low: Math.min(one, other), high: Math.max(one, other) },
    };
  });
}

/** A line's name in its color, in a row above the plot. */
function nameMark({ label, x }: { label: string; x: number }, index: number): Plot.Markish {
  return Plot.text([`● ${label}`], {
    ...{ frameAnchor: "top-left", dx: x - 44, dy: -24, textAnchor: "start" },
    ...{ fill: lineColor(index), fontWeight: 600, fontSize: 11 },
  });
}
