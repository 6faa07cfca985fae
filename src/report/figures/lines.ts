/** Lines over named places, such as doses. */
import * as Plot from "@observablehq/plot";
import { BAND, dashed, draw, type FigureText, lineColor, tick } from "./draw.ts";

/** Values at named places, such as one model's recall by dose. */
export interface FigureLine {
  readonly label: string;
  readonly points: readonly {
    readonly x: string;
    readonly value: number;
    readonly low?: number | undefined;
    readonly high?: number | undefined;
  }[];
}

/** A band behind the lines, from place to place. */
export interface FigureBand {
  readonly x: string;
  readonly low: number;
  readonly high: number;
}

/** Scales of lines over named places, and what stands behind them. */
export interface LinesOptions {
  readonly x: { readonly label: string; readonly places: readonly string[] };
  readonly y: { readonly label: string; readonly domain?: readonly [number, number] };
  readonly bands?: readonly FigureBand[];
  /** A level to compare with, such as chance. */
  readonly level?: number;
}

/** Lines over named places, each with its intervals. */
export function linesFigure(
  lines: readonly FigureLine[],
  text: FigureText,
  { x, y, bands = [], level }: LinesOptions,
): string {
  const domain = y.domain === undefined ? {} : { domain: [...y.domain] };
  return draw(text, {
    x: { type: "point", domain: [...x.places], label: x.label, padding: 0.4 },
    y: { label: y.label, ticks: 5, tickFormat: tick, line: true, nice: true, ...domain },
    marks: [
      Plot.areaY(bands, { x: "x", y1: "low", y2: "high", fill: BAND }),
      ...(level === undefined ? [] : [Plot.ruleY([level], dashed)]),
      ...lines.flatMap(({ points }, index) => {
        const color = lineColor(index);
        const wide = points.filter(({ low }) => low !== undefined);
        return [
          Plot.ruleX(wide, { x: "x", y1: "low", y2: "high", stroke: color, strokeOpacity: 0.45 }),
          Plot.line(points, { x: "x", y: "value", stroke: color, strokeWidth: 1.5 }),
          Plot.dot(points, { x: "x", y: "value", r: 2.5, fill: color }),
        ];
      }),
    ],
  });
}
