/**
 * Records (a JSON object, a Parquet row, a CSV row) to documents, and the metadata keys by which
 * documents are filtered. A key is a name of the record as it stands, else a dotted path into it.
 */
import { isRecord } from "../base/json.ts";
import type { Document } from "./document.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The value under a name or a dotted path; undefined where there is none. */
export function valueAt(record: Fields, key: string): unknown {
  if (Object.hasOwn(record, key)) return record[key];
  for (let dot = key.indexOf("."); dot !== -1; dot = key.indexOf(".", dot + 1)) {
    const inner = record[key.slice(0, dot)];
    if (isRecord(inner)) return valueAt(inner, key.slice(dot + 1));
  }
  return undefined;
}

/** A document from a record, or why there is none. Without an id of its own it is SOURCE:LINE. */
export function toDocument(
  record: Fields,
  {
    field,
    source,
    line,
  }: { readonly field: string; readonly source: string; readonly line: number },
): Document | string {
  const text = valueAt(record, field);
  if (typeof text !== "string") return missingField(record, field);
  const rest = without(record, field);
  const { id, ...others } = rest;
  const given = givenId(id);
  const meta = given === undefined ? rest : others;
  const origin = { line, record };
  return { id: given ?? `${source}:${line}`, text, source, meta, origin };
}

/** The id a record gives its document: a text that is not empty, or a number. */
export function givenId(id: unknown): string | undefined {
  if (typeof id === "string" && id !== "") return id;
  return Number.isFinite(id) ? String(id) : undefined;
}

/** The way out where a record has no text under the field. */
export const nameAnotherField = "name another with --field";

/** What is said of a record that has no text under the field. */
function missingField(record: Fields, field: string): string {
  const found = valueAt(record, field);
  const kind = found === undefined ? "" : ` (it holds ${kindOf(found)})`;
  return `has no string field "${field}"${kind}; it has ${listNames(Object.keys(record))}`;
}

/** Names in quotes, the first twenty of them. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const listed = names.slice(0, 20).map((name) => `"${name}"`);
  const more = names.length - listed.length;
  return more > 0 ? `${listed.join(", ")} and ${more} more` : listed.join(", ");
}

/** A JSON value's kind in words. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** A copy without the value under a name or path; what stands beside it is kept. */
export function without(record: Fields, key: string): Record<string, unknown> {
  if (Object.hasOwn(record, key)) {
    const { [key]: _removed, ...rest } = record;
    return rest;
  }
  for (let dot = key.indexOf("."); dot !== -1; dot = key.indexOf(".", dot + 1)) {
    const head = key.slice(0, dot);
    const inner = record[head];
    if (isRecord(inner)) return { ...record, [head]: without(inner, key.slice(dot + 1)) };
  }
  return { ...record };
}

/** Keep documents whose metadata have all these values. */
export type Where = Readonly<Record<string, string>>;

/** A document's metadata under a key, as text: its `id` and `source` too, unless metadata have them. */
export function metadataValue(document: Document, key: string): string | undefined {
  const value = valueAt(document.meta ?? {}, key);
  if (value === undefined && (key === "id" || key === "source")) return document[key];
  return valueText(value);
}

/** Whether a document passes the filter. A list passes where one of its elements does. */
export function matches(document: Document, where: Where): boolean {
  return Object.entries(where).every(([key, wanted]) => {
    const value = valueAt(document.meta ?? {}, key);
    if (Array.isArray(value)) return value.some((element) => valueText(element) === wanted);
    return metadataValue(document, key) === wanted;
  });
}

function valueText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "string" ? value : JSON.stringify(value);
}
