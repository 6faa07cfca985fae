/**
 * The figures of the report as SVG text. The only file that touches Observable Plot and the
 * document it draws in; import it lazily, since both take a while to load.
 */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { decimal } from "./format.ts";

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

/** What a figure shows, for those who see it and those who do not. */
export interface FigureText {
  /** What the figure shows, in one line: its accessible name. */
  readonly title: string;
  /** The same in words, for those who do not see it. */
  readonly description: string;
}

/** One scored pair: the corpus's P(b|a) and the model's log-probability. */
export interface ScatterPoint {
  readonly probability: number;
  readonly logLikelihood: number;
}

const INK = "#1d1b19";
const MUTED = "#8a847c";
const BAND = "#e4e0d9";
const ACCENT = "#9c2f1f";
const WIDTH = 330;
const HEIGHT = 270;
const LANE = "never together";

/** Spearman by model with its interval, the null band behind. `domain` is shared by all tasks. */
export function memorizationFigure(
  points: readonly MemorizationPoint[],
  text: FigureText,
  domain: readonly [number, number],
): string {
  const estimated = points.filter(({ value }) => value !== undefined);
  const banded = points.filter(({ nullLow }) => nullLow !== undefined);
  return draw(text, {
    x: { type: "band", domain: points.map(({ label }) => label), label: null, padding: 0.25 },
    y: { domain: [...domain], label: "↑ Spearman ρ", ticks: 5, tickFormat: tick, line: true },
    marks: [
      Plot.barY(banded, { x: "label", y1: "nullLow", y2: "nullHigh", fill: BAND }),
      Plot.ruleY([0], { stroke: MUTED, strokeDasharray: "2,3" }),
      Plot.line(estimated, { x: "label", y: "value", stroke: ACCENT, strokeOpacity: 0.35 }),
      Plot.ruleX(estimated, { x: "label", y1: "low", y2: "high", stroke: ACCENT, strokeWidth: 2 }),
      Plot.dot(estimated, { x: "label", y: "value", r: 4.5, fill: ACCENT }),
      Plot.text(estimated, {
        x: "label",
        y: "value",
        text: ({ value }: MemorizationPoint) => decimal(value ?? 0),
        dx: 6,
        dy: -9,
        textAnchor: "start",
        fill: INK,
        stroke: "white",
        strokeWidth: 3,
      }),
    ],
  });
}

/**
 * Log-probability against P(b|a) on a log scale. Pairs never together have no logarithm: they
 * stand in a lane of their own at the left, spread sideways so that they can be told apart.
 */
export function scatterFigure(points: readonly ScatterPoint[], text: FigureText): string {
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
      Plot.ruleX([floor - laneWidth * 0.2], { stroke: MUTED, strokeDasharray: "2,3" }),
      Plot.dot(placed, { x: "x", y: "y", r: 1.8, fill: INK, fillOpacity: 0.28 }),
      Plot.ruleY(medians(placed, floor - laneWidth * 0.2), {
        ...{ x1: "x1", x2: "x2", y: "y", stroke: ACCENT, strokeWidth: 2.5 },
      }),
      Plot.text([LANE], { x: laneCenter, frameAnchor: "top", dy: -13, fill: MUTED }),
    ],
  });
}

interface Median {
  readonly x1: number;
  readonly x2: number;
  readonly y: number;
}

/** Median height of the lane and of each half decade that holds at least 5 points. */
function medians(
  placed: readonly { readonly x: number; readonly y: number }[],
  border: number,
): Median[] {
  const bins = new Map<number, { readonly x: number; readonly y: number }[]>();
  for (const point of placed) {
    const bin = point.x < border ? -Infinity : Math.floor(point.x * 2);
    bins.set(bin, [...(bins.get(bin) ?? []), point]);
  }
  return [...bins.values()]
    .filter((bin) => bin.length >= 5)
    .map((bin) => {
      const heights = bin.map(({ y }) => y).sort((a, b) => a - b);
      const middle = (heights.length - 1) / 2;
      const y = ((heights[Math.floor(middle)] ?? 0) + (heights[Math.ceil(middle)] ?? 0)) / 2;
      const places = bin.map(({ x }) => x);
      const [x1, x2] = [Math.min(...places), Math.max(...places)];
      const widen = Math.max(0, 0.08 - (x2 - x1)) / 2;
      return { x1: x1 - widen, x2: x2 + widen, y };
    });
}

