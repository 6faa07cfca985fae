/** Novelty of outputs against how right or how fluent they are, a point a model with bars both ways (R16: degenerate text is no generalization). */
import * as Plot from "@observablehq/plot";
import { ACCENT, draw, type FigureText, INK, PAPER, tick } from "./draw.ts";

/** A value with its interval, where it has one. */
export interface Measured {
  readonly value: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** One model's outputs. */
export interface NoveltyPoint {
  readonly label: string;
  /** A share of the outputs, 0 to 1. */
  readonly share: Measured;
  /** Pairs per 1,000 words that no document holds. */
  readonly novelty: Measured;
}

/** Points from the smallest model to the largest, joined in that order; small models pale. */
export function noveltyFigure(
  points: readonly NoveltyPoint[],
  text: FigureText,
  { x }: { readonly x: string },
): string {
  const top = Math.max(1, ...points.flatMap(({ novelty }) => [novelty.value, novelty.high ?? 0]));
  const right = Math.max(0.05, ...points.flatMap(({ share }) => [share.value, share.high ?? 0]));
  const placed = points.map(({ label, share, novelty }, i) => ({
    ...{ label, x: share.value, y: novelty.value },
    ...{ x1: share.low ?? share.value, x2: share.high ?? share.value },
    ...{ y1: novelty.low ?? novelty.value, y2: novelty.high ?? novelty.value },
    opacity: points.length < 2 ? 1 : 0.4 + (0.6 * i) / (points.length - 1),
  }));
  const opacity = { strokeOpacity: (point: { readonly opacity: number }) => point.opacity };
  const bar = { stroke: ACCENT, strokeWidth: 1.4, ...opacity };
  return draw(text, {
    ...{ marginRight: 40 },
    x: {
      domain: [0, Math.min(1, 1.08 * right)],
      label: `${x} →`,
      ticks: 5,
      tickFormat: tick,
      line: true,
    },
    y: {
      ...{ domain: [0, 1.08 * top], label: "↑ new pairs per 1,000 words", ticks: 5 },
      ...{ tickFormat: tick, line: true },
    },
    marks: [
      Plot.line(placed, { x: "x", y: "y", stroke: ACCENT, strokeOpacity: 0.25 }),
      Plot.ruleX(placed, { x: "x", y1: "y1", y2: "y2", ...bar }),
      Plot.ruleY(placed, { y: "y", x1: "x1", x2: "x2", ...bar }),
      Plot.dot(placed, { x: "x", y: "y", r: 3.5, fill: ACCENT, fillOpacity: "opacity" }),
      Plot.text(placed, {
        ...{ x: "x", y: "y", text: "label", dx: 7, dy: -8, textAnchor: "start" },
        ...{ fill: INK, stroke: PAPER, strokeWidth: 3, fontSize: 10 },
      }),
    ],
  });
}
