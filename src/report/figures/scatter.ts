/** Corpus against model, pair by pair. */
import * as Plot from "@observablehq/plot";
import { ACCENT, dashed, draw, type FigureText, INK, MUTED, tick } from "./draw.ts";

/** One scored pair: the corpus's P(b|a) and the model's log-probability. */
export interface ScatterPoint {
  readonly probability: number;
  readonly logLikelihood: number;
}

/** The median log-probability of the pairs whose P(b|a) lies in [low, high]; both 0 for those never together. */
export interface ScatterMedian {
  readonly low: number;
  readonly high: number;
  readonly median: number;
}

const LANE = "never together";

/**
 * Log-probability against P(b|a) on a log scale. Pairs never together have no logarithm: they
 * stand in a lane of their own at the left, spread sideways so that they can be told apart.
 */
export function scatterFigure(
  points: readonly ScatterPoint[],
  medians: readonly ScatterMedian[],
  text: FigureText,
): string {
  const positive = points.filter(({ probability }) => probability > 0);
  const smallest = Math.min(0.1, ...positive.map(({ probability }) => probability));
  const floor = Math.floor(Math.log10(smallest));
  const laneWidth = 0.16 * (0 - floor + 1);
  const laneCenter = floor - laneWidth * 0.9;
  // Multiples of the golden ratio spread any number of points evenly, the same way every time.
  const spread = (i: number): number => (((i * 0.618034) % 1) - 0.5) * laneWidth;
  const placed = points.map(({ probability, logLikelihood }, i) => ({
    x: probability > 0 ? Math.log10(probability) : laneCenter + spread(i),
    y: logLikelihood,
  }));
  const lane = { x1: laneCenter - laneWidth / 2, x2: laneCenter + laneWidth / 2 };
  const decades = Array.from({ length: 1 - floor }, (_, i) => floor + i);
  return draw(text, {
    x: {
      domain: [laneCenter - laneWidth * 0.7, 0.04 * (1 - floor)],
      ticks: decades,
      tickFormat: (decade: number) => (decade < -3 ? `1e${decade}` : String(10 ** decade)),
      label: "corpus P(b | a) →",
    },
    y: { label: "↑ model log P(b | context)", nice: true, ticks: 5, tickFormat: tick, line: true },
    marks: [
      Plot.ruleX([floor - laneWidth * 0.2], dashed),
      Plot.dot(placed, { x: "x", y: "y", r: 1.8, fill: INK, fillOpacity: 0.28 }),
      Plot.ruleY(
        medians.map((own) => ({ ...(own.high === 0 ? lane : spanOf(own)), y: own.median })),
        { x1: "x1", x2: "x2", y: "y", stroke: ACCENT, strokeWidth: 2.5 },
      ),
      Plot.text([LANE], { x: laneCenter, frameAnchor: "top", dy: -13, fill: MUTED }),
    ],
  });
}

/** Where a median is drawn; a bin of one probability still has a visible width. */
function spanOf({ low, high }: ScatterMedian): { readonly x1: number; readonly x2: number } {
  const [x1, x2] = [Math.log10(low), Math.log10(high)];
  const widen = Math.max(0, 0.08 - (x2 - x1)) / 2;
  return { x1: x1 - widen, x2: x2 + widen };
}