function tick(value: number): string {
  return String(Number(value.toFixed(4))).replace("-", "−");
}

/** The little of an SVG element that we use: the compiler knows no browser types. */
interface DrawnSvg {
  readonly firstChild: unknown;
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  insertBefore(child: unknown, before: unknown): void;
}

interface DrawingDocument {
  createElementNS(namespace: string, name: string): { textContent: string };
}

/** One step of a training. */
export interface TrainingPoint {
  readonly step: number;
  readonly value: number;
}

/** How a number of a training, such as its loss, went from step to step. */
export interface TrainingCurve {
  readonly label: string;
  readonly points: readonly TrainingPoint[];
  /** The same on text that was not learned, at some steps. */
  readonly heldOut?: readonly TrainingPoint[];
}

/** A line, paler where dots stand for held-out text before it. */
export function trainingFigure(
  { label, points, heldOut = [] }: TrainingCurve,
  text: FigureText,
): string {
  const place = { x: "step", y: "value" };
  const isAlone = heldOut.length === 0;
  const named = {
    ...place,
    text: () => "held out",
    dy: -10,
    textAnchor: "end",
    fill: INK,
  } as const;
  return draw(text, {
    x: { label: "step →", ticks: 5 },
    y: { label: `↑ ${label}`, ticks: 5, grid: true, nice: true },
    marks: [
      Plot.line(points, { ...place, stroke: ACCENT, strokeOpacity: isAlone ? 1 : 0.45 }),
      Plot.line(heldOut, { ...place, stroke: INK }),
      Plot.dot(heldOut, { ...place, r: 2.5, fill: INK }),
      Plot.text(heldOut.slice(-1), { ...named, stroke: "white", strokeWidth: 3 }),
    ],
  });
}

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

/** Colors of lines, in their order: style sheets may set others, as for a dark page. */
export const lineColors: readonly string[] = [
  "var(--line-1, #9c2f1f)",
  "var(--line-2, #1f4f7a)",
  "var(--line-3, #6b7a1f)",
  "var(--line-4, #8a847c)",
  "var(--line-5, #7a3f86)",
  "var(--line-6, #1d1b19)",
];

/** The color of a line by its number; colors come again where there are more lines. */
export function lineColor(index: number): string {
  return lineColors[index % lineColors.length] ?? INK;
}

/** Lines over named places, each with its intervals. */
export function linesFigure(
  lines: readonly FigureLine[],
  text: FigureText,
  { x, y, bands = [], level }: LinesOptions,
): string {
  const domain = y.domain === undefined ? {} : { domain: [...y.domain] };
  return draw(text, {
    style: { color: "var(--ink, #1d1b19)", background: "none" },
    x: { type: "point", domain: [...x.places], label: x.label, padding: 0.4 },
    y: { label: y.label, ticks: 5, tickFormat: tick, line: true, nice: true, ...domain },
    marks: [
      Plot.areaY(bands, { x: "x", y1: "low", y2: "high", fill: "var(--figure-band, #e4e0d9)" }),
      ...(level === undefined
        ? []
        : [Plot.ruleY([level], { stroke: MUTED, strokeDasharray: "2,3" })]),
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

function draw({ title, description }: FigureText, options: Plot.PlotOptions): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>") as unknown as {
    readonly document: DrawingDocument;
  };
  const svg = Plot.plot({
    document,
    className: "plot",
    width: WIDTH,
    height: HEIGHT,
    marginTop: 30,
    marginLeft: 44,
    marginBottom: 40,
    ...options,
  }) as unknown as DrawnSvg;
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", title);
  const describe = document.createElementNS("http://www.w3.org/2000/svg", "desc");
  describe.textContent = description;
  svg.insertBefore(describe, svg.firstChild);
  // A hundredth of a pixel is more than anyone sees, and a third of the bytes.
  return svg.outerHTML.replace(/\d+\.\d{4,}/g, (digits) =>
    String(Number(Number(digits).toFixed(2))),
  );
}
