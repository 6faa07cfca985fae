/** Figs. 3, 7 and 12 of Wang et al. 2025: an outcome against a count, in bins, a line a model. */
import * as Plot from "@observablehq/plot";
import { ACCENT, BAND, draw, type FigureText, INK, MUTED, PAPER, tick } from "./draw.ts";

/** One model's outcomes by bin. */
export interface BinnedLine {
  readonly label: string;
  readonly points: readonly {
    /** Name of the bin, one of the axis's places. */
    readonly x: string;
    readonly value: number;
    readonly low: number | undefined;
    readonly high: number | undefined;
  }[];
}

export interface BinnedOptions {
  readonly x: {
    readonly label: string;
    /** The bins' names, with how much is in each. */
    readonly places: readonly { readonly name: string; readonly size: string }[];
  };
  readonly y: { readonly label: string; readonly domain: readonly [number, number] };
  /** Where an outcome would lie that had nothing to do with the count. */
  readonly band?: readonly { readonly x: string; readonly low: number; readonly high: number }[];
}

const HEIGHT = 300;
const MARGIN_BOTTOM = 68;
/** Room for the lines' names at their ends. */
const MARGIN_RIGHT = 54;
/** Pixels between two names. */
const NAME_HEIGHT = 12;

/** Lines from bin to bin, small models pale and the largest full, each named at its end. */
export function binnedFigure(
  lines: readonly BinnedLine[],
  text: FigureText,
  { x, y, band = [] }: BinnedOptions,
): string {
  const opacity = (i: number): number =>
    lines.length < 2 ? 1 : 0.32 + (0.68 * i) / (lines.length - 1);
  return draw(text, {
    ...{ height: HEIGHT, marginBottom: MARGIN_BOTTOM, marginRight: MARGIN_RIGHT },
    x: {
      ...{
        type: "point",
        domain: x.places.map(({ name }) => name),
        padding: 0.4,
        tickFormat: inTwoLines,
      },
      ...{ label: x.label, labelOffset: 62, tickSize: 0 },
    },
    y: { domain: [...y.domain], label: y.label, ticks: 5, tickFormat: tick, line: true },
    marks: [
      Plot.areaY(band, { x: "x", y1: "low", y2: "high", fill: BAND }),
      ...lines.flatMap(({ points }, i) => {
        const ink = { stroke: ACCENT, strokeOpacity: opacity(i) };
        const wide = points.filter(({ low }) => low !== undefined);
        return [
          Plot.ruleX(wide, { x: "x", y1: "low", y2: "high", ...ink, strokeWidth: 1.2 }),
          Plot.line(points, { x: "x", y: "value", ...ink, strokeWidth: 1.8 }),
          Plot.dot(points, { x: "x", y: "value", r: 3, fill: ACCENT, fillOpacity: opacity(i) }),
        ];
      }),
      Plot.text(x.places, {
        ...{ x: "name", text: "size", frameAnchor: "bottom", dy: 40, fill: MUTED, fontSize: 9 },
      }),
      ...namesOf(lines, y.domain).map(({ shift, ...name }) =>
        Plot.text([name], {
          ...{ x: "x", y: "value", text: "label", dx: 8, dy: shift, textAnchor: "start" },
          ...{ fill: INK, stroke: PAPER, strokeWidth: 3, fontSize: 10 },
        }),
      ),
    ],
  });
}

/** Long names of neighboring bins would cover one another. */
function inTwoLines(name: string): string {
  return name.length > 5 ? name.replace("–", "–\n") : name;
}

interface Name {
  readonly label: string;
  readonly x: string;
  readonly value: number;
  /** Pixels downwards, so that no name covers another. */
  readonly shift: number;
}

/** Names at the lines' ends, pushed upwards from the lowest where they would meet. */
function namesOf(lines: readonly BinnedLine[], [low, high]: readonly [number, number]): Name[] {
  const pixels = HEIGHT - MARGIN_BOTTOM - 30;
  const ends = lines.flatMap(({ label, points }) => {
    const last = points.at(-1);
    return last === undefined
      ? []
      : [{ label, last, at: (pixels * (last.value - low)) / (high - low) }];
  });
  let floor = -Infinity;
  return [...ends]
    .sort((a, b) => a.at - b.at)
    .map(({ label, last, at }) => {
      const placed = Math.max(at, floor);
      floor = placed + NAME_HEIGHT;
      return { label, x: last.x, value: last.value, shift: at - placed };
    });
}
