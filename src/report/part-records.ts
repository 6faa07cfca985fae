/** What run.json says of answers and of the parts of tasks, as the page reads it. A run of another program may have neither. */
import { isRecord } from "../base/json.ts";
import type { EstimateRecord, JsonRecord } from "./run-record.ts";

/** A task as a whole, a list of groups, or one group. */
export interface PartRecord {
  readonly kind: string;
  readonly name: string;
}

/** An entry of `metrics`. */
export interface MetricRecord {
  readonly task: string;
  readonly model: string;
  readonly metric: string;
  readonly part: PartRecord;
  readonly examples: number;
  readonly clusters: number | undefined;
  readonly clusteredBy: string | undefined;
  /** Undefined where the metric is; `because` says why. */
  readonly value: number | undefined;
  readonly interval: { readonly low: number; readonly high: number } | undefined;
  /** Why there is no value, or none but an interval. */
  readonly because: string | undefined;
  readonly signature: string | undefined;
}

/** An estimate of a part. */
export interface PartEstimateRecord extends EstimateRecord {
  readonly part: PartRecord;
}

/** The entries of `metrics` that are well-formed. */
export function metricRecords(value: unknown): readonly MetricRecord[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).flatMap((entry) => {
    const part = partOf(entry);
    const { task, model, metric, examples, interval, signature } = entry;
    if (part === undefined || typeof task !== "string" || typeof model !== "string") return [];
    if (typeof metric !== "string" || typeof examples !== "number") return [];
    return [
      {
        ...{ task, model, metric, part, examples },
        clusters: numberOr(entry.clusters),
        clusteredBy: textOr(entry.clusteredBy),
        value: numberOr(entry.value),
        interval: rangeOf(interval),
        because: textOr(entry.undefinedBecause) ?? textOr(entry.intervalAbsentBecause),
        signature: textOr(signature),
      },
    ];
  });
}

/** The estimates of `parts`, each read as any other by `estimateOf`. */
export function partEstimateRecords(
  parts: unknown,
  estimateOf: (estimate: JsonRecord) => EstimateRecord,
): readonly PartEstimateRecord[] {
  if (!isRecord(parts) || !Array.isArray(parts.estimates)) return [];
  return parts.estimates.filter(isRecord).flatMap((estimate) => {
    const part = partOf(estimate);
    return part === undefined ? [] : [{ ...estimateOf(estimate), part }];
  });
}

function partOf({ part }: JsonRecord): PartRecord | undefined {
  if (!isRecord(part)) return undefined;
  const { kind, name } = part;
  return typeof kind === "string" && typeof name === "string" ? { kind, name } : undefined;
}

function rangeOf(value: unknown): MetricRecord["interval"] {
  if (!isRecord(value)) return undefined;
  const { low, high } = value;
  return typeof low === "number" && typeof high === "number" ? { low, high } : undefined;
}

function numberOr(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function textOr(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
