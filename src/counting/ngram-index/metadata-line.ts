/**
 * Lines of the file `metadata`: {"path", "linenum", "metadata"} with the spaces that Python's json.dumps
 * puts behind colons and commas, so that an index of the same corpus has the same bytes as infini-gram's.
 */
import { isRecord } from "../../base/json.ts";
import type { Document } from "../../corpus/document.ts";
import { without } from "../../corpus/records.ts";

/** The line of a document whose file is `path` as the index names it. `field` held the text. */
export function metadataLine({ origin }: Document, path: string, field: string): string {
  const metadata = origin === undefined ? {} : without(origin.record, field);
  return metadataText(path, (origin?.line ?? 1) - 1, metadata);
}

/** A line from its parts; `linenum` counts from 0. */
export function metadataText(
  path: string,
  linenum: number,
  metadata: Readonly<Record<string, unknown>> = {},
): string {
  return `{"path": ${JSON.stringify(path)}, "linenum": ${linenum}, "metadata": ${spacedJson(metadata)}}`;
}

function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedElement).join(", ")}]`;
  if (!isRecord(value) || typeof value.toJSON === "function") return JSON.stringify(value);
  const members: string[] = [];
  for (const [key, member] of Object.entries(value))
    if (member !== undefined) members.push(`${JSON.stringify(key)}: ${spacedJson(member)}`);
  return `{${members.join(", ")}}`;
}

function spacedElement(element: unknown): string {
  return element === undefined ? "null" : spacedJson(element);
}
