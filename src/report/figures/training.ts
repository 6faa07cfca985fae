/** How a training went. */
import * as Plot from "@observablehq/plot";
import { ACCENT, draw, type FigureText, INK, PAPER } from "./draw.ts";

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
      Plot.text(heldOut.slice(-1), { ...named, stroke: PAPER, strokeWidth: 3 }),
    ],
  });
}
