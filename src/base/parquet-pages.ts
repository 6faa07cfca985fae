/** One column of a row group as the bytes of its pages, not yet compressed. */
import {
  buildDictionary,
  encodeLevels,
  encodePlaces,
  encodePlain,
  type ParquetType,
  type ParquetValue,
} from "./parquet-encodings.ts";

/** Pages of one column, in their order in the file. */
export interface ColumnPages {
  /** Each different value once; the data pages then hold places in it. */
  readonly dictionary?: { readonly bytes: Uint8Array; readonly values: number };
  readonly pages: readonly DataPage[];
  /** Undefined where no value can be compared. */
  readonly bounds: Bounds | undefined;
}

export interface DataPage {
  readonly rows: number;
  readonly nulls: number;
  /** Which rows have a value; empty in a column that always has one. */
  readonly levels: Uint8Array;
  readonly values: Uint8Array;
}

/** The least and the greatest value; of texts in the order of their UTF-8. */
export interface Bounds {
  readonly min: ParquetValue | Uint8Array;
  readonly max: ParquetValue | Uint8Array;
}

type MaybeValue = ParquetValue | null;

/** A page ends where its values reach this size, unless a dictionary keeps them small. */
const PAGE_BYTES = 1024 * 1024;

/** Encode a column. */
export function encodeColumn(
  { type, nullable = false }: { readonly type: ParquetType; readonly nullable?: boolean },
  rows: readonly MaybeValue[],
): ColumnPages {
  const page = (part: readonly MaybeValue[], values: Uint8Array, count: number): DataPage => ({
    rows: part.length,
    nulls: part.length - count,
    levels: nullable
      ? encodeLevels(Uint8Array.from(part, (value) => Number(value !== null)))
      : new Uint8Array(),
    values,
  });
  const present = presentOf(rows);
  const dictionary = type === "boolean" ? undefined : buildDictionary(present);
  if (dictionary !== undefined) {
    const { values, places } = dictionary;
    const bytes = encodePlain(type, values);
    return {
      dictionary: { bytes, values: values.length },
      pages: [page(rows, encodePlaces(places, values.length), places.length)],
      bounds: type === "string" ? textBoundsOf([bytes]) : boundsOf(values),
    };
  }
  const pages = [...pageRows(rows)].map((part) => {
    const values = presentOf(part);
    return page(part, encodePlain(type, values), values.length);
  });
  const bounds =
    type === "string" ? textBoundsOf(pages.map(({ values }) => values)) : boundsOf(present);
  return { pages, bounds };
}

function presentOf(rows: readonly MaybeValue[]): readonly ParquetValue[] {
  return rows.every((value) => value !== null) ? rows : rows.filter((value) => value !== null);
}

/** Cut rows into pages. */
function* pageRows(rows: readonly MaybeValue[]): Generator<readonly MaybeValue[]> {
  let [start, byteLength] = [0, 0];
  for (let i = 0; i < rows.length; i++) {
    const value = rows[i]!;
    byteLength += typeof value === "string" ? 4 + value.length : 8;
    if (byteLength < PAGE_BYTES) continue;
    yield rows.slice(start, i + 1);
    [start, byteLength] = [i + 1, 0];
  }
  if (start < rows.length) yield start === 0 ? rows : rows.slice(start);
}

function boundsOf(values: readonly ParquetValue[]): Bounds | undefined {
  let [min, max]: (ParquetValue | undefined)[] = [];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (min === undefined || value < min) min = value;
    if (max === undefined || value > max) max = value;
  }
  return min === undefined || max === undefined ? undefined : { min, max };
}

/** The bounds of plain texts. */
function textBoundsOf(pages: readonly Uint8Array[]): Bounds | undefined {
  let [min, max]: (Uint8Array | undefined)[] = [];
  for (const page of pages) {
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    for (let start = 4; start <= page.length;) {
      const end = start + view.getUint32(start - 4, true);
      if (min === undefined || isBelow(page, start, end, min)) min = page.subarray(start, end);
      if (max === undefined || !isBelow(page, start, end, max)) max = page.subarray(start, end);
      start = end + 4;
    }
  }
  if (min === undefined || max === undefined) return undefined;
  // Bounds are kept until the footer is written; the pages must not be kept with them.
  return { min: new Uint8Array(min), max: new Uint8Array(max) };
}

function isBelow(bytes: Uint8Array, start: number, end: number, other: Uint8Array): boolean {
  const length = Math.min(end - start, other.length);
  for (let i = 0; i < length; i++)
    if (bytes[start + i] !== other[i]) return bytes[start + i]! < other[i]!;
  return end - start < other.length;
}
