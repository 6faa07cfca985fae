/** A figure as it stands in a page: drawing, caption, the data as a table, and both to save. */
import { integer } from "./format.ts";
import { html, type Html, raw, table } from "./html.ts";

/** Numbers behind a figure: full digits in the file that is saved, rounded on the page. */
export interface FigureData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly DataCell[])[];
}

export type DataCell = string | number | undefined;

export interface FigureBlock {
  /** Name of the files that are saved, without their ending. */
  readonly file: string;
  readonly title: string;
  /** Absent where there is nothing to draw. */
  readonly svg: string | undefined;
  /** Sample sizes, interval and null in words. */
  readonly caption: Html | string;
  /** What cannot be drawn, and why. */
  readonly note?: Html | readonly Html[] | undefined;
  readonly data: FigureData;
  /** What is saved, where it is more than the page shows. */
  readonly saved?: FigureData;
  /** Sample sizes; of published numbers they may not be known. */
  readonly sizes: { readonly points?: number; readonly examples?: number };
}

/** The figure's HTML. */
export function figureBlock({ file, title, svg, caption, note, ...rest }: FigureBlock): Html {
  const { data, saved = data, sizes } = rest;
  const name = fileName(file);
  const { points, examples } = sizes;
  const known =
    points === undefined ? html`` : html` data-points="${points}" data-examples="${examples}"`;
  return html`<figure data-file="${name}" aria-label="${title}" ${known}>
    <h3>${title}</h3>
    ${svg === undefined ? undefined : raw(svg)}${note}
    <figcaption>${caption}</figcaption>
    ${dataDetails(title, data)}
    <p class="save" data-scripted hidden>
      ${svg === undefined ? undefined : saveButton("svg", `${title}: save the figure as SVG`)}
      ${saveButton("csv", `${title}: save its data as CSV`)}
    </p>
    <pre class="csv" hidden>${csvText(saved)}</pre>
  </figure> `;
}

function saveButton(kind: "svg" | "csv", label: string): Html {
  return html`<button type="button" data-save="${kind}" aria-label="${label}">
    ${kind.toUpperCase()}
  </button> `;
}

/** The same numbers for those who do not see the figure, or want them exact. */
function dataDetails(title: string, { columns, rows }: FigureData): Html {
  const numeric = (i: number): boolean => rows.every((row) => typeof row[i] !== "string");
  return html`<details>
    <summary>Data of this figure</summary>
    ${table(
      `${title}: what is drawn.`,
      columns.map((column, i) => ({
        title: column,
        ...(numeric(i) ? { align: "right" as const } : {}),
        cell: (row: readonly DataCell[]) => cellText(row[i]),
      })),
      rows,
    )}
  </details>`;
}

function cellText(cell: DataCell): string {
  if (cell === undefined) return "–";
  if (typeof cell === "string") return cell;
  if (Number.isInteger(cell)) return integer(cell);
  return String(Number(cell.toPrecision(4))).replace("-", "−");
}

/** Comma-separated values with a line of names, as RFC 4180 has them; absent values are empty. */
export function csvText({ columns, rows }: FigureData): string {
  const line = (cells: readonly DataCell[]): string => cells.map(csvCell).join(",");
  return [columns, ...rows].map((row) => `${line(row)}\n`).join("");
}

function csvCell(cell: DataCell): string {
  if (cell === undefined) return "";
  const text = String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A name that every file system takes. */
function fileName(text: string): string {
  return text
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .toLowerCase();
}
