/**
 * What all figures share: Observable Plot in a document of its own, and a palette. Colors are
 * variables of the page's style sheet, so that a figure follows light and dark; each has its light
 * value beside it, which holds where the SVG stands alone.
 */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** What a figure shows, for those who see it and those who do not. */
export interface FigureText {
  /** What the figure shows, in one line: its accessible name. */
  readonly title: string;
  /** The same in words, for those who do not see it. */
  readonly description: string;
}

export const INK = "var(--ink, #1d1b19)";
export const MUTED = "var(--faint, #8a847c)";
export const BAND = "var(--figure-band, #e4e0d9)";
export const ACCENT = "var(--accent, #9c2f1f)";
/** Behind labels, so that lines do not cross them. */
export const PAPER = "var(--paper, #fffdf9)";

/** A line at a level to compare with. */
export const dashed: { readonly stroke: string; readonly strokeDasharray: string } = {
  stroke: MUTED,
  strokeDasharray: "2,3",
};

/** Pixels; a figure stands in a column of the page and grows with it. */
export const WIDTH = 330;

/** Colors of lines, in their order: style sheets may set others, as for a dark page. */
export const lineColors: readonly string[] = [
  "var(--line-1, #9c2f1f)",
  "var(--line-2, #1f4f7a)",
  "var(--line-3, #6b7a1f)",
  "var(--line-4, #8a847c)",
  "var(--line-5, #7a3f86)",
  "var(--line-6, #1d1b19)",
];

/** A row of names above a plot, in pixels: where it begins and ends, and the room of a character and of a name's dot. */
const NAMES = { start: 112, tightStart: 80, end: 334, character: 6.6, dot: 20 };
/** Characters that a name keeps where there is too little room for all. */
const SHORTEST = 8;

/** Where names stand in a row above a plot: long ones are cut, and all move together, where they would not fit. */
export function placeNames(
  labels: readonly string[],
): readonly { readonly label: string; readonly x: number }[] {
  const { start, tightStart, end, character, dot } = NAMES;
  const widthOf = (label: string): number => dot + label.length * character;
  const total = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + widthOf(name), 0);
  const isTight = total(labels) > end - start;
  const longest = Math.max(SHORTEST, (end - tightStart) / labels.length / character - 3);
  const shown = labels.map((name) =>
    isTight && name.length > longest ? `${name.slice(0, longest - 1)}…` : name,
  );
  const first = isTight ? tightStart : start;
  const scale = Math.min(1, (end - first) / total(shown));
  return shown.map((label, i) => ({ label, x: first + scale * total(shown.slice(0, i)) }));
}

/** The color of a line by its number; colors come again where there are more lines. */
export function lineColor(index: number): string {
  return lineColors[index % lineColors.length] ?? INK;
}

/** A number on an axis, as short as it is exact; the minus sign as in print. */
export function tick(value: number): string {
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

/** A plot as SVG text with its name and description; `options` are Plot's, which declarations of this package do not name. */
export function draw({ title, description }: FigureText, options: object): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>") as unknown as {
    readonly document: DrawingDocument;
  };
  const svg = Plot.plot({
    document,
    className: "plot",
    width: WIDTH,
    height: 270,
    marginTop: 30,
    marginLeft: 44,
    marginBottom: 40,
    style: { color: INK, background: "none" },
    ...(options as Plot.PlotOptions),
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
