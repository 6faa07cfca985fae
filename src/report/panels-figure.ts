/** Several line figures beside each other as one SVG file, each under its title, with one legend. */
import type { FigureLine, FigureText, LinesOptions } from "./figure.ts";

/** Lines with their text and scales. */
export interface LinePanel extends FigureText, LinesOptions {
  readonly lines: readonly FigureLine[];
}

const WIDTH = 330;
const HEIGHT = 270;
const TITLE = 26;
const LEGEND = 26;

/** Draw panels row by row. The legend names the lines of the panel with most; those of others should be its first. */
export async function panelsFigure(
  panels: readonly LinePanel[],
  { columns = 3 }: { readonly columns?: number } = {},
): Promise<string> {
  const { lineColor, linesFigure } = await import("./figure.ts"); // slow to load
  const across = Math.min(columns, panels.length);
  const drawn = panels.map((panel, index) => {
    const [x, y] = [(index % across) * WIDTH, Math.floor(index / across) * (HEIGHT + TITLE)];
    const svg = linesFigure(panel.lines, panel, panel).replace(
      "<svg ",
      `<svg x="${x}" y="${y + TITLE}" `,
    );
    const title = `<text x="${x + 12}" y="${y + 18}" font-weight="600">${escaped(panel.title)}</text>`;
    return `${title}\n${svg}`;
  });
  const height = Math.ceil(panels.length / across) * (HEIGHT + TITLE);
  const longest = panels.reduce<readonly FigureLine[]>(
    (most, { lines }) => (lines.length > most.length ? lines : most),
    [],
  );
  const legend = longest.map(
    ({ label }, index) => `<tspan fill="${lineColor(index)}" dx="14">${escaped(label)}</tspan>`,
  );
  const size = `width="${across * WIDTH}" height="${height + LEGEND}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    ...drawn,
    `<text x="0" y="${height + 16}" font-weight="600">${legend.join("")}</text>`,
    "</svg>\n",
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
