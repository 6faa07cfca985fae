/**
 * A specification curve (Simonsohn, Simmons & Nelson 2020, Fig. 2): estimates from the lowest to the
 * highest, each with its interval and null, and beneath each the options it was made with. Marks of one
 * kind are one path with gaps: a curve of thousands of marks stays small.
 */
import * as Plot from "@observablehq/plot";
import { BAND, dashed, draw, type FigureText, INK, lineColor, MUTED, tick } from "./draw.ts";

/** One specification: estimates of each model, in the order of `models`, and the place of each of its options. */
export interface SpecificationColumn {
  readonly values: readonly (number | undefined)[];
  /** Of the model that the curve is ordered by, the last. */
  readonly low: number;
  readonly high: number;
  readonly nullLow: number;
  readonly nullHigh: number;
  /** For each choice the index of its option. */
  readonly options: readonly number[];
  /** Whether these are the study's own choices. */
  readonly isStudy: boolean;
}

/** What stands beside a curve. */
export interface SpecificationOptions {
  /** Models by size; the last is the one whose interval and null are drawn. */
  readonly models: readonly string[];
  readonly choices: readonly { readonly name: string; readonly options: readonly string[] }[];
}

const WIDTH = 720;
const CURVE = 210;
const ROW = 13;
/** Between two choices. */
const GAP = 6;
const MARGIN = { top: 34, left: 168, bottom: 12 };

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Columns in the order in which they are drawn. */
export function specificationFigure(
  columns: readonly SpecificationColumn[],
  text: FigureText,
  { models, choices }: SpecificationOptions,
): string {
  const domain = domainOf(columns);
  const rows = rowsOf(choices, domain);
  const bottom = rows.at(-1)!.y - rows[0]!.step / 2;
  const height = (CURVE * (domain[1] - bottom)) / (domain[1] - domain[0]);
  const study = columns.flatMap(({ isStudy }, x) => (isStudy ? [x] : []));
  return draw(text, {
    ...{ width: WIDTH, height: Math.round(height) + MARGIN.top + MARGIN.bottom },
    ...{ marginTop: MARGIN.top, marginLeft: MARGIN.left, marginBottom: MARGIN.bottom },
    x: { domain: [-1, columns.length], axis: null },
    y: { domain: [bottom, domain[1]], axis: null },
    marks: [
      Plot.axisY({
        ...{ ticks: ticksOf(domain), tickFormat: tick, label: "↑ Spearman ρ", labelAnchor: "top" },
      }),
      Plot.ruleY([0], dashed),
      Plot.ruleX(study, { x: (x: number) => x, ...dashed }),
      bars(columns, ({ nullLow, nullHigh }) => [nullLow, nullHigh], { stroke: BAND }),
      bars(columns, ({ low, high }) => [low, high], {
        ...{ stroke: lineColor(models.length - 1), strokeOpacity: 0.35 },
      }),
      ...models.map((_, model) => dotsOf(columns, model, models.length)),
      ...rowMarks(columns, rows),
      ...models.map((label, i) => nameMark(label, i)),
    ],
  });
}

function domainOf(columns: readonly SpecificationColumn[]): readonly [number, number] {
  const ends = columns.flatMap(({ values, low, high, nullLow, nullHigh }) => [
    ...values.flatMap((value) => value ?? []),
    ...[low, high, nullLow, nullHigh],
  ]);
  return [Math.max(-1, Math.min(-0.1, ...ends)), Math.min(1, Math.max(0.1, ...ends))];
}

function ticksOf([low, high]: readonly [number, number]): readonly number[] {
  return [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1].filter((y) => y >= low && y <= high);
}

/** Vertical lines, one a column, as one path. */
function bars(
  columns: readonly SpecificationColumn[],
  ends: (column: SpecificationColumn) => readonly [number, number],
  style: object,
): Plot.Markish {
  const places = columns.flatMap((column, x) => [
    ...ends(column).map((y) => ({ x, y })),
    { x, y: NaN },
  ]);
  const width = Math.min(4, Math.max(1, (0.6 * (WIDTH - MARGIN.left)) / columns.length));
  return Plot.line(places, { x: "x", y: "y", strokeWidth: width, ...style });
}

/** A lone point between gaps is a closed path of no length: with round ends, a dot. */
function dots(places: readonly Place[], style: object): Plot.Markish {
  const apart = places.flatMap((place) => [place, { x: place.x, y: NaN }]);
  return Plot.line(apart, { x: "x", y: "y", strokeLinecap: "round", ...style });
}

function dotsOf(
  columns: readonly SpecificationColumn[],
  model: number,
  count: number,
): Plot.Markish {
  const places = columns.flatMap(({ values }, x) => {
    const y = values[model];
    return y === undefined ? [] : [{ x, y }];
  });
  return dots(places, { stroke: lineColor(model), strokeWidth: model === count - 1 ? 4 : 2.5 });
}

interface Row {
  readonly choice: number;
  readonly option: number;
  readonly label: string;
  /** Of the first option of a choice, the choice. */
  readonly name: string;
  readonly y: number;
  /** Height of a row on the scale of the curve. */
  readonly step: number;
}

/** Where each option stands below the curve, on its scale. */
function rowsOf(
  choices: SpecificationOptions["choices"],
  [low, high]: readonly [number, number],
): readonly Row[] {
  const pixel = (high - low) / CURVE;
  let at = low - 16 * pixel;
  return choices.flatMap(({ name, options }, choice) => {
    at -= GAP * pixel;
    return options.map((label, option) => {
      at -= ROW * pixel;
      return { choice, option, label, name: option === 0 ? name : "", y: at, step: ROW * pixel };
    });
  });
}

function rowMarks(
  columns: readonly SpecificationColumn[],
  rows: readonly Row[],
): readonly Plot.Markish[] {
  const names = { frameAnchor: "left", y: "y", fontSize: 10 } as const;
  const width = Math.min(4, Math.max(1, (0.6 * (WIDTH - MARGIN.left)) / columns.length));
  return [
    Plot.text(rows, { ...names, text: "label", dx: -8, textAnchor: "end", fill: INK }),
    Plot.text(rows, {
      ...names,
      text: "name",
      dx: 8 - MARGIN.left,
      textAnchor: "start",
      fill: MUTED,
    }),
    ...rows.map(({ choice, option, y, step }) => {
      const places = columns.flatMap(({ options }, x) =>
        options[choice] === option
          ? [
              { x, y: y - step * 0.32 },
              { x, y: y + step * 0.32 },
              { x, y: NaN },
            ]
          : [],
      );
      return Plot.line(places, { x: "x", y: "y", stroke: INK, strokeWidth: width });
    }),
  ];
}

/** A model's name in its color, in a row above the plot. */
function nameMark(label: string, index: number): Plot.Markish {
  return Plot.text([`● ${label}`], {
    ...{ frameAnchor: "top-left", dx: 84 + index * 76, dy: -28 },
    ...{ fill: lineColor(index), fontWeight: 600, fontSize: 11 },
  });
}
