/** How values become text on a terminal. */
import { formatInteger } from "../base/amounts.ts";

export { amount, formatInteger } from "../base/amounts.ts";

/** An amount with its unit: bytes as kB, MB, GB (powers of ten), other units with separators. */
export function formatAmount(amount: number, unit: string): string {
  if (unit === "bytes") return formatBytes(amount);
  return `${formatInteger(amount)} ${unit}`;
}

/** Bytes in powers of ten: 12.4 MB. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let power = 0;
  let value = bytes;
  while (value >= 1000 && power < units.length - 1) [value, power] = [value / 1000, power + 1];
  return power === 0 ? `${Math.round(bytes)} bytes` : `${value.toFixed(1)} ${units[power] ?? ""}`;
}

/** Seconds as people say them: 6 s, 2 min 05 s, 1 h 10 min. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.round(seconds) % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/**
 * A table as lines of text; columns stand two spaces apart, widths follow the longest cell. Goes
 * through the rows twice and keeps none.
 */
export function* tableLines(
  columns: readonly Column[],
  rows: Iterable<readonly string[]>,
): Generator<string> {
  const widths = columns.map(({ title }) => displayWidth(title));
  for (const row of rows) {
    for (let i = 0; i < widths.length; i++)
      widths[i] = Math.max(widths[i] ?? 0, displayWidth(row[i] ?? ""));
  }
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, i) => pad(cells[i] ?? "", widths[i] ?? 0, align))
      .join("  ")
      .trimEnd();
  yield line(columns.map(({ title }) => title));
  for (const row of rows) yield line(row);
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}

/** Columns a text takes on a terminal: code points, East Asian wide ones twice, marks not at all. */
function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}
